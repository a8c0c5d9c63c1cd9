"""Two files side by side: DuckDB takes equal rows away as multisets, and Python sees only what is left.

What is equal as it is stored is equal in canonical form, so what is left tells what all rows would tell.
"""

# ruff: noqa: S608  # the statements name our own tables; the one of a mapping is checked by sqltext

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from harness.model import Side
from harness.reconcile.entity import EntityMapping, FieldMapping, Form
from harness.reconcile.files.view import DuckView
from harness.reconcile.kinds import Kind
from harness.reconcile.ordered import Unfit
from harness.reconcile.rows import RowForm
from harness.reconcile.statements import Statements
from harness.reconcile.totals import Counting
from harness.reconcile.view import View

_EXACT = re.compile(r"(U?(TINY|SMALL|BIG)INT|U?INTEGER|DECIMAL\(\d+,\s?\d+\))")
_HELD = re.compile(rf"{_EXACT.pattern}|VARCHAR|BOOLEAN|DATE|TIMESTAMP|DOUBLE|FLOAT")
"""Types whose equal values are equal in canonical form, too."""

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Unequal:
    """Both sides' rows that have no equal one on the other side, and what was counted of all of them."""

    counting: Mapping[Side, Counting]
    double_keys: Mapping[Side, int]
    rows: Mapping[Side, Iterator[Sequence[Any]]]


@contextmanager
def unequal(mapping: EntityMapping, views: Mapping[Side, View], form: RowForm) -> Iterator[Unequal]:
    """What is left; Unfit when a side is no file, or holds values that this could not tell apart."""
    with tempfile.TemporaryDirectory(prefix="harness-unequal-") as folder:
        config: dict[str, str | bool | int | float | list[str]] = {"threads": 2, "temp_directory": folder}
        connection = duckdb.connect(config=config)
        try:
            types = {
                side: _copied(mapping, side, views[side], Path(folder, side), connection) for side in Side
            }
            _check(mapping, types)
            yield Unequal(
                {side: _counted(mapping, side, connection, form) for side in Side},
                {side: _double_keys(mapping, side, connection) for side in Side},
                {side: _left(side, connection) for side in Side},
            )
        except duckdb.Error:  # another way says what is wrong, with what it may say
            raise Unfit from None
        finally:
            connection.close()


def _copied(
    mapping: EntityMapping, side: Side, view: View, file: Path, connection: duckdb.DuckDBPyConnection
) -> Sequence[str]:
    """Copies the rows, and gives the types of their columns."""
    if not isinstance(view, DuckView):
        raise Unfit
    names = ", ".join(f"c{place}" for place in range(len(mapping.columns)))
    rows = f"SELECT * FROM ({Statements(mapping, side, view.dialect).rows()}) AS held({names})"
    place = "'" + str(file).replace("'", "''") + "'"
    with view.connection.cursor() as cursor:
        types = [str(column[1]) for column in cursor.execute(f"DESCRIBE {rows}").fetchall()]
        if not all(map(_HELD.fullmatch, types)):
            raise Unfit
        cursor.execute(f"COPY ({rows}) TO {place} (FORMAT parquet)")
    connection.execute(f"CREATE VIEW {side} AS SELECT * FROM read_parquet({place})")
    return types


def _check(mapping: EntityMapping, types: Mapping[Side, Sequence[str]]) -> None:
    """Unfit where values of two types would be made alike to compare them, or a key has several spellings."""
    for place, (source, target) in enumerate(zip(types[Side.SOURCE], types[Side.TARGET], strict=True)):
        if source != target and not (_EXACT.fullmatch(source) and _EXACT.fullmatch(target)):
            raise Unfit
        column = mapping.columns[place]
        if column.name in mapping.key and not _one_spelling(column, source):
            raise Unfit


def _one_spelling(column: FieldMapping, type_: str) -> bool:
    """Whether `_key` gives keys that are equal when compared in one spelling."""
    plain = column.form in {Form.EXACT, Form.TRIMMED} and not column.ignore_case
    return plain and (column.type is Kind.TEXT or type_ != "VARCHAR")


def _key(mapping: EntityMapping, name: str) -> str:
    place = mapping.position(name)
    column, cell = mapping.columns[place], f"c{place}"
    if column.type is not Kind.TEXT:
        return cell
    cell = f"rtrim({cell}::VARCHAR, ' ')" if column.form is Form.TRIMMED else f"{cell}::VARCHAR"
    return f"nullif({cell}, '')" if column.empty_is_null else cell


def _counted(
    mapping: EntityMapping, side: Side, connection: duckdb.DuckDBPyConnection, form: RowForm
) -> Counting:
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {side}").fetchall()
    counting = Counting(mapping)
    counting.rows = rows
    for number, places in enumerate(counting.places):
        cells = ", ".join(f"c{place}" for place in places)
        groups = f"SELECT {cells}, count(*) FROM {side} GROUP BY ALL"
        counting.take_alike(number, list(zip(*connection.execute(groups).fetchall(), strict=True)), form)
    return counting


def _double_keys(mapping: EntityMapping, side: Side, connection: duckdb.DuckDBPyConnection) -> int:
    if not mapping.key:
        return 0
    keys = ", ".join(_key(mapping, name) for name in mapping.key)
    doubles = f"SELECT {keys} FROM {side} GROUP BY ALL HAVING count(*) > 1"
    ((count,),) = connection.execute(f"SELECT count(*) FROM ({doubles})").fetchall()
    return int(count)


def _left(side: Side, connection: duckdb.DuckDBPyConnection) -> Iterator[Sequence[Any]]:
    (other,) = (each for each in Side if each is not side)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {side} EXCEPT ALL SELECT * FROM {other}")
        while batch := cursor.fetchmany(_BATCH):
            yield from batch
