"""Finds the keys that differ between two PostgreSQL databases, one range of keys after the other.

    segments    one scan a side, both at once: rows and hashes summed up per segment
    hashes      of the bad segments only: key and hash of each row
    suspects    the keys whose hashes differ: their rows are read whole by the engine

Where a sample, or the range done last, shows that many segments differ, summing up first would be a scan
for nothing: the hashes of all rows are read at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import numpy as np

from harness.errors import ConfigError
from harness.model import Side
from harness.reconcile.bulk import Bulk, bulk_of, table
from harness.reconcile.checkpoint import Checkpoint, RangeResult
from harness.reconcile.entity import EntityMapping
from harness.reconcile.extents import extent_of
from harness.reconcile.layout import KeyRange, Layout, Limits, divide
from harness.reconcile.progress import Watch
from harness.reconcile.pushed_down import PushedDown
from harness.reconcile.snapshot import Snapshot
from harness.reconcile.statements import Statements
from harness.reconcile.suspects import (
    Numbers,
    Segments,
    differing,
    partitioned,
    rows_in,
    segments_of,
    suspect_keys,
)
from harness.reconcile.together import both
from harness.sqltext.native_hash import Hashing, self_test

_SAMPLES = 16
_SEGMENTS_PER_SAMPLE = 4
_FEW_ROWS = 100_000  # not worth a sample


@dataclass(frozen=True, slots=True)
class PostgresPair:
    """Both sides' snapshots with the fastest way to their rows, and the statements for them."""

    mapping: EntityMapping
    snapshots: Mapping[Side, Snapshot]
    bulks: Mapping[Side, Bulk]
    sql: Mapping[Side, PushedDown]

    @property
    def hashing(self) -> Hashing:
        """The checksum that both servers agree on."""
        return self.sql[Side.SOURCE].hashing

    @property
    def transport(self) -> str:
        """`arrow` when both sides answer in it."""
        return "arrow" if all(bulk.transport == "arrow" for bulk in self.bulks.values()) else "driver"

    def cancel(self) -> None:
        """Ends what both servers are doing."""
        for side in Side:
            self.bulks[side].cancel()
            self.snapshots[side].cancel()


@contextmanager
def opened_pair(mapping: EntityMapping, snapshots: Mapping[Side, Snapshot]) -> Iterator[PostgresPair]:
    """The pair, with a hash that gives the same on both servers."""
    with ExitStack() as stack:
        bulks = {side: stack.enter_context(bulk_of(snapshots[side])) for side in Side}
        types = {
            side: snapshot.types(Statements(mapping, side, snapshot.dialect).probe())
            for side, snapshot in snapshots.items()
        }
        hashing = _hashing(snapshots)
        sql = {
            side: PushedDown(mapping, side, snapshot.dialect, types=types, hashing=hashing)
            for side, snapshot in snapshots.items()
        }
        yield PostgresPair(mapping, snapshots, bulks, sql)


def laid_out(pair: PostgresPair, limits: Limits) -> Layout:
    """How to divide the rows, from what the servers know about them without reading them."""
    extents = both(lambda side: extent_of(pair.sql[side], pair.snapshots[side]), pair.cancel)
    integer = all(sql.integer_key for sql in pair.sql.values())
    return divide(extents, integer_key=integer, limits=limits)


def compare_ranges(
    pair: PostgresPair, layout: Layout, checkpoint: Checkpoint, limits: Limits, watch: Watch
) -> tuple[RangeResult, ...]:
    """Every range that is not finished yet; each is kept in the checkpoint once it is."""
    hashes_only, seen, results = False, 0, list[RangeResult]()
    for number, key_range in enumerate(layout.ranges):
        result = checkpoint.done(number)
        if result is None:
            if not hashes_only and not results:
                hashes_only = _sampled_bad(pair, layout, limits)
            result = _range(pair, layout, key_range, limits, hashes_only=hashes_only)
            checkpoint.keep(number, result)
        if result.segments:
            hashes_only = result.bad_segments > result.segments * limits.bad_share
        seen += result.source_rows + result.target_rows
        watch.tell("ranges", seen)
        results.append(result)
    return tuple(results)


