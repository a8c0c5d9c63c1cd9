"""The history in its database: added to in one transaction at a time, and read back as entries.

A file of SQLite, or PostgreSQL for a team. Everything in it comes out of run directories, so that a
history of another format is no loss: it is built anew from them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    CursorResult,
    Engine,
    RowMapping,
    Table,
    and_,
    create_engine,
    event,
    inspect,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from harness.errors import HistoryError
from harness.history.entries import Entry
from harness.history.tables import (
    CHECKS,
    CRITERIA,
    DIFFERENCES,
    FORMAT,
    HISTORY,
    JUDGEMENTS,
    METADATA,
    OF_A_RUN,
    RUNS,
    checks_from,
    criteria_from,
    differences_from,
    entry_from,
    rows_of,
)
from harness.model import Secret, text

_UNWRITTEN = (ValueError, KeyError, ArithmeticError)  # rows that nobody wrote so
_PATIENCE = 60  # seconds for another process that writes
_LOCK = 7_240_151_902  # of PostgreSQL: one writer at a time, as SQLite has it by itself


class Added(StrEnum):
    """What became of a run that was to be added. A run is in the history once."""

    NEW = "new"
    UPDATED = "updated"
    KNOWN = "known"
    ALTERED = "altered"


class History:
    """The runs that were judged, of every project that writes to this database."""

    def __init__(self, place: Path | Secret) -> None:
        self._path = place if isinstance(place, Path) else None
        self._engine = _engine(place)

    @property
    def name(self) -> str:
        """Where it is, without any login: a path, or what the configuration calls it."""
        return str(self._path) if self._path is not None else "[project] history"

    def add(self, entry: Entry, *, verified: bool = False) -> Added:
        """Adds the run, or renews it when it was judged or sealed since; of two copies the later one stays.

        A sealed run whose evidence is now another one is marked as altered instead. `verified`: its whole
        directory was just found to be as it was sealed, which takes the mark away again.
        """
        with self._connected(writes=True) as connection:
            _prepare(connection, self.name)
            (known,) = _heads(connection, _is(RUNS, entry.project, entry.run)) or (None,)
            if known is None:
                _put(connection, entry)
                return Added.NEW
            if known.sealed and known.root != entry.root:
                _mark(connection, entry.project, entry.run)
                return Added.ALTERED
            entry = replace(entry, altered=known.altered and not verified)
            if entry.rank <= known.rank and entry.altered == known.altered:
                return Added.KNOWN
            if entry.rank >= known.rank:
                _put(connection, entry)
            else:
                _mark(connection, entry.project, entry.run, altered=False)
            return Added.UPDATED

    def mark_altered(self, project: str, run: str) -> bool:
        """Marks the run as altered, so that it counts no more; False when it is not in the history."""
        if not self._exists():
            return False
        with self._connected(writes=True) as connection:
            _prepare(connection, self.name)
            return _mark(connection, project, run)

    def entries(self, project: str, wanted: Callable[[Entry], bool] = lambda entry: True) -> list[Entry]:
        """The project's runs that are wanted, the one created first first; none where there is no history."""
        if not self._exists():
            return []
        with self._connected(writes=False) as connection:
            if not _formatted(connection, self.name):
                return []
            heads = _heads(connection, RUNS.c.project == project)
            return [_detailed(connection, head) for head in heads if wanted(head)]

    def _exists(self) -> bool:
        return self._path is None or self._path.is_file()

    @contextmanager
    def _connected(self, *, writes: bool) -> Iterator[Connection]:
        try:
            if writes and self._path is not None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._engine.connect().execution_options(writes=writes) as connection, connection.begin():
                yield connection
        except (SQLAlchemyError, OSError, *_UNWRITTEN) as problem:
            kind = type(getattr(problem, "orig", None) or problem).__name__
            # the message of a driver may hold the address and what was written
            raise HistoryError(text("history.unusable", place=self.name, kind=kind)) from None
        finally:
            self._engine.dispose()


def _engine(place: Path | Secret) -> Engine:
    if isinstance(place, Secret):
        url = make_url(place.reveal()).set(drivername="postgresql+psycopg")
        return create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": _PATIENCE})
    engine = create_engine(f"sqlite:///{place}", poolclass=NullPool, connect_args={"timeout": _PATIENCE})

    @event.listens_for(engine, "connect")
    def _by_hand(connection: Any, record: object) -> None:
        connection.isolation_level = (
            None  # else the driver begins late, and two writers can lock each other out
        )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _prepare(connection: Connection, name: str) -> None:
    """Takes the place of the only writer, and makes the tables that are not there yet."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    if not _formatted(connection, name):
        METADATA.create_all(connection)
        connection.execute(HISTORY.insert(), {"format": FORMAT})


def _formatted(connection: Connection, name: str) -> bool:
    """Whether there are tables; HistoryError when they are of another version."""
    if not inspect(connection).has_table(HISTORY.name):
        return False
    found = connection.execute(select(HISTORY.c.format)).scalars().all()
    if found != [FORMAT]:
        listed = ", ".join(map(str, found)) or "?"
        raise HistoryError(text("history.other_format", place=name, found=listed, known=FORMAT))
    return True


def _is(table: Table, project: str, run: str) -> Any:
    return and_(table.c.project == project, table.c.run == run)


def _heads(connection: Connection, where: Any) -> list[Entry]:
    runs = connection.execute(select(RUNS).where(where).order_by(RUNS.c.created, RUNS.c.run)).mappings().all()
    judged = defaultdict[tuple[str, str], list[RowMapping]](list)
    same = and_(JUDGEMENTS.c.project == RUNS.c.project, JUDGEMENTS.c.run == RUNS.c.run)
    query = select(JUDGEMENTS).join(RUNS, same).where(where).order_by(JUDGEMENTS.c.number)
    for row in connection.execute(query).mappings():
        judged[row["project"], row["run"]].append(row)
    return [entry_from(row, judged[row["project"], row["run"]]) for row in runs]


def _detailed(connection: Connection, head: Entry) -> Entry:
    def found(table: Table, order: Any) -> CursorResult[Any]:
        query = select(table).where(_is(table, head.project, head.run)).order_by(order)
        return connection.execute(query)

    return replace(
        head,
        differences=differences_from(found(DIFFERENCES, DIFFERENCES.c.fingerprint)),
        checks=checks_from(found(CHECKS, CHECKS.c.id).mappings().all()),
        criteria=criteria_from(found(CRITERIA, CRITERIA.c.number).mappings().all()),
    )


def _put(connection: Connection, entry: Entry) -> None:
    for table in OF_A_RUN:
        connection.execute(table.delete().where(_is(table, entry.project, entry.run)))
    for table in reversed(OF_A_RUN):
        rows = rows_of(entry)[table.name]
        if rows:
            connection.execute(table.insert(), rows)


def _mark(connection: Connection, project: str, run: str, *, altered: bool = True) -> bool:
    done = connection.execute(update(RUNS).where(_is(RUNS, project, run)).values(altered=altered))
    return done.rowcount > 0
