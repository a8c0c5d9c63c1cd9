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
        _demand_load(environment, allowed)
        for role in plan.roles:
            if account_of(environment, role).way is not None or environment.network != Network():
                side = environment.side.value
                raise ConfigError(text("performance.config.way", side=side, role=role))
        if plan.writes:
            WriteGuard(environment, writes).demand("load")


def account_of(environment: Environment, role: str) -> Account:
    """The account that the simulated users log in with; ConfigError naming the roles there are."""
    account = environment.accounts.get(role)
    if account is None:
        known = tuple(sorted(environment.accounts))
        raise ConfigError(
            text("performance.config.role", side=environment.side.value, role=role, known=known)
        )
    return account


def _demand_load(environment: Environment, hosts: tuple[str, ...]) -> None:
    side = environment.side.value
    if environment.production:
        raise ConfigError(text("performance.config.production", side=side))
    if not environment.load:
        raise ConfigError(text("performance.config.not_allowed", side=side))
    host = urlsplit(environment.url).hostname or ""
    if host not in hosts:
        raise ConfigError(text("performance.config.host", side=side, host=host, hosts=hosts))
