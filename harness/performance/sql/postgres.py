"""PostgreSQL's statistics of statements: the extension pg_stat_statements, which its own packages bring.

PostgreSQL documentation, F.32 (pg_stat_statements) and EXPLAIN. Times are those of execution.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy.exc import DBAPIError

from harness.adapters.wire.sql import explained, read_only_engine
from harness.errors import HarnessError
from harness.model import Secret
from harness.performance.sql.forms import searching
from harness.performance.sql.reading import Plan, Scan, Unreadable, Work
from harness.sqltext import SqlTextError, parse_query, quoted

_WHERE = (
    "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
    "WHERE e.extname = 'pg_stat_statements'"
)
# Its own questions are left out, so that reading does not measure itself.
_ERP = (
    "dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND userid <> (SELECT oid FROM pg_roles WHERE rolname = current_user)"
)
_WORK = "SELECT queryid, sum(calls), sum(total_exec_time), sum(rows), sum(shared_blks_hit + shared_blks_read)"
_TEXTS = "SELECT queryid, query"
_TABLES = (
    "SELECT c.relname, c.reltuples, array_agg(a.attname::text) FROM pg_class c "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
    "WHERE c.relkind IN ('r', 'p', 'm') GROUP BY c.oid"
)
_FIELD = re.compile(r"EXTRACT\(\$\d+ FROM", re.IGNORECASE)
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_CONDITIONS = ("Index Cond", "Recheck Cond", "Filter")


class PostgresStatements:
    """Reads through a session that cannot write; Unreadable when the extension or the right is missing."""

    def __init__(self, url: Secret) -> None:
        try:
            self._engine = read_only_engine(url)
        except HarnessError as problem:
            raise Unreadable("database") from problem
        if self._engine.dialect.name != "postgresql":
            raise Unreadable("database")
        try:
            self._connection = self._engine.connect()
            self._schema = self._found()
            self.read()
            self._tables = {
                str(name): (int(rows), set(columns)) for name, rows, columns in self._rows(_TABLES)
            }
        except (DBAPIError, Unreadable) as problem:
            self._engine.dispose()
            if isinstance(problem, Unreadable):
                raise
            raise Unreadable(_why(problem)) from problem

    def read(self) -> Mapping[str, Work]:
        """Each statement's work since the statistics began."""
        rows = self._rows(f"{_WORK} FROM {self._view(texts=False)} WHERE {_ERP} GROUP BY queryid")
        if rows and all(
            row[0] is None for row in rows
        ):  # so it hides what others ask from who may not see it
            raise Unreadable("right")
        return {
            str(name): Work(int(calls), float(milliseconds), int(count), int(pages))
            for name, calls, milliseconds, count, pages in rows
            if name is not None
        }

    def texts(self, names: Iterable[str]) -> Mapping[str, str]:
        """The statements' texts, with $1, $2 in place of values."""
        wanted = set(names)
        rows = self._rows(f"{_TEXTS} FROM {self._view(texts=True)} WHERE {_ERP}")
        return {str(name): str(query) for name, query in rows if str(name) in wanted and query}

    def plan(self, statement: str) -> Plan | None:
        """The generic plan of how it looks for its rows; None for a text that no longer tells."""
        # what is taken out of a date is told as a value, which no statement can have there
        query = _FIELD.sub("EXTRACT(EPOCH FROM", searching(statement))
        try:
            parse_query(query)
        except SqlTextError:
            return None
        with self._connection.begin():
            root = explained(self._connection, query)
        if root is None:
            return None
        nodes = list(_nodes(root))
        scans = tuple(self._scan(node) for node in nodes if "Relation Name" in node)
        return Plan(scans, " > ".join(_label(node) for node in nodes))

    def close(self) -> None:
        """Ends the session."""
        self._connection.close()
        self._engine.dispose()

    def _found(self) -> str:
        row = next(iter(self._rows(_WHERE)), None)
        if row is None:
            raise Unreadable("extension")
        return str(row[0])

    def _view(self, *, texts: bool) -> str:
        return f"{quoted(self._schema, 'postgres')}.pg_stat_statements({str(texts).lower()})"

    def _rows(self, query: str) -> list[Any]:
        with self._connection.begin():
            return list(self._connection.exec_driver_sql(query))

    def _scan(self, node: Mapping[str, Any]) -> Scan:
        table = str(node["Relation Name"])
        index = node.get("Index Name") or next(_indexes_below(node), None)
        conditions = " ".join(str(node.get(name, "")) for name in _CONDITIONS)
        rows, known = self._tables.get(table, (0, set()))
        named = dict.fromkeys(_NAME.findall(_QUOTED.sub("", conditions)))
        columns = tuple(name for name in named if name in known)
        return Scan(table, str(index) if index else None, columns, max(0, rows))


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def _indexes_below(node: Mapping[str, Any]) -> Iterator[str]:
    """A bitmap's table is read through the indexes of its children."""
    if "Bitmap" in str(node.get("Node Type")):
        for child in _nodes(node):
            if "Index Name" in child:
                yield str(child["Index Name"])


def _label(node: Mapping[str, Any]) -> str:
    of = node.get("Index Name") or node.get("Relation Name")
    return f"{node.get('Node Type')} ({of})" if of else str(node.get("Node Type"))


def _why(problem: DBAPIError) -> str:
    """Why the view cannot be read, by PostgreSQL's own code of the error."""
    state = getattr(problem.orig, "sqlstate", None)
    return {"55000": "preload", "42501": "right"}.get(str(state), "unreachable")
