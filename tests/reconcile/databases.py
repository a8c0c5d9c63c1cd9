"""Real databases for tests: a PostgreSQL server of one's own, and tables that are thrown away."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url

from harness.demo import cluster, processes
from harness.demo.postgres_programs import find_programs
from harness.demo.state import StateFile
from harness.demo.steps import Work

GIVEN = "HARNESS_TEST_TARGET_SQL"
SCRATCH = "harness_traps"


@contextmanager
def postgres(folder: Path) -> Iterator[Engine]:
    """An empty database: on the server that `HARNESS_TEST_TARGET_SQL` names, or on one started here."""
    with ExitStack() as stack:
        given = os.environ.get(GIVEN)
        url = make_url(given or stack.enter_context(_server(folder)))
        server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        stack.callback(server.dispose)
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)")
            connection.exec_driver_sql(f"CREATE DATABASE {SCRATCH}")
        engine = create_engine(url.set(database=SCRATCH))
        try:
            yield engine
        finally:
            engine.dispose()
            with server.connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)")


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """A server of its own, ended by its process id."""
    state = StateFile(folder)
    work = Work(folder / "postgres.log", state, "postgres")
    place = cluster.place_cluster(folder)
    programs = cluster.within_reach(find_programs(os.environ), place)
    password = cluster.new_password()
    cluster.create(place, programs, password, work)
    try:
        server = cluster.start(place, programs, processes.free_port(), password, work)
        yield server.url("postgres", driver="+psycopg")
    finally:
        for started in state.read().processes.values():
            processes.stop(started)
        cluster.remove({"data": str(place.data)})


def fill(engine: Engine, name: str, columns: str, rows: str) -> None:
    """One table; `rows` is what follows `INSERT INTO name`: VALUES, or a SELECT. Empty: no row."""
    plain: Mapping[str, object] = {"no_parameters": True}
    with engine.begin() as connection:
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}"')
        connection.exec_driver_sql(f'CREATE TABLE "{name}" ({columns})')
        if rows:
            connection.exec_driver_sql(f'INSERT INTO "{name}" {rows}', execution_options=dict(plain))
