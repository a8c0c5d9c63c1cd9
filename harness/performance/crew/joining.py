"""Who may be in a crew: what a master demands of its workers, and a worker of its own configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from harness.adapters.guard import WriteGuard
from harness.config.performance import PerformanceTable
from harness.errors import ConfigError, LoadError, WriteRefused
from harness.model import Environment, Side, Text, text
from harness.performance import events
from harness.performance.crew.address import Address, address_of
from harness.performance.crew.member import Member
from harness.performance.job import Crew, Loaded
from harness.performance.plan import LoadPlan
from harness.performance.process import run_worker
from harness.performance.safety import demand_host
from harness.performance.sessions import sessions_of
from harness.ways import Network


def crew_of(settings: PerformanceTable) -> Crew | None:
    """Who carries the load out, as the configuration says; None where this machine does it alone."""
    if not settings.workers:
        return None
    return Crew(settings.workers, address_of(settings.bind), settings.workers_seconds)


def demand_crew(plan: LoadPlan, crew: Crew | None) -> None:
    """Returns when the plan can be shared by so many workers; ConfigError when not."""
    if crew is None:
        return
    if plan.users < crew.workers:
        raise ConfigError(text("performance.workers.users", users=plan.users, workers=crew.workers))
    if plan.locustfile is not None:
        raise ConfigError(text("performance.workers.locustfile"))


def demand_workers(crew: Crew, story: events.Story) -> None:
    """Returns when all workers came and took part; ConfigError, with what to do, when nothing was loaded."""
    if story.refused:
        worker, code = story.refused[0]
        raise ConfigError(text("performance.workers.refused", worker=worker, why=refusal(code)))
    if len(story.joined) < crew.workers:
        raise ConfigError(
            text(
                "performance.workers.missing",
                came=len(story.joined),
                expected=crew.workers,
                address=str(crew.bind),
                seconds=crew.wait_seconds,
            )
        )


def refusal(code: str) -> Text:
    """Why a worker cannot take part, in a sentence."""
    kind, _, detail = code.partition(":")
    return text(f"performance.workers.why.{kind}", detail=detail)


def join(
    master: Address,
    environments: Mapping[Side, Environment],
    *,
    workdir: Path,
    hosts: Iterable[str] = (),
    sessions: str | None = None,
    wait_seconds: float = 120,
) -> events.Story | None:
    """Takes part in one load as its worker, and tells what it did; None when no master was there.

    Only what its own configuration allows is loaded, with the accounts that it holds. ConfigError when it
    allows nothing, or when it cannot do what the master asks for; LoadError when the load broke off.
    """
    member = _member(master, environments, tuple(hosts), sessions, str(workdir.resolve()))
    exit_code = run_worker(member, wait_seconds)
    if exit_code is None:
        return None
    story = events.read(workdir / events.EVENTS)
    if story.refused:
        worker, code = story.refused[0]
        raise ConfigError(text("performance.workers.refused", worker=worker, why=refusal(code)))
    if not story.finished:
        raise LoadError(text("performance.workers.left", address=str(master), code=exit_code))
    return story


def _member(
    master: Address,
    environments: Mapping[Side, Environment],
    hosts: tuple[str, ...],
    sessions: str | None,
    folder: str,
) -> Member:
    sides, reasons = [], []
    for environment in environments.values():
        try:
            demand_host(environment, hosts)
            sides.append(_loaded(environment, sessions))
        except ConfigError as reason:  # a production source, say: the target may be loaded alone
            reasons.append(reason)
    if not sides:
        raise reasons[0]
    writes = tuple(_writable(each.environment for each in sides))
    return Member(master, tuple(sides), writes, folder)


def _loaded(environment: Environment, sessions: str | None) -> Loaded:
    """Every account that a simulated user can log in with: the plan's roles are not known yet."""
    plain = environment.network == Network()
    accounts = tuple(each for each in environment.accounts.values() if plain and each.way is None)
    if not accounts:
        raise ConfigError(text("performance.workers.nobody", side=environment.side.value))
    return Loaded(environment, accounts, sessions or sessions_of(environment, accounts[0].role))


def _writable(environments: Iterable[Environment]) -> Iterator[Side]:
    for environment in environments:
        try:
            WriteGuard(environment, unlocked=True).demand("load")
        except WriteRefused:
            continue
        yield environment.side
