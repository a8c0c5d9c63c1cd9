"""How many rows of whole numbers and short texts get here from PostgreSQL: as Arrow, or by the usual driver.

Arrow comes over a second connection that reads in the very snapshot of the first one, as read-only as that.
Where it cannot be opened (no ADBC driver, a standby, another driver) the first connection answers instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import psycopg
import pyarrow as pa
from psycopg.conninfo import make_conninfo

from harness.adapters.wire.sql import refuse_writing
from harness.errors import ConfigError
from harness.messages import text
from harness.model import Side
from harness.reconcile.snapshot import SideUnreachable, Snapshot
from harness.sqltext.normal_forms import SESSION

_DIALECT = "postgresql"
# Sums per segment of one range are held in 15 MB; a server that spares them writes half of them to disk.
_MEMORY = "SET LOCAL work_mem = '64MB'"
_READ_ONLY = "-c default_transaction_read_only=on"
_BATCH = 50_000
_ENDED = "57014"  # a statement that was cancelled, or took longer than the server allows


class Bulk(Protocol):
    """One side's rows in columns."""

    @property
    def transport(self) -> str:
        """How the rows travel: `arrow` or `driver`."""
        ...

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The rows of a query of whole numbers and texts, a batch at a time."""
        ...

    def cancel(self) -> None:
        """Ends the running query at once, from another thread."""
        ...


@dataclass(frozen=True, slots=True)
class ByDriver:
    """The rows as the snapshot's own connection gives them."""

    snapshot: Snapshot
    transport: str = "driver"

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """See Bulk."""
        rows: list[tuple[Any, ...]] = []
        for row in self.snapshot.rows(sql):
            rows.append(row)
            if len(rows) == _BATCH:
                yield _batch(rows)
                rows = []
        if rows:
            yield _batch(rows)

    def cancel(self) -> None:
        """See Bulk."""
        self.snapshot.cancel()


@dataclass(frozen=True, slots=True)
class ByArrow:
    """The rows over ADBC."""

    side: Side
    connection: Any
    transport: str = field(default="arrow", init=False)

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """See Bulk."""
        refuse_writing(sql, _DIALECT)
        with _answered(self.side), self.connection.cursor() as cursor:
            cursor.execute(sql)
            yield from cursor.fetch_record_batch()

    def cancel(self) -> None:
        """See Bulk."""
        with suppress(_adbc().Error):  # nothing was running
            self.connection.adbc_cancel()


def table(bulk: Bulk, sql: str) -> pa.Table | None:
    """All rows of a query that gives few enough of them; None when there is none."""
    batches = list(bulk.batches(sql))
    return pa.Table.from_batches(batches) if batches else None


@contextmanager
def bulk_of(snapshot: Snapshot) -> Iterator[Bulk]:
    """The fastest way to the snapshot's rows."""
    connection = _connected(snapshot)
    if connection is None:
        yield ByDriver(snapshot)
        return
    try:
        yield ByArrow(snapshot.side, connection)
    finally:
        with suppress(_adbc().Error):  # the server may be gone: then nothing is left to close
            connection.close()


def _connected(snapshot: Snapshot) -> Any:
    """An ADBC connection in the same snapshot; None when there can be none."""
    raw = snapshot.connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection) or not _has_adbc():
        return None
    if snapshot.all("SELECT pg_is_in_recovery()")[0][0]:
        return None  # a standby exports no snapshot, and trying would end the transaction
    ((exported,),) = snapshot.all("SELECT pg_export_snapshot()")
    adbc = _adbc()
    try:
        connection = adbc.connect(_address(raw), autocommit=True)
    except adbc.Error:
        return None
    try:
        _begin(connection, str(exported))
    except adbc.Error:
        connection.close()
        return None
    return connection


def _address(raw: psycopg.Connection[Any]) -> str:
    """Where the first connection is connected to, with its password; read-only by default in any case."""
    options = raw.info.get_parameters().get("options", "")
    held = options if _READ_ONLY in options else f"{options} {_READ_ONLY}".strip()
    return make_conninfo(raw.info.dsn, password=raw.info.password, options=held, client_encoding="UTF8")


def _begin(connection: Any, exported: str) -> None:
    statements = (
        "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
        f"SET TRANSACTION SNAPSHOT '{exported}'",
        *SESSION,
        _MEMORY,
    )
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _has_adbc() -> bool:
    try:
        _adbc()
    except ImportError:
        return False
    return True


def _adbc() -> Any:
    # Imported when first needed: it loads a native library.
    import adbc_driver_postgresql.dbapi as adbc

    return adbc


@contextmanager
def _answered(side: Side) -> Iterator[None]:
    """The same two kinds of failure as in a snapshot, without the server's words: they may quote a value."""
    try:
        yield
    except _adbc().Error as error:
        state = error.sqlstate or ""
        if not state or state[:2] in {"08", "57"}:
            raise SideUnreachable(side, error, dropped=state != _ENDED) from None
        why = f"{type(error).__name__} {state}"
        raise ConfigError(text(f"reconcile.not_evaluated.{side}", why=why)) from None


def _batch(rows: list[tuple[Any, ...]]) -> pa.RecordBatch:
    columns = [pa.array(column) for column in zip(*rows, strict=True)]
    return pa.RecordBatch.from_arrays(columns, names=[str(place) for place in range(len(columns))])
