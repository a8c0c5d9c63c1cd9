"""A PostgreSQL server that the user gives by its address, instead of one of our own."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import psycopg

from harness.demo.database_server import DatabaseServer
from harness.demo.postgres_programs import OLDEST, Programs
from harness.demo.state import State, StateFile
from harness.errors import ConfigError
from harness.model import text


def connect_given(url: str, programs: Programs, file: StateFile) -> DatabaseServer:
    """The server behind `url`; ConfigError when it cannot be used."""
    server = _parse(url, programs)
    try:
        version = server.version()
    except psycopg.OperationalError as error:
        raise ConfigError(text("demo.postgres_url", reason=str(error).strip())) from error
    if version < OLDEST:
        raise ConfigError(text("demo.postgres_too_old", found=version, needed=OLDEST))
    where = {"host": server.host, "port": str(server.port), "user": server.user, "given": "yes"}
    file.write(State(postgres=where, secrets={"superuser": server.password}))
    return server


def _parse(url: str, programs: Programs) -> DatabaseServer:
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError as error:
        raise ConfigError(text("demo.postgres_url", reason=str(error))) from error
    if not parts.scheme.startswith("postgres") or not parts.hostname:
        raise ConfigError(text("demo.postgres_url", reason=parts.scheme or "-"))
    user, password = unquote(parts.username or "postgres"), unquote(parts.password or "")
    return DatabaseServer(parts.hostname, port, user, password, programs)


def drop_databases(server: DatabaseServer, names: tuple[str, ...]) -> None:
    """Removes the demo's databases from a server that stays; silent when it is gone."""
    if server.answers():
        for name in names:
            server.drop(name)
