"""Merges two SQLite databases in the order of a whole-number key, in columns.

Python's own driver makes an object of every cell, and one thread at a time: over Arrow the same rows come in
a tenth of the time. But Arrow gives a column one type, and SQLite each cell its own: where the cells of a
column are of several kinds that Arrow would make one, another way has to be taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from sqlite3 import Connection as OwnDriver
from typing import Any
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from harness.adapters.wire.sql import refuse_writing
from harness.model import Side
from harness.reconcile.aligned import aligned, ascending, integers, rows_by_digest
from harness.reconcile.differences import Collector
from harness.reconcile.entity import EntityMapping, FieldMapping
from harness.reconcile.kinds import Kind
from harness.reconcile.ordered import Unfit
from harness.reconcile.progress import Watch
from harness.reconcile.rows import RowForm
from harness.reconcile.snapshot import Snapshot
from harness.reconcile.statements import Statements
from harness.reconcile.together import both
from harness.reconcile.totals import Counting
from harness.reconcile.view import View

_DIALECT = "sqlite"
_BATCH = 65_536  # rows
_EXACT = 2.0**53  # up to here a float tells whole numbers apart
_AS_FLOAT = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.FLOAT, Kind.TEXT})  # 5 and 5.0 are the same to them
_STORED_AS = {pa.string(): "text", pa.binary(): "blob"}


def merge(
    mapping: EntityMapping, views: Mapping[Side, View], form: RowForm, watch: Watch, collector: Collector
) -> Mapping[Side, Counting]:
    """Counts every row and collects what differs; Unfit where that cannot be done in columns."""
    counting = {side: Counting(mapping) for side in Side}
    (key,) = map(mapping.position, mapping.key)
    with ExitStack() as stack:
        coming = both(lambda side: stack.enter_context(_batches(mapping, views[side])))
        reader = stack.enter_context(ThreadPoolExecutor(len(Side), thread_name_prefix="sqlite"))
        sides = {side: _Ahead(batches, key, reader) for side, batches in coming.items()}
        while sum(ahead.fill() for ahead in sides.values()):
            passed = min(ahead.passed for ahead in sides.values())
            tables = {side: ahead.up_to(passed) for side, ahead in sides.items()}
            for side, table in tables.items():
                counting[side].take_columns(table, form)
            _collect(tables, form, collector)
            watch.tell("rows", sum(counted.rows for counted in counting.values()))
    return counting


def _collect(tables: Mapping[Side, pa.Table], form: RowForm, collector: Collector) -> None:
    try:
        found = aligned(tables, form)
        assert found is not None, "keys ascend: each is there once"
        collector.pairs(found.pairs)
        collector.merge(*(rows_by_digest(form, found.alone[side]) for side in Side))
    except UnicodeDecodeError:  # SQLite holds whatever it was given
        raise Unfit from None


class _Ahead:
    """The next rows of one side; those after them are being read."""

    def __init__(self, batches: Iterator[pa.Table], key: int, reader: ThreadPoolExecutor) -> None:
        self._batches = batches
        self._key = key
        self._reader = reader
        self._coming = self._submit()
        self._keys = np.empty(0, np.int64)
        self._rows: pa.Table | None = None
        self._last: int | None = None
        self._ended = False

    @property
    def passed(self) -> float:
        """No key up to this one is still to come."""
        return np.inf if self._ended or self._last is None else self._last

    def fill(self) -> int:
        """Takes what was read, where there are few rows left; how many there are now."""
        while len(self._keys) < _BATCH and not self._ended:
            more = self._coming.result()
            if more is None:
                self._ended = True
                break
            self._coming = self._submit()
            self._add(more)
        return len(self._keys)

    def up_to(self, key: float) -> pa.Table:
        """The rows up to a key, which are gone then."""
        assert self._rows is not None, "even of no rows a first batch tells the columns"
        count = int(np.searchsorted(self._keys, key, side="right"))
        taken, self._rows, self._keys = self._rows[:count], self._rows[count:], self._keys[count:]
        return taken

    def _submit(self) -> Future[pa.Table | None]:
        return self._reader.submit(next, self._batches, None)

    def _add(self, more: pa.Table) -> None:
        column = more.column(self._key)
        if column.null_count or column.type != pa.int64():
            raise Unfit
        keys = integers(column)
        together = np.concatenate([self._keys, keys])
        if not ascending(together) or (len(keys) and self._last is not None and keys[0] <= self._last):
            raise Unfit
        self._keys, self._last = together, int(keys[-1]) if len(keys) else self._last
        self._rows = more if self._rows is None else pa.concat_tables([self._rows, more])


@contextmanager
def _batches(mapping: EntityMapping, view: View) -> Iterator[Iterator[pa.Table]]:
    """One side's rows in the order of their keys; the first batch may be empty. Unfit where it is no file."""
    # Imported when first needed: it loads a native library.
    import adbc_driver_sqlite.dbapi as adbc

    sql = Statements(mapping, view.side, _DIALECT)
    try:
        with (
            adbc.connect(_address(view), autocommit=False) as connection,
            connection.cursor(adbc_stmt_kwargs={"adbc.sqlite.query.batch_rows": str(_BATCH)}) as cursor,
        ):
            cursor.execute(_checked(sql.rows_after_samples()))
            with cursor.fetch_record_batch() as reader, connection.cursor() as other:
                other.execute(_checked(sql.rows_stored_otherwise(_stored(mapping, reader.schema))))
                if other.fetchone() is not None:
                    raise Unfit
                yield _read(reader, adbc.Error)
    except adbc.Error:  # as the other driver says it, with what it may say
        raise Unfit from None


def _read(reader: pa.RecordBatchReader, error: type[Exception]) -> Iterator[pa.Table]:
    samples = 1
    try:
        for batch in reader:
            _refuse_inexact(batch)
            yield pa.Table.from_batches([batch[samples:]])
            samples = 0
    except (error, pa.ArrowException, OSError):  # a cell of another type than those before
        raise Unfit from None


def _address(view: View) -> str:
    """The database's file, to be read only."""
    if isinstance(view, Snapshot) and isinstance(view.connection.connection.driver_connection, OwnDriver):
        file = view.connection.engine.url.database
        if file and Path(file).is_file():
            return f"file:{quote(str(Path(file).resolve()))}?mode=ro"
    raise Unfit


def _checked(sql: str) -> str:
    refuse_writing(sql, _DIALECT)
    return sql


def _stored(mapping: EntityMapping, schema: pa.Schema) -> Mapping[int, str]:
    """By the place of a column: how SQLite must store all its cells, for Arrow not to change any."""
    columns = enumerate(zip(schema.types, mapping.columns, strict=True))
    return {place: _STORED_AS[kind] for place, (kind, column) in columns if not _as_numbers(kind, column)}


def _as_numbers(kind: pa.DataType, column: FieldMapping) -> bool:
    if pa.types.is_floating(kind) and column.type not in _AS_FLOAT:
        raise Unfit
    return kind not in _STORED_AS


def _refuse_inexact(batch: pa.RecordBatch) -> None:
    """A whole number among floats became one."""
    for column in batch.columns:
        if pa.types.is_floating(column.type):
            ends: Any = pc.min_max(column).as_py()
            if any(end is not None and abs(end) >= _EXACT for end in ends.values()):
                raise Unfit
