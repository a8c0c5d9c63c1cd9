"""Files opened as one side of a comparison."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import duckdb

from harness.errors import ConfigError
from harness.messages import text
from harness.model import Side
from harness.reconcile.files import delimited, sheets
from harness.reconcile.files.detected import (
    CellKind,
    Choices,
    Detected,
    DetectedColumn,
    Format,
)
from harness.reconcile.files.grid import Grid, stored
from harness.reconcile.files.layout import layout
from harness.reconcile.files.shapes import macros
from harness.reconcile.files.tables import DOUBTFUL, Making
from harness.reconcile.files.view import DuckView

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        ".csv": Format.TEXT,
        ".tsv": Format.TEXT,
        ".txt": Format.TEXT,
        ".tab": Format.TEXT,
        ".xlsx": Format.XLSX,
        ".xlsm": Format.XLSX,
        ".xls": Format.XLSX,
        ".ods": Format.XLSX,
        ".parquet": Format.PARQUET,
        ".duckdb": Format.DUCKDB,
    }
)
"""What the end of a file's name says about it."""

_MEMORY = "512MB"
ATTACHED = "place"
"""What a DuckDB file is called inside."""


@dataclass(slots=True)
class _Read:
    """One table on its way: what makes it, and what is known of it."""

    detected: Detected
    making: Making | None = None
    choices: Choices = field(default_factory=Choices)


