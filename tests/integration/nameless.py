"""A copy of a database in SQLite in which no name says anything and no column stands where it stood."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text


def nameless(*parts: str) -> str:
    """The name that stands for a table, or for a column of a table."""
    return "x" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]


def copied(engine: Engine, path: Path) -> str:
    """Copies every table; the URL of the copy. Ids, rows and references stay."""
    target = sqlite3.connect(path)
    try:
        with engine.connect() as connection:
            for table, columns in _tables(connection).items():
                target.execute(
                    f'create table "{nameless(table)}" ({", ".join(_layout(connection, table, columns))})'
                )
                names = ", ".join(f'"{column["name"]}"' for column in columns)
                rows = connection.execute(text(f'select {names} from "{table}"'))
                marks = ", ".join("?" * len(columns))
                target.executemany(
                    f'insert into "{nameless(table)}" values ({marks})',
                    (tuple(map(_stored, row)) for row in rows),
                )
        target.commit()
    finally:
        target.close()
    return f"sqlite:///{path}"


def _tables(connection: Connection) -> dict[str, list[Any]]:
    found = {}
    for (_, table), columns in inspect(connection).get_multi_columns().items():
        found[table] = list(columns)
        random.Random(table).shuffle(found[table])
    return found


def _layout(connection: Connection, table: str, columns: list[Any]) -> Iterator[str]:
    inspector = inspect(connection)
    key = inspector.get_pk_constraint(table)["constrained_columns"]
    references: Mapping[str, Any] = {
        item["constrained_columns"][0]: item
        for item in inspector.get_foreign_keys(table)
        if len(item["constrained_columns"]) == 1
    }
    for column in columns:
        declared = {"JSONB": "JSON", "INTERVAL": "TEXT"}.get(str(column["type"]), str(column["type"]))
        line = f'"{nameless(table, column["name"])}" {declared}'
        if [column["name"]] == key:
            line += " primary key"
        if column["name"] in references:
            referred = references[column["name"]]
            other = nameless(referred["referred_table"], referred["referred_columns"][0])
            line += f' references "{nameless(referred["referred_table"])}"("{other}")'
        yield line


def _stored(value: Any) -> Any:
    return str(value) if isinstance(value, date | timedelta | Decimal | dict | list) else value
