"""Sheets of a workbook: typed cells marked as such, merged cells filled, in a DuckDB table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import duckdb
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from harness.errors import ConfigError
from harness.messages import text
from harness.reconcile.files.grid import Grid, stored
from harness.reconcile.files.shapes import MARK

_HEAD = 200
_BATCH = 20_000


def workbook(path: Path) -> CalamineWorkbook:
    """The workbook; ConfigError when it is none."""
    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, BadZipFile, OSError) as error:
        why = type(error).__name__
        raise ConfigError(text("files.error.unreadable", file=path.name, why=why)) from None


def filled(book: CalamineWorkbook) -> tuple[str, ...]:
    """The names of the sheets that hold anything."""
    return tuple(name for name in book.sheet_names if book.get_sheet_by_name(name).height)


def read(sheet: CalamineSheet, connection: duckdb.DuckDBPyConnection, name: str) -> Grid:
    """Every cell of the sheet in the table `raw.<name>`; merged cells hold their value everywhere."""
    rows = sheet.to_python(skip_empty_area=False)
    width = max(map(len, rows), default=0)
    head = tuple(tuple(map(_spelled, row)) for row in rows[:_HEAD])
    merges = tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ())
    for top, start, bottom, end in merges:
        _fill(rows, top, start, bottom, end)
    _store(iter(rows), width, connection, name)
    return Grid(name, width, head, tuple(range(1, len(head) + 1)), merges)


def _fill(rows: list[list[Any]], top: int, start: int, bottom: int, end: int) -> None:
    if top >= len(rows) or start >= len(rows[top]):
        return
    value = rows[top][start]
    for row in rows[top : bottom + 1]:
        for place in range(start, min(end + 1, len(row))):
            row[place] = value


def _store(rows: Iterator[list[Any]], width: int, connection: duckdb.DuckDBPyConnection, name: str) -> None:
    columns = ", ".join(f"c{place} VARCHAR" for place in range(width))
    connection.execute(f"CREATE TABLE raw.{stored(name)} (n BIGINT, {columns})")
    first = 1
    while batch := list(islice(rows, _BATCH)):
        numbers = pa.array(range(first, first + len(batch)), pa.int64())
        cells = [
            pa.array(
                [_spelled(row[place]) or None if place < len(row) else None for row in batch], pa.string()
            )
            for place in range(width)
        ]
        table = pa.table([numbers, *cells], names=["n", *(f"c{place}" for place in range(width))])
        connection.register("batch", table)
        connection.execute(f"INSERT INTO raw.{stored(name)} SELECT * FROM batch")
        connection.unregister("batch")
        first += len(batch)


def _spelled(value: Any) -> str:
    """The cell as text; what is typed carries the mark of its type."""
    match value:
        case str():
            return value
        case bool():
            return f"{MARK}b{int(value)}"
        case int():
            return f"{MARK}n{value}"
        case float():
            # A spreadsheet computes and shows 15 digits; the noise of binary fractions is behind them.
            return f"{MARK}n{format(Decimal(f'{value:.15g}'), 'f')}"
        case datetime():
            midnight = value.time() == time()
            return f"{MARK}d{value.date()}" if midnight else f"{MARK}t{value.isoformat(' ')}"
        case date():
            return f"{MARK}d{value.isoformat()}"
        case time() | timedelta():
            return str(value)
    return ""
