"""Finds the keys that differ between two PostgreSQL databases, one range of keys after the other.

    segments    one scan a side, both at once: rows and hashes summed up per segment
    hashes      of the bad segments only: key and hash of each row
    suspects    the keys whose hashes differ: their rows are read whole by the engine

Where a sample, or the range done last, shows that many segments differ, or where no index finds their rows,
summing up first would be a scan for nothing: the hashes of all rows are read at once, or the rows themselves,
whichever a sample shows to be faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter

import numpy as np

from harness.model import Side
from harness.reconcile.blocks import Blocks
from harness.reconcile.bulk import table
from harness.reconcile.checkpoint import Checkpoint, RangeResult
from harness.reconcile.differences import Collector
from harness.reconcile.extents import extent_of
from harness.reconcile.layout import KeyRange, Layout, Limits, divide
from harness.reconcile.postgres_pair import PostgresPair
from harness.reconcile.progress import Watch
from harness.reconcile.suspects import (
    NO_NUMBERS,
    Numbers,
    Segments,
    differing,
    partitioned,
    rows_in,
    segments_of,
    suspect_keys,
)
from harness.reconcile.together import both
from harness.sqltext.native_hash import Hashing

_NEITHER: frozenset[Side] = frozenset()
_BY_KEY = 4.0  # a row that is looked up by its key takes so many times as long as one that is read in turn
_FIRST_LOOK = (16, 4)  # so many places of so many neighbouring segments each
_TO_MEASURE = (4, 64)
_FEW_ROWS = 100_000  # not worth a sample


def laid_out(pair: PostgresPair, limits: Limits) -> Layout:
    """How to divide the rows, from what the servers know about them without reading them."""
    extents = both(lambda side: extent_of(pair.sql[side], pair.snapshots[side]), pair.cancel)
    integer = all(sql.integer_key for sql in pair.sql.values())
    return divide(extents, integer_key=integer, limits=limits)


class Way(StrEnum):
    """How the rows of a range are compared."""

    SEGMENTS = "segments"
    HASHES = "hashes"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Ranges:
    """What all ranges told."""

    results: tuple[RangeResult, ...]
    unread: Numbers
    """The keys whose rows are still to be read and collected."""
    unique: frozenset[Side]
    """Where every key was read and none was seen twice; of the others that is not known."""


def compare_ranges(blocks: Blocks, checkpoint: Checkpoint, watch: Watch, collector: Collector) -> Ranges:
    """Every range that is not finished yet; each is kept in the checkpoint once it is."""
    way, many, seen = None, False, 0
    unique = set(Side) if blocks.layout.by_key else set()  # a hash is not the key itself
    results, unread = list[RangeResult](), [NO_NUMBERS]
    for number, key_range in enumerate(blocks.layout.ranges):
        result = checkpoint.done(number)
        if result is None:
            way = way or (_way_of_many(blocks) if many else _way(blocks))
            result, rest, known = _range(blocks, key_range, way, collector)
            checkpoint.keep(number, result)
            unread.append(rest)
            unique &= known
        else:  # read before an interruption: it is confirmed now
            unread.append(result.suspects)
            unique.clear()
        if result.segments:
            many = result.bad_segments > result.segments * blocks.limits.bad_share
            way = None if many else Way.SEGMENTS  # measured again only if another range is to be read
        seen += result.source_rows + result.target_rows
        watch.tell("ranges", seen)
        results.append(result)
    return Ranges(tuple(results), np.unique(np.concatenate(unread)), frozenset(unique))


def _range(
    blocks: Blocks, key_range: KeyRange, way: Way, collector: Collector
) -> tuple[RangeResult, Numbers, frozenset[Side]]:
    """What the range told, the keys still to be read, and on which sides no key of it is there twice."""
    pair, layout, limits = blocks.pair, blocks.layout, blocks.limits
    if way is Way.ROWS:
        return (*blocks.compare(key_range, collector), _NEITHER)
    within = {side: sql.in_range(key_range) for side, sql in pair.sql.items()}
    if way is Way.HASHES:
        rows, suspects, unique = _suspects(pair, layout, within, limits, expected=limits.rows_per_range)
        result = RangeResult(rows[Side.SOURCE], rows[Side.TARGET], 0, 0, sum(rows.values()), suspects)
        return result, suspects, unique
    segments = _segments(pair, layout, within)
    source, target = segments[Side.SOURCE], segments[Side.TARGET]
    bad, count = differing(source, target), len(np.union1d(source.numbers, target.numbers))
    if not len(bad):
        return RangeResult(source.rows, target.rows, count, 0, 0, bad), bad, _NEITHER
    if len(bad) * 2 < count:
        within = {side: _and(within[side], pair.sql[side].in_segments(layout, bad.tolist())) for side in Side}
    expected = max(rows_in(side, bad) for side in segments.values())
    read, suspects, _ = _suspects(pair, layout, within, limits, expected=expected)
    result = RangeResult(source.rows, target.rows, count, len(bad), sum(read.values()), suspects)
    return result, suspects, _NEITHER


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
) -> tuple[dict[Side, int], Numbers, frozenset[Side]]:
    """How many hashes were read, the keys that differ, and on which sides no key was read twice.

    Memory holds one part of them at a time.
    """
    count = max(1, -(-expected // limits.rows_in_memory))
    with partitioned(count) as (source, target):
        parts = {Side.SOURCE: source, Side.TARGET: target}

        def read(side: Side) -> None:
            parts[side].fill(pair.bulks[side].batches(pair.sql[side].hashes(layout, within[side])))

        both(read, pair.cancel)
        found = [suspect_keys(source.part(number), target.part(number)) for number in range(count)]
    unique = frozenset(side for side, part in parts.items() if part.unique)
    return {side: part.rows for side, part in parts.items()}, np.sort(np.concatenate(found)), unique


def _way(blocks: Blocks) -> Way:
    """Segments, unless a few of them, spread over an indexed key, show that another way is faster."""
    layout, wanted = blocks.layout, _sample(blocks.layout, *_FIRST_LOOK)
    if not layout.indexed:
        return Way.HASHES  # no index finds the rows of a bad segment: that would be a second scan of all
    if not wanted:
        return Way.SEGMENTS
    within = {side: sql.in_segments(layout, wanted) for side, sql in blocks.pair.sql.items()}
    started = perf_counter()
    segments = _segments(blocks.pair, layout, within)
    summed = perf_counter() - started
    if blocks.pair.hashing is Hashing.MD5 and blocks.possible and _reading(blocks, within) < summed:
        return Way.ROWS
    bad = differing(segments[Side.SOURCE], segments[Side.TARGET])
    # A sample may be unlucky: it takes more to decide.
    many = len(bad) > len(wanted) * blocks.limits.bad_share * 2
    return _way_of_many(blocks) if many else Way.SEGMENTS


def _way_of_many(blocks: Blocks) -> Way:
    """Hashes first or whole rows at once: what a sample takes, here and now, decides."""
    pair, layout, wanted = blocks.pair, blocks.layout, _sample(blocks.layout, *_TO_MEASURE)
    if not (wanted and blocks.possible):
        return Way.HASHES
    within = {side: sql.in_segments(layout, wanted) for side, sql in pair.sql.items()}
    started = perf_counter()
    rows, suspects, _ = _suspects(pair, layout, within, blocks.limits, expected=1)
    hashed, whole = perf_counter() - started, _reading(blocks, within)
    share = len(suspects) / max(1, *rows.values())
    return Way.ROWS if whole < hashed + share * whole * _BY_KEY else Way.HASHES


def _reading(blocks: Blocks, within: Mapping[Side, str | None]) -> float:
    """How many seconds it takes to read whole rows."""
    started = perf_counter()
    blocks.read(within)
    return perf_counter() - started


def _sample(layout: Layout, places: int, width: int) -> list[int]:
    """Segments spread over an indexed key; none where there are too few rows to be worth it."""
    first, last = layout.lowest, layout.highest
    if not layout.indexed or layout.rows < _FEW_ROWS or first is None or last is None:
        return []
    starts = np.linspace(first >> layout.bits, (last >> layout.bits) - width, places).astype(np.int64)
    numbers: list[int] = np.unique((starts[:, None] + np.arange(width)).ravel()).tolist()
    return numbers


def _and(one: str | None, other: str) -> str:
    return f"({one}) AND ({other})" if one else other
