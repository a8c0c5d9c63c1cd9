"""What differs between two sorted sequences of rows, counted exactly and remembered by example."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from harness.model import FindingKind, Side
from harness.reconcile.entity import SHIPPED, EntityMapping, FieldMapping
from harness.reconcile.exact import added, less
from harness.reconcile.naming import Naming, displayed, unknown
from harness.reconcile.outcome import Example, Outcome, Tally, TotalLine
from harness.reconcile.rows import Cells, Row
from harness.reconcile.shapes import Shape, ShapeKind
from harness.reconcile.tallying import Difference, Tallying, shape_of
from harness.reconcile.totals import Group, Totals, number_of


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


def _merged(source: Iterable[Row], target: Iterable[Row]) -> Iterator[tuple[bytes, list[Cells], list[Cells]]]:
    """The rows of each key on both sides, with its digest; a side that lacks the key gives none."""
    sources, targets = _groups(source), _groups(target)
    of_source, of_target = next(sources, None), next(targets, None)
    while of_source is not None or of_target is not None:
        if of_target is None or (of_source is not None and of_source[0] < of_target[0]):
            assert of_source is not None
            yield *of_source, []
            of_source = next(sources, None)
        elif of_source is None or of_target[0] < of_source[0]:
            yield of_target[0], [], of_target[1]
            of_target = next(targets, None)
        else:
            yield *of_source, of_target[1]
            of_source, of_target = next(sources, None), next(targets, None)


def _groups(rows: Iterable[Row]) -> Iterator[tuple[bytes, list[Cells]]]:
    for digest, group in groupby(rows, key=itemgetter(0)):
        yield digest, [cells for _, cells in group]


class Collector:
    """Compares the rows of one key at a time and adds up what it finds."""

    def __init__(self, mapping: EntityMapping) -> None:
        self._mapping = mapping
        self._naming = Naming(mapping)
        self._fields = tuple(enumerate(mapping.fields))
        self._width = len(mapping.fields)
        self._sums = [
            (mapping.position(total.sum), tuple(mapping.position(name) for name in total.by))
            for total in mapping.totals
        ]
        self._key = tuple(mapping.position(name) for name in mapping.key)
        self._amount = self._naming.amount_place
        # An amount that is computed from money fields is said once a row, however many of them differ.
        self._derived = self._amount is not None and self._amount >= self._width
        names = [column.name for column in mapping.columns]
        self._shipped_place = names.index(SHIPPED) if SHIPPED in names else None
        self._explained: list[dict[Group, Decimal]] = [defaultdict(Decimal) for _ in mapping.totals]
        self._double_keys = dict.fromkeys(Side, 0)
        self._shipped = self._set_aside = 0
        self._tallying = Tallying()
        self._digest = b""  # of the key that is being compared

    def merge(self, source: Iterable[Row], target: Iterable[Row]) -> None:
        """Compares rows that are sorted by digest; those of one key are in the same call."""
        for digest, source_rows, target_rows in _merged(source, target):
            self._digest = digest
            self._compare(source_rows, target_rows)

    def found(self) -> Differences:
        """What differs in all that was merged."""
        return Differences(
            self._tallying.tallies(),
            tuple(self._explained),
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
        if source[: self._width] == target[: self._width]:
            return
        money_said, places = False, self._unequal(source, target)
        for place in places:
            amount = None if money_said else self._affected(place, source, target)
            self._changed(place, places, source, target, amount)
            money_said = money_said or (amount is not None and self._derived)
        if not self._explained:
            return
        reported = list(source)
        for place in places:
            reported[place] = target[place]
        # What a tolerance accepts stays unexplained, so that it shows where it adds up.
        self._explain(source, less)
        self._explain(tuple(reported), added)

    def _unequal(self, source: Cells, target: Cells) -> tuple[int, ...]:
        return tuple(
            place
            for place, column in self._fields
            if source[place] != target[place]
            and not (column.has_tolerance and _tolerated(column, source[place], target[place]))
        )

    def _affected(self, place: int, source: Cells, target: Cells) -> Decimal | None:
        """The money that a changed field moves: its own, or that of the row it is a factor of."""
        if not self._mapping.fields[place].money and place != self._amount:
            return None
        at = self._amount if self._derived and self._amount is not None else place
        return less(number_of(source[at]), number_of(target[at])).copy_abs()

    def _changed(
        self, place: int, places: Sequence[int], source: Cells, target: Cells, amount: Decimal | None
    ) -> None:
        column = self._mapping.fields[place]
        code = unknown(source[place], column)
        if code is not None:
            self._unmapped(column, code, source, amount)
            return

        def show() -> Example:
            naming = self._naming
            label = naming.label(source) or naming.label(target)
            before, now = (displayed(cell, column) for cell in (source[place], target[place]))
            return Example(naming.key(source), label, before, now, amount)

        currency = None if amount is None else self._naming.currency(source) or self._naming.currency(target)
        how = shape_of(self._mapping.fields, place, places, source, target)
        item = Difference(self._digest, show, amount, source[place], target[place])
        self._tallying.add(FindingKind.MISMATCH, column.name, currency, how, item)

    def _missing(self, cells: Cells) -> None:
        self._explain(cells, less)
        for place in self._key:
            column = self._mapping.fields[place]
            code = unknown(cells[place], column)
            if code is not None:
                self._set_aside += 1
                self._unmapped(column, code, cells, self._naming.amount(cells))
                return
        self._alone(FindingKind.MISSING_IN_TARGET, cells)

    def _surplus(self, cells: Cells) -> None:
        self._explain(cells, added)
        if self._shipped_place is not None and cells[self._shipped_place] is not None:
            self._shipped += 1
        else:
            self._alone(FindingKind.MISSING_IN_SOURCE, cells)

    def _alone(self, kind: FindingKind, cells: Cells) -> None:
        naming, amount = self._naming, self._naming.amount(cells)
        currency = None if amount is None else naming.currency(cells)

        def show() -> Example:
            return Example(naming.key(cells), naming.label(cells), amount=amount)

        self._tallying.add(kind, None, currency, None, Difference(self._digest, show, amount))

    def _unmapped(self, column: FieldMapping, code: str, cells: Cells, amount: Decimal | None) -> None:
        currency = None if amount is None else self._naming.currency(cells)
        naming, how = self._naming, Shape(ShapeKind.UNMAPPED, code)

        def show() -> Example:
            return Example(naming.key(cells), naming.label(cells), code, None, amount)

        item = Difference(self._digest, show, amount, code)
        self._tallying.add(FindingKind.VIOLATION, column.name, currency, how, item)

    def _explain(self, cells: Cells, change: Callable[[Decimal, Decimal], Decimal]) -> None:
        for explained, (place, by) in zip(self._explained, self._sums, strict=True):
            at = tuple(cells[group] for group in by)
            explained[at] = change(explained[at], number_of(cells[place]))


def _in_order(cells: Cells) -> tuple[tuple[bool, str], ...]:
    return tuple((cell is not None, cell or "") for cell in cells)


def _tolerated(column: FieldMapping, source: str | None, target: str | None) -> bool:
    if source is None or target is None:
        return False
    wanted, found = number_of(source), number_of(target)
    distance = less(wanted, found).copy_abs()
    if column.tolerance is not None and distance <= column.tolerance:
        return True
    share = column.relative_tolerance
    return share is not None and distance <= share * max(abs(wanted), abs(found))
