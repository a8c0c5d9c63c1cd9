"""Reads a bounded part of a table: its first and last rows by key, and the rows of given keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlglot import exp

from harness.errors import ConfigError
from harness.reconcile.discovery.description import Column, Table
from harness.reconcile.kinds import Kind
from harness.reconcile.view import View
from harness.sqltext.dialects import sql_dialect

ROWS = 1_000
"""At most so many rows of a table are looked at; half of them from either end of its key."""

_KEYS_PER_QUERY = 250
_LONGEST = 4_000  # whole documents are told apart by their beginnings
_UNBOUNDED = frozenset({"TEXT", "VARCHAR", "LONGTEXT", "MEDIUMTEXT", "CLOB", "NCLOB", "STRING"})
_CUTS = frozenset({"postgresql", "sqlite", "mysql", "mariadb", "duckdb", "oracle"})


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table with the columns that were read, in order."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]

    def cells(self, name: str) -> tuple[Any, ...]:
        """The values of one column."""
        place = self.place(name)
        return tuple(row[place] for row in self.rows)

    def place(self, name: str) -> int:
        """Where a column stands in a row; ValueError when it was not read."""
        return [column.name for column in self.columns].index(name)


def sampled(view: View, table: Table) -> Rows:
    """Up to ROWS rows: all of a small table, else both ends by its primary key."""
    columns = _readable(table)
    select = _select(view, table, columns)
    if not columns:
        return Rows((), ())
    if table.rows <= ROWS or not table.key:
        order = _order(view, table.key, "ASC")
        return Rows(columns, _limited(view, f"{select}{order}", ROWS))
    first = _limited(view, f"{select}{_order(view, table.key, 'ASC')}", ROWS // 2)
    last = _limited(view, f"{select}{_order(view, table.key, 'DESC')}", ROWS // 2)
    return Rows(columns, (*first, *reversed(last)))


def with_keys(view: View, table: Table, key: Sequence[str], wanted: Sequence[tuple[Any, ...]]) -> Rows:
    """The rows whose key is among `wanted`, in the order they come; none where they cannot be looked up."""
    columns = _readable(table)
    literals = [literal for keys in wanted if (literal := _literals(view, keys)) is not None]
    quoted = [_name(view, name) for name in key]
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(literals), _KEYS_PER_QUERY):
        some = literals[start : start + _KEYS_PER_QUERY]
        try:
            with view.attempt():
                found += view.all(f"{_select(view, table, columns)} WHERE {_among(view, quoted, some)}")
        except ConfigError:  # a value that the column's type does not allow: an enumeration, a UUID
            return Rows(columns, ())
    return Rows(columns, tuple(found))


def unique(view: View, table: Table, columns: Sequence[str]) -> bool:
    """True when no two rows share the values of these columns; looks at every row."""
    names = ", ".join(_name(view, name) for name in columns)
    doubles = f"SELECT 1 AS one FROM {_table(view, table)} GROUP BY {names} HAVING count(*) > 1"  # noqa: S608
    return view.number(f"SELECT count(*) FROM ({doubles}) AS doubles") == 0  # noqa: S608


def _readable(table: Table) -> tuple[Column, ...]:
    """What can be compared as values: large binary content is paired by name and type alone."""
    return tuple(column for column in table.columns if column.kind is not Kind.BYTES)


def _select(view: View, table: Table, columns: Sequence[Column]) -> str:
    cells = ", ".join(_cell(view, column) for column in columns)
    return f"SELECT {cells} FROM {_table(view, table)}"  # noqa: S608  # names from the catalogue


def _cell(view: View, column: Column) -> str:
    name = _name(view, column.name)
    # Read as text, as a comparison reads them: a driver would make binary floats of JSON's numbers.
    if column.kind in {Kind.JSON, Kind.INTERVAL} and view.dialect == "postgresql":
        return f"({name})::text"
    if column.declared.upper() in _UNBOUNDED and view.dialect in _CUTS:
        return f"substr({name}, 1, {_LONGEST})"
    return name


def _limited(view: View, select: str, rows: int) -> tuple[tuple[Any, ...], ...]:
    match view.dialect:
        case "mssql":
            return tuple(view.all(select.replace("SELECT ", f"SELECT TOP {rows:d} ", 1)))
        case "oracle":
            return tuple(view.all(f"{select} FETCH FIRST {rows:d} ROWS ONLY"))
    return tuple(view.all(f"{select} LIMIT {rows:d}"))


def _order(view: View, key: Sequence[str], direction: str) -> str:
    names = ", ".join(f"{_name(view, name)} {direction}" for name in key)
    return f" ORDER BY {names}" if names else ""


def _table(view: View, table: Table) -> str:
    return _name(view, table.name)  # of the side's own schema: a dot in it is part of the name


def _name(view: View, name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect=sql_dialect(view.dialect))


def _among(view: View, key: Sequence[str], wanted: Sequence[tuple[str, ...]]) -> str:
    if len(key) == 1:
        return f"{key[0]} IN ({', '.join(item for (item,) in wanted)})"
    if view.dialect == "mssql":  # it knows no lists of rows
        return " OR ".join(
            "(" + " AND ".join(f"{name} = {item}" for name, item in zip(key, items, strict=True)) + ")"
            for items in wanted
        )
    rows = ", ".join(f"({', '.join(items)})" for items in wanted)
    return f"({', '.join(key)}) IN ({'VALUES ' if view.dialect == 'sqlite' else ''}{rows})"


def _literals(view: View, keys: tuple[Any, ...]) -> tuple[str, ...] | None:
    written = tuple(_literal(view, item) for item in keys)
    return None if None in written else tuple(item for item in written if item is not None)


def _literal(view: View, value: object) -> str | None:
    """The value as SQL; None for one that cannot stand in a list of keys."""
    match value:
        case bool():
            return None
        case int() | Decimal():
            return str(value)
        case str():
            return exp.Literal.string(value).sql(dialect=sql_dialect(view.dialect))
    return None
