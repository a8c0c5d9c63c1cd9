"""Seeded tables of two databases that differ in known ways, and the mappings that compare them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from harness.reconcile import EntityMapping

IN_FILES = "sqlite"
_CHANGED, _LOST = 100, 20  # rows that are changed, and as many lost as added, however many there are
FIELDS: dict[str, Any] = {
    "id": "integer",
    "amount": {"type": "number", "money": True},
    "quantity": "number",
    "party": "text",
    "note": "text",
    "day": "date",
    "moment": "timestamp",
    "state": "integer",
    "account": "integer",
    "active": "boolean",
}
_ROW = """
SELECT i::bigint AS id, ((i::bigint * 7919) % 1000003)::numeric(16,2) / 100 AS amount,
       (i % 97)::numeric(16,2) AS quantity, 'party ' || (i % 1000) AS party,
       CASE WHEN i % 3 = 0 THEN NULL ELSE '备注 ' || i END AS note,
       date '2020-01-01' + (i % 2000)::int AS day,
       timestamp '2020-01-01' + i * interval '1 minute' AS moment, (i % 7)::int AS state,
       (i % 100)::int AS account, i % 2 = 0 AS active
FROM generate_series(1, {rows}) AS i
"""
_ROW_IN_SQLITE = """
INSERT INTO item SELECT i, ((i * 7919) % 1000003) / 100.0, i % 97, 'party ' || (i % 1000),
       CASE WHEN i % 3 = 0 THEN NULL ELSE '备注 ' || i END, date('2020-01-01', (i % 2000) || ' days'),
       datetime('2020-01-01', i || ' minutes'), i % 7, i % 100, i % 2
FROM (WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {rows})
      SELECT i FROM numbers)
"""
_RENAMED = """
CREATE TABLE renamed AS
SELECT 'K' || lpad(id::text, 12, '0') AS code, (amount * 100)::bigint AS cents,
       quantity::numeric(20,4) AS qty, party::varchar(60) AS partner, note AS remark, day,
       moment::timestamptz AS moment, state::bigint AS state,
       'A' || account AS account, active::int AS active FROM item
"""
_WIDE = "CREATE TABLE wide AS SELECT item.*, {more} FROM item"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One pair of tables: names, mapping, and how many rows differ."""

    name: str
    source: str
    target: str
    mapping: EntityMapping
    differing: int
    in_files: bool = False
    """In two SQLite files instead of on servers."""