def _range(
    pair: PostgresPair, layout: Layout, key_range: KeyRange, limits: Limits, *, hashes_only: bool
) -> RangeResult:
    within = {side: sql.in_range(key_range) for side, sql in pair.sql.items()}
    if hashes_only:
        rows, suspects = _suspects(pair, layout, within, limits, expected=limits.rows_per_range)
        return RangeResult(rows[Side.SOURCE], rows[Side.TARGET], 0, 0, sum(rows.values()), suspects)
    segments = _segments(pair, layout, within)
    source, target = segments[Side.SOURCE], segments[Side.TARGET]
    bad, count = differing(source, target), len(np.union1d(source.numbers, target.numbers))
    if not len(bad):
        return RangeResult(source.rows, target.rows, count, 0, 0, bad)
    if len(bad) * 2 < count:
        within = {side: _and(within[side], pair.sql[side].in_segments(layout, bad.tolist())) for side in Side}
    expected = max(rows_in(side, bad) for side in segments.values())
    read, suspects = _suspects(pair, layout, within, limits, expected=expected)
    return RangeResult(source.rows, target.rows, count, len(bad), sum(read.values()), suspects)


def _segments(
    pair: PostgresPair, layout: Layout, within: Mapping[Side, str | None]
) -> Mapping[Side, Segments]:
    def read(side: Side) -> Segments:
        return segments_of(table(pair.bulks[side], pair.sql[side].segments(layout, within[side])))

    return both(read, pair.cancel)


def _suspects(
    pair: PostgresPair,
    layout: Layout,
    within: Mapping[Side, str | None],
    limits: Limits,
    *,
    expected: int,
) -> tuple[dict[Side, int], Numbers]:
    """How many hashes were read, and the keys that differ; memory holds one part of them at a time."""
    count = max(1, -(-expected // limits.rows_in_memory))
    with partitioned(count) as (source, target):
        parts = {Side.SOURCE: source, Side.TARGET: target}

        def read(side: Side) -> None:
            parts[side].fill(pair.bulks[side].batches(pair.sql[side].hashes(layout, within[side])))

        both(read, pair.cancel)
        found = [suspect_keys(source.part(number), target.part(number)) for number in range(count)]
    return {side: part.rows for side, part in parts.items()}, np.sort(np.concatenate(found))


def _sampled_bad(pair: PostgresPair, layout: Layout, limits: Limits) -> bool:
    """Whether a few segments, spread over an indexed key, already show that many differ."""
    first, last = layout.lowest, layout.highest
    if not layout.indexed or layout.rows < _FEW_ROWS or first is None or last is None:
        return False
    width = _SEGMENTS_PER_SAMPLE
    starts = np.linspace(first >> layout.bits, (last >> layout.bits) - width, _SAMPLES).astype(np.int64)
    wanted = np.unique((starts[:, None] + np.arange(width)).ravel()).tolist()
    within = {side: pair.sql[side].in_segments(layout, wanted) for side in Side}
    segments = _segments(pair, layout, within)
    bad = differing(segments[Side.SOURCE], segments[Side.TARGET])
    return len(bad) > len(wanted) * limits.bad_share * 2  # a sample may be unlucky: it takes more to decide


def _hashing(snapshots: Mapping[Side, Snapshot]) -> Hashing:
    """PostgreSQL's own hash when both servers answer the self-test alike, else MD5."""
    try:
        answers = {side: _answer(snapshot) for side, snapshot in snapshots.items()}
    except ConfigError:  # a version that lacks one of the functions
        return Hashing.MD5
    return Hashing.NATIVE if answers[Side.SOURCE] == answers[Side.TARGET] else Hashing.MD5


def _answer(snapshot: Snapshot) -> int:
    with snapshot.attempt():
        return snapshot.number(self_test())


def _and(one: str | None, other: str) -> str:
    return f"({one}) AND ({other})" if one else other
