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
from harness.reporting.checklist.content import MOST_ROWS, Column, Row, Sheet, sheets_of
from harness.reporting.spreadsheet import TICKS, Drawing, added, both, for_paper, written
from harness.reporting.wording import moment, plain, say

_HEADING = 3  # the row of the headings: above it title, run and how many rows there are
_FOR_PEOPLE = (Column("business.heading.ticked", 9), Column("business.heading.remark", 40))


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
    language = drawing.language
    columns = (*each.columns, *(_FOR_PEOPLE if each.ticked else ()))
    drawing.text(sheet, 0, 0, both(each.title, language).replace("\n", " · "), "title")
    drawing.text(sheet, 1, 0, say(place, language), "note")
    drawing.text(sheet, 2, 0, say(text("checklist.rows", count=each.count), language), "note")
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
        drawing.text(sheet, _HEADING, number, both(text(column.heading), language), "heading")
    first = _HEADING + 1
    room = most - first
    shown = each.count if each.count <= room else room - 1
    for row, content in enumerate(islice(each.rows(), shown), first):
        _row(sheet, drawing, each, row, content)
    if shown < each.count:
        more = say(text("checklist.cut", count=each.count - shown), language)
        drawing.text(sheet, first + shown, 0, more, "different")
    _furnish(sheet, each, shown, len(columns))


def _furnish(sheet: Worksheet, each: Sheet, shown: int, columns: int) -> None:
    """What helps to read a long list: headings that stay, filters, ticks to choose, pages."""
    first = _HEADING + 1
    sheet.freeze_panes(first, 0)
    if shown:
        sheet.autofilter(_HEADING, 0, _HEADING + shown, columns - 1)
    if shown and each.ticked:
        ticks = {"validate": "list", "source": list(TICKS)}
        sheet.data_validation(first, len(each.columns), _HEADING + shown, len(each.columns), ticks)
    for_paper(sheet, _HEADING)


def _row(sheet: Worksheet, drawing: Drawing, each: Sheet, row: int, content: Row) -> None:
    for number, (column, cell) in enumerate(zip(each.columns, content.cells, strict=True)):
        style = "cell" if number else content.tone
        if isinstance(cell, Text | Title):
            drawing.text(sheet, row, number, say(cell, drawing.language), style)
        else:
            drawing.value(sheet, row, number, cell, column.form, style)
    if each.ticked:
        drawing.text(sheet, row, len(each.columns), TICKS[0], "tick")
        drawing.text(sheet, row, len(each.columns) + 1, "", "field")
