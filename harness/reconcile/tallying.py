"""Differences counted by what they have in common: kind, field, currency and how the value changed."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import itemgetter
from typing import TypeAlias

from harness.model import FindingKind
from harness.reconcile.entity import FieldMapping
from harness.reconcile.exact import added, summed
from harness.reconcile.hints import personal_shape
from harness.reconcile.outcome import GROUP_ABOVE, Example, Tally
from harness.reconcile.rows import Cell, Order
from harness.reconcile.shapes import Shape, ShapeKind, shape

_Name: TypeAlias = "tuple[FindingKind, str | None, str | None, Shape | None]"
_BY_ARRIVAL = itemgetter(0, 1)
_KEPT = GROUP_ABOVE + 1
_DETAILS = 100  # so many measures of one shape in one field are told apart; more would only cost memory

# Where all values became one, these say more than that they did.
_SAYS_MORE = frozenset(
    {
        ShapeKind.CLEARED,
        ShapeKind.EMPTIED,
        ShapeKind.ZEROED,
        ShapeKind.NULL_TO_EMPTY,
        ShapeKind.EMPTY_TO_NULL,
        ShapeKind.NULL_TO_ZERO,
        ShapeKind.ZERO_TO_NULL,
        ShapeKind.SWITCHED_ON,
        ShapeKind.SWITCHED_OFF,
        ShapeKind.UNMAPPED,
    }
)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Differences of one kind before anybody asks how to show them: most are only counted.

    `first` gives at most so many of them, those with the first keys: the key's order and the number by which
    `show` draws one up. Amounts and cells are None where the kind has no such thing; an amount also where
    another field of the row has said it already.
    """

    first: Callable[[int], Sequence[tuple[Order, int]]]
    show: Callable[[int], Example]
    amounts: Sequence[Decimal | None] | None = None
    sources: Sequence[Cell] = (None,)
    targets: Sequence[Cell] = (None,)
    count: int = 1


@dataclass(slots=True)
class _Counted:
    """All differences of one kind so far."""

    source: Cell
    target: Cell
    count: int = 0
    amount: Decimal | None = None
    kept: list[tuple[Order, int, Example]] = field(default_factory=list)
    one_source: bool = True
    one_target: bool = True

    def add(self, crowd: Crowd) -> None:
        amounts = [amount for amount in crowd.amounts or () if amount is not None]
        if amounts:
            self.amount = added(self.amount or Decimal(0), summed(amounts))
        self.one_source = self.one_source and set(crowd.sources) == {self.source}
        self.one_target = self.one_target and set(crowd.targets) == {self.target}
        # The first ones in the order of their keys, in whatever order they come.
        for order, number in crowd.first(_KEPT):
            if len(self.kept) < _KEPT or order < self.kept[-1][0]:
                insort(self.kept, (order, self.count + number, crowd.show(number)), key=_BY_ARRIVAL)
                del self.kept[_KEPT:]
        self.count += crowd.count

    @property
    def examples(self) -> tuple[Example, ...]:
        return tuple(example for _, _, example in self.kept)


class Tallying:
    """Adds up differences one at a time; memory does not grow with their number."""

    def __init__(self) -> None:
        self._counted: dict[_Name, _Counted] = {}
        self._details: dict[tuple[str | None, ShapeKind], set[str]] = {}

    def add(
        self, kind: FindingKind, name: str | None, currency: str | None, how: Shape | None, crowd: Crowd
    ) -> None:
        """Counts what a crowd of them, at least one, has in common."""
        at = (kind, name, currency, how and self._bounded(name, how))
        counted = self._counted.get(at)
        if counted is None:
            counted = self._counted[at] = _Counted(crowd.sources[0], crowd.targets[0])
        counted.add(crowd)

    def tallies(self) -> tuple[Tally, ...]:
        """What was counted, in the order of its names."""
        self._overwritten()
        return tuple(
            Tally(kind, name, currency, counted.count, counted.amount, counted.examples, how)
            for (kind, name, currency, how), counted in sorted(self._counted.items(), key=_in_order)
        )

    def _bounded(self, name: str | None, how: Shape) -> Shape:
        known = self._details.setdefault((name, how.kind), set())
        if how.detail not in known and len(known) >= _DETAILS:
            return Shape(how.kind)
        known.add(how.detail)
        return how

    def _overwritten(self) -> None:
        """Says of a crowd of values that became one and the same value that they were overwritten."""
        by_field: dict[str | None, list[_Name]] = {}
        for at in self._counted:
            if at[0] is FindingKind.MISMATCH:
                by_field.setdefault(at[1], []).append(at)
        for names in by_field.values():
            changed = [at for at in names if at[3] == Shape(ShapeKind.CHANGED)]
            value = self._common(names) or self._common(changed)
            if value is not None:
                for at in names if self._common(names) is not None else changed:
                    self._rename(at, Shape(ShapeKind.OVERWRITTEN, value))

    def _common(self, names: Sequence[_Name]) -> str | None:
        counted = [self._counted[at] for at in names]
        kinds = {at[3].kind for at in names if at[3] is not None}
        if sum(item.count for item in counted) <= GROUP_ABOVE or kinds & _SAYS_MORE:
            return None
        first = counted[0]
        one_source = all(item.one_source and item.source == first.source for item in counted)
        one_target = all(item.one_target and item.target == first.target for item in counted)
        filled = kinds == {ShapeKind.FILLED}
        return str(counted[0].examples[0].target_value) if one_target and (filled or not one_source) else None

    def _rename(self, at: _Name, how: Shape) -> None:
        counted = self._counted.pop(at)
        into = self._counted.setdefault((*at[:3], how), _Counted(counted.source, counted.target))
        into.count += counted.count
        if counted.amount is not None:
            into.amount = added(into.amount or Decimal(0), counted.amount)
        into.kept = sorted([*into.kept, *counted.kept], key=_BY_ARRIVAL)[:_KEPT]


def shape_of(column: FieldMapping, source: Cell, target: Cell, swapped: str | None) -> Shape:
    """How one cell of a column became the other; `swapped` names the field that holds the source's now."""
    if column.personal:
        return personal_shape(source, target)
    return shape(source, target, column.type, swapped=swapped, known=column.known)


def _in_order(item: tuple[_Name, _Counted]) -> tuple[str, ...]:
    kind, name, currency, how = item[0]
    measure = (how.kind, how.detail) if how is not None else ("", "")
    return (kind, name or "", currency or "", *measure)
