"""Which segments and which keys differ, found in columns of numbers: no step here is taken row by row."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Numbers: TypeAlias = np.ndarray[tuple[int], np.dtype[np.int64]]

NO_NUMBERS: Numbers = np.empty(0, np.int64)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # an odd number near 2**64 / golden ratio spreads neighbouring keys


@dataclass(frozen=True, slots=True)
class Hashes:
    """Per row of one side: its key and the hash of what is compared."""

    keys: Numbers
    hashes: Numbers


@dataclass(frozen=True, slots=True)
class Segments:
    """Per segment of one side, in the order of the segments: how many rows, and the sum of their hashes."""

    numbers: Numbers
    counts: Numbers
    sums: pa.ChunkedArray

    @property
    def rows(self) -> int:
        """How many rows all of them hold."""
        return int(self.counts.sum())


def segments_of(table: pa.Table | None) -> Segments:
    """The segments of an answer: number, count and sum."""
    if table is None:
        return Segments(NO_NUMBERS, NO_NUMBERS, pa.chunked_array([], pa.string()))
    numbers, counts = (_numbers(table.column(place)) for place in range(2))
    order = np.argsort(numbers, kind="stable")
    return Segments(numbers[order], counts[order], table.column(2).take(pa.array(order)))


def differing(source: Segments, target: Segments) -> Numbers:
    """The segments that are not the same on both sides, in order."""
    _, at_source, at_target = np.intersect1d(
        source.numbers, target.numbers, assume_unique=True, return_indices=True
    )
    sums = pc.equal(source.sums.take(pa.array(at_source)), target.sums.take(pa.array(at_target)))
    same = (source.counts[at_source] == target.counts[at_target]) & np.asarray(sums, dtype=np.bool_)
    alone = np.setxor1d(source.numbers, target.numbers, assume_unique=True)
    return np.sort(np.concatenate([source.numbers[at_source][~same], alone]))


def rows_in(segments: Segments, wanted: Numbers) -> int:
    """How many rows the wanted segments hold."""
    return int(segments.counts[np.isin(segments.numbers, wanted, assume_unique=True)].sum())


def suspect_keys(source: Hashes, target: Hashes) -> Numbers:
    """The keys whose rows, as multisets of hashes, are not the same on both sides; in order, each once."""
    source, target = _by_key(source), _by_key(target)
    if _unique(source.keys) and _unique(target.keys):
        return _suspects_of_unique(source, target)
    keys = np.concatenate([source.keys, target.keys])
    hashes = np.concatenate([source.hashes, target.hashes])
    signs = np.concatenate([np.ones(len(source.keys), np.int64), -np.ones(len(target.keys), np.int64)])
    order = np.lexsort((hashes, keys))
    keys, hashes = keys[order], hashes[order]
    starts = np.flatnonzero(np.r_[True, (keys[1:] != keys[:-1]) | (hashes[1:] != hashes[:-1])])
    remaining = np.add.reduceat(signs[order], starts)
    return np.unique(keys[starts[remaining != 0]])


def _by_key(rows: Hashes) -> Hashes:
    if not np.any(rows.keys[1:] < rows.keys[:-1]):
        return rows
    order = np.argsort(rows.keys, kind="stable")
    return Hashes(rows.keys[order], rows.hashes[order])


def _unique(keys: Numbers) -> bool:
    return bool(np.all(keys[1:] != keys[:-1]))


def _suspects_of_unique(source: Hashes, target: Hashes) -> Numbers:
    if len(source.keys) == len(target.keys) and np.array_equal(source.keys, target.keys):
        changed: Numbers = source.keys[source.hashes != target.hashes]
        return changed
    if not len(target.keys):
        return source.keys
    places = np.minimum(np.searchsorted(target.keys, source.keys), len(target.keys) - 1)
    found = target.keys[places] == source.keys
    same = found & (target.hashes[places] == source.hashes)
    surplus = np.ones(len(target.keys), np.bool_)
    surplus[places[found]] = False
    return np.sort(np.concatenate([source.keys[~same], target.keys[surplus]]))


@contextmanager
def partitioned(count: int) -> Iterator[tuple[Partitions, Partitions]]:
    """Room for both sides' hashes in `count` parts; with more than one they wait in temporary files."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="harness-hashes-"))
        yield Partitions(Path(folder, "source"), count), Partitions(Path(folder, "target"), count)


class Partitions:
    """One side's hashes, divided by key: what has the same key is in the same part."""

    def __init__(self, path: Path, count: int) -> None:
        self._path = path
        self._count = count
        self._kept: list[tuple[Numbers, Numbers]] = []
        self.rows = 0
        self.unique = True  # no key was twice in the parts that were taken

    def fill(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Takes all batches of key and hash."""
        for batch in batches:
            keys, hashes = (_numbers(batch.column(place)) for place in range(2))
            self.rows += len(keys)
            if self._count == 1:
                self._kept.append((keys, hashes))
            else:
                self._spill(keys, hashes)

    def part(self, number: int) -> Hashes:
        """All hashes of one part, in the order of their keys."""
        found = _by_key(self._read(number))
        self.unique = self.unique and _unique(found.keys)
        return found

    def _read(self, number: int) -> Hashes:
        if self._count == 1:
            return Hashes(*(_joined([pair[place] for pair in self._kept]) for place in range(2)))
        path = self._file(number)
        pairs = np.fromfile(path, np.int64).reshape(-1, 2) if path.exists() else np.empty((0, 2), np.int64)
        path.unlink(missing_ok=True)
        return Hashes(np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1]))

    def _spill(self, keys: Numbers, hashes: Numbers) -> None:
        parts = (keys.view(np.uint64) * _SPREAD >> np.uint64(40)) % np.uint64(self._count)
        order = np.argsort(parts, kind="stable")
        pairs = np.column_stack([keys[order], hashes[order]])
        edges = np.searchsorted(parts[order], np.arange(self._count + 1, dtype=np.uint64))
        for number, (start, end) in enumerate(pairwise(edges)):
            if start < end:
                with self._file(number).open("ab") as file:
                    pairs[start:end].tofile(file)

    def _file(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}-{number}")


def _joined(arrays: Sequence[Numbers]) -> Numbers:
    return np.concatenate(arrays) if arrays else NO_NUMBERS


def _numbers(column: Any) -> Numbers:
    content = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return np.asarray(content.cast(pa.int64()).to_numpy(zero_copy_only=False), dtype=np.int64)
