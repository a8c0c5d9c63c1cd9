"""DuckDB as one side of a comparison: what holds the rows of a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import duckdb

from harness.errors import ConfigError
from harness.messages import text
from harness.model import Side, Text

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class DuckView:
    """A view of a database that nobody else writes; `doubts` are what a refused column stands for."""

    side: Side
    connection: duckdb.DuckDBPyConnection
    doubts: dict[str, Text]

    @property
    def dialect(self) -> str:
        """The name of the dialect, as SQLAlchemy would have it."""
        return "duckdb"

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, streamed: memory stays bounded."""
        with self._answered(), self.connection.cursor() as cursor:
            cursor.execute(sql)
            while batch := cursor.fetchmany(_BATCH):
                yield from batch

    def all(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query that gives few of them."""
        with self._answered(), self.connection.cursor() as cursor:
            return cursor.execute(sql).fetchall()

    def number(self, sql: str) -> int:
        """The one whole number that a query gives."""
        return int(self.all(sql)[0][0])

    def attempt(self) -> AbstractContextManager[None]:
        """Statements that may fail without ending the view: each is by itself here."""
        return nullcontext()

    def catalogue(self) -> dict[str, tuple[str, ...]]:
        """The columns of every table, by the tables' names in order."""
        found: dict[str, tuple[str, ...]] = {}
        for table, column in self.all(_COLUMNS.format("main")):
            found[table] = (*found.get(table, ()), column)
        return found

    def columns(self, table: str) -> tuple[str, ...] | None:
        """The columns of `table` (or `schema.table`) in their order; None when there is no such table."""
        schema, _, name = table.rpartition(".")
        found = self.all(_COLUMNS.format((schema or "main").replace("'", "''")))
        return tuple(column for owner, column in found if owner == name) or None

    def primary_key(self, table: str) -> tuple[str, ...]:
        """The columns that the database itself keeps unique; empty when it does not."""
        found = self.all(
            "SELECT table_name, constraint_column_names FROM duckdb_constraints()"
            " WHERE constraint_type = 'PRIMARY KEY' AND schema_name = 'main'"
        )
        return next((tuple(columns) for owner, columns in found if owner == table), ())

    @contextmanager
    def _answered(self) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as error:
            for column, doubt in self.doubts.items():
                if column in str(error):
                    raise ConfigError(doubt) from None
            # The message may quote a value of personal data: only its kind is kept.
            why = type(error).__name__
            raise ConfigError(text(f"reconcile.not_evaluated.{self.side}", why=why)) from None


_COLUMNS = (
    "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = '{}' AND NOT internal"
    " AND database_name = current_database() ORDER BY table_name, column_index"
)
