"""Draws the lists: headings in both languages, filters, and a tick and a remark where people go through."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from harness.evidence import Manifest
from harness.gate import Judgement
from harness.messages import Language
from harness.model import Text, Title, text
from harness.reporting.checklist.content import MOST_ROWS, Cell, Column, Row, Sheet, sheets_of
from harness.reporting.spreadsheet import TICKS, Drawing, added, both, for_paper, written
from harness.reporting.wording import moment, plain, say

_HEADING = 3  # the row of the headings: above it title, run and how many rows there are
_FIRST = _HEADING + 1
_LONG = 40  # what is as wide holds sentences
_TICK, _REMARK = Column("business.heading.ticked", 9), Column("business.heading.remark", 36)


def write(
    judgement: Judgement,
    manifest: Manifest,
    language: Language,
    path: Path,
    *,
    most: int = MOST_ROWS,
) -> None:
    """Writes the workbook; the same judgement gives the same bytes.

    A list with more rows than `most` leave room for ends with a row that says how many are left out.
    HarnessError when the file cannot be written.
    """

    def fill(book: Workbook) -> None:
        drawing = Drawing(book, language)
        for each in sheets_of(judgement, manifest, language):
            sheet = added(book, say(each.title, language))
            _draw(sheet, drawing, each, _place(judgement, manifest), most)

    written(path, judgement.verdict.as_of, fill, row_by_row=True)


def _place(judgement: Judgement, manifest: Manifest) -> Text:
    verdict = judgement.verdict
    return text(
        "report.place",
        project=plain(manifest.project),
        milestone=verdict.milestone,
        run=manifest.run_id,
        as_of=moment(verdict.as_of),
    )


def _draw(sheet: Worksheet, drawing: Drawing, each: Sheet, place: Text, most: int) -> None:
    language, columns = drawing.language, _columns(each)
    drawing.text(sheet, 0, 0, both(each.title, language).replace("\n", " · "), "title")
    drawing.text(sheet, 1, 0, say(place, language), "note")
    drawing.text(sheet, 2, 0, say(text("checklist.rows", count=each.count), language), "note")
    sheet.set_row(_HEADING, 32)  # a line for each language
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
        drawing.text(sheet, _HEADING, number, both(text(column.heading), language), "heading")
    room = most - _FIRST
    shown = each.count if each.count <= room else room - 1
    for row, content in enumerate(islice(each.rows(), shown), _FIRST):
        _row(sheet, drawing, columns, row, content)
    if shown < each.count:
        more = say(text("checklist.cut", count=each.count - shown), language)
        drawing.text(sheet, _FIRST + shown, 0, more, "different")
    _furnish(sheet, each, shown, columns)


def _columns(each: Sheet) -> tuple[Column, ...]:
    """The columns as they stand: the tick in front, the remark at the end of what is printed."""
    if not each.ticked:
        return each.columns
    return (_TICK, *each.columns[: each.main], _REMARK, *each.columns[each.main :])


def _furnish(sheet: Worksheet, each: Sheet, shown: int, columns: tuple[Column, ...]) -> None:
    """What helps to read a long list: headings that stay, filters, ticks to choose, pages."""
    last = _HEADING + shown
    sheet.freeze_panes(_FIRST, 0)
    if shown:
        sheet.autofilter(_HEADING, 0, last, len(columns) - 1)
    if shown and each.ticked:
        sheet.data_validation(_FIRST, 0, last, 0, {"validate": "list", "source": list(TICKS)})
    for_paper(sheet, _HEADING)
    sheet.print_area(0, 0, last + (shown < each.count), each.main + 2 * each.ticked - 1)


def _row(sheet: Worksheet, drawing: Drawing, columns: tuple[Column, ...], row: int, content: Row) -> None:
    cells, tone = iter(content.cells), content.tone
    for number, column in enumerate(columns):
        if column is _TICK:
            drawing.text(sheet, row, number, TICKS[0], "tick")
        elif column is _REMARK:
            drawing.text(sheet, row, number, "", "field")
        else:
            plainly = "text" if column.width >= _LONG else "cell"
            style, tone = plainly if tone == "cell" else tone, "cell"
            _cell(sheet, drawing, row, number, next(cells), column.form, style)


def _cell(
    sheet: Worksheet, drawing: Drawing, row: int, number: int, cell: Cell, form: str, style: str
) -> None:
    if isinstance(cell, Text | Title):
        drawing.text(sheet, row, number, say(cell, drawing.language), style)
    else:
        drawing.value(sheet, row, number, cell, form, style)