def scenarios(rows: int) -> dict[str, Scenario]:
    """All of them by name."""
    few = max(1, rows // 10_000)
    wide = {f"more{place}": "integer" if place % 2 else "text" for place in range(50)}
    renamed = {
        "id": {"type": "integer", "target": "substr(code, 2)::bigint"},
        "amount": {"type": "number", "money": True, "target": "cents / 100.0"},
        "quantity": {"type": "number", "target": "qty"},
        "party": {"target": "partner"},
        "note": {"target": "remark"},
        "day": "date",
        "moment": "timestamp",
        "state": "integer",
        "account": {"type": "text", "source": "'A' || account"},
        "active": "boolean",
    }
    made = (
        ("sparse", "item", "item_sparse", FIELDS, _CHANGED + 2 * _LOST),
        ("5 percent", "item", "item_5", FIELDS, rows // 20),
        ("50 percent", "item", "item_50", FIELDS, rows // 2),
        ("renamed", "item", "renamed", renamed, few),
        ("random heap", "shuffled", "shuffled", FIELDS, few),
        ("60 columns", "wide", "wide", FIELDS | wide, few),
        (IN_FILES, "item", "item", FIELDS, few),
    )
    return {
        name: Scenario(
            name, source, target, _mapping(source, target, fields), differing, in_files=name == IN_FILES
        )
        for name, source, target, fields, differing in made
    }


def _mapping(source: str, target: str, fields: dict[str, Any]) -> EntityMapping:
    return EntityMapping.model_validate(
        {
            "entity": "item",
            "title": {"en": "Items", "zh": "物料"},
            "module": "bench",
            "key": ["id"],
            "source": {"table": source},
            "target": {"table": target},
            "fields": fields,
            "amount": {"field": "amount", "currency": "EUR"},
        }
    )


def seed(source: str, target: str, rows: int, names: Collection[str] = ()) -> None:
    """Makes the tables of these scenarios, or of all, in both databases; the same rows every time."""
    made = {"item": f"CREATE TABLE item AS {_ROW.format(rows=rows)}"}
    keys = {"renamed": "code"}
    for name, statements in _tables(rows).items():
        if not names or name in names:
            made |= statements
    few = max(1, rows // 10_000)
    step = rows // few
    added = (
        f"INSERT INTO item_sparse SELECT id + {rows}, amount, quantity, party, note, day, moment, state,"
        f" account, active FROM item WHERE id <= {_LOST}"
    )
    changes = {
        "item_sparse": (
            f"UPDATE item_sparse SET amount = -amount WHERE id % {rows // _CHANGED} = 3",
            f"DELETE FROM item_sparse WHERE id % {rows // _LOST} = 7",
            added,
        ),
        "item_5": ("UPDATE item_5 SET amount = amount + 1 WHERE hashint8(id) & 1023 < 51",),
        "item_50": ("UPDATE item_50 SET party = party || '.' WHERE hashint8(id) & 1 = 0",),
        "renamed": (f"UPDATE renamed SET cents = cents + 1 WHERE substr(code, 2)::bigint % {step} = 3",),
        "shuffled": (f"UPDATE shuffled SET amount = amount + 1 WHERE id % {step} = 3",),
        "wide": (f"UPDATE wide SET more49 = more49 + 1 WHERE id % {step} = 3",),
    }
    for database in (source, target):
        for table, statement in made.items():
            if database == source and table in _TARGET_ONLY:
                continue
            run(database, statement)
            if database == target:
                run(database, *changes.get(table, ()))
            run(database, f"ALTER TABLE {table} ADD PRIMARY KEY ({keys.get(table, 'id')})")
        run(database, "VACUUM ANALYZE")


def seed_files(source: Path, target: Path, rows: int) -> None:
    """The same table in two SQLite files."""
    changes = f"UPDATE item SET amount = -amount WHERE id % {rows // max(1, rows // 10_000)} = 3"
    for file, statements in ((source, ()), (target, (changes,))):
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(
                "CREATE TABLE item (id INTEGER PRIMARY KEY, amount NUMERIC(16, 2), quantity NUMERIC(16, 2),"
                " party TEXT, note TEXT, day DATE, moment TIMESTAMP, state INTEGER, account INTEGER,"
                " active BOOLEAN)"
            )
            for statement in (_ROW_IN_SQLITE.format(rows=rows), *statements):
                connection.execute(statement)
            connection.commit()


_TARGET_ONLY = frozenset({"item_sparse", "item_5", "item_50", "renamed"})


def _tables(rows: int) -> dict[str, dict[str, str]]:
    """What each scenario needs beside `item`, and how it is made."""
    more = ", ".join(
        f"(id % {place + 2})::int AS more{place}"
        if place % 2
        else f"'text ' || id % {place + 2} AS more{place}"
        for place in range(50)
    )
    return {
        "sparse": {"item_sparse": "CREATE TABLE item_sparse AS TABLE item"},
        "5 percent": {"item_5": "CREATE TABLE item_5 AS TABLE item"},
        "50 percent": {"item_50": "CREATE TABLE item_50 AS TABLE item"},
        "renamed": {"renamed": _RENAMED},
        "random heap": {"shuffled": "CREATE TABLE shuffled AS SELECT * FROM item ORDER BY hashint8(id)"},
        "60 columns": {"wide": _WIDE.format(more=more)},
    }


def run(database: str, *statements: str) -> None:
    """Runs statements, each by itself."""
    with psycopg.connect(database, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
