"""What the demo asks of a PostgreSQL server: databases made, copied, dumped, restored and dropped."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from harness.demo.postgres_programs import STATEMENTS, Programs
from harness.demo.steps import Work

ERP_ROLE = "harness_demo_erp"
STATISTICS_SCHEMA = "harness_statistics"
READER_ROLE = "harness_demo_reader"


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """A server and the superuser we are on it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    programs: Programs

    def url(self, database: str, *, user: str = "", password: str = "", driver: str = "") -> str:
        """The address of a database; the superuser's unless another role is named."""
        name, word = (user, password) if user else (self.user, self.password)
        login = f"{quote(name)}:{quote(word)}" if word else quote(name)
        return f"postgresql{driver}://{login}@{self.host}:{self.port}/{quote(database)}"

    def answers(self) -> bool:
        """Whether the server takes connections now."""
        try:
            with self._connect("postgres"):
                return True
        except psycopg.OperationalError:
            return False

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url(database), autocommit=True, connect_timeout=5)

    def version(self) -> int:
        """The server's major version."""
        with self._connect("postgres") as connection:
            return connection.info.server_version // 10000

    def execute(self, statement: sql.SQL | sql.Composed, database: str = "postgres") -> None:
        """Runs one statement outside any transaction."""
        with self._connect(database) as connection:
            connection.execute(statement)

    def script(self, content: str, database: str, parameters: Mapping[str, str] | None = None) -> None:
        """Runs a script in one transaction; it reads `parameters` as current_setting('demo.<name>')."""
        with psycopg.connect(self.url(database)) as connection:
            for name, value in (parameters or {}).items():
                connection.execute("SELECT set_config(%s, %s, false)", (f"demo.{name}", value))
            connection.execute(content.encode())

    def number(self, question: str, database: str) -> int:
        """The one number that a query answers."""
        with self._connect(database) as connection:
            row = connection.execute(question.encode()).fetchone()
        if row is None or not isinstance(row[0], int):
            raise ValueError(f"no number: {question}")
        return row[0]

    def ensure_role(self, role: str, password: str, *, reads_all: bool = False) -> None:
        """A login without any privilege but, if asked, that of reading everything."""
        name = sql.Identifier(role)
        with self._connect("postgres") as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
            verb = sql.SQL("ALTER" if known else "CREATE")
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, name, sql.Literal(password))
            )
            if reads_all:
                connection.execute(sql.SQL("GRANT pg_read_all_data, pg_read_all_stats TO {}").format(name))
                connection.execute(
                    sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(name)
                )

    def count_statements(self, database: str) -> None:
        """Lets a database tell what it is asked, where the server was started for that."""
        with self._connect(database) as connection:
            loaded = connection.execute("SHOW shared_preload_libraries").fetchone()
            if loaded and STATEMENTS in str(loaded[0]):
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS {STATISTICS_SCHEMA}")
                connection.execute(f"CREATE EXTENSION IF NOT EXISTS {STATEMENTS} SCHEMA {STATISTICS_SCHEMA}")

    def create(self, database: str, template: str = "template0") -> None:
        """A database owned by the ERP's role, in place of any of that name."""
        self.drop(database)
        command = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        self.execute(command.format(*map(sql.Identifier, (database, ERP_ROLE, template))))

    def has(self, database: str) -> bool:
        """Whether there is a database of that name."""
        with self._connect("postgres") as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
            return found.fetchone() is not None

    def drop(self, database: str) -> None:
        """Removes a database, and whoever is connected to it."""
        self.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def dump(self, database: str, file: Path, work: Work) -> None:
        """Writes the whole database to `file`."""
        work.run(
            [self.programs["pg_dump"], "-Fc", "-Z1", "--no-owner", "--no-privileges", "-f", file,
             "-d", database, *self._address()],
            environ=self._environ(),
        )  # fmt: skip

    def restore(self, database: str, file: Path, work: Work) -> None:
        """Makes the database anew from a dump."""
        self.create(database)
        work.run(
            [self.programs["pg_restore"], "--exit-on-error", "--no-owner", f"--role={ERP_ROLE}",
             "-j", "2", "-d", database, *self._address(), file],
            environ=self._environ(),
        )  # fmt: skip

    def _address(self) -> list[str]:
        return ["-h", self.host, "-p", str(self.port), "-U", self.user]

    def _environ(self) -> dict[str, str]:
        return {"PGPASSWORD": self.password, "HOME": os.environ.get("HOME", "/")}
