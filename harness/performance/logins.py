"""Logs the simulated users in before anything is measured. Imported by the generator's process only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from typing import TypeAlias, cast

import gevent

from harness.adapters.load import LoadFault, LoadSession, Seat
from harness.model import Account, Side
from harness.performance import events
from harness.performance.blocks import WHOLE, Share
from harness.performance.generator import Users
from harness.performance.job import LOGIN_SECONDS, Loaded
from harness.performance.output import Output
from harness.performance.plan import LoadPlan
from harness.performance.wire import OneUserHttp

Numbers: TypeAlias = Callable[[int], Sequence[int]]
"""The numbers of the users that one generator logs in, for each place among the plan's roles."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The users of each side, by role, why a side let nobody in, and what such users can do."""

    users: Mapping[Side, Users]
    unavailable: tuple[tuple[Side, str], ...]
    offered: tuple[str, ...] = ()


def shared(plan: LoadPlan, share: Share = WHOLE) -> Numbers:
    """A generator's share of all users; no number occurs twice on a side, whoever has it."""
    return lambda place: list(share.of(range(place * plan.seats, (place + 1) * plan.seats)))


def nobody_else(plan: LoadPlan) -> Numbers:
    """One more user of each role, with numbers that none of the others have."""
    return lambda place: [len(plan.roles) * plan.seats + place]


def log_in(plan: LoadPlan, run: str, sides: Sequence[Loaded], numbers: Numbers) -> LoggedIn:
    """Logs the users of each side in; a side that lets one of them not in has none."""
    users: dict[Side, Users] = {}
    unavailable = []
    for loaded in sides:
        try:
            users[loaded.environment.side] = {
                account.role: _of_role(plan, run, loaded, account, numbers(place))
                for place, account in enumerate(loaded.accounts)
            }
        except LoadFault as fault:
            unavailable.append((loaded.environment.side, fault.code))
    if unavailable:
        return LoggedIn(users, tuple(unavailable))
    anybody = next(iter(next(iter(users.values())).values()))[0]
    return LoggedIn(users, (), tuple(sorted(anybody.scenarios())))


def tell(made: LoggedIn, output: Output) -> bool:
    """Says who let nobody in, or what the users can do; whether there is anything to load."""
    for side, code in made.unavailable:
        output.event(events.event("unavailable", side=side, code=code))
    if made.unavailable:
        output.event(events.event("finished"))
        return False
    output.event(events.event("offered", scenarios=made.offered))
    return True


def _of_role(
    plan: LoadPlan, run: str, loaded: Loaded, account: Account, numbers: Sequence[int]
) -> list[LoadSession]:
    # The first one alone: when the door is shut, one attempt says so.
    first = _user(plan, run, loaded, account, numbers[0])
    others = [gevent.spawn(_attempt, plan, run, loaded, account, number) for number in numbers[1:]]
    gevent.joinall(others)
    found = [each.value for each in others]
    faults = [each for each in found if isinstance(each, LoadFault)]
    if faults:
        raise faults[0]
    return [first, *found]


def _attempt(
    plan: LoadPlan, run: str, loaded: Loaded, account: Account, number: int
) -> LoadSession | LoadFault:
    try:
        return _user(plan, run, loaded, account, number)
    except LoadFault as fault:
        return fault


@cache
def _class(sessions: str) -> type[LoadSession]:
    """The class that `module:Class` or `path/to/file.py:Class` names."""
    place, _, name = sessions.rpartition(":")
    if not place.endswith(".py"):
        return cast("type[LoadSession]", getattr(import_module(place), name))
    spec = spec_from_file_location("recorded_sessions", place)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(place)
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return cast("type[LoadSession]", getattr(module, name))


def _user(plan: LoadPlan, run: str, loaded: Loaded, account: Account, number: int) -> LoadSession:
    user = _class(loaded.sessions)()
    http = OneUserHttp(loaded.environment.url, LOGIN_SECONDS)
    scenarios = plan.roles.get(account.role, ())
    user.login(loaded.environment, http, Seat(run, number, account, scenarios))
    http.close()
    http.timeout = float(plan.timeout_seconds)
    return user
