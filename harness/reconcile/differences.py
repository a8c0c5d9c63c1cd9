"""What differs between two sorted sequences of rows, counted exactly and remembered by example."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import groupby
from operator import itemgetter

from harness.model import FindingKind, Side
from harness.reconcile.changes import Changes, Pairs, PairsOfRows, first_of
from harness.reconcile.entity import SHIPPED, EntityMapping, FieldMapping
from harness.reconcile.exact import added, less
from harness.reconcile.naming import Naming, unknown
from harness.reconcile.outcome import Example, Outcome, Tally, TotalLine
from harness.reconcile.rows import Cells, Row
from harness.reconcile.shapes import Shape, ShapeKind
from harness.reconcile.tallying import Crowd, Tallying
from harness.reconcile.totals import Group, Totals, number_of

_AT_A_TIME = 20_000  # rows that wait in memory, so that their columns are looked at together


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between the rows; `explained` is by how much that changes each control total."""

    tallies: tuple[Tally, ...]
    explained: tuple[Mapping[Group, Decimal], ...]
    double_keys: Mapping[Side, int]
    shipped: int = 0
    set_aside: int = 0

    def count(self, kind: FindingKind) -> int:
        """How many differences of one kind there are."""
        return sum(tally.count for tally in self.tallies if tally.kind is kind)


def compare_rows(mapping: EntityMapping, source: Iterable[Row], target: Iterable[Row]) -> Differences:
    """Merges both sides, each sorted by digest, and collects what differs."""
    collector = Collector(mapping)
    collector.merge(source, target)
    return collector.found()


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


def _merged(source: Iterable[Row], target: Iterable[Row]) -> Iterator[tuple[list[Cells], list[Cells]]]:
    """The rows of each key on both sides; a side that lacks the key gives none."""
    sources, targets = _groups(source), _groups(target)
    of_source, of_target = next(sources, None), next(targets, None)
    while of_source is not None or of_target is not None:
        if of_target is None or (of_source is not None and of_source[0] < of_target[0]):
            assert of_source is not None
            yield of_source[1], []
            of_source = next(sources, None)
        elif of_source is None or of_target[0] < of_source[0]:
            yield [], of_target[1]
            of_target = next(targets, None)
        else:
            yield of_source[1], of_target[1]
            of_source, of_target = next(sources, None), next(targets, None)


def _groups(rows: Iterable[Row]) -> Iterator[tuple[bytes, list[Cells]]]:
    for digest, group in groupby(rows, key=itemgetter(0)):
        yield digest, [cells for _, cells in group]


