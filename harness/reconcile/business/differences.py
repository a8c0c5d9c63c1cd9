"""What differs between two lists, line by line, each cause once. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from harness.model import FindingKind
from harness.reconcile.business.control import Column, Control
from harness.reconcile.business.lists import Line, number, value_of
from harness.reconcile.business.rules import consequences
from harness.reconcile.exact import less, summed
from harness.reconcile.outcome import Example, Tally
from harness.reconcile.rows import Cells


@dataclass(frozen=True, slots=True)
class Differences:
    """The counts of both lists, and what differs between them; `following` counts what follows from that."""

    source_lines: int
    target_lines: int
    matched: int
    following: int
    tallies: tuple[Tally, ...]


def compare_lines(control: Control, lines: Sequence[Line]) -> Differences:
    """Everything that differs, without what only follows from another difference."""
    changed = {line: columns for line in lines if (columns := differing(control, line))}
    follow = consequences(control, lines, changed)
    found: dict[tuple[FindingKind, str | None, str | None], list[Example]] = defaultdict(list)
    for line in lines:
        if line.source is None or line.target is None:
            kind = FindingKind.MISSING_IN_TARGET if line.target is None else FindingKind.MISSING_IN_SOURCE
            found[kind, None, _currency(control, control.amount, line.key_side)].append(_lone(control, line))
            continue
        for column in control.columns:
            if column.name in changed.get(line, ()) and column.name not in follow.get(line, ()):
                currency = _currency(control, column.name, line.source)
                found[FindingKind.MISMATCH, column.name, currency].append(_changed(control, column, line))
    tallies = (_tally(*name, examples) for name, examples in sorted(found.items(), key=_by_name))
    return Differences(
        source_lines=sum(line.source is not None for line in lines),
        target_lines=sum(line.target is not None for line in lines),
        matched=sum(line.source is not None and line.target is not None for line in lines),
        following=sum(map(len, follow.values())),
        tallies=tuple(tallies),
    )


def differing(control: Control, line: Line) -> frozenset[str]:
    """The compared columns whose cells are not equal; none where one side lacks the line."""
    source, target = line.source, line.target
    if source is None or target is None:
        return frozenset()
    if source == target:
        return frozenset()
    cells = ((column, control.places[column.name]) for column in control.columns if not column.label)
    return frozenset(
        column.name for column, place in cells if not _equal(column, source[place], target[place])
    )


def _equal(column: Column, source: str | None, target: str | None) -> bool:
    if source == target:
        return True
    if column.tolerance is None or source is None or target is None:
        return False
    return less(number(source), number(target)).copy_abs() <= column.tolerance


def _lone(control: Control, line: Line) -> Example:
    cells = line.key_side
    amount = abs(number(cells[control.places[control.amount]])) if control.amount else None
    return Example(_key(control, cells), _label(control, cells), amount=amount)


def _changed(control: Control, column: Column, line: Line) -> Example:
    place, cells = control.places[column.name], line.key_side
    source, target = (value_of(column, place, side) for side in (line.source, line.target))
    assert line.source is not None and line.target is not None
    amount = (
        less(number(line.source[place]), number(line.target[place])).copy_abs() if column.is_amount else None
    )
    return Example(_key(control, cells), _label(control, cells), source, target, amount)


def _tally(kind: FindingKind, field: str | None, currency: str | None, examples: Sequence[Example]) -> Tally:
    amounts = [example.amount for example in examples if example.amount is not None]
    amount = summed(amounts) if amounts else None
    return Tally(kind, field, currency, len(examples), amount, tuple(examples))


def _currency(control: Control, name: str | None, cells: Cells) -> str | None:
    column = control.column(name) if name else None
    return cells[control.places[column.currency]] if column and column.currency else None


def _key(control: Control, cells: Cells) -> str:
    return _spelled(control, control.key, cells)


def _label(control: Control, cells: Cells) -> str:
    names = [column.name for column in control.columns if column.label]
    return _spelled(control, [name for name in names if cells[control.places[name]] is not None], cells)


def _spelled(control: Control, names: Sequence[str], cells: Cells) -> str:
    return ", ".join(f"{name}={_said(control.column(name), control.places[name], cells)}" for name in names)


def _said(column: Column, place: int, cells: Cells) -> str:
    value = value_of(column, place, cells)
    return "NULL" if value is None else str(value)


def _by_name(item: tuple[tuple[str | None, ...], object]) -> tuple[str, ...]:
    return tuple(part or "" for part in item[0])
