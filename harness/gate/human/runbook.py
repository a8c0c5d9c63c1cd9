"""The runbook against its rehearsal: what was done, how much longer it took, and what that was due to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from harness.config.human import Place, TaskRow


class TaskState(StrEnum):
    """How far a task came in the rehearsal."""

    DONE = "done"
    RUNNING = "running"
    NOT_STARTED = "not_started"


@dataclass(frozen=True, slots=True)
class Task:
    """One task in minutes; `critical`: the whole rehearsal waited for it. `early`: it did not wait itself."""

    id: str
    task: str
    owner: str
    state: TaskState
    planned: int
    actual: int | None
    critical: bool = False
    early: bool = False
    place: Place | None = None

    @property
    def overrun(self) -> int | None:
        """How many minutes longer it took; below 0 where it was shorter, None before its end."""
        return None if self.actual is None else self.actual - self.planned


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The whole runbook in minutes: from its first start to its last end, and along its critical path.

    `actual` and what is made of it are None while something is not done: nobody knows how long it takes.
    The critical path is None where no task says what it depends on. `no_return` are the minutes from the
    beginning to the end of the point of no return, as planned and as they were.
    """

    tasks: tuple[Task, ...]
    planned: int
    actual: int | None
    path_planned: int | None = None
    path_actual: int | None = None
    no_return: tuple[int, int | None] | None = None
    begun: datetime | None = None

    @property
    def overrun(self) -> int | None:
        """How many minutes the rehearsal took longer than planned."""
        return None if self.actual is None else self.actual - self.planned

    @property
    def slip(self) -> int | None:
        """How many minutes longer the critical path was."""
        if self.path_planned is None or self.path_actual is None:
            return None
        return self.path_actual - self.path_planned

    @property
    def undone(self) -> tuple[str, ...]:
        """The tasks that are not done."""
        return tuple(task.id for task in self.tasks if task.state is not TaskState.DONE)


def rehearsed(rows: Sequence[TaskRow], as_of: datetime) -> Rehearsed:
    """The runbook as of a time; what is dated later has not happened yet."""
    rows = [_by_then(row, as_of) for row in rows]
    by_id = {row.id: row for row in rows}
    done = all(row.actual_end for row in rows)
    linked = any(row.depends_on for row in rows)
    plan, fact = _finishes(by_id, _planned), _finishes(by_id, _actual) if done else {}
    critical = _path(by_id, fact or plan) if linked else frozenset()
    return Rehearsed(
        tasks=tuple(_task(row, by_id, critical=row.id in critical) for row in rows),
        planned=_minutes(min(row.planned_start for row in rows), max(row.planned_end for row in rows)),
        actual=_whole(rows) if done else None,
        path_planned=max(plan.values()) if linked else None,
        path_actual=max(fact.values()) if linked and done else None,
        no_return=_no_return(rows),
        begun=_begun(rows),
    )


def _by_then(row: TaskRow, as_of: datetime) -> TaskRow:
    to_come = {name: None for name in ("actual_start", "actual_end") if (getattr(row, name) or as_of) > as_of}
    return row.model_copy(update=to_come) if to_come else row


def _minutes(start: datetime, end: datetime) -> int:
    """Minutes that have begun count: what takes ten seconds too long is too long."""
    return -((start - end) // timedelta(minutes=1))


def _planned(row: TaskRow) -> int:
    return _minutes(row.planned_start, row.planned_end)


def _actual(row: TaskRow) -> int:
    assert row.actual_start is not None
    assert row.actual_end is not None
    return _minutes(row.actual_start, row.actual_end)


def _begun(rows: Sequence[TaskRow]) -> datetime | None:
    return min((row.actual_start for row in rows if row.actual_start is not None), default=None)


def _whole(rows: Sequence[TaskRow]) -> int:
    begun = _begun(rows)
    assert begun is not None
    return _minutes(begun, max(row.actual_end for row in rows if row.actual_end is not None))


def _finishes(tasks: Mapping[str, TaskRow], minutes: Callable[[TaskRow], int]) -> dict[str, int]:
    """When each task would be done at the earliest, had it to wait only for what it depends on."""
    done: dict[str, int] = {}
    seen = set[str]()
    todo = list(tasks)
    while todo:
        row = tasks[todo[-1]]
        if row.id not in seen:
            seen.add(row.id)
            todo += [name for name in row.depends_on if name not in seen]
            continue
        done[row.id] = max((done.get(name, 0) for name in row.depends_on), default=0) + minutes(row)
        todo.pop()
    return done


def _path(tasks: Mapping[str, TaskRow], finishes: Mapping[str, int]) -> frozenset[str]:
    """The tasks of the longest chain."""
    name = max(finishes, key=lambda task: finishes[task])
    found = [name]
    while tasks[name].depends_on and len(found) < len(tasks):
        name = max(tasks[name].depends_on, key=lambda task: finishes[task])
        found.append(name)
    return frozenset(found)


def _task(row: TaskRow, tasks: Mapping[str, TaskRow], *, critical: bool) -> Task:
    started = row.actual_start
    before = [tasks[name].actual_end for name in row.depends_on]
    return Task(
        id=row.id,
        task=row.task,
        owner=row.owner,
        state=TaskState.DONE if row.actual_end else TaskState.RUNNING if started else TaskState.NOT_STARTED,
        planned=_planned(row),
        actual=_actual(row) if row.actual_end else None,
        critical=critical,
        early=started is not None and any(end is None or end > started for end in before),
        place=row.place,
    )


def _no_return(rows: Sequence[TaskRow]) -> tuple[int, int | None] | None:
    """Of several, the first: after it there is no way back."""
    marked = [row for row in rows if row.place is Place.NO_RETURN]
    if not marked:
        return None
    first = min(marked, key=lambda row: row.planned_end)
    begun = _begun(rows)
    planned = _minutes(min(row.planned_start for row in rows), first.planned_end)
    if begun is None or first.actual_end is None:
        return planned, None
    return planned, _minutes(begun, first.actual_end)
