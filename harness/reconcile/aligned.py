"""Two tables of columns side by side, by a whole-number key: what is equal is never looked at by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from harness.model import Side
from harness.reconcile.rows import Cell, Order, Row, RowForm, order_of
from harness.reconcile.suspects import Numbers


@dataclass(frozen=True)
class AlignedPairs:
    """Rows of the same key, in columns as the databases gave them; see `changes.Pairs`.

    Both sides' columns are of the same types, and equal values of one type have the same canonical text:
    only what is unequal as it came is made canonical and looked at again.
    """

    tables: Mapping[Side, pa.Table]
    form: RowForm

    @cached_property
    def differing(self) -> Mapping[int, Sequence[int]]:
        """See Pairs."""
        return {place: rows for place, (rows, _, _) in self._changed.items()}

    def cells(self, side: Side, place: int, rows: Sequence[int]) -> Sequence[Cell]:
        """See Pairs."""
        known = self._changed.get(place)
        if known is not None and rows is known[0]:
            return known[1] if side is Side.SOURCE else known[2]
        return _canonical(self.form, place, self.tables[side].column(place).take(pa.array(rows, pa.int64())))

    def first(self, rows: Sequence[int], most: int) -> Sequence[tuple[Order, int]]:
        """See Pairs."""
        (place,) = self.form.key
        keys = integers(self.tables[Side.SOURCE].column(place))[np.asarray(rows, np.int64)]
        candidates = np.arange(len(keys))
        # Whole numbers below 0 do not come in the order of their letters.
        if len(keys) > most and keys.min() >= 0 and not self.form.hides(place):
            candidates = np.argpartition(keys, most)[:most]
        cells = self.cells(Side.SOURCE, place, [rows[number] for number in candidates.tolist()])
        return nsmallest(most, zip(map(order_of, zip(cells, strict=True)), candidates.tolist(), strict=True))

    @cached_property
    def _changed(self) -> Mapping[int, tuple[list[int], list[Cell], list[Cell]]]:
        source, target = (self.tables[side] for side in Side)
        found = {}
        for place in range(self.form.width):
            rows = np.flatnonzero(_unequal(source.column(place), target.column(place)))
            if not len(rows):
                continue
            taken = pa.array(rows)
            one, other = (
                _canonical(self.form, place, table.column(place).take(taken)) for table in (source, target)
            )
            kept = [number for number, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
            if kept:
                at = rows[kept].tolist()
                found[place] = (at, [one[number] for number in kept], [other[number] for number in kept])
        return found


@dataclass(frozen=True, slots=True)
class Aligned:
    """The pairs of two tables, and the rows that one side has alone."""

    pairs: AlignedPairs
    alone: Mapping[Side, pa.Table]


def aligned(tables: Mapping[Side, pa.Table], form: RowForm) -> Aligned | None:
    """Both sides by the integer key that is the form's only one; None where a key is NULL or occurs twice."""
    (place,) = form.key
    orders: dict[Side, Numbers | None] = {}
    keys: dict[Side, Numbers] = {}
    for side, table in tables.items():
        column = table.column(place)
        if column.null_count:
            return None
        numbers = integers(column)
        order = None if ascending(numbers) else np.argsort(numbers, kind="stable")
        orders[side], keys[side] = order, numbers if order is None else numbers[order]
        if np.any(keys[side][1:] == keys[side][:-1]):
            return None
    source, target = (keys[side] for side in Side)
    if np.array_equal(source, target):
        paired = {side: _taken(tables[side], orders[side]) for side in Side}
        return Aligned(
            AlignedPairs(paired, form), {side: table.slice(0, 0) for side, table in tables.items()}
        )
    _, *places = np.intersect1d(source, target, assume_unique=True, return_indices=True)
    paired, alone = {}, {}
    for side, common in zip(Side, places, strict=True):
        rest = np.setdiff1d(np.arange(len(keys[side])), common, assume_unique=True)
        order = orders[side]
        at = [part if order is None else order[part] for part in (common, rest)]
        paired[side], alone[side] = (_taken(tables[side], part) for part in at)
    return Aligned(AlignedPairs(paired, form), alone)


def keys_that_differ(found: Aligned) -> Numbers:
    """The keys of the rows that are not the same on both sides, each once and in order."""
    (place,) = found.pairs.form.key
    rows = sorted({row for each in found.pairs.differing.values() for row in each})
    changed = integers(found.pairs.tables[Side.SOURCE].column(place))[rows]
    return np.unique(
        np.concatenate([changed, *(integers(table.column(place)) for table in found.alone.values())])
    )


def rows_by_digest(form: RowForm, content: pa.Table) -> list[Row]:
    """The rows in canonical form, in the order of their digests."""
    columns = [_canonical(form, place, content.column(place)) for place in range(content.num_columns)]
    rows = [(form.digest(cells), cells) for cells in zip(*columns, strict=True)]
    return sorted(rows, key=itemgetter(0))


def _unequal(source: pa.ChunkedArray, target: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Where two columns are not the same as they are; NULL is the same as NULL."""
    if source.type != target.type:
        try:
            source, target = _alike(source, target)
        except pa.ArrowInvalid:  # what cannot be compared as it is may be equal in canonical form
            return ~np.asarray(pc.and_(pc.is_null(source), pc.is_null(target)), dtype=np.bool_)
    unequal = pc.fill_null(pc.not_equal(source, target), False)
    if source.null_count or target.null_count:
        unequal = pc.or_(unequal, pc.xor(pc.is_null(source), pc.is_null(target)))
    return np.asarray(unequal, dtype=np.bool_)


def _alike(source: pa.ChunkedArray, target: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Numbers of two types as numbers of one; ArrowInvalid where that would change one."""
    types = source.type, target.type
    if all(map(pa.types.is_integer, types)):
        return source.cast(pa.int64()), target.cast(pa.int64())
    if all(pa.types.is_integer(type_) or pa.types.is_floating(type_) for type_ in types):
        return source.cast(pa.float64()), target.cast(pa.float64())
    raise pa.ArrowInvalid("of two kinds")


def _canonical(form: RowForm, place: int, column: pa.ChunkedArray) -> list[Cell]:
    return form.column(place, in_python(column))


def in_python(column: pa.ChunkedArray) -> list[Any]:
    """The values; the way of Arrow itself takes a scalar each."""
    if column.null_count and not pa.types.is_string(column.type):
        values: list[Any] = column.to_pylist()  # numpy knows no missing number
    else:
        values = column.to_numpy().tolist()
    return values


def integers(column: pa.ChunkedArray) -> Numbers:
    """The whole numbers of a column without NULL, of whatever width they are."""
    return np.asarray(column.cast(pa.int64()).to_numpy(), dtype=np.int64)


def ascending(numbers: Numbers) -> bool:
    """Whether each is above the one before it."""
    return not np.any(numbers[1:] <= numbers[:-1])


def _taken(table: pa.Table, places: Numbers | None) -> pa.Table:
    return table if places is None else table.take(pa.array(places))
