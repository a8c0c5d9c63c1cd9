"""SQL sessions that the database itself holds read-only, whatever statement is sent through them.

Three things hold them, each sufficient by itself where the database allows it:

    the connection   opened with a read-only default (PostgreSQL option, MariaDB session, SQLite mode=ro)
    the transaction  begun READ ONLY and pinned by its first query, so that it cannot be switched
    the statement    one at a time, and only of a kind that reads: no SET, BEGIN or COMMIT gets through
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import closing
from itertools import count
from typing import Any, cast

import sqlalchemy
import sqlglot
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]  # re-exported by its new core

from harness.errors import ConfigError, MissingTool, WriteRefused
from harness.model import Environment, Secret, text

# First words of statements that only read. A reading word does not make a statement harmless
# (WITH ... DELETE): what it then does is refused by the read-only transaction.
_READING = frozenset({"SELECT", "WITH", "VALUES", "TABLE", "SHOW", "EXPLAIN", "DESCRIBE", "DESC", "("})
_READING_PRAGMAS = frozenset(
    {
        "collation_list",
        "database_list",
        "encoding",
        "foreign_key_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "table_info",
        "table_list",
        "table_xinfo",
        "user_version",
    }
)
# How a comparison makes both sides show values alike, for its own transaction only. What decides whether a
# session may write (transaction_read_only, role, session_authorization ...) is not among them.
_SETTINGS = re.compile(
    r"SET\s+LOCAL\s+(TIME\s+ZONE|DateStyle|IntervalStyle|bytea_output|extra_float_digits"
    r"|cursor_tuple_fraction|statement_timeout|search_path)\s*(=|TO\s|'|\s).*",
    re.IGNORECASE | re.DOTALL,
)
_PARTS_OF_TRANSACTION = re.compile(r"(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT) \w+", re.IGNORECASE)
_SQLGLOT = {"postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite"}
_PARAMETERS = re.compile(r"\$(\d+)")
_EXPLAINED = count()
_PRAGMA = re.compile(r"PRAGMA\s+(?:[\w\"]+\s*\.\s*)?(\w+)\s*(=?)", re.IGNORECASE)


class EnvironmentDatabase:
    """The database behind an environment: its engine is made when it is first asked for."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._engine: sqlalchemy.Engine | None = None

    def engine(self) -> sqlalchemy.Engine:
        """The engine; ConfigError when the environment names no database."""
        if self._engine is None:
            if self._environment.sql is None:
                raise ConfigError(text("adapters.no_sql", side=self._environment.side.value))
            self._engine = read_only_engine(self._environment.sql)
        return self._engine

    def close(self) -> None:
        """Closes every connection; again does nothing."""
        if self._engine is not None:
            self._engine.dispose()


def read_only_engine(url: Secret) -> sqlalchemy.Engine:
    """An engine for the database at `url` that cannot write. Parameters are never shown in errors."""
    parsed, arguments = _read_only(_parsed(url))
    try:
        engine = sqlalchemy.create_engine(
            parsed, connect_args=arguments, hide_parameters=True, pool_pre_ping=True
        )
    except NoSuchModuleError as problem:
        raise ConfigError(text("adapters.bad_sql")) from problem
    except ImportError as problem:
        missing = (problem.name or parsed.drivername).partition(".")[0]
        sentence = text(
            "adapters.registry.missing_driver", name=parsed.drivername, missing=missing, package=missing
        )
        raise MissingTool(sentence) from problem
    _hold(engine)
    return engine


def explained(connection: sqlalchemy.Connection, query: str) -> Mapping[str, Any] | None:
    """PostgreSQL's plan of a query that has $1, $2 for values, whatever they are: the top node.

    The query is prepared and explained, which runs nothing of it; the transaction stays read-only, and is
    of no more use when the answer is None, because the database cannot plan such a text.
    """
    # one after the other, for a number that is left out has no type
    numbers = {old: new for new, old in enumerate(dict.fromkeys(_PARAMETERS.findall(query)), start=1)}
    query = _PARAMETERS.sub(lambda found: f"${numbers[found[1]]}", query)
    values = f"({', '.join(['NULL'] * len(numbers))})" if numbers else ""
    name = f"harness_explained_{next(_EXPLAINED)}"  # one that could not be planned keeps its name
    with closing(
        connection.connection.cursor()
    ) as cursor:  # below the statement check, which refuses PREPARE
        try:
            cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            cursor.execute(f"PREPARE {name} AS {query}")
            cursor.execute(f"EXPLAIN (FORMAT JSON) EXECUTE {name}{values}")
            plan = cast("Any", cursor.fetchone())[0][0]["Plan"]
            cursor.execute(f"DEALLOCATE {name}")
        except connection.dialect.loaded_dbapi.Error:
            return None
    return cast("Mapping[str, Any]", plan)


