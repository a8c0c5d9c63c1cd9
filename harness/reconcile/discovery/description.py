"""What one side's catalogue says of its tables: columns with their types, keys, references, row counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.types import TypeEngine

from harness.reconcile.inventory import row_counts
from harness.reconcile.kinds import Kind
from harness.reconcile.snapshot import Snapshot
from harness.reconcile.view import View


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its kind (None when only its values can tell), its declared type, what it refers to."""

    name: str
    kind: Kind | None = None
    declared: str = ""
    refers_to: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table as its database describes it."""

    name: str
    rows: int
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns in their order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def describe(view: View) -> dict[str, Table]:
    """Every table of the side's own schema by name, in order."""
    counts = row_counts(view)
    if isinstance(view, Snapshot):
        return _inspected(view, counts)
    return {
        name: Table(name, counts[name], tuple(map(Column, columns)), view.primary_key(name))
        for name, columns in view.catalogue().items()
    }


def observed(table: Table, names: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """The table with the kinds that its values have where no declared type says one."""
    if all(column.kind is not None for column in table.columns):
        return table
    kinds: dict[str, Kind | None] = {}
    for place, name in enumerate(names):
        types = {type(row[place]) for row in rows} - {type(None)}
        kinds[name] = _OBSERVED.get(types.pop()) if len(types) == 1 else None
    columns = (replace(column, kind=column.kind or kinds.get(column.name)) for column in table.columns)
    return replace(table, columns=tuple(columns))


_OBSERVED: Mapping[type, Kind] = MappingProxyType(
    {
        bool: Kind.BOOLEAN,
        int: Kind.INTEGER,
        Decimal: Kind.NUMBER,
        float: Kind.FLOAT,
        datetime: Kind.TIMESTAMP,
        date: Kind.DATE,
        time: Kind.TIME,
        timedelta: Kind.INTERVAL,
        str: Kind.TEXT,
        bytes: Kind.BYTES,
    }
)


def _inspected(view: Snapshot, counts: Mapping[str, int]) -> dict[str, Table]:
    inspector = inspect(view.connection)
    columns = _by_name(inspector.get_multi_columns())
    keys = _by_name(inspector.get_multi_pk_constraint())
    foreign = _by_name(inspector.get_multi_foreign_keys())
    constraints = _by_name(inspector.get_multi_unique_constraints())
    indexes = _by_name(inspector.get_multi_indexes())
    found = {}
    for name, rows in counts.items():
        refers_to = dict(_references(foreign.get(name) or ()))
        unique = {tuple(item["column_names"]) for item in constraints.get(name) or ()}
        unique |= {
            tuple(item["column_names"])
            for item in indexes.get(name) or ()
            if item["unique"] and None not in item["column_names"] and not _is_partial(item)
        }
        described = tuple(
            Column(item["name"], kind_of(item["type"]), _declared(item["type"]), refers_to.get(item["name"]))
            for item in columns[name]
        )
        key = tuple((keys.get(name) or {}).get("constrained_columns") or ())
        found[name] = Table(name, rows, described, key, tuple(sorted(unique)))
    return found


def _by_name(found: Mapping[Any, Any]) -> dict[str, Any]:
    return {table: content for (_, table), content in found.items()}


def _references(constraints: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    for item in constraints:
        if len(item["constrained_columns"]) == 1:
            yield item["constrained_columns"][0], item["referred_table"]


def _is_partial(index: Mapping[str, Any]) -> bool:
    return any(name.endswith("_where") for name, value in index.get("dialect_options", {}).items() if value)


def _declared(declared: TypeEngine[Any]) -> str:
    return str(declared).partition(" COLLATE")[0]


# The first word of a declared type that contains one of these decides.
_KINDS: tuple[tuple[str, Kind], ...] = (
    ("interval", Kind.INTERVAL),
    ("tinyint(1)", Kind.BOOLEAN),
    ("bool", Kind.BOOLEAN),
    ("int", Kind.INTEGER),
    ("serial", Kind.INTEGER),
    ("numeric", Kind.NUMBER),
    ("decimal", Kind.NUMBER),
    ("money", Kind.NUMBER),
    ("number", Kind.NUMBER),
    ("double", Kind.FLOAT),
    ("float", Kind.FLOAT),
    ("real", Kind.FLOAT),
    ("timestamp", Kind.TIMESTAMP),
    ("datetime", Kind.TIMESTAMP),
    ("date", Kind.DATE),
    ("time", Kind.TIME),
    ("json", Kind.JSON),
    ("bytea", Kind.BYTES),
    ("blob", Kind.BYTES),
    ("binary", Kind.BYTES),
    ("char", Kind.TEXT),
    ("text", Kind.TEXT),
    ("clob", Kind.TEXT),
    ("uuid", Kind.TEXT),
    ("enum", Kind.TEXT),
)


def kind_of(declared: TypeEngine[Any]) -> Kind | None:
    """The kind that a declared type stands for; None when its values must tell."""
    word = str(declared).lower()
    if getattr(declared, "display_width", None) == 1 and word.startswith("tinyint"):
        return Kind.BOOLEAN
    return next((kind for part, kind in _KINDS if part in word), None)
