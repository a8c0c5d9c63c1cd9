"""Logs the simulated users in before anything is measured. Imported by the generator's process only."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from typing import cast

import gevent

from harness.adapters.load import LoadFault, LoadSession, Seat
from harness.model import Account, Side
from harness.performance import events
from harness.performance.generator import Output, Users
from harness.performance.job import LOGIN_SECONDS, Job, Loaded
from harness.performance.wire import OneUserHttp


def log_in(job: Job, output: Output) -> dict[Side, Users] | None:
    """The users of each side, by role; None, with the reason in the output, when a side lets nobody in."""
    users: dict[Side, Users] = {}
    for loaded in job.sides:
        try:
            users[loaded.environment.side] = _users(job, loaded)
        except LoadFault as fault:
            side = loaded.environment.side
            output.event(events.event("unavailable", side=side, code=fault.code))
    if len(users) < len(job.sides):
        output.event(events.event("finished"))
        return None
    anybody = next(iter(next(iter(users.values())).values()))[0]
    offered = sorted(anybody.scenarios())
    output.event(events.event("offered", scenarios=offered))
    return users


def _users(job: Job, loaded: Loaded) -> Users:
    """Each role's users; no number occurs twice on a side."""
    seats = job.plan.seats
    return {
        account.role: _of_role(job, loaded, account, place * seats)
        for place, account in enumerate(loaded.accounts)
    }


def _of_role(job: Job, loaded: Loaded, account: Account, start: int) -> list[LoadSession]:
    first = _user(job, loaded, account, start)  # alone: when the door is shut, one attempt says so
    numbers = range(start + 1, start + job.plan.seats)
    others = [gevent.spawn(_attempt, job, loaded, account, number) for number in numbers]
    gevent.joinall(others)
    found = [each.value for each in others]
    faults = [each for each in found if isinstance(each, LoadFault)]
    if faults:
        raise faults[0]
    return [first, *found]


def _attempt(job: Job, loaded: Loaded, account: Account, number: int) -> LoadSession | LoadFault:
    try:
        return _user(job, loaded, account, number)
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


def _user(job: Job, loaded: Loaded, account: Account, number: int) -> LoadSession:
    user = _class(loaded.sessions)()
    http = OneUserHttp(loaded.environment.url, LOGIN_SECONDS)
    scenarios = job.plan.roles.get(account.role, ())
    user.login(loaded.environment, http, Seat(job.run, number, account, scenarios))
    http.close()
    http.timeout = float(job.plan.timeout_seconds)
    return user
