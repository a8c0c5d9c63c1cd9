"""Nothing is loaded that was not declared loadable, by name, on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from harness.adapters.guard import WriteGuard
from harness.errors import ConfigError
from harness.model import Account, Environment, Side, text
from harness.performance.plan import LoadPlan
from harness.ways import Network


def demand_permission(
    plan: LoadPlan, environments: Mapping[Side, Environment], hosts: Iterable[str], *, writes: bool
) -> None:
    """Returns when all may be loaded so; ConfigError or WriteRefused before anything is sent."""
    allowed = tuple(hosts)
    for environment in environments.values():
        demand_host(environment, allowed)
        for role in plan.roles:
            if account_of(environment, role).way is not None or environment.network != Network():
                side = environment.side.value
                raise ConfigError(text("performance.config.way", side=side, role=role))
        if plan.writes:
            WriteGuard(environment, writes).demand("load")


def demand_batch(
    batch: str, role: str, environments: Mapping[Side, Environment], hosts: Iterable[str], *, writes: bool
) -> None:
    """Returns when the batch may run on all; ConfigError or WriteRefused before anything is sent.

    A batch is load like any other: it holds locks and fills ledgers. Any way in will do for it.
    """
    allowed = tuple(hosts)
    for environment in environments.values():
        demand_host(environment, allowed)
        account_of(environment, role)
        WriteGuard(environment, writes).demand(batch)


def account_of(environment: Environment, role: str) -> Account:
    """The account that the simulated users log in with; ConfigError naming the roles there are."""
    account = environment.accounts.get(role)
    if account is None:
        known = tuple(sorted(environment.accounts))
        raise ConfigError(
            text("performance.config.role", side=environment.side.value, role=role, known=known)
        )
    return account


def demand_host(environment: Environment, hosts: tuple[str, ...]) -> None:
    """Returns when this environment may be loaded at all; ConfigError with what forbids it."""
    side = environment.side.value
    if environment.production:
        raise ConfigError(text("performance.config.production", side=side))
    if not environment.load:
        raise ConfigError(text("performance.config.not_allowed", side=side))
    host = urlsplit(environment.url).hostname or ""
    if host not in hosts:
        raise ConfigError(text("performance.config.host", side=side, host=host, hosts=hosts))
