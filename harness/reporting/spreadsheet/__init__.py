"""Workbooks for people: how cells look, how values get into them, how a book is written and printed."""

from __future__ import annotations

from harness.reporting.spreadsheet.book import added, for_paper, written
from harness.reporting.spreadsheet.drawing import TICKS, Drawing, both, sheet_name

__all__ = ["TICKS", "Drawing", "added", "both", "for_paper", "sheet_name", "written"]
