"""What a sample of a table shows of each column, without keeping a single value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from harness.reconcile.discovery import personal
from harness.reconcile.discovery.cells import overlap, sketch, token
from harness.reconcile.discovery.description import Table, describe, observed
from harness.reconcile.discovery.sample import Rows, sampled
from harness.reconcile.view import View

_TELLING = 5  # fewer different values are shared by accident


@dataclass(frozen=True, slots=True)
class Profile:
    """One column in the sample."""

    rows: int
    filled: int
    distinct: int
    sketch: frozenset[int]
    personal: personal.Suspicion | None

    @property
    def telling(self) -> bool:
        """True when its values can tell the column from others."""
        return self.distinct >= _TELLING

    @property
    def unique(self) -> bool:
        """True when no value repeats and none is missing in the sample."""
        return 0 < self.rows == self.filled == self.distinct


@dataclass(frozen=True, slots=True)
class Described:
    """A table and what a sample shows of its columns."""

    table: Table
    profiles: Mapping[str, Profile] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name


Report = Callable[[str, int, int], None]
"""Told what is being done, how many are done, and how many there are."""


def described(view: View, report: Report) -> dict[str, Described]:
    """Every table of one side with the profiles of its columns."""
    tables = describe(view)
    found = {}
    for done, (name, table) in enumerate(tables.items(), 1):
        found[name] = _sampled(view, table) if table.rows else Described(table)
        report(view.side.value, done, len(tables))
    return found


def _sampled(view: View, table: Table) -> Described:
    rows = sampled(view, table)
    known = observed(table, [column.name for column in rows.columns], rows.rows)
    return Described(known, profiled(known, rows))


def profiled(table: Table, rows: Rows) -> dict[str, Profile]:
    """The profiles of the columns that were read."""
    found = {}
    for place, read in enumerate(rows.columns):
        column = table.column(read.name)
        values = [row[place] for row in rows.rows]
        tokens = [item for value in values if (item := token(value))]
        suspicion = personal.suspected(table.name, column, values)
        found[column.name] = Profile(len(values), len(tokens), len(set(tokens)), sketch(tokens), suspicion)
    return found


def common(source: Profile | None, target: Profile | None) -> float | None:
    """The share of values that two columns have in common; None when they have too few to tell."""
    if source is None or target is None or not (source.telling and target.telling):
        return None
    return overlap(source.sketch, target.sketch)
