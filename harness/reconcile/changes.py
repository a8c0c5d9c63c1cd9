"""What changed in rows that both sides have: a column at a time, so that equal changes are looked at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, partial
from heapq import nsmallest
from itertools import count
from typing import Any, Protocol, TypeAlias

from harness.model import FindingKind, Side
from harness.reconcile.entity import EntityMapping, FieldMapping
from harness.reconcile.exact import added, less
from harness.reconcile.naming import Naming, displayed, unknown
from harness.reconcile.outcome import Example
from harness.reconcile.rows import Cell, Cells, Order, order_of
from harness.reconcile.shapes import Shape, ShapeKind
from harness.reconcile.tallying import Crowd, Tallying, shape_of
from harness.reconcile.totals import Group, number_of

Sum: TypeAlias = "tuple[int, tuple[int, ...]]"
"""The places of what a control total adds up, and of what it is grouped by."""


class Pairs(Protocol):
    """Rows of one key each, side by side and numbered from 0."""

    @property
    def differing(self) -> Mapping[int, Sequence[int]]:
        """By the place of a field: the rows, in order, whose two cells differ."""
        ...

    def cells(self, side: Side, place: int, rows: Sequence[int]) -> Sequence[Cell]:
        """One column's cells in the given rows."""
        ...

    def first(self, rows: Sequence[int], most: int) -> Sequence[tuple[Order, int]]:
        """At most so many of the given rows, those with the first keys: the key's order, and which it is."""
        ...


@dataclass(frozen=True)
class PairsOfRows:
    """Pairs that were read row by row."""

    rows: Sequence[tuple[Cells, Cells]]
    key: Sequence[int]
    width: int

    @cached_property
    def differing(self) -> Mapping[int, Sequence[int]]:
        """See Pairs."""
        columns = (
            (
                place,
                [number for number, (one, other) in enumerate(self.rows) if one[place] != other[place]],
            )
            for place in range(self.width)
        )
        return {place: numbers for place, numbers in columns if numbers}

    def cells(self, side: Side, place: int, rows: Sequence[int]) -> Sequence[Cell]:
        """See Pairs."""
        if side is Side.SOURCE:
            return [self.rows[number][0][place] for number in rows]
        return [self.rows[number][1][place] for number in rows]

    def first(self, rows: Sequence[int], most: int) -> Sequence[tuple[Order, int]]:
        """See Pairs."""
        return first_of((self.rows[number][0] for number in rows), self.key, most)


@dataclass(frozen=True, slots=True)
class _Changed:
    """The rows that differ in one field, with both cells of each."""

    rows: Sequence[int]
    source: Sequence[Cell]
    target: Sequence[Cell]


def first_of(rows: Iterable[Cells], key: Sequence[int], most: int) -> list[tuple[Order, int]]:
    """The rows with the first keys: the key's order, and the number of the row."""
    orders = (order_of([cells[place] for place in key]) for cells in rows)
    return nsmallest(most, zip(orders, count()))


