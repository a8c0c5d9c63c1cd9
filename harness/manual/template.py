"""The empty table for results by hand, with the cases that are planned, as people fill it in."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from harness.manual.columns import HEADINGS, Row
from harness.manual.records import ManualResult, Result
from harness.messages import Language, render
from harness.model import Area, Severity, text

_WIDTHS = {"case": 14, "title": 36, "evidence": 28, "remark": 32, "requirements": 16}
_LINES = 500


def write(path: Path, language: Language, cases: Sequence[ManualResult] = ()) -> None:
    """Writes a CSV that spreadsheet programs open as UTF-8, or by the name's ending a workbook."""
    lines = [_headings(language), *(_line(case, language) for case in cases)]
    if path.suffix.lower() == ".xlsx":
        _workbook(path, lines, language)
        return
    out = io.StringIO()
    csv.writer(out).writerows([_inert(cell) for cell in line] for line in lines)
    path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")


def _headings(language: Language) -> list[str]:
    if language is Language.ZH:
        return [str(field.title) for field in Row.model_fields.values()]
    return [HEADINGS.get(name, name).replace("_", " ").capitalize() for name in Row.model_fields]


def _line(case: ManualResult, language: Language) -> list[str]:
    cells = {
        "case": case.case,
        "title": case.title,
        "module": _word("coverage.module", case.module, language),
        "document": _word("coverage.document", case.document, language),
        "operation": _word("coverage.operation", case.operation, language),
        "area": _word("gate.area", case.area, language),
        "severity": _word("gate.severity", case.severity, language),
        "department": case.department or "",
        "requirements": " ".join(case.requirements),
    }
    return [cells.get(name, "") for name in Row.model_fields]


def _word(prefix: str, code: str, language: Language) -> str:
    try:
        return render(text(f"{prefix}.{code}"), language) if code else ""
    except KeyError:
        return code  # a word of the project's own


def _inert(cell: str) -> str:
    # A spreadsheet program would run it.
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


def _workbook(path: Path, lines: Sequence[Sequence[str]], language: Language) -> None:
    import xlsxwriter  # only who writes a workbook needs it

    choices = {
        "area": [_word("gate.area", item, language) for item in Area],
        "severity": [_word("gate.severity", item, language) for item in Severity],
        "result": [_word("manual.result", item, language) for item in Result],
    }
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(render(text("manual.sheet"), language))
        heading = book.add_format({"bold": True, "bottom": 1, "bg_color": "#DDE6F0"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, name in enumerate(Row.model_fields):
            sheet.set_column(column, column, _WIDTHS.get(name, 13), day if name == "day" else None)
            sheet.write_string(0, column, lines[0][column], heading)
            if name in choices:
                allowed = {"validate": "list", "source": choices[name]}
                sheet.data_validation(1, column, _LINES, column, allowed)
        for number, cells in enumerate(lines[1:], start=1):
            for column, cell in enumerate(cells):
                sheet.write_string(number, column, cell) if cell else None
        sheet.freeze_panes(1, 2)
