"""Checks that do not say the same of the same: between attempts, or between runs on equal systems. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.gate import CheckState
from harness.history.entries import Entry


class Between(StrEnum):
    """What the check differs between."""

    ATTEMPTS = "attempts"
    RUNS = "runs"


@dataclass(frozen=True, slots=True)
class Unsteady:
    """A check with the states it had in turn, in one run's attempts or in several runs."""

    check: str
    between: Between
    states: tuple[str, ...]
    runs: tuple[str, ...]


def unsteady(entries: Iterable[Entry]) -> tuple[Unsteady, ...]:
    """The checks whose state differs though nothing else does, by id; scoped runs tell, too."""
    sound = [entry for entry in entries if not entry.altered]
    found = [*_attempts(sound), *_runs(sound)]
    return tuple(sorted(found, key=lambda each: (each.check, each.between, each.runs)))


def _attempts(entries: Sequence[Entry]) -> Iterator[Unsteady]:
    for entry in entries:
        for check in entry.checks:
            if check.varied:
                yield Unsteady(check.id, Between.ATTEMPTS, tuple(map(str, check.varied)), (entry.run,))


def _runs(entries: Sequence[Entry]) -> Iterator[Unsteady]:
    by_world: dict[tuple[str, str], list[tuple[Entry, CheckState]]] = {}
    for entry in entries:
        for check in entry.checks:
            # what was not finished, or left out, says nothing of the check; nor does what people did by hand
            if check.state not in (CheckState.MISSING, CheckState.SKIPPED) and not check.manual:
                by_world.setdefault((check.id, entry.world), []).append((entry, check.state))
    for (check_id, _), seen in by_world.items():
        if len({state for _, state in seen}) > 1:
            states = tuple(str(state) for _, state in seen)
            yield Unsteady(check_id, Between.RUNS, states, tuple(entry.run for entry, _ in seen))
