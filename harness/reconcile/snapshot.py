"""One side's database as it stands at one moment: a read-only transaction that sees nothing later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.string import TextLoader
from sqlalchemy import Connection, Dialect, Engine, inspect
from sqlalchemy.exc import DBAPIError, NoSuchTableError, OperationalError

from harness.errors import ConfigError, Unreachable
from harness.messages import text
from harness.model import Side
from harness.reconcile.unbounded_dates import read_unbounded
from harness.reconcile.view import Place, View
from harness.sqltext.mysql_session import MYSQL_SESSION
from harness.sqltext.normal_forms import SESSION
from harness.sqltext.typed_forms import LIMITED

_BATCH = 5_000
_PATIENCE = 10.0  # seconds that a server has to take a request to cancel


class SideUnreachable(Unreachable):
    """The database of one side gave no answer."""

    def __init__(self, side: Side, error: Exception, *, dropped: bool = True) -> None:
        super().__init__(text(f"reconcile.unreachable.{side}", why=type(error).__name__))
        self.side = side
        self.dropped = dropped
        """False when the server is there and ended the statement: asking again would end the same."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A connection inside its one transaction."""

    side: Side
    connection: Connection

    @property
    def answers_psycopg(self) -> bool:
        """True when it is PostgreSQL behind the driver whose types and texts are known here."""
        return isinstance(self.connection.connection.driver_connection, psycopg.Connection)

    @property
    def dialect(self) -> str:
        """SQLAlchemy's name of the database's dialect."""
        return self.connection.dialect.name

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, streamed: memory stays bounded."""
        with _answered(self.side, self.dialect):
            options = {"no_parameters": True, "stream_results": True, "max_row_buffer": _BATCH}
            result = self.connection.exec_driver_sql(sql, execution_options=options)
            try:
                for batch in result.partitions(_BATCH):
                    yield from map(tuple, batch)
            finally:
                result.close()

    def all(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query that gives few of them."""
        with _answered(self.side, self.dialect):
            result = self.connection.exec_driver_sql(sql, execution_options={"no_parameters": True})
            return [tuple(row) for row in result]

    def types(self, sql: str) -> tuple[str, ...]:
        """PostgreSQL's names of the types of a query's columns; `other` for what its driver gives as text."""
        with _answered(self.side, self.dialect):
            result = self.connection.exec_driver_sql(sql, execution_options={"no_parameters": True})
            cursor = result.cursor
            assert cursor is not None
            found = tuple(_type_name(column) for column in cursor.description)
            result.close()
        return found

    def cancel(self) -> None:
        """Ends the running statement at once, from another thread."""
        raw = self.connection.connection.driver_connection
        if isinstance(raw, psycopg.Connection):
            with suppress(psycopg.Error):  # the server is gone, and its statement with it
                raw.cancel_safe(timeout=_PATIENCE)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the transaction that may fail without ending it."""
        with self.connection.begin_nested():
            yield

    def number(self, sql: str) -> int:
        """The one whole number that a query gives."""
        return int(self.all(sql)[0][0])

    def catalogue(self) -> dict[str, tuple[str, ...]]:
        """The columns of every table of the side's own schema, by the tables' names in order."""
        found = {
            table: columns for (_, table), columns in inspect(self.connection).get_multi_columns().items()
        }
        real = self._real
        return {real(table): tuple(real(item["name"]) for item in found[table]) for table in sorted(found)}

    def columns(self, table: str) -> tuple[str, ...] | None:
        """The columns of `table` (or `schema.table`) in their order; None when there is no such table."""
        schema, _, name = table.rpartition(".")
        try:
            found = inspect(self.connection).get_columns(name, schema or None)
        except NoSuchTableError:
            return None
        return tuple(self._real(item["name"]) for item in found)

    def primary_key(self, table: str) -> tuple[str, ...]:
        """The columns that the database itself keeps unique; empty when it does not."""
        schema, _, name = table.rpartition(".")
        found = inspect(self.connection).get_pk_constraint(name, schema or None)["constrained_columns"]
        return tuple(map(self._real, found))

    def _real(self, name: str) -> str:
        return name_in_catalogue(self.connection.dialect, name)


def name_in_catalogue(dialect: Dialect, name: str) -> str:
    """The name as the database has it: SQLAlchemy shows Oracle's and HANA's capitals in small letters."""
    shown: str = dialect.denormalize_name(name) if dialect.requires_name_normalize else name
    return shown


def _type_name(column: Any) -> str:
    known = psycopg.postgres.types.get(column.type_code)
    if known is None:
        return "other"
    if known.oid != column.type_code:
        return f"{known.name}[]"
    return LIMITED if known.name == "numeric" and column.precision is not None else known.name


def opened(place: Place, side: Side) -> AbstractContextManager[View]:
    """Opens one side's view; SideUnreachable when it does not answer."""
    return snapshot(place, side) if isinstance(place, Engine) else place.open(side)


