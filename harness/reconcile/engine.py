"""Compares one entity on two live databases.

       source                                target            both at once, each in one snapshot
    count, control totals                 count, control totals
    checksum per segment    <-- differ -->   checksum per segment       PostgreSQL on both sides
    rows of bad segments    -- sorted -->    rows of bad segments
                         \\               /
                          merge by digest of key: cells

Any other pair of databases streams all its rows into the same merge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias, TypeVar

from harness.model import FindingKind, Side
from harness.reconcile.differences import Differences, compare_rows
from harness.reconcile.entity import EntityMapping
from harness.reconcile.outcome import Outcome, TotalLine
from harness.reconcile.rows import Row, RowForm, cell_for, sorted_rows
from harness.reconcile.schema import has_unique_key
from harness.reconcile.statements import ROWS_PER_SEGMENT, PushedDown, Statements
from harness.reconcile.totals import Counting, Group, Totals
from harness.reconcile.view import View

T = TypeVar("T")
Views: TypeAlias = "Mapping[Side, View]"
Report: TypeAlias = "Callable[[str, int], None]"
Segments: TypeAlias = "dict[int, tuple[int, Decimal]]"


@dataclass(frozen=True, slots=True)
class Compared:
    """The outcome, and how much had to be read for it."""

    outcome: Outcome
    segments: int = 0
    bad_segments: int = 0
    rows_read: int = 0


def compare_live(
    mapping: EntityMapping, views: Views, form: RowForm, report: Report | None = None
) -> Compared:
    """Compares the rows that both snapshots hold; `report` hears of each step and how many rows it saw."""
    tell = report or _silent
    if all(view.dialect == "postgresql" for view in views.values()):
        return _pushed_down(mapping, views, form, tell)
    return _streamed(mapping, views, form, tell)


def stream(mapping: EntityMapping, view: View, form: RowForm) -> Iterator[Row]:
    """All rows of one side in canonical form, unsorted."""
    return map(form.row, view.rows(Statements(mapping, view.side, view.dialect).rows()))


def outcome_of(
    mapping: EntityMapping,
    counts: Mapping[Side, int],
    totals: Mapping[Side, Totals],
    found: Differences,
    double_keys: Mapping[Side, int],
) -> Outcome:
    """Joins counts, totals and row differences into one outcome."""
    missing = found.count(FindingKind.MISSING_IN_TARGET)
    return Outcome(
        source_rows=counts[Side.SOURCE],
        target_rows=counts[Side.TARGET],
        matched=counts[Side.SOURCE] - missing - found.set_aside,
        source_double_keys=double_keys[Side.SOURCE],
        target_double_keys=double_keys[Side.TARGET],
        tallies=found.tallies,
        shipped=found.shipped,
        set_aside=found.set_aside,
        totals=tuple(_lines(mapping, totals, found)),
    )


def _lines(mapping: EntityMapping, totals: Mapping[Side, Totals], found: Differences) -> Iterator[TotalLine]:
    zero = Decimal(0)
    for index, explained in enumerate(found.explained):
        source, target = totals[Side.SOURCE][index], totals[Side.TARGET][index]
        for group in sorted({*source, *target, *explained}, key=_null_first):
            yield TotalLine(
                index, group, source.get(group, zero), target.get(group, zero), explained.get(group, zero)
            )


def _null_first(group: Group) -> tuple[tuple[bool, str], ...]:
    return tuple((cell is not None, cell or "") for cell in group)


def _streamed(mapping: EntityMapping, views: Views, form: RowForm, tell: Report) -> Compared:
    counting = {side: Counting(mapping) for side in Side}
    with ExitStack() as stack:

        def read(side: Side) -> Iterator[Row]:
            rows = counting[side].through(stream(mapping, views[side], form))
            return stack.enter_context(sorted_rows(rows))

        rows = _both(read)
        counts = {side: counted.rows for side, counted in counting.items()}
        tell("rows", sum(counts.values()))
        found = compare_rows(mapping, rows[Side.SOURCE], rows[Side.TARGET])
    totals = {side: counted.totals for side, counted in counting.items()}
    return Compared(
        outcome_of(mapping, counts, totals, found, found.double_keys), rows_read=sum(counts.values())
    )


def _pushed_down(mapping: EntityMapping, views: Views, form: RowForm, tell: Report) -> Compared:
    sql = {side: PushedDown(mapping, side, view.dialect) for side, view in views.items()}
    counts = _both(lambda side: views[side].number(sql[side].count()))
    totals = _both(lambda side: _totals(mapping, views[side], sql[side]))
    tell("totals", sum(counts.values()))
    buckets = max(1, -(-max(counts.values()) // ROWS_PER_SEGMENT))
    segments = _both(lambda side: _segments(views[side], sql[side], buckets))
    bad = _bad(segments[Side.SOURCE], segments[Side.TARGET])
    tell("segments", sum(counts.values()))
    read = sum(segments[side].get(segment, (0, 0))[0] for side in Side for segment in bad)
    found = _rows_of(mapping, views, sql, form, buckets, bad)
    tell("rows", read)
    double_keys = _both(lambda side: _double_keys(mapping, views[side], sql[side]))
    outcome = outcome_of(mapping, counts, totals, found, double_keys)
    return Compared(outcome, len({*segments[Side.SOURCE], *segments[Side.TARGET]}), len(bad), read)


def _rows_of(
    mapping: EntityMapping,
    views: Views,
    sql: Mapping[Side, PushedDown],
    form: RowForm,
    buckets: int,
    bad: tuple[int, ...],
) -> Differences:
    if not bad:
        return compare_rows(mapping, (), ())
    with ExitStack() as stack:

        def read(side: Side) -> Iterator[Row]:
            rows = map(form.row, views[side].rows(sql[side].rows_of_segments(buckets, bad)))
            return stack.enter_context(sorted_rows(rows))

        rows = _both(read)
        return compare_rows(mapping, rows[Side.SOURCE], rows[Side.TARGET])


def _totals(mapping: EntityMapping, view: View, sql: PushedDown) -> Totals:
    fields = {field.name: field for field in mapping.fields}
    found: list[dict[Group, Decimal]] = []
    for index, total in enumerate(mapping.totals):
        sums: dict[Group, Decimal] = {}
        for *group, summed in view.all(sql.total(index)):
            cells = tuple(cell_for(value, fields[name]) for value, name in zip(group, total.by, strict=True))
            sums[cells] = sums.get(cells, Decimal(0)) + (summed or Decimal(0))
        found.append(sums)
    return tuple(found)


def _double_keys(mapping: EntityMapping, view: View, sql: PushedDown) -> int:
    return 0 if not mapping.key or has_unique_key(sql, view) else view.number(sql.double_keys())


def _segments(view: View, sql: PushedDown, buckets: int) -> Segments:
    return {segment: (count, hashed) for segment, count, hashed in view.rows(sql.segments(buckets))}


def _bad(source: Segments, target: Segments) -> tuple[int, ...]:
    return tuple(sorted(key for key in {*source, *target} if source.get(key) != target.get(key)))


def _both(work: Callable[[Side], T]) -> dict[Side, T]:
    """Does the same on both sides at once; an error of either is raised when both have ended."""
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="reconcile") as pool:
        running = {side: pool.submit(work, side) for side in Side}
        return {side: future.result() for side, future in running.items()}


def _silent(step: str, rows: int) -> None:
    pass
