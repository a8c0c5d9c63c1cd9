"""What differs between two sorted sequences of rows, counted exactly and remembered by example."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from harness.model import FindingKind, Side
from harness.reconcile.entity import EntityMapping, FieldMapping
from harness.reconcile.outcome import GROUP_ABOVE, Example, Outcome, Tally, TotalLine
from harness.reconcile.rows import Cells, Row, shown
from harness.reconcile.totals import Group, Totals, number_of
from harness.values import Value


@dataclass(slots=True)
class _Counted:
    """All differences of one kind so far."""

    count: int = 0
    amount: Decimal | None = None
    examples: list[Example] = field(default_factory=list)

    def add(self, amount: Decimal | None, example: Callable[[], Example]) -> None:
        self.count += 1
        if amount is not None:
            self.amount = (self.amount or Decimal(0)) + amount
        if len(self.examples) <= GROUP_ABOVE:  # the first ones in the order of the digests
            self.examples.append(example())


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between the rows; `explained` is by how much that changes each control total."""

    tallies: tuple[Tally, ...]
    explained: tuple[Mapping[Group, Decimal], ...]
    double_keys: Mapping[Side, int]

    def count(self, kind: FindingKind) -> int:
        """How many differences of one kind there are."""
        return sum(tally.count for tally in self.tallies if tally.kind is kind)


def compare_rows(mapping: EntityMapping, source: Iterable[Row], target: Iterable[Row]) -> Differences:
    """Merges both sides, each sorted by digest, and collects what differs."""
    collector = _Collector(mapping)
    for source_rows, target_rows in _merged(source, target):
        collector.compare(source_rows, target_rows)
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
        matched=counts[Side.SOURCE] - missing,
        source_double_keys=double_keys[Side.SOURCE],
        target_double_keys=double_keys[Side.TARGET],
        tallies=found.tallies,
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


class _Collector:
    """Compares the rows of one key at a time and adds up what it finds."""

    def __init__(self, mapping: EntityMapping) -> None:
        self._mapping = mapping
        self._fields = tuple(enumerate(mapping.fields))
        self._width = len(mapping.fields)
        self._sums = [
            (mapping.position(total.sum), tuple(mapping.position(name) for name in total.by))
            for total in mapping.totals
        ]
        self._key = tuple(mapping.position(name) for name in mapping.key)
        self._amount = mapping.position(mapping.amount.field) if mapping.amount else None
        # An amount that is computed from money fields is said once a row, however many of them differ.
        self._derived = self._amount is not None and self._amount >= self._width
        own = (place for place in range(self._width, len(mapping.columns)) if _names(mapping, place))
        self._labels = (*map(mapping.position, mapping.describe), *own)
        self._explained: list[dict[Group, Decimal]] = [defaultdict(Decimal) for _ in mapping.totals]
        self._double_keys = dict.fromkeys(Side, 0)
        self._counted: dict[tuple[FindingKind, str | None, str | None], _Counted] = {}

    def found(self) -> Differences:
        tallies = (
            Tally(*name, counted.count, counted.amount, tuple(counted.examples))
            for name, counted in sorted(self._counted.items(), key=_in_order_of_names)
        )
        return Differences(tuple(tallies), tuple(self._explained), self._double_keys)

    def compare(self, source: list[Cells], target: list[Cells]) -> None:
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
            self._alone(FindingKind.MISSING_IN_TARGET, cells)
        for cells in targets:
            self._alone(FindingKind.MISSING_IN_SOURCE, cells)

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
        money_said, reported = False, list(source)
        for place, column in self._fields:
            if source[place] != target[place] and not _tolerated(column, source[place], target[place]):
                amount = None if money_said else self._affected(place, column, source, target)
                self._changed(place, column, source, target, amount)
                money_said = money_said or (amount is not None and self._derived)
                reported[place] = target[place]
        # What a tolerance accepts stays unexplained, so that it shows where it adds up.
        self._explain(source, -1)
        self._explain(tuple(reported), +1)

    def _affected(self, place: int, column: FieldMapping, source: Cells, target: Cells) -> Decimal | None:
        """The money that a changed field moves: its own, or that of the row it is a factor of."""
        if not column.money and place != self._amount:
            return None
        at = self._amount if self._derived and self._amount is not None else place
        return abs(number_of(source[at]) - number_of(target[at]))

    def _changed(
        self, place: int, column: FieldMapping, source: Cells, target: Cells, amount: Decimal | None
    ) -> None:
        currency = None if amount is None else self._currency(source) or self._currency(target)

        def example() -> Example:
            return Example(
                self._key_text(source),
                self._label(source) or self._label(target),
                shown(source[place], column),
                shown(target[place], column),
                amount,
            )

        self._counted_as(FindingKind.MISMATCH, column.name, currency).add(amount, example)

    def _alone(self, kind: FindingKind, cells: Cells) -> None:
        amount = None if self._amount is None else abs(number_of(cells[self._amount]))
        currency = None if amount is None else self._currency(cells)
        self._counted_as(kind, None, currency).add(
            amount, lambda: Example(self._key_text(cells), self._label(cells), amount=amount)
        )
        self._explain(cells, -1 if kind is FindingKind.MISSING_IN_TARGET else +1)

    def _counted_as(self, kind: FindingKind, name: str | None, currency: str | None) -> _Counted:
        return self._counted.setdefault((kind, name, currency), _Counted())

    def _explain(self, cells: Cells, sign: int) -> None:
        for explained, (place, by) in zip(self._explained, self._sums, strict=True):
            explained[tuple(cells[group] for group in by)] += sign * number_of(cells[place])

    def _currency(self, cells: Cells) -> str | None:
        amount = self._mapping.amount
        if amount is None:
            return None
        return amount.currency or cells[self._mapping.position(amount.currency_from or "")]

    def _key_text(self, cells: Cells) -> str:
        return _spelled(self._mapping.columns, cells, self._key or range(self._width))

    def _label(self, cells: Cells) -> str:
        return _spelled(self._mapping.columns, cells, self._labels, skip_null=True)


def _names(mapping: EntityMapping, place: int) -> bool:
    """True when a label helps to find the row; the amount and its currency are shown elsewhere."""
    amount = mapping.amount
    return amount is None or mapping.columns[place].name not in {amount.field, amount.currency_from}


def _in_order_of_names(item: tuple[tuple[str | None, ...], object]) -> tuple[str, ...]:
    return tuple(part or "" for part in item[0])


def _in_order(cells: Cells) -> tuple[tuple[bool, str], ...]:
    return tuple((cell is not None, cell or "") for cell in cells)


def _tolerated(column: FieldMapping, source: str | None, target: str | None) -> bool:
    if column.tolerance is None or source is None or target is None:
        return False
    return abs(number_of(source) - number_of(target)) <= column.tolerance


def _spelled(
    columns: Sequence[FieldMapping], cells: Cells, places: Iterable[int], *, skip_null: bool = False
) -> str:
    parts = (
        f"{columns[place].name}={_plain(shown(cells[place], columns[place]))}"
        for place in places
        if not (skip_null and cells[place] is None)
    )
    return ", ".join(parts)


def _plain(value: Value) -> str:
    return "NULL" if value is None else str(value)