def refuse_writing(statement: str, dialect: str) -> None:
    """WriteRefused unless `statement` is a single one, of a kind that reads."""
    reason = _objection(statement, dialect)
    if reason is not None:
        raise WriteRefused(text("adapters.write.sql", reason=reason))


def session_statements(dialect: str) -> tuple[str, ...]:
    """What a new connection is told before anything else."""
    return {
        "mysql": ("SET SESSION TRANSACTION READ ONLY",),
        "mariadb": ("SET SESSION TRANSACTION READ ONLY",),
        "sqlite": ("PRAGMA query_only = ON",),
    }.get(dialect, ())


def transaction_statements(dialect: str) -> tuple[str, ...]:
    """What every transaction is told before anything else."""
    # PostgreSQL lets a transaction become READ WRITE until its first query: that query is ours.
    return {"postgresql": ("SET TRANSACTION READ ONLY", "SELECT 1")}.get(dialect, ())


def _parsed(url: Secret) -> URL:
    try:
        return make_url(url.reveal())
    except (ArgumentError, ValueError):
        # without the cause: its message repeats the URL, password included
        raise ConfigError(text("adapters.bad_sql")) from None


def _read_only(url: URL) -> tuple[URL, dict[str, Any]]:
    dialect = url.get_backend_name()
    if dialect == "postgresql":
        given = url.query.get("options", "")
        options = given if isinstance(given, str) else " ".join(given)
        held = f"{options} -c default_transaction_read_only=on".strip()
        return url.difference_update_query(["options"]), {"options": held}
    if dialect == "sqlite" and url.database and not url.database.startswith("file:"):
        held_url = url.set(database=f"file:{url.database}").update_query_dict({"mode": "ro", "uri": "true"})
        return held_url, {}
    if dialect == "sqlite" and url.database:
        return url.update_query_dict({"mode": "ro", "uri": "true"}), {}
    return url, {}


def _hold(engine: sqlalchemy.Engine) -> None:
    dialect = engine.dialect.name

    def on_connect(connection: Any, _record: object) -> None:
        if engine.dialect.driver == "psycopg":
            connection.read_only = True  # the driver then begins every transaction READ ONLY by itself
        cursor = connection.cursor()
        for statement in session_statements(dialect):
            cursor.execute(statement)
        cursor.close()

    def on_begin(connection: sqlalchemy.Connection) -> None:
        cursor = connection.connection.cursor()  # below the statement check, which refuses SET
        for statement in transaction_statements(dialect):
            cursor.execute(statement)
        cursor.close()

    def on_execute(
        _connection: object,
        _cursor: object,
        statement: str,
        _parameters: Mapping[str, object],
        _context: object,
        _many: bool,
    ) -> None:
        refuse_writing(statement, dialect)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    event.listen(engine, "before_cursor_execute", on_execute)


def _objection(statement: str, dialect: str) -> str | None:
    try:
        tokens = sqlglot.tokenize(statement, read=_SQLGLOT.get(dialect))
    except SqlglotError:
        return "unreadable"
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        return "empty"
    if any(token.token_type is TokenType.SEMICOLON for token in tokens):
        return "several statements"
    return _objection_to_first(tokens, statement, dialect)


def _objection_to_first(tokens: list[Token], statement: str, dialect: str) -> str | None:
    first = tokens[0].text.upper().split()[0]
    if first == "PRAGMA" and dialect == "sqlite":
        found = _PRAGMA.search(statement)
        reads = found is not None and found[1].lower() in _READING_PRAGMAS and not found[2]
        return None if reads else "PRAGMA"
    if first == "SET" and dialect == "postgresql":
        return None if _SETTINGS.fullmatch(statement) else first
    if _PARTS_OF_TRANSACTION.fullmatch(statement) or (statement, dialect) == ("BEGIN", "sqlite"):
        return None
    return None if first in _READING else first
