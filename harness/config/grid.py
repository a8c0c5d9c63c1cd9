"""Small tables that people write by hand, as CSV or XLSX: lines of texts, each with its number."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, TypeAlias

Lines: TypeAlias = "list[tuple[int, list[str]]]"
"""Number of each line as a person counts them, and its cells without blanks around them."""

_DELIMITERS = ",;\t"


def read_grid(path: Path, sheet: str | None = None) -> Lines:
    """All lines of a CSV (UTF-8, UTF-16 with its mark, or GB18030) or of a sheet, the first one by default.

    OSError or ValueError when it cannot be read.
    """
    return _xlsx(path, sheet) if path.suffix.lower() == ".xlsx" else _csv(path)


def _csv(path: Path) -> Lines:
    content = _decoded(path.read_bytes())
    head = content.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    return [(reader.line_num, [cell.strip() for cell in row]) for row in reader]


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:  # as a spreadsheet program in Chinese saves CSV
        return content.decode("gb18030")


def _xlsx(path: Path, sheet: str | None) -> Lines:
    from python_calamine import CalamineError, CalamineWorkbook  # only who has such a file needs it

    try:
        book = CalamineWorkbook.from_path(path)
        found = book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
        rows = found.to_python(skip_empty_area=False)
        merged = found.merged_cell_ranges or ()
    except CalamineError as error:
        raise ValueError from error
    for (top, column), (bottom, _) in merged:
        for row in rows[top + 1 : bottom + 1]:  # a cell drawn over several lines is said of each of them
            row[column] = rows[top][column]
    return [(number, [spelled(cell) for cell in row]) for number, row in enumerate(rows, start=1)]


def spelled(cell: Any) -> str:
    """A cell as text: a spreadsheet keeps 4711 as 4711.0."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
