"""A workbook as every report writes it. Every text is written as a string: no cell can become a formula."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from harness.errors import HarnessError
from harness.model import text

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_A4 = 9


def written(
    path: Path, as_of: datetime, draw: Callable[[Workbook], None], *, row_by_row: bool = False
) -> None:
    """Writes the workbook that `draw` fills; the same content gives the same bytes.

    `row_by_row`: a row leaves the memory when the next one begins, so that sheets may be very long; rows
    are then drawn in their order. HarnessError when the file cannot be written, for example because
    somebody has it open.
    """
    content = io.BytesIO()
    memory = {"constant_memory": True} if row_by_row else {"in_memory": True}
    with xlsxwriter.Workbook(content, {**_OPTIONS, **memory}) as book:
        # The time of the judgement, not of the writing: the same run gives the same file.
        book.set_properties({"created": as_of.replace(tzinfo=None)})
        draw(book)
    try:
        path.write_bytes(content.getvalue())
    except OSError as problem:
        raise HarnessError(text("business.sheet.not_written", why=type(problem).__name__)) from problem


def added(book: Workbook, name: str) -> Worksheet:
    """A further sheet of the book."""
    sheet: Worksheet = book.add_worksheet(name)
    return sheet


def for_paper(sheet: Worksheet, heading: int) -> None:
    """Printed on A4 across, as wide as the page, with the row of the headings on every page."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(heading)
