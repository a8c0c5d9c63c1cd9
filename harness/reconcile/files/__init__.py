"""Files as one side of a comparison: CSV and its kin, workbooks, Parquet and DuckDB.

`opened_file` reads a file into a database of its own and is then a place like any other; how it was read
is shown as `Detected`, a person may say otherwise with `Choices`, and what the content leaves open is a
`Doubt` that refuses the comparison until somebody decides. `pair` makes a mapping of two such files.
"""

from __future__ import annotations

from harness.reconcile.files.detected import (
    CellKind,
    Choices,
    DayOrder,
    Detected,
    DetectedColumn,
    Doubt,
    Format,
    TotalRow,
)
from harness.reconcile.files.origin import FORMATS, FileOrigin, is_file, opened_file

__all__ = [
    "FORMATS",
    "CellKind",
    "Choices",
    "DayOrder",
    "Detected",
    "DetectedColumn",
    "Doubt",
    "FileOrigin",
    "Format",
    "TotalRow",
    "is_file",
    "opened_file",
]
