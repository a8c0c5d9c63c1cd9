"""What the workbook shows, read from a stored, judged run: nothing is asked of an ERP again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from harness.compare import stored_captures
from harness.evidence import Run
from harness.gate import Amount, JudgedCheck, Judgement
from harness.gate.amounts import amounts_of
from harness.model import Side
from harness.reconcile.business import differences, lists, rules
from harness.reconcile.business.control import PREFIX, Column, Control
from harness.reconcile.business.lists import Line
from harness.reconcile.rows import Cells

_CHECKS = f"data.{PREFIX}"


@dataclass(frozen=True, slots=True)
class ListSheet:
    """One control with its lines; `lines` is None when the run does not hold both sides."""

    check: JudgedCheck
    amounts: tuple[Amount, ...]
    control: Control | None = None
    lines: tuple[Line, ...] | None = None
    differing: Mapping[Line, frozenset[str]] | None = None
    broken: Mapping[Side, Counter[str]] | None = None

    def count(self, side: Side) -> int:
        """How many lines one side has."""
        return sum(line.of(side) is not None for line in self.lines or ())

    @property
    def different(self) -> int:
        """How many lines are not the same on both sides."""
        lone = sum(line.source is None or line.target is None for line in self.lines or ())
        return lone + len(self.differing or {})

    def totals(self, column: Column, side: Side) -> dict[str, Decimal]:
        """The sum of an amount on one side, by currency: currencies are never added up."""
        control = self.control
        assert control is not None and column.currency is not None
        place, currency = control.places[column.name], control.places[column.currency]
        sums: dict[str, Decimal] = {}
        for cells in _cells(self.lines or (), side):
            name = cells[currency] or ""
            sums[name] = sums.get(name, Decimal(0)) + lists.number(cells[place])
        return sums


def sheets_of(run: Run, judgement: Judgement) -> tuple[ListSheet, ...]:
    """A sheet for every business control of the run, in the order of their names."""
    checks = sorted(
        (check for check in judgement.checks if check.id.startswith(_CHECKS)), key=lambda check: check.id
    )
    return tuple(_sheet(run, judgement, check) for check in checks)


def _sheet(run: Run, judgement: Judgement, check: JudgedCheck) -> ListSheet:
    amounts = amounts_of(item.finding for item in judgement.findings if item.finding.check_id == check.id)
    captures = stored_captures(run, check.id)
    controls = [lists.control_of(capture) for capture in captures.values()]
    control = controls[0] if controls else None
    if control is None or any(other != control for other in controls):
        return ListSheet(check, amounts)
    try:
        both = {side: lists.stored(captures, side) for side in Side}
    except KeyError:  # one side has not been captured yet
        return ListSheet(check, amounts, control)
    lines = lists.side_by_side(control, both[Side.SOURCE], both[Side.TARGET])
    changed = {line: columns for line in lines if (columns := differences.differing(control, line))}
    broken = {side: Counter(rule for rule, _ in rules.gaps(control, cells)) for side, cells in both.items()}
    return ListSheet(check, amounts, control, lines, changed, broken)


def _cells(lines: Iterable[Line], side: Side) -> Iterable[Cells]:
    return (cells for line in lines if (cells := line.of(side)) is not None)
