"""The empty table for results by hand, with the cases that are planned, as people fill it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.config.blank import word_of, write_table
from harness.manual.columns import Row
from harness.manual.records import ManualResult
from harness.messages import Language
from harness.model import text

_WIDTHS = {"case": 14, "title": 36, "evidence": 28, "remark": 32, "requirements": 16}


def write(path: Path, language: Language, cases: Sequence[ManualResult] = ()) -> None:
    """Writes a CSV that spreadsheet programs open as UTF-8, or by the name's ending a workbook."""
    rows = [_row(case, language) for case in cases]
    write_table(path, Row, language, text("manual.sheet"), rows, _WIDTHS)


def _row(case: ManualResult, language: Language) -> Mapping[str, str]:
    return {
        "case": case.case,
        "title": case.title,
        "module": word_of("coverage.module", case.module, language),
        "document": word_of("coverage.document", case.document, language),
        "operation": word_of("coverage.operation", case.operation, language),
        "area": word_of("gate.area", case.area, language),
        "severity": word_of("gate.severity", case.severity, language),
        "department": case.department or "",
        "requirements": " ".join(case.requirements),
    }
