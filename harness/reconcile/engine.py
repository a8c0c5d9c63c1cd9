"""Compares one entity on two live databases.

       source                                target            both at once, each in one snapshot
    count, control totals                 count, control totals
    checksum per segment    <-- differ -->   checksum per segment       PostgreSQL on both sides,
    hash per row            <-- differ -->   hash per row               one range of keys at a time
    rows of suspect keys    <-- differ -->   rows of suspect keys       in columns, side by side
                         \\               /
                            changes: cells

Where much differs, whole rows are read side by side at once. Two databases of another kind are merged in the
order of their keys; of two files equal rows are taken away first. Any other pair streams all its rows, sorted
by a digest of the key, into one merge.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from harness.model import Side
from harness.reconcile import ordered, sqlite_columns
from harness.reconcile.blocks import Blocks
from harness.reconcile.checkpoint import Checkpoint
from harness.reconcile.differences import Collector, compare_rows, outcome_of
from harness.reconcile.entity import EntityMapping
from harness.reconcile.exact import added
from harness.reconcile.extents import rows_known
from harness.reconcile.layout import NULL_KEY, Layout, Limits
from harness.reconcile.ordered import Unfit
from harness.reconcile.outcome import Outcome
from harness.reconcile.postgres_pair import PostgresPair, opened_pair
from harness.reconcile.progress import Report, Watch
from harness.reconcile.ranges import compare_ranges, laid_out
from harness.reconcile.rows import Row, RowForm, sorted_rows
from harness.reconcile.schema import has_unique_key
from harness.reconcile.snapshot import Snapshot
from harness.reconcile.statements import Statements
from harness.reconcile.suspects import Numbers
from harness.reconcile.together import both
from harness.reconcile.totals import Counting, Group, Totals
from harness.reconcile.unequal import Unequal, unequal
from harness.reconcile.view import View
from harness.values import Value

Views: TypeAlias = "Mapping[Side, View]"

_PORTION = 25_000  # suspects whose rows are in memory at the same time
_SHARE_OF_SUSPECTS = 0.2  # with more of them all rows are read, where no index finds them


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
    if ordered.mergeable(mapping, views):
        for transport, merge in (("arrow", sqlite_columns.merge), ("driver", ordered.merge)):
            with suppress(Unfit):
                collector = Collector(mapping)
                counting = merge(mapping, views, form, watch, collector)
                return _merged(mapping, counting, collector, watch, transport)
    with suppress(Unfit), unequal(mapping, views, form) as rest:
        return _without_equal_rows(mapping, rest, form, watch)
    return _streamed(mapping, views, form, watch)


def stream(mapping: EntityMapping, view: View, form: RowForm) -> Iterator[Row]:
    """All rows of one side in canonical form, unsorted."""
    return map(form.row, view.rows(Statements(mapping, view.side, view.dialect).rows()))


def _merged(
    mapping: EntityMapping,
    counting: Mapping[Side, Counting],
    collector: Collector,
    watch: Watch,
    transport: str,
) -> Compared:
    counts = {side: counted.rows for side, counted in counting.items()}
    watch.tell("rows", sum(counts.values()))
    totals = {side: counted.totals for side, counted in counting.items()}
    outcome = outcome_of(mapping, counts, totals, collector.found(), dict.fromkeys(Side, 0))
    return Compared(outcome, rows_read=sum(counts.values()), how={"transport": transport, "hash": "none"})


def _without_equal_rows(mapping: EntityMapping, rest: Unequal, form: RowForm, watch: Watch) -> Compared:
    counts = {side: counted.rows for side, counted in rest.counting.items()}
    watch.tell("rows", sum(counts.values()))
    with ExitStack() as stack:
        rows = {side: stack.enter_context(sorted_rows(map(form.row, rest.rows[side]))) for side in Side}
        found = compare_rows(mapping, rows[Side.SOURCE], rows[Side.TARGET])
    totals = {side: counted.totals for side, counted in rest.counting.items()}
    outcome = outcome_of(mapping, counts, totals, found, rest.double_keys)
    return Compared(outcome, rows_read=sum(counts.values()), how={"transport": "arrow", "hash": "none"})


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
    blocks, collector = Blocks(pair, layout, limits, form), Collector(pair.mapping)
    ranges = compare_ranges(blocks, checkpoint, watch, collector)
    results = ranges.results
    counts = {side: sum(result.rows(side) for result in results) for side in Side}
    watch.total = sum(counts.values())
    totals = both(lambda side: _totals(pair, side, form), pair.cancel)
    watch.tell("totals", watch.total)
    read = _read_suspects(blocks, ranges.unread, collector)
    watch.tell("rows", watch.total)
    double_keys = both(lambda side: _double_keys(pair, side, ranges.unique), pair.cancel)
    return Compared(
        outcome_of(pair.mapping, counts, totals, collector.found(), double_keys),
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


def _read_suspects(blocks: Blocks, suspects: Numbers, collector: Collector) -> int:
    """Collects what differs between the rows of all suspect keys; how many rows were read for it."""
    portions, by_rows, read = list(_portions(blocks.layout, suspects)), list[Numbers](), 0
    if not blocks.possible:
        by_rows, portions = portions, []
    for portion, tables in zip(portions, blocks.ahead(map(blocks.among, portions)), strict=True):
        if blocks.collect(tables, collector) is None:
            by_rows.append(portion)  # later: the next block is being read over the same connections
        else:
            read += sum(content.num_rows for content in tables.values())
    return read + sum(_read_by_rows(blocks, portion, collector) for portion in by_rows)


def _read_by_rows(blocks: Blocks, portion: Numbers, collector: Collector) -> int:
    pair, read = blocks.pair, dict.fromkeys(Side, 0)

    def rows_of(side: Side) -> Iterator[Row]:
        for row in _whole_rows(pair, side, blocks.layout, blocks.form, portion):
            read[side] += 1
            yield row

    with ExitStack() as stack:

        def read_sorted(side: Side) -> Iterator[Row]:
            return stack.enter_context(sorted_rows(rows_of(side)))

        rows = both(read_sorted, pair.cancel)
        collector.merge(rows[Side.SOURCE], rows[Side.TARGET])
    return sum(read.values())


def _portions(layout: Layout, suspects: Numbers) -> Iterator[Numbers]:
    """As many suspects at a time as memory holds the rows of, where an index finds them; else all at once."""
    if not (layout.by_key and layout.indexed):
        yield from [suspects] if len(suspects) else []
        return
    nulls = int(np.searchsorted(suspects, NULL_KEY, side="right"))
    for start, end in pairwise(sorted({0, nulls, *range(nulls, len(suspects), _PORTION), len(suspects)})):
        yield suspects[start:end]


def _whole_rows(
    pair: PostgresPair, side: Side, layout: Layout, form: RowForm, suspects: Numbers
) -> Iterator[Row]:
    """The rows of the suspect keys; of all keys, when most are suspect anyway."""
    sql = pair.sql[side]
    many = len(suspects) > max(_PORTION, layout.rows / 2 * _SHARE_OF_SUSPECTS)
    only = None if many else sql.among(layout, suspects.tolist())
    canonical = sql.canonical_rows(only=only)
    if canonical is None:
        yield from map(form.row, pair.snapshots[side].rows(sql.rows(only=only)))
        return
    for batch in pair.bulks[side].batches(canonical):
        yield from form.rows_of_texts([column.to_pylist() for column in batch.columns])


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
            sums[cells] = added(sums.get(cells, Decimal(0)), summed or Decimal(0))
        found.append(sums)
    return tuple(found)


def _double_keys(pair: PostgresPair, side: Side, unique: Collection[Side]) -> int:
    sql, snapshot = pair.sql[side], pair.snapshots[side]
    # What was seen to be unique are keys as they are stored: in another form two of them may be one.
    if not pair.mapping.key or (sql.key_as_stored and (side in unique or has_unique_key(sql, snapshot))):
        return 0
    return snapshot.number(sql.double_keys())


def _cancel(views: Views) -> None:
    for view in views.values():
        if isinstance(view, Snapshot):
            view.cancel()
