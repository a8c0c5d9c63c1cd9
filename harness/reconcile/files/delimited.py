"""Delimited text (CSV, TSV, TXT): which sign divides its cells, and its cells in a DuckDB table."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb

from harness.errors import ConfigError
from harness.messages import text
from harness.model import Text
from harness.reconcile.files import encoding as encodings
from harness.reconcile.files.detected import Choices, Doubt
from harness.reconcile.files.grid import Grid, stored

_DELIMITERS = ("\t", ";", "|", ",")  # a comma last: it divides decimals too
_SAMPLE_ROWS = 200
_AGREEING = 0.7
_CHUNK = 1 << 22


@dataclass(frozen=True, slots=True)
class Delimited:
    """How the text of a file was read."""

    grid: Grid
    encoding: str
    why: Text
    delimiter: str
    doubts: tuple[Doubt, ...]


def read(
    path: Path, choices: Choices, connection: duckdb.DuckDBPyConnection, name: str, folder: Path
) -> Delimited:
    """Every cell of the file as text in the table `raw.<name>`; `folder` takes a copy in UTF-8."""
    found = _encoding(path, choices)
    doubts = (Doubt(text("files.doubt.encoding", file=path.name)),) if found.doubt else ()
    copy = _in_utf8(path, found.name, folder / f"{name}.utf8")
    delimiter = choices.delimiter or delimiter_of(copy)
    width, rows, head = _measured(copy, delimiter, path.name)
    if not width:
        raise ConfigError(text("files.error.empty", file=path.name))
    _load(copy, delimiter, width, connection, name, path.name)
    grid = Grid(name, width, head, _numbers(head, width))
    _hold(connection, grid, rows, path.name)
    return Delimited(grid, found.name, found.why, delimiter, doubts)


def delimiter_of(path: Path) -> str:
    """The sign that divides most rows into equally many cells; a comma for a single column."""
    shares = {sign: _share(path, sign) for sign in _DELIMITERS}
    for sign, share in shares.items():
        if share >= _AGREEING:
            return sign
    return max(shares, key=lambda sign: shares[sign]) if any(shares.values()) else ","


def _share(path: Path, delimiter: str) -> float:
    with _opened(path) as file:
        widths = Counter(len(row) for row in islice(_rows(file, delimiter), _SAMPLE_ROWS) if row)
    several = {width: count for width, count in widths.items() if width > 1}
    return max(several.values()) / widths.total() if several else 0


def _encoding(path: Path, choices: Choices) -> encodings.Encoding:
    if choices.encoding is None:
        return encodings.detect(path)
    if not encodings.known(choices.encoding):
        raise ConfigError(text("files.error.no_encoding", name=choices.encoding))
    return encodings.Encoding(choices.encoding, text("files.encoding.chosen"))


def _in_utf8(path: Path, encoding: str, copy: Path) -> Path:
    """The file itself when it is UTF-8 already, else a copy of it."""
    if encoding == "utf-8":
        return path
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file, copy.open("w", encoding="utf-8", newline="") as into:
            while chunk := file.read(_CHUNK):
                into.write(decoder.decode(chunk).removeprefix("\ufeff"))
            into.write(decoder.decode(b"", final=True))
    except UnicodeDecodeError:
        raise ConfigError(text("files.error.encoding", file=path.name, encoding=encoding)) from None
    return copy


def _measured(path: Path, delimiter: str, file: str) -> tuple[int, int, tuple[tuple[str, ...], ...]]:
    """The widest row, how many rows hold something, and the first rows."""
    width = rows = 0
    head: list[tuple[str, ...]] = []
    with _opened(path) as content:
        try:
            for row in _rows(content, delimiter):
                if len(head) < _SAMPLE_ROWS:
                    head.append(tuple(row))
                rows += bool(row)
                width = max(width, len(row))
        except (csv.Error, UnicodeDecodeError) as error:
            kind = type(error).__name__
            raise ConfigError(text("files.error.unreadable", file=file, why=kind)) from None
    return width, rows, tuple(head)


def _numbers(head: tuple[tuple[str, ...], ...], width: int) -> tuple[int, ...]:
    """The number in the table of each row of the head; DuckDB leaves empty lines out of wide tables."""
    numbers, last = [], 0
    for row in head:
        last += bool(row) or width == 1
        numbers.append(last)
    return tuple(numbers)


def _load(
    path: Path, delimiter: str, width: int, connection: duckdb.DuckDBPyConnection, name: str, file: str
) -> None:
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    options = (
        "auto_detect=false, header=false, quote='\"', escape='\"', null_padding=true, strict_mode=true, "
        "all_varchar=true, nullstr='', allow_quoted_nulls=false, parallel=false, max_line_size=16000000"
    )
    query = f"SELECT row_number() OVER () AS n, * FROM read_csv(?, delim=?, {options}, columns={{{columns}}})"
    try:
        connection.execute(f"CREATE TABLE raw.{stored(name)} AS {query}", [str(path), delimiter])
    except duckdb.Error as error:
        raise ConfigError(text("files.error.unreadable", file=file, why=type(error).__name__)) from None


def _hold(connection: duckdb.DuckDBPyConnection, grid: Grid, rows: int, file: str) -> None:
    """Two readers must agree on how many rows there are: a quote that is not closed swallows rows."""
    condition = "true" if grid.width > 1 else "c0 IS NOT NULL"
    found = connection.execute(f"SELECT count(*) FROM raw.{stored(grid.name)} WHERE {condition}")
    (count,) = found.fetchone() or (0,)
    if count != rows:
        why = f"{count} / {rows}"
        raise ConfigError(text("files.error.unreadable", file=file, why=why))


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield file


def _rows(file: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    return csv.reader(file, delimiter=delimiter)