@contextmanager
def snapshot(engine: Engine, side: Side) -> Iterator[Snapshot]:
    """Opens the side's snapshot; SideUnreachable when the database does not answer."""
    begin = _BEGIN.get(engine.dialect.name, _begin_other)
    try:
        connection = engine.connect()
    except DBAPIError as error:
        raise SideUnreachable(side, error) from None
    with connection:
        with _answered(side, engine.dialect.name):
            begin(connection)
        try:
            yield Snapshot(side, connection)
        finally:
            _end(connection)


def _begin_postgresql(connection: Connection) -> None:
    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    for statement in (*SESSION, "SET LOCAL cursor_tuple_fraction = 1"):
        connection.exec_driver_sql(statement)
    raw = connection.connection.driver_connection
    if isinstance(raw, psycopg.Connection):
        read_unbounded(raw)
        raw.adapters.register_loader("bpchar", _Unpadded)


class _Unpadded(TextLoader):
    """CHAR(n) without the blanks that fill it up: they are the column's, not the value's."""

    def load(self, data: Any) -> str | bytes:
        content = super().load(data)
        return content.rstrip(" ") if isinstance(content, str) else content


def _begin_sqlite(connection: Connection) -> None:
    ((reading,),) = _raw(connection, "PRAGMA query_only")
    connection.info["query_only"] = reading
    _raw(connection, "PRAGMA query_only = ON")
    connection.exec_driver_sql("BEGIN")


def _begin_mysql(connection: Connection) -> None:
    connection.execution_options(isolation_level="REPEATABLE READ")
    for statement in MYSQL_SESSION:
        _raw(connection, statement)


def _raw(connection: Connection, statement: str) -> list[tuple[Any, ...]]:
    """Runs our own setting of a session below the check of statements, which lets none through."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []
    finally:
        cursor.close()


def _begin_oracle(connection: Connection) -> None:
    _raw(connection, "SET TRANSACTION READ ONLY")  # which is one moment, too


def _begin_other(connection: Connection) -> None:
    connection.execution_options(isolation_level="REPEATABLE READ")


_BEGIN: dict[str, Callable[[Connection], None]] = {
    "postgresql": _begin_postgresql,
    "sqlite": _begin_sqlite,
    "mysql": _begin_mysql,
    "mariadb": _begin_mysql,
    "oracle": _begin_oracle,
}


def _end(connection: Connection) -> None:
    if connection.invalidated or connection.closed:
        return
    try:
        connection.rollback()
        if connection.dialect.name == "sqlite":
            # it goes back to its pool as it came
            _raw(connection, f"PRAGMA query_only = {connection.info.pop('query_only', 0):d}")
    except DBAPIError:
        connection.invalidate()  # the server is gone: what was read before has been said already


@contextmanager
def _answered(side: Side, dialect: str) -> Iterator[None]:
    """A server that went away is the environment's failure; a statement it refuses is the mapping's."""
    try:
        yield
    except DBAPIError as error:
        gone = isinstance(error, OperationalError) and dialect not in _REFUSING_SO
        if gone or error.connection_invalidated:
            ended = isinstance(error.orig, psycopg.errors.QueryCanceled)
            raise SideUnreachable(side, error, dropped=not ended) from None
        # The server's own words may quote a value of personal data: only their kind is kept.
        why = f"{type(error.orig).__name__} {_code(error.orig)}".strip()
        raise ConfigError(text(f"reconcile.not_evaluated.{side}", why=why)) from None


# Drivers that call a refused statement an operational error, too; a lost connection is marked as such.
_REFUSING_SO = frozenset({"sqlite", "mysql", "mariadb"})


def _code(error: BaseException | None) -> str:
    """The server's number of an error, which says what is wrong and quotes nothing."""
    first = error.args[0] if error is not None and error.args else None
    return str(getattr(error, "sqlstate", None) or (first if isinstance(first, int) else ""))