class Collector:
    """Compares the rows of one key at a time and adds up what it finds."""

    def __init__(self, mapping: EntityMapping) -> None:
        self._mapping = mapping
        self._naming = Naming(mapping)
        self._width = len(mapping.fields)
        self._sums = [
            (mapping.position(total.sum), tuple(mapping.position(name) for name in total.by))
            for total in mapping.totals
        ]
        self._key = tuple(mapping.position(name) for name in mapping.key)
        self._named_by = self._key or tuple(range(self._width))
        names = [column.name for column in mapping.columns]
        self._shipped_place = names.index(SHIPPED) if SHIPPED in names else None
        self._double_keys = dict.fromkeys(Side, 0)
        self._shipped = self._set_aside = 0
        self._tallying = Tallying()
        self._changes = Changes(mapping, self._tallying, self._sums)
        self._pairs: list[tuple[Cells, Cells]] = []  # that differ and are not counted yet
        self._alone: dict[FindingKind, list[Cells]] = defaultdict(list)

    def merge(self, source: Iterable[Row], target: Iterable[Row]) -> None:
        """Compares rows that are sorted by digest; those of one key are in the same call."""
        for source_rows, target_rows in _merged(source, target):
            self._compare(source_rows, target_rows)
            if len(self._pairs) >= _AT_A_TIME:
                self._count_pairs()
            if any(len(rows) >= _AT_A_TIME for rows in self._alone.values()):
                self._count_alone()

    def pairs(self, pairs: Pairs) -> None:
        """Counts what differs between rows that are side by side already."""
        self._changes.add(pairs)

    def found(self) -> Differences:
        """What differs in all that was merged."""
        self._count_pairs()
        self._count_alone()
        return Differences(
            self._tallying.tallies(),
            tuple(self._changes.explained),
            self._double_keys,
            self._shipped,
            self._set_aside,
        )

    def _compare(self, source: list[Cells], target: list[Cells]) -> None:
        if len(source) == 1 and len(target) == 1:
            self._pair(source[0], target[0])
            return
        if self._key:
            for side, rows in ((Side.SOURCE, source), (Side.TARGET, target)):
                self._double_keys[side] += len(rows) > 1
        self._several(source, target)

    def _several(self, source: list[Cells], target: list[Cells]) -> None:
        """Rows of one key as multisets: what is equal cancels out, one remaining pair is a change."""
        equal = Counter(cells[: self._width] for cells in source) & Counter(
            cells[: self._width] for cells in target
        )
        sources, targets = self._without(source, equal), self._without(target, equal)
        if len(sources) == 1 and len(targets) == 1 and self._key:
            self._pair(sources[0], targets[0])
            return
        for cells in sources:
            self._missing(cells)
        for cells in targets:
            self._surplus(cells)

    def _without(self, rows: list[Cells], equal: Counter[Cells]) -> list[Cells]:
        still, rest = Counter(equal), list[Cells]()
        for cells in sorted(rows, key=_in_order):
            compared = cells[: self._width]
            if still[compared]:
                still[compared] -= 1
            else:
                rest.append(cells)
        return rest

    def _pair(self, source: Cells, target: Cells) -> None:
        if source[: self._width] != target[: self._width]:
            self._pairs.append((source, target))

    def _count_pairs(self) -> None:
        self._changes.add(PairsOfRows(self._pairs, self._named_by, self._width))
        self._pairs = []

    def _missing(self, cells: Cells) -> None:
        self._explain(cells, less)
        for place in self._key:
            column = self._mapping.fields[place]
            code = unknown(cells[place], column)
            if code is not None:
                self._set_aside += 1
                self._unmapped(column, code, cells)
                return
        self._alone[FindingKind.MISSING_IN_TARGET].append(cells)

    def _surplus(self, cells: Cells) -> None:
        self._explain(cells, added)
        if self._shipped_place is not None and cells[self._shipped_place] is not None:
            self._shipped += 1
        else:
            self._alone[FindingKind.MISSING_IN_SOURCE].append(cells)

    def _count_alone(self) -> None:
        for kind, rows in self._alone.items():
            self._crowded(kind, rows)
        self._alone.clear()

    def _crowded(self, kind: FindingKind, rows: Sequence[Cells]) -> None:
        naming, groups = self._naming, defaultdict[str | None, list[Cells]](list)
        for row in rows:
            groups[naming.currency(row)].append(row)
        for currency, crowd in groups.items():
            amounts = None if naming.amount_place is None else [naming.amount(cells) for cells in crowd]

            def show(
                number: int,
                crowd: Sequence[Cells] = crowd,
                amounts: Sequence[Decimal | None] | None = amounts,
            ) -> Example:
                cells, amount = crowd[number], None if amounts is None else amounts[number]
                return Example(naming.key(cells), naming.label(cells), amount=amount)

            first = partial(first_of, crowd, self._named_by)
            self._tallying.add(kind, None, currency, None, Crowd(first, show, amounts, count=len(crowd)))

    def _unmapped(self, column: FieldMapping, code: str, cells: Cells) -> None:
        naming, how = self._naming, Shape(ShapeKind.UNMAPPED, code)
        amount = naming.amount(cells)

        def show(_: int) -> Example:
            return Example(naming.key(cells), naming.label(cells), code, None, amount)

        currency = None if amount is None else naming.currency(cells)
        first = partial(first_of, [cells], self._named_by)
        crowd = Crowd(first, show, [amount])
        self._tallying.add(FindingKind.VIOLATION, column.name, currency, how, crowd)

    def _explain(self, cells: Cells, change: Callable[[Decimal, Decimal], Decimal]) -> None:
        for explained, (place, by) in zip(self._changes.explained, self._sums, strict=True):
            at = tuple(cells[group] for group in by)
            explained[at] = change(explained[at], number_of(cells[place]))


def _in_order(cells: Cells) -> tuple[tuple[bool, str], ...]:
    return tuple((cell is not None, cell or "") for cell in cells)
