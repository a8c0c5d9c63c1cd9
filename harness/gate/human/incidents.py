"""Incidents against the time they were to be solved in, as of the time of judging."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from harness.config.human import IncidentRow

_TENTH = Decimal("0.1")


class IncidentState(StrEnum):
    """How an incident stands, the worst first."""

    LATE = "late"
    NO_SLA = "no_sla"
    OPEN = "open"
    SOLVED_LATE = "solved_late"
    SOLVED = "solved"


PAST = (IncidentState.LATE, IncidentState.NO_SLA)
"""Open, and not known to be in time: without a time to be held against, nobody can say that it is."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident that is open past its time or has none; `hours` are those since then."""

    id: str
    priority: int
    state: IncidentState
    due: datetime | None
    hours: Decimal | None
    department: str | None
    title: str | None


@dataclass(frozen=True, slots=True)
class PriorityCount:
    """How many incidents of one priority there are in each state."""

    priority: int
    late: int = 0
    no_sla: int = 0
    open: int = 0
    solved_late: int = 0
    solved: int = 0


@dataclass(frozen=True, slots=True)
class Handled:
    """All incidents by priority, the most urgent first, and those that are past their time.

    `to_come` are those opened after the time of judging, which count for nothing.
    """

    priorities: tuple[PriorityCount, ...] = ()
    past: tuple[Incident, ...] = ()
    to_come: int = 0


def handled(rows: Sequence[IncidentRow], as_of: datetime) -> Handled:
    """The incidents that were there at that time, and what had become of them by then."""
    there = [row for row in rows if row.opened <= as_of]
    states = [(row, _state(row, as_of)) for row in there]
    past = sorted(_past(states, as_of), key=_most_urgent)
    return Handled(tuple(_counted(states)), tuple(past), len(rows) - len(there))


def _due(row: IncidentRow) -> datetime | None:
    """The earlier of the two, where both are given; hours are counted through, nights and all."""
    ends = [row.due] if row.due else []
    if row.sla_hours is not None:
        ends.append(row.opened + timedelta(minutes=float(row.sla_hours * 60)))
    return min(ends, default=None)


def _state(row: IncidentRow, as_of: datetime) -> IncidentState:
    due = _due(row)
    if row.closed is not None and row.closed <= as_of:
        return IncidentState.SOLVED if due is None or row.closed <= due else IncidentState.SOLVED_LATE
    if due is None:
        return IncidentState.NO_SLA
    return IncidentState.LATE if due < as_of else IncidentState.OPEN


def _counted(states: Iterable[tuple[IncidentRow, IncidentState]]) -> Iterator[PriorityCount]:
    counts: dict[int, dict[str, int]] = {}
    for row, state in states:
        own = counts.setdefault(row.priority, {})
        own[state.value] = own.get(state.value, 0) + 1
    for priority in sorted(counts):
        yield PriorityCount(priority, **counts[priority])


def _past(states: Iterable[tuple[IncidentRow, IncidentState]], as_of: datetime) -> Iterator[Incident]:
    for row, state in states:
        if state in PAST:
            due = _due(row)
            late = None if due is None else Decimal((as_of - due) // timedelta(minutes=6)) / 10
            hours = None if late is None else late.quantize(_TENTH, ROUND_DOWN)
            yield Incident(row.id, row.priority, state, due, hours, row.department, row.title)


def _most_urgent(incident: Incident) -> tuple[int, Decimal, str]:
    return incident.priority, -(incident.hours or Decimal(0)), incident.id
