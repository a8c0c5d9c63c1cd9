"""The business reconciliation as a workbook that people tick off and sign: one sheet a list, one over all."""

from __future__ import annotations

from harness.reporting.reconciliation.content import ListSheet, sheets_of
from harness.reporting.reconciliation.workbook import write

__all__ = ["ListSheet", "sheets_of", "write"]
