"""How the rows of an entity are divided: segments that are summed up, and ranges that are done in turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from harness.model import Side

NULL_KEY = -(2**63)
"""Stands for NULL among integer keys."""

_ROWS_PER_SEGMENT = 256
_MOST_SEGMENTS = 1 << 17
_SPARSE = 1024  # an integer key with fewer rows than one in so many numbers is divided by its hash
_IN_ORDER = 0.9


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is done at a time; smaller numbers only for tests."""

    rows_per_range: int = 2_000_000
    rows_in_memory: int = 2_000_000
    stream_below: int = 2_000
    """Fewer rows than this on both sides together are read at once: asking about them would take longer."""
    rows_side_by_side: int = 200_000
    """So many whole rows of each side are in memory at a time, where all are read."""
    bad_share: float = 0.2
    """With more bad segments than this, row hashes are read at once, without segments first."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What one side's server knows about the rows without reading them."""

    rows: int
    lowest: int | None = None
    highest: int | None = None
    indexed: bool = False
    correlation: float = 0.0


@dataclass(frozen=True, slots=True)
class KeyRange:
    """Integer keys from `start` up to, not with, `end`; None is open. The first one holds NULL too."""

    start: int | None = None
    end: int | None = None

    def parts(self, layout: Layout, rows: int) -> Iterator[KeyRange]:
        """The same keys in order, in ranges that hold about so many rows of each side."""
        assert layout.lowest is not None and layout.highest is not None
        first = layout.lowest if self.start is None else self.start
        last = layout.highest + 1 if self.end is None else self.end
        span = layout.highest - layout.lowest + 1
        step = max(1, span * rows // max(1, layout.rows // 2))
        edges = [self.start, *range(first + step, last, step), self.end]
        return (KeyRange(start, end) for start, end in pairwise(edges))


@dataclass(frozen=True, slots=True)
class Layout:
    """One division for both sides: by the integer key itself, or by a hash of the key."""

    by_key: bool
    bits: int
    """By key: a segment holds 2**bits numbers. By hash: there are 2**bits segments."""
    indexed: bool
    ranges: tuple[KeyRange, ...] = (KeyRange(),)
    lowest: int | None = None
    highest: int | None = None
    rows: int = 0
    """About so many on both sides together."""


def divide(extents: Mapping[Side, Extent], *, integer_key: bool, limits: Limits) -> Layout:
    """The layout for the larger of both sides."""
    rows = max(1, *(extent.rows for extent in extents.values()))
    total = sum(extent.rows for extent in extents.values())
    per_segment = max(_ROWS_PER_SEGMENT, rows // _MOST_SEGMENTS)
    bounds = _bounds(extents) if integer_key else None
    if bounds is None or bounds[1] - bounds[0] > rows * _SPARSE:
        return Layout(by_key=False, bits=_bits(rows // per_segment), indexed=False, rows=total)
    lowest, highest = bounds
    span = highest - lowest + 1
    bits = _bits(max(per_segment, span * per_segment // rows))
    indexed = all(extent.indexed for extent in extents.values())
    ordered = indexed and all(abs(extent.correlation) >= _IN_ORDER for extent in extents.values())
    ranges = _ranges(lowest, span, bits, -(-rows // limits.rows_per_range)) if ordered else (KeyRange(),)
    return Layout(True, bits, indexed, ranges, lowest, highest, total)


def _bounds(extents: Mapping[Side, Extent]) -> tuple[int, int] | None:
    lowest = [extent.lowest for extent in extents.values() if extent.lowest is not None]
    highest = [extent.highest for extent in extents.values() if extent.highest is not None]
    return (min(lowest), max(highest)) if lowest and highest else None


def _ranges(lowest: int, span: int, bits: int, count: int) -> tuple[KeyRange, ...]:
    """Ranges of about equal width that begin where a segment begins."""
    starts = sorted({((lowest + span * part // count) >> bits) << bits for part in range(1, count)})
    edges = [None, *starts, None]
    return tuple(KeyRange(start, end) for start, end in pairwise(edges))


def _bits(number: int) -> int:
    """The exponent of the smallest power of two that is not less than `number`."""
    return max(0, number - 1).bit_length()
