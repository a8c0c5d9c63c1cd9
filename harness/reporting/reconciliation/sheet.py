"""Draws one list: what names a line, then source, target and difference of each column, then the tick."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from harness.messages import Language
from harness.model import Side, Text, Title, text
from harness.reconcile.business import lists
from harness.reconcile.business.control import Column, Control
from harness.reconcile.business.lists import Line
from harness.reconcile.kinds import Kind
from harness.reporting.reconciliation.content import ListSheet
from harness.reporting.spreadsheet import TICKS, Drawing, both, for_paper
from harness.reporting.wording import say
from harness.values import Value

_WIDTHS = {Kind.DATE: 12, Kind.BOOLEAN: 9, Kind.INTEGER: 10, Kind.NUMBER: 16, Kind.FLOAT: 16}
_REMARK = 30


@dataclass(frozen=True, slots=True)
class Place:
    """One column of the sheet: a column of the list, on one side or as the difference of both."""

    column: Column
    side: Side | None = None
    is_difference: bool = False

    @property
    def form(self) -> str:
        """How its numbers are written."""
        if self.column.is_amount:
            return "amount"
        return "integer" if self.column.type is Kind.INTEGER else "quantity"


def draw(sheet: Worksheet, drawing: Drawing, each: ListSheet) -> None:
    """One control's sheet; where the run does not hold both lists, it says so."""
    drawing.text(sheet, 0, 0, say(each.check.title, drawing.language), "title")
    control = each.control
    row = 1
    for sentence in _notes(each):
        drawing.text(sheet, row, 0, say(sentence, drawing.language), "note")
        row += 1
    if control is None or each.lines is None:
        drawing.text(sheet, row, 0, say(text("business.sheet.no_lists"), drawing.language), "note")
        return
    places = tuple(_places(control, {name for names in each.differing.values() for name in names}))
    _headings(sheet, drawing, places, row + 1)
    start = row + 2
    for offset, line in enumerate(each.lines):
        _line(sheet, drawing, each, places, start + offset, line)
    end = start + len(each.lines)
    _totals(sheet, drawing, each, places, end)
    sheet.freeze_panes(start, len(control.key))
    if each.lines:
        sheet.autofilter(row + 1, 0, end - 1, len(places) + 2)
        ticks = {"validate": "list", "source": list(TICKS)}
        sheet.data_validation(start, len(places) + 1, end - 1, len(places) + 1, ticks)
    for_paper(sheet, row + 1)


def _notes(each: ListSheet) -> Iterator[Text | Title]:
    if each.control is not None:
        yield each.control.proves.title
    if each.check.reason is not None:
        yield each.check.reason
    yield from each.check.caveats
    if each.control is None or each.broken is None:
        return
    for rule in each.control.rules:
        source, target = (each.broken[side][rule.name] for side in Side)
        key = "holds" if not source and not target else "broken"
        yield text(f"business.sheet.rule_{key}", rule=rule.title.title, source=source, target=target)


def _places(control: Control, differing: Set[str]) -> Iterator[Place]:
    """What names a line comes first; a text that nowhere differs stands once, for both sides."""
    named = [*control.key, *(column.name for column in control.columns if column.label)]
    for name in named:
        yield Place(control.column(name))
    for column in control.columns:
        if column.name in named:
            continue
        if not column.type.is_numeric and column.name not in differing:
            yield Place(column)
            continue
        yield Place(column, Side.SOURCE)
        yield Place(column, Side.TARGET)
        if column.type.is_numeric:
            yield Place(column, is_difference=True)


def _headings(sheet: Worksheet, drawing: Drawing, places: tuple[Place, ...], row: int) -> None:
    for number, place in enumerate(places):
        drawing.text(sheet, row, number, _heading(place, drawing.language), "heading")
        sheet.set_column(number, number, _WIDTHS.get(place.column.type, 18))
    ends = (("result", 14), ("ticked", 8), ("remark", _REMARK))
    for number, (name, width) in enumerate(ends, len(places)):
        drawing.text(sheet, row, number, both(text(f"business.heading.{name}"), drawing.language), "heading")
        sheet.set_column(number, number, width)
    sheet.set_row(row, 62)


def _heading(place: Place, language: Language) -> str:
    title = both(place.column.title.title, language)
    if place.side is None and not place.is_difference:
        return title
    of = "difference" if place.is_difference else str(place.side)
    return f"{title}\n{both(text(f'business.heading.{of}'), language)}"


def _line(
    sheet: Worksheet, drawing: Drawing, each: ListSheet, places: tuple[Place, ...], row: int, line: Line
) -> None:
    control = each.control
    assert control is not None
    for number, place in enumerate(places):
        style = _style(each, place, line)
        value = _difference(control, place, line) if place.is_difference else _value(control, place, line)
        drawing.value(sheet, row, number, value, place.form, style)
    result = _result(each, line)
    style = {"equal": "cell", "follows": "following"}.get(result, "different")
    said = say(text(f"business.result.{result}"), drawing.language)
    drawing.text(sheet, row, len(places), said, style)
    drawing.text(sheet, row, len(places) + 1, TICKS[0], "tick")
    drawing.text(sheet, row, len(places) + 2, "", "field")


def _value(control: Control, place: Place, line: Line) -> Value:
    cells = line.of(place.side) if place.side else line.key_side
    return lists.value_of(place.column, control.places[place.column.name], cells)


def _difference(control: Control, place: Place, line: Line) -> Decimal:
    at = control.places[place.column.name]
    source, target = (Decimal(0) if cells is None else lists.number(cells[at]) for cells in _both(line))
    return target - source


def _both(line: Line) -> tuple[tuple[str | None, ...] | None, ...]:
    return line.source, line.target


def _style(each: ListSheet, place: Place, line: Line) -> str:
    name = place.column.name
    if line.source is None or line.target is None or name in each.causes(line):
        return "different"
    if name in each.differing.get(line, ()):
        return "following"
    return "quiet" if place.column.label else "cell"


def _result(each: ListSheet, line: Line) -> str:
    if line.target is None:
        return "missing_in_target"
    if line.source is None:
        return "missing_in_source"
    if each.causes(line):
        return "different"
    return "follows" if line in each.differing else "equal"


def _totals(sheet: Worksheet, drawing: Drawing, each: ListSheet, places: tuple[Place, ...], row: int) -> None:
    """A row of totals for every currency: the amounts that are in it, on both sides."""
    sums = {
        (place.column.name, side): each.totals(place.column, side)
        for place in places
        if place.column.is_amount and place.column.total
        for side in Side
    }
    for offset, currency in enumerate(sorted({name for found in sums.values() for name in found})):
        label = text("business.sheet.total", currency=currency or "—")
        drawing.text(sheet, row + offset, 0, say(label, drawing.language), "total")
        for number, place in enumerate(places):
            if not place.column.is_amount or not place.column.total:
                continue
            source, target = (sums[place.column.name, side].get(currency, Decimal(0)) for side in Side)
            total = (
                target - source if place.is_difference else source if place.side is Side.SOURCE else target
            )
            style = "different" if place.is_difference and total else "total"
            drawing.number(sheet, row + offset, number, total, "amount", style)