class FileOrigin:
    """The tables of a file, open until `opened_file` ends; a `Place` of a comparison."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection, read: list[_Read]) -> None:
        self.path = path
        self._connection = connection
        self._read = {item.detected.table: item for item in read}

    @property
    def detected(self) -> tuple[Detected, ...]:
        """How each table is read, in the order of the file."""
        return tuple(item.detected for item in self._read.values())

    def again(self, table: str, kinds: Mapping[str, CellKind]) -> Detected:
        """The table made again with other kinds for some columns; nothing happens to typed formats."""
        item = self._read[table]
        if item.making is not None and kinds:
            item.choices = replace(item.choices, kinds={**item.choices.kinds, **kinds})
            item.detected = _detected(item.detected, item.making, item.choices)
        return item.detected

    @contextmanager
    def open(self, side: Side) -> Iterator[DuckView]:
        """A view of the tables as they were when the file was read."""
        doubts = {
            DOUBTFUL + doubt.column: doubt.text
            for found in self.detected
            for doubt in found.doubts
            if doubt.column is not None
        }
        for found in self.detected:
            for doubt in found.doubts:
                if doubt.column is None:
                    raise ConfigError(doubt.text)
        with self._connection.cursor() as cursor:
            yield DuckView(side, cursor, doubts)


def is_file(place: str) -> bool:
    """True when the name of a side says that it is a file, not the address of a database."""
    return "://" not in place and Path(place).suffix.lower() in FORMATS


@contextmanager
def opened_file(path: Path, choices: Choices | None = None) -> Iterator[FileOrigin]:
    """The file, read once into a database of its own; ConfigError when it cannot be read as chosen."""
    format_ = FORMATS.get(path.suffix.lower())
    if format_ is None:
        raise ConfigError(text("files.error.format", file=path.name, known=tuple(FORMATS)))
    if not path.is_file():
        raise ConfigError(text("files.error.missing", file=str(path)))
    chosen = choices or Choices()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="harness-file-")))
        connection = stack.enter_context(_connected(folder / "cells.duckdb"))
        try:
            read = list(_READERS[format_](path, chosen, connection, folder))
        except duckdb.Error as error:
            why = type(error).__name__
            raise ConfigError(text("files.error.unreadable", file=path.name, why=why)) from None
        if not read:
            raise ConfigError(text("files.error.empty", file=path.name))
        yield FileOrigin(path, connection, read)


@contextmanager
def _connected(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _MEMORY,
        "threads": 2,
        "autoinstall_known_extensions": False,  # nothing is ever downloaded
    }
    connection = duckdb.connect(str(path), config=config)
    try:
        for statement in ("SET TimeZone = 'UTC'", "CREATE SCHEMA raw", "CREATE SCHEMA typed", *macros()):
            connection.execute(statement)
        yield connection
    finally:
        connection.close()


def table_name(content: str) -> str:
    """A name that a mapping can use for the table of a file: no blanks and no dots."""
    return "_".join(content.replace(".", " ").split()) or "table"


def _of_text(
    path: Path, choices: Choices, connection: duckdb.DuckDBPyConnection, folder: Path
) -> Iterator[_Read]:
    name = table_name(path.stem)
    read = delimited.read(path, choices, connection, name, folder)
    start = Detected(
        path.name, Format.TEXT, name, (), 0,
        encoding=read.encoding, encoding_why=read.why, delimiter=read.delimiter, doubts=read.doubts,
    )  # fmt: skip
    yield _made(start, connection, read.grid, choices)


def _of_workbook(
    path: Path, choices: Choices, connection: duckdb.DuckDBPyConnection, folder: Path
) -> Iterator[_Read]:
    book = sheets.workbook(path)
    names = sheets.filled(book)
    if choices.sheet is not None and choices.sheet not in names:
        raise ConfigError(text("files.error.no_sheet", file=path.name, sheet=choices.sheet, sheets=names))
    if not names:
        raise ConfigError(text("files.error.empty", file=path.name))
    for name in names if choices.sheet is None else (choices.sheet,):
        others = tuple(other for other in names if other != name)
        start = Detected(path.name, Format.XLSX, table_name(name), (), 0, sheet=name, other_sheets=others)
        grid = sheets.read(book.get_sheet_by_name(name), connection, table_name(name))
        yield _made(start, connection, grid, choices)


def _made(start: Detected, connection: duckdb.DuckDBPyConnection, grid: Grid, choices: Choices) -> _Read:
    making = Making(connection, grid, layout(grid, start.file, choices.header_rows))
    return _Read(_detected(start, making, choices), making, choices)


def _detected(start: Detected, making: Making, choices: Choices) -> Detected:
    table = making.make(choices)
    own = tuple(doubt for doubt in start.doubts if doubt.text.key == "files.doubt.encoding")
    return replace(
        start,
        columns=table.columns,
        rows=table.rows,
        header_rows=table.header_rows,
        total_rows=table.totals,
        skipped=table.skipped,
        doubts=(*own, *table.doubts),
    )


def _of_parquet(
    path: Path, choices: Choices, connection: duckdb.DuckDBPyConnection, folder: Path
) -> Iterator[_Read]:
    yield _typed(path, Format.PARQUET, table_name(path.stem), f"read_parquet({_literal(path)})", connection)


def _of_database(
    path: Path, choices: Choices, connection: duckdb.DuckDBPyConnection, folder: Path
) -> Iterator[_Read]:
    connection.execute(f"ATTACH {_literal(path)} AS {ATTACHED} (READ_ONLY)")
    found = connection.execute(
        f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{ATTACHED}' AND schema_name = 'main'"
        f" UNION SELECT view_name FROM duckdb_views() WHERE database_name = '{ATTACHED}'"
        " AND schema_name = 'main' AND NOT internal ORDER BY 1"
    )
    for (name,) in found.fetchall():
        if choices.sheet in {None, name}:
            yield _typed(path, Format.DUCKDB, name, f"{ATTACHED}.main.{stored(name)}", connection)


def _typed(
    path: Path, format_: Format, name: str, relation: str, connection: duckdb.DuckDBPyConnection
) -> _Read:
    """A table whose columns have types; a moment with a time zone is shown in UTC."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    zoned = ", ".join(
        f"{stored(column)} AT TIME ZONE 'UTC' AS {stored(column)}"
        for column, kind, *_ in described
        if kind == "TIMESTAMP WITH TIME ZONE"
    )
    shown = f"* REPLACE ({zoned})" if zoned else "*"
    connection.execute(f"CREATE VIEW {stored(name)} AS SELECT {shown} FROM {relation}")
    (rows,) = connection.execute(f"SELECT count(*) FROM {stored(name)}").fetchone() or (0,)
    columns = tuple(_of_type(column, kind) for column, kind, *_ in described)
    return _Read(Detected(path.name, format_, name, columns, rows))


def _of_type(column: str, declared: str) -> DetectedColumn:
    scale = int(declared.rstrip(")").rpartition(",")[2]) if declared.startswith("DECIMAL(") else None
    return DetectedColumn(column, column, _kind(declared), text("files.why.typed"), scale=scale)


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _kind(declared: str) -> CellKind:
    name = declared.partition("(")[0]
    if name in {"DECIMAL", "DOUBLE", "FLOAT"} or name.endswith("INT") or name == "INTEGER":
        return CellKind.NUMBER
    return _KINDS.get(name, CellKind.OTHER)


_KINDS = MappingProxyType(
    {
        "VARCHAR": CellKind.TEXT,
        "DATE": CellKind.DATE,
        "BOOLEAN": CellKind.BOOLEAN,
        "TIMESTAMP": CellKind.TIMESTAMP,
        "TIMESTAMP WITH TIME ZONE": CellKind.TIMESTAMP,
        "TIMESTAMP_NS": CellKind.TIMESTAMP,
    }
)

_READERS = MappingProxyType(
    {
        Format.TEXT: _of_text,
        Format.XLSX: _of_workbook,
        Format.PARQUET: _of_parquet,
        Format.DUCKDB: _of_database,
    }
)
