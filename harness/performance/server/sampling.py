"""Samples both sides' servers once a second, beside the generator's process and not in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

import sqlalchemy
from sqlalchemy.exc import DBAPIError

from harness.adapters.wire.sql import read_only_engine
from harness.errors import HarnessError
from harness.model import Environment
from harness.performance.server import stored, tables
from harness.performance.server.exporter import MetricsServer
from harness.performance.server.processes import LocalServer, Server

_SECONDS = 1.0
_SIZE_EVERY = 15  # samples: the server looks at every file of the database to tell it
_CONNECTIONS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename <> current_user"
)
_SIZE = "SELECT pg_database_size(current_database())"
_PATIENCE = "SET LOCAL statement_timeout = '10s'"  # a table that somebody locks is not waited for
_TABLES = "SELECT schemaname || '.' || relname, pg_total_relation_size(relid) FROM pg_stat_user_tables"


@contextmanager
def sampled(environments: Sequence[Environment], folder: Path) -> Iterator[None]:
    """Writes a sample of each side every second until the inside ends, whatever ends it."""
    stop = threading.Event()
    sides = [_Side(each) for each in environments]
    with (folder / stored.FILE).open("a", buffering=1, encoding="utf-8", newline="") as file:
        _measure(sides, folder, tables.BEFORE)
        thread = threading.Thread(target=_sample, args=(sides, file, stop), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            _measure(sides, folder, tables.AFTER)
            with (folder / stored.READINGS).open("a", encoding="utf-8", newline="") as told:
                told.writelines(side.readings() for side in sides)
            for side in sides:
                side.close()


def _measure(sides: Sequence[_Side], folder: Path, when: str) -> None:
    with (folder / tables.FILE).open("a", encoding="utf-8", newline="") as file:
        for side in sides:
            file.write(side.tables(when))


def _sample(sides: Sequence[_Side], file: TextIO, stop: threading.Event) -> None:
    due = time.perf_counter()
    while not stop.is_set():
        for side in sides:
            file.write(stored.line(side.now()))
        due += _SECONDS
        stop.wait(max(0.0, due - time.perf_counter()))


class _Side:
    """One side's server and database, each as far as it can be seen from here."""

    def __init__(self, environment: Environment) -> None:
        self._side = environment.side
        self._server: Server = LocalServer(environment.url)
        self._told: MetricsServer | None = None
        if environment.metrics is not None:
            self._server = self._told = MetricsServer(environment.metrics, environment.network)
        self._own, self._taken = 0.0, 0
        self._engine: sqlalchemy.Engine | None = None
        if environment.sql is not None:
            try:
                self._engine = read_only_engine(environment.sql)
            except HarnessError:  # no driver for it: what cannot be seen is left out of the sample
                return
            if self._engine.dialect.name != "postgresql":
                self._engine = None

    def now(self) -> stored.Sample:
        """The sample of this moment."""
        used = self._server.used()
        seen: Mapping[str, float | int | None] = asdict(used) if used is not None else {}
        return stored.Sample(self._side, time.perf_counter(), **{**seen, **self._database()})  # type: ignore[arg-type]

    def tables(self, when: str) -> str:
        """The sizes of its tables, as lines to be stored; nothing where the database does not tell."""
        if self._engine is None:
            return ""
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql(_PATIENCE)
                sizes = {str(name): int(size) for name, size in connection.exec_driver_sql(_TABLES) if size}
        except DBAPIError:
            return ""
        return tables.lines(self._side, when, sizes)

    def readings(self) -> str:
        """How often its metrics could be read, as a line to be stored; nothing where it has none."""
        if self._told is None:
            return ""
        return stored.readings_line(self._side, self._told.asked, self._told.failed, self._told.why)

    def close(self) -> None:
        """Ends the sessions."""
        self._server.close()
        if self._engine is not None:
            self._engine.dispose()

    def _database(self) -> dict[str, int | float]:
        if self._engine is None:
            return {}
        began = time.perf_counter()
        try:
            with self._engine.connect() as connection:
                found = {"connections": int(connection.exec_driver_sql(_CONNECTIONS).scalar_one())}
                if self._taken % _SIZE_EVERY == 0:
                    found["database"] = int(connection.exec_driver_sql(_SIZE).scalar_one())
        except DBAPIError:
            return {}
        self._taken += 1
        self._own += time.perf_counter() - began
        return {**found, "own": self._own}