class Changes:
    """Adds up what changed, and by how much that changes each control total."""

    def __init__(self, mapping: EntityMapping, tallying: Tallying, sums: Sequence[Sum]) -> None:
        self._mapping = mapping
        self._naming = Naming(mapping)
        self._tallying = tallying
        self._sums = sums
        # An amount that is computed from money fields is said once a row, however many of them differ.
        amount = self._naming.amount_place
        self._derived = amount is not None and amount >= len(mapping.fields)
        self.explained: list[dict[Group, Decimal]] = [defaultdict(Decimal) for _ in sums]

    def add(self, pairs: Pairs) -> None:
        """Counts every field that differs in any of the rows."""
        changed = {place: found for place, found in self._beyond_tolerance(pairs) if found.rows}
        swapped, said = self._swapped(changed), set[int]()
        for place, found in changed.items():
            amounts = self._amounts(pairs, place, found, said)
            self._count(pairs, place, found, amounts, swapped.get(place, {}))
        for (place, by), explained in zip(self._sums, self.explained, strict=True):
            self._explain(pairs, place, by, changed, explained)

    def _beyond_tolerance(self, pairs: Pairs) -> Iterator[tuple[int, _Changed]]:
        for place, rows in pairs.differing.items():
            source, target = (pairs.cells(side, place, rows) for side in Side)
            column = self._mapping.fields[place]
            if not column.has_tolerance:
                yield place, _Changed(rows, source, target)
                continue
            beyond = [
                number
                for number, cells in enumerate(zip(source, target, strict=True))
                if not _tolerated(column, *cells)
            ]
            yield place, _Changed(*(_taken(each, beyond) for each in (rows, source, target)))

    def _swapped(self, changed: Mapping[int, _Changed]) -> Mapping[int, Mapping[int, str]]:
        """By place and row: the first other field that holds now what this one held, and the reverse."""
        fields, found = self._mapping.fields, defaultdict[int, dict[int, str]](dict)
        by_row = {
            place: dict(zip(item.rows, zip(item.source, item.target, strict=True), strict=True))
            for place, item in (changed.items() if len(changed) > 1 else ())
            if not fields[place].personal
        }
        for place, cells in by_row.items():
            for other, others in by_row.items():
                if other == place or fields[other].type is not fields[place].type:
                    continue
                for row in cells.keys() & others.keys():
                    if cells[row] == others[row][::-1]:
                        found[place].setdefault(row, fields[other].name)
        return found

    def _amounts(
        self, pairs: Pairs, place: int, found: _Changed, said: set[int]
    ) -> Sequence[Decimal | None] | None:
        """The money that each change of a field moves: its own, or that of the row it is a factor of."""
        at = self._naming.amount_place
        if not self._mapping.fields[place].money and place != at:
            return None
        if not self._derived or at is None:
            return [_distance(*cells) for cells in zip(found.source, found.target, strict=True)]
        new = [row not in said for row in found.rows]
        said.update(found.rows)
        both = zip(*(pairs.cells(side, at, found.rows) for side in Side), strict=True)
        return [_distance(*cells) if first else None for cells, first in zip(both, new, strict=True)]

    def _count(
        self,
        pairs: Pairs,
        place: int,
        found: _Changed,
        amounts: Sequence[Decimal | None] | None,
        swapped: Mapping[int, str],
    ) -> None:
        column = self._mapping.fields[place]
        for how, alike in self._shapes(column, found, swapped):
            for currency, numbers in self._by_currency(pairs, found.rows, amounts, alike):
                crowd = self._crowd(pairs, column, how, found, amounts, numbers)
                kind = FindingKind.VIOLATION if how.kind is ShapeKind.UNMAPPED else FindingKind.MISMATCH
                self._tallying.add(kind, column.name, currency, how, crowd)

    def _shapes(
        self, column: FieldMapping, found: _Changed, swapped: Mapping[int, str]
    ) -> Iterator[tuple[Shape, list[int]]]:
        """How cells changed, with the numbers of those that changed so; equal pairs are looked at once."""
        alike = defaultdict[tuple[Cell, Cell, str | None], list[int]](list)
        others = map(swapped.get, found.rows)
        for number, changed in enumerate(zip(found.source, found.target, others, strict=True)):
            alike[changed].append(number)
        shapes = defaultdict[Shape, list[int]](list)
        for (source, target, other), numbers in alike.items():
            shapes[_shape(column, source, target, other)] += numbers
        yield from shapes.items()

    def _by_currency(
        self,
        pairs: Pairs,
        rows: Sequence[int],
        amounts: Sequence[Decimal | None] | None,
        numbers: Sequence[int],
    ) -> Iterable[tuple[str | None, Sequence[int]]]:
        if amounts is None:
            return [(None, numbers)]
        currencies = defaultdict[str | None, list[int]](list)
        at, one = self._naming.currency_place, self._naming.one_currency
        if at is None and not self._derived:
            return [(one, numbers)]
        if at is None:
            for number in numbers:
                currencies[None if amounts[number] is None else one].append(number)
            return currencies.items()
        both = (pairs.cells(side, at, [rows[number] for number in numbers]) for side in Side)
        for number, before, now in zip(numbers, *both, strict=True):
            currencies[None if amounts[number] is None else before or now].append(number)
        return currencies.items()

    def _crowd(
        self,
        pairs: Pairs,
        column: FieldMapping,
        how: Shape,
        found: _Changed,
        amounts: Sequence[Decimal | None] | None,
        numbers: Sequence[int],
    ) -> Crowd:
        rows, sources, targets = (_taken(each, numbers) for each in (found.rows, found.source, found.target))
        of_crowd = None if amounts is None else _taken(amounts, numbers)
        unmapped = how.kind is ShapeKind.UNMAPPED

        def show(number: int) -> Example:
            naming = self._naming
            source, target = (self._row(pairs, side, rows[number]) for side in Side)
            amount = None if of_crowd is None else of_crowd[number]
            before = displayed(sources[number], column)
            if unmapped:
                return Example(naming.key(source), naming.label(source), before, None, amount)
            label = naming.label(source) or naming.label(target)
            return Example(naming.key(source), label, before, displayed(targets[number], column), amount)

        return Crowd(partial(pairs.first, rows), show, of_crowd, sources, targets, len(rows))

    def _row(self, pairs: Pairs, side: Side, row: int) -> Cells:
        return tuple(pairs.cells(side, place, [row])[0] for place in range(len(self._mapping.columns)))

    def _explain(
        self,
        pairs: Pairs,
        place: int,
        by: Sequence[int],
        changed: Mapping[int, _Changed],
        explained: dict[Group, Decimal],
    ) -> None:
        """A row moves a total only where what is added up, or what it is grouped by, changed."""
        parts = (place, *by)
        rows = sorted({row for part in parts if part in changed for row in changed[part].rows})
        if not rows:
            return
        before = [pairs.cells(Side.SOURCE, part, rows) for part in parts]
        # What a tolerance accepts stays unexplained, so that it shows where it adds up.
        after = [_replaced(rows, cells, changed.get(part)) for part, cells in zip(parts, before, strict=True)]
        for change, columns in ((less, before), (added, after)):
            for number, *group in zip(*columns, strict=True):
                at = tuple(group)
                explained[at] = change(explained[at], number_of(number))


def _shape(column: FieldMapping, source: Cell, target: Cell, swapped: str | None) -> Shape:
    code = unknown(source, column)
    if code is not None:
        return Shape(ShapeKind.UNMAPPED, code)
    return shape_of(column, source, target, swapped)


def _taken(items: Sequence[Any], numbers: Sequence[int]) -> Sequence[Any]:
    return items if len(numbers) == len(items) else [items[number] for number in numbers]


def _replaced(rows: Sequence[int], cells: Sequence[Cell], changed: _Changed | None) -> Sequence[Cell]:
    if changed is None:
        return cells
    now = dict(zip(changed.rows, changed.target, strict=True))
    return [now.get(row, cell) for row, cell in zip(rows, cells, strict=True)]


def _distance(source: Cell, target: Cell) -> Decimal:
    return less(number_of(source), number_of(target)).copy_abs()


def _tolerated(column: FieldMapping, source: Cell, target: Cell) -> bool:
    if source is None or target is None:
        return False
    wanted, found = number_of(source), number_of(target)
    distance = less(wanted, found).copy_abs()
    if column.tolerance is not None and distance <= column.tolerance:
        return True
    share = column.relative_tolerance
    return share is not None and distance <= share * max(wanted.copy_abs(), found.copy_abs())
