"""Who was to be trained, took the training and passed: counts by department, never persons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from harness.config.human import TrainingRow


@dataclass(frozen=True, slots=True)
class Trained:
    """One department: each person in each course counts once.

    `assessed` are those in courses with an assessment. Nobody else has passed anything, so that the share
    of those who passed is of `planned`, as is that of those who took the course.
    """

    department: str
    planned: int
    completed: int
    assessed: int
    passed: int

    @property
    def completed_share(self) -> Decimal:
        """How many took their course, of all who were to."""
        return Decimal(self.completed) / self.planned

    @property
    def passed_share(self) -> Decimal:
        """How many have shown that they can do it, of all who were to."""
        return Decimal(self.passed) / self.planned


def trained(rows: Sequence[TrainingRow], as_of: datetime) -> tuple[Trained, ...]:
    """The departments in the order of their names; a training after the day of judging is only planned."""
    names: dict[str, str] = {}
    found: dict[str, list[TrainingRow]] = {}
    for row in _each_once(_by_then(rows, as_of)):
        key = row.department.casefold()
        names.setdefault(key, row.department)
        found.setdefault(key, []).append(row)
    return tuple(_department(names[key], found[key]) for key in sorted(found))


def _department(name: str, rows: Sequence[TrainingRow]) -> Trained:
    return Trained(
        department=name,
        planned=sum(row.planned for row in rows),
        completed=sum(row.completed for row in rows),
        assessed=sum(row.completed for row in rows if row.succeeded is not None),
        passed=sum(row.succeeded or 0 for row in rows),
    )


def _by_then(rows: Iterable[TrainingRow], as_of: datetime) -> Iterator[TrainingRow]:
    for row in rows:
        to_come = row.day is not None and row.day > as_of.date()
        planned_only = {"completed": 0, "passed": None, "score": None}
        yield row.model_copy(update=planned_only) if to_come else row


def _each_once(rows: Iterable[TrainingRow]) -> Iterator[TrainingRow]:
    """A person who took a course again counts once, with the better of the two ends."""
    best: dict[tuple[str, ...], TrainingRow] = {}
    for row in rows:
        if row.person is None:
            yield row
            continue
        key = (row.department.casefold(), (row.course or "").casefold(), row.person)
        if key not in best or _rank(row) > _rank(best[key]):
            best[key] = row
    yield from best.values()


def _rank(row: TrainingRow) -> tuple[int, int]:
    return row.succeeded or 0, row.completed
