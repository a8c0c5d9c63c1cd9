"""What must hold within one side's list, and what a broken figure follows from. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias

from harness.reconcile.business.control import Carry, Control, Identity
from harness.reconcile.business.lists import Line, in_order, number
from harness.reconcile.exact import added, less, summed
from harness.reconcile.rows import Cells, shown

Group: TypeAlias = "tuple[tuple[str, str | None], ...]"
"""The columns that name a group of lines, with their cells."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Where a rule does not hold: what there is, what there should be, and in which currency."""

    rule: str
    group: Group
    actual: Decimal
    expected: Decimal
    currency: str | None

    @property
    def gap(self) -> Decimal:
        """By how much the rule is missed, with its sign."""
        return less(self.actual, self.expected)


def gaps(control: Control, lines: Iterable[Cells]) -> dict[tuple[str, Group], Gap]:
    """Everywhere that a rule of the control does not hold in one side's list."""
    kept = tuple(lines)
    found = [gap for rule in control.identities for gap in _of_identity(control, rule, kept)]
    found += [gap for carry in control.carries for gap in _of_carry(control, carry, kept)]
    return {(gap.rule, gap.group): gap for gap in found}


def where(control: Control, group: Group) -> str:
    """The group as a person reads it, personal columns masked."""
    fields = {name: control.column(name).field for name, _ in group}
    return ", ".join(f"{name}={shown(cell, fields[name])}" for name, cell in group)


def _of_identity(control: Control, rule: Identity, lines: Sequence[Cells]) -> Iterator[Gap]:
    currency = control.column(rule.add[0]).currency
    names = rule.by or control.key
    if currency and currency not in names:
        names = (*names, currency)  # a sum over several currencies means nothing
    group_at, plus, minus, stated_at = (
        [control.places[name] for name in each] for each in (names, rule.add, rule.subtract, rule.equals)
    )
    sums: dict[Cells, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for cells in lines:
        both = sums[tuple(cells[place] for place in group_at)]
        both[0] = summed([both[0], _sum(cells, plus), less(Decimal(0), _sum(cells, minus))])
        both[1] = added(both[1], _sum(cells, stated_at))
    for found, (made, stated) in sums.items():
        if made != stated:
            # `a + b = c` is read as: c is what is there, a + b is what it should be.
            actual, expected = (stated, made) if rule.equals else (made, stated)
            group = tuple(zip(names, found, strict=True))
            yield Gap(rule.name, group, actual, expected, dict(group).get(currency or ""))


def _of_carry(control: Control, carry: Carry, lines: Sequence[Cells]) -> Iterator[Gap]:
    places, currency = control.places, control.column(carry.starts).currency
    ends, starts = places[carry.ends], places[carry.starts]
    for earlier, later in carried(control, carry, lines):
        actual, expected = number(later[starts]), number(earlier[ends])
        if actual != expected:
            group = tuple((name, later[places[name]]) for name in control.key)
            yield Gap(carry.name, group, actual, expected, later[places[currency]] if currency else None)


def carried(control: Control, carry: Carry, lines: Iterable[Cells]) -> Iterator[tuple[Cells, Cells]]:
    """Each line with the one before it."""
    chains: dict[Cells, list[Cells]] = defaultdict(list)
    within = [control.places[name] for name in carry.within]
    for cells in lines:
        chains[tuple(cells[place] for place in within)].append(cells)
    place = control.places[carry.along]
    for chain in chains.values():
        yield from pairwise(sorted(chain, key=lambda cells: in_order((cells[place],))))


def consequences(
    control: Control, lines: Sequence[Line], differing: Mapping[Line, frozenset[str]]
) -> dict[Line, frozenset[str]]:
    """The differing columns of each line that follow from other differences, by rules that both sides keep.

    One posting that is wrong changes the closing balance of its period and of every later one; only the
    posting is worth a finding. Every chain of consequences ends at a difference that follows from none.
    """
    if not differing:
        return {}
    follow: dict[Line, set[str]] = defaultdict(set)
    whole = [line for line in lines if line.source is not None and line.target is not None]
    for rule in control.identities:
        if rule.by or len(rule.equals) != 1:
            continue
        (made,), parts = rule.equals, {*rule.add, *rule.subtract}
        for line in whole:
            columns = differing.get(line, frozenset())
            if made in columns and parts & columns and all(_keeps(control, rule, line)):
                follow[line].add(made)
    for carry in control.carries:
        for line in _carried_over(control, carry, whole, differing):
            follow[line].add(carry.starts)
    return {line: frozenset(columns) for line, columns in follow.items()}


def _keeps(control: Control, rule: Identity, line: Line) -> Iterator[bool]:
    for cells in (line.source, line.target):
        assert cells is not None
        yield not any(True for _ in _of_identity(control, rule, (cells,)))


def _carried_over(
    control: Control, carry: Carry, lines: Sequence[Line], differing: Mapping[Line, frozenset[str]]
) -> Iterator[Line]:
    by_source = {line.source: line for line in lines}
    preceding = {later: earlier for earlier, later in _of(control, carry, lines, target=True)}
    for earlier, later in _of(control, carry, lines, target=False):
        line, previous = by_source[later], by_source[earlier]
        if carry.starts not in differing.get(line, ()) or carry.ends not in differing.get(previous, ()):
            continue
        assert line.target is not None
        if preceding.get(line.target) == previous.target and _kept(control, carry, previous, line):
            yield line


def _of(
    control: Control, carry: Carry, lines: Sequence[Line], *, target: bool
) -> Iterator[tuple[Cells, Cells]]:
    cells = (line.target if target else line.source for line in lines)
    return carried(control, carry, (item for item in cells if item is not None))


def _kept(control: Control, carry: Carry, previous: Line, line: Line) -> bool:
    pairs = ((previous.source, line.source), (previous.target, line.target))
    ends, starts = control.places[carry.ends], control.places[carry.starts]
    return all(a is not None and b is not None and number(a[ends]) == number(b[starts]) for a, b in pairs)


def _sum(cells: Cells, places: Iterable[int]) -> Decimal:
    return summed(number(cells[place]) for place in places)
