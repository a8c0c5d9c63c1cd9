"""What must hold within one side's list, and what a broken figure follows from. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias

from harness.reconcile.business.control import Carry, Control, Identity
from harness.reconcile.business.lists import Line, in_order, number
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
        return self.actual - self.expected


def gaps(control: Control, lines: Iterable[Cells]) -> dict[tuple[str, Group], Gap]:
    """Everywhere that a rule of the control does not hold in one side's list."""
    kept = tuple(lines)
    found = [gap for rule in control.identities for gap in _of_identity(control, rule, kept)]
    found += [gap for carry in control.carries for gap in _of_carry(control, carry, kept)]
    return {(gap.rule, gap.group): gap for gap in found if gap.gap}


def where(control: Control, group: Group) -> str:
    """The group as a person reads it, personal columns masked."""
    fields = {name: control.column(name).field for name, _ in group}
    return ", ".join(f"{name}={shown(cell, fields[name])}" for name, cell in group)


def _of_identity(control: Control, rule: Identity, lines: Sequence[Cells]) -> Iterator[Gap]:
    currency = control.column(rule.add[0]).currency
    names = rule.by or control.key
    if currency and currency not in names:
        names = (*names, currency)  # a sum over several currencies means nothing
    sums: dict[Group, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for cells in lines:
        cell = _reader(control, cells)
        both = sums[tuple((name, cell(name)) for name in names)]
        both[0] += _sum(cell, rule.add) - _sum(cell, rule.subtract)
        both[1] += _sum(cell, rule.equals)
    for group, (made, stated) in sums.items():
        # `a + b = c` is read as: c is what is there, a + b is what it should be.
        actual, expected = (stated, made) if rule.equals else (made, stated)
        yield Gap(rule.name, group, actual, expected, dict(group).get(currency or ""))


def _of_carry(control: Control, carry: Carry, lines: Sequence[Cells]) -> Iterator[Gap]:
    currency = control.column(carry.starts).currency
    for earlier, later in carried(control, carry, lines):
        ended, started = _reader(control, earlier), _reader(control, later)
        group = tuple((name, started(name)) for name in control.key)
        actual, expected = number(started(carry.starts)), number(ended(carry.ends))
        yield Gap(carry.name, group, actual, expected, started(currency) if currency else None)


def carried(control: Control, carry: Carry, lines: Iterable[Cells]) -> Iterator[tuple[Cells, Cells]]:
    """Each line with the one before it."""
    chains: dict[Cells, list[Cells]] = defaultdict(list)
    for cells in lines:
        cell = _reader(control, cells)
        chains[tuple(cell(name) for name in carry.within)].append(cells)
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
        yield not any(gap.gap for gap in _of_identity(control, rule, (cells,)))


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


def _reader(control: Control, cells: Cells) -> Callable[[str], str | None]:
    return lambda name: cells[control.places[name]]


def _sum(cell: Callable[[str], str | None], names: Iterable[str]) -> Decimal:
    return sum((number(cell(name)) for name in names), Decimal(0))
