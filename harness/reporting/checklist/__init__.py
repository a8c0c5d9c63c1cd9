"""The judgement as a workbook for those who tick lists: criteria, differences, checks, conditions, people."""

from __future__ import annotations

from harness.reporting.checklist.content import MOST_ROWS, Column, Row, Sheet, sheets_of
from harness.reporting.checklist.workbook import write

__all__ = ["MOST_ROWS", "Column", "Row", "Sheet", "sheets_of", "write"]
