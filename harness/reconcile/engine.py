"""Compares one entity on two live databases.

       source                                target            both at once, each in one snapshot
    count, control totals                 count, control totals
    checksum per segment    <-- differ -->   checksum per segment       PostgreSQL on both sides,
    hash per row            <-- differ -->   hash per row               one range of keys at a time
    rows of suspect keys    -- sorted -->    rows of suspect keys
                         \\               /
                          merge by digest of key: cells

Any other pair of databases streams all its rows into the same merge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

import numpy as np

from harness.model import Side
from harness.reconcile.checkpoint import Checkpoint, RangeResult
from harness.reconcile.differences import Differences, compare_rows, outcome_of
from harness.reconcile.entity import EntityMapping
from harness.reconcile.extents import rows_known
from harness.reconcile.layout import Layout, Limits
from harness.reconcile.outcome import Outcome
from harness.reconcile.progress import Report, Watch
from harness.reconcile.ranges import PostgresPair, compare_ranges, laid_out, opened_pair
from harness.reconcile.rows import Row, RowForm, sorted_rows
from harness.reconcile.schema import has_unique_key
from harness.reconcile.snapshot import Snapshot
from harness.reconcile.statements import Statements
from harness.reconcile.suspects import Numbers
from harness.reconcile.together import both
from harness.reconcile.totals import Counting, Group, Totals
from harness.reconcile.view import View
from harness.values import Value

Views: TypeAlias = "Mapping[Side, View]"

_MOST_SUSPECTS = 2_000_000  # in one statement; with more of them all rows are read
_SHARE_OF_SUSPECTS = 0.2


@dataclass(frozen=True, slots=True)
class Compared:
    """The outcome, how much had to be read for it, and how it was found."""

    outcome: Outcome
    segments: int = 0
    bad_segments: int = 0
    rows_read: int = 0
    how: Mapping[str, Value] = field(default_factory=dict)


def compare_live(
    mapping: EntityMapping,
    views: Views,
    form: RowForm,
    report: Report | None = None,
    *,
    checkpoint: Checkpoint | None = None,
    limits: Limits | None = None,
) -> Compared:
    """Compares the rows that both snapshots hold; `report` hears of each step and how many rows it saw.

    With a checkpoint, ranges of keys that it knows already are not read again.
    """
    watch = Watch(mapping.entity, report)
    snapshots = {side: view for side, view in views.items() if isinstance(view, Snapshot)}
    limits = limits or Limits()
    if len(snapshots) == len(Side) and all(snapshot.answers_psycopg for snapshot in snapshots.values()):
        known = (rows_known(mapping, snapshot) for snapshot in snapshots.values())
        if limits.stream_below <= sum(limits.stream_below if rows is None else rows for rows in known):
            with opened_pair(mapping, snapshots) as pair:
                return _pushed_down(pair, form, watch, checkpoint or Checkpoint(), limits)
    return _streamed(mapping, views, form, watch)


def stream(mapping: EntityMapping, view: View, form: RowForm) -> Iterator[Row]:
    """All rows of one side in canonical form, unsorted."""
    return map(form.row, view.rows(Statements(mapping, view.side, view.dialect).rows()))


def _streamed(mapping: EntityMapping, views: Views, form: RowForm, watch: Watch) -> Compared:
    counting = {side: Counting(mapping) for side in Side}
    with ExitStack() as stack:

        def read(side: Side) -> Iterator[Row]:
            rows = counting[side].through(stream(mapping, views[side], form))
            return stack.enter_context(sorted_rows(rows))

        rows = both(read, lambda: _cancel(views))
        counts = {side: counted.rows for side, counted in counting.items()}
        watch.tell("rows", sum(counts.values()))
        found = compare_rows(mapping, rows[Side.SOURCE], rows[Side.TARGET])
    totals = {side: counted.totals for side, counted in counting.items()}
    outcome = outcome_of(mapping, counts, totals, found, found.double_keys)
    return Compared(outcome, rows_read=sum(counts.values()), how={"transport": "driver", "hash": "none"})


def _pushed_down(
    pair: PostgresPair, form: RowForm, watch: Watch, checkpoint: Checkpoint, limits: Limits
) -> Compared:
    layout = checkpoint.begin(_identity(pair), laid_out(pair, limits))
    watch.total = layout.rows
    results = compare_ranges(pair, layout, checkpoint, limits, watch)
    counts = {side: sum(result.rows(side) for result in results) for side in Side}
    watch.total = sum(counts.values())
    totals = both(lambda side: _totals(pair, side, form), pair.cancel)
    watch.tell("totals", watch.total)
    found, read = _differences(pair, layout, form, results)
    watch.tell("rows", watch.total)
    double_keys = both(lambda side: _double_keys(pair, side), pair.cancel)
    return Compared(
        outcome_of(pair.mapping, counts, totals, found, double_keys),
        sum(result.segments for result in results),
        sum(result.bad_segments for result in results),
        sum(result.rows_read for result in results) + read,
        {"transport": pair.transport, "hash": pair.hashing.value, "ranges_resumed": checkpoint.resumed},
    )


def _identity(pair: PostgresPair) -> dict[str, Value]:
    """What makes a checkpoint fit: the same mapping on the same databases, hashed alike."""
    places = {
        side.value: snapshot.connection.engine.url.render_as_string(hide_password=True)
        for side, snapshot in pair.snapshots.items()
    }
    return {"mapping": pair.mapping.as_value(), "hash": pair.hashing.value, **places}


def _differences(
    pair: PostgresPair, layout: Layout, form: RowForm, results: tuple[RangeResult, ...]
) -> tuple[Differences, int]:
    """What differs between the rows of all suspect keys, read whole, and how many rows that were."""
    suspects = np.unique(np.concatenate([result.suspects for result in results]))
    if not len(suspects):
        return compare_rows(pair.mapping, (), ()), 0
    read = dict.fromkeys(Side, 0)
    with ExitStack() as stack:

        def rows_of(side: Side) -> Iterator[Row]:
            for row in pair.snapshots[side].rows(_rows_sql(pair, side, layout, suspects)):
                read[side] += 1
                yield form.row(row)

        rows = both(lambda side: stack.enter_context(sorted_rows(rows_of(side))), pair.cancel)
        found = compare_rows(pair.mapping, rows[Side.SOURCE], rows[Side.TARGET])
    return found, sum(read.values())


def _rows_sql(pair: PostgresPair, side: Side, layout: Layout, suspects: Numbers) -> str:
    sql = pair.sql[side]
    if len(suspects) > min(_MOST_SUSPECTS, layout.rows / 2 * _SHARE_OF_SUSPECTS + 1_000):
        return sql.rows()
    return sql.rows_of_keys(layout, suspects.tolist())


def _totals(pair: PostgresPair, side: Side, form: RowForm) -> Totals:
    mapping, sql, snapshot = pair.mapping, pair.sql[side], pair.snapshots[side]
    found: list[dict[Group, Decimal]] = []
    for index, total in enumerate(mapping.totals):
        places = [mapping.position(name) for name in total.by]
        lines = snapshot.all(sql.total(index))
        if not all(Decimal(line[-1] or 0).is_finite() for line in lines):
            lines = snapshot.all(sql.total(index, finite=True))
        sums: dict[Group, Decimal] = {}
        for *group, summed in lines:
            cells = tuple(form.cell(place, value) for place, value in zip(places, group, strict=True))
            sums[cells] = sums.get(cells, Decimal(0)) + (summed or Decimal(0))
        found.append(sums)
    return tuple(found)


def _double_keys(pair: PostgresPair, side: Side) -> int:
    sql, snapshot = pair.sql[side], pair.snapshots[side]
    if not pair.mapping.key or (sql.key_as_stored and has_unique_key(sql, snapshot)):
        return 0
    return snapshot.number(sql.double_keys())


def _cancel(views: Views) -> None:
    for view in views.values():
        if isinstance(view, Snapshot):
            view.cancel()
