"""The database adapter: the tables of one database, of any ERP, read-only at the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import httpx
import sqlalchemy
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from harness.adapters.database.tables import Tables
from harness.adapters.guard import WriteGuard
from harness.adapters.options import known_options
from harness.adapters.protocol import Condition
from harness.adapters.wire.sql import EnvironmentDatabase
from harness.errors import ConfigError, Refused, Unreachable
from harness.model import Environment, text
from harness.values import Value

_BATCH = 1000


class DatabaseAdapter:
    """Reads tables. There is one login, that of the `sql` URL, so there is one role."""

    def __init__(self, environment: Environment, role: str) -> None:
        self._environment = environment
        self._role = role
        self._database = EnvironmentDatabase(environment)
        self._tables: Tables | None = None

    @classmethod
    def open(
        cls, environment: Environment, role: str, guard: WriteGuard, transport: httpx.BaseTransport | None
    ) -> DatabaseAdapter:
        """A session; nothing is sent yet. There is nothing to guard: no route writes."""
        known_options(environment, ())
        return cls(environment, role)

    def __repr__(self) -> str:
        return f"DatabaseAdapter({self._environment.side.value})"

    @property
    def environment(self) -> Environment:
        """Where this adapter speaks to."""
        return self._environment

    @property
    def role(self) -> str:
        """The role it was opened as; the database knows only the login of its URL."""
        return self._role

    def version(self) -> str:
        """The database server's version."""
        with self._connection() as connection:
            numbers = connection.dialect.server_version_info or ()
            return ".".join(str(number) for number in numbers)

    def as_role(self, role: str) -> DatabaseAdapter:
        """Itself for its own role; ConfigError for any other, which it has no login for."""
        if role == self._role:
            return self
        side = self._environment.side.value
        raise ConfigError(text("adapters.no_role", side=side, role=role, known=(self._role,)))

    def close(self) -> None:
        """Closes every connection."""
        self._database.close()

    def count(self, model: str, where: Sequence[Condition] = ()) -> int:
        """How many rows match."""
        with self._connection() as connection:
            return int(connection.execute(self._described().count(model, where)).scalar_one())

    def read(
        self,
        model: str,
        fields: Sequence[str],
        where: Sequence[Condition] = (),
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
    ) -> Iterator[Mapping[str, Value]]:
        """The rows that match, streamed; names are checked at once."""
        with self._errors():
            query = self._described().select(model, fields, where, order, limit)
        return self._rows(query)

    def sql_engine(self) -> sqlalchemy.Engine:
        """The engine itself, for queries of one's own."""
        return self._database.engine()

    def _described(self) -> Tables:
        if self._tables is None:
            self._tables = Tables(self._database.engine(), self._environment.side)
        return self._tables

    def _rows(self, query: sqlalchemy.Executable) -> Iterator[Mapping[str, Value]]:
        with self._connection() as connection:
            streamed = connection.execution_options(yield_per=_BATCH)
            with streamed.execute(query) as result:
                for row in result.mappings():
                    yield dict(row)

    @contextmanager
    def _connection(self) -> Iterator[sqlalchemy.Connection]:
        with self._errors(), self._database.engine().connect() as connection:
            yield connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        side = self._environment.side.value
        try:
            yield
        except (OperationalError, InterfaceError) as problem:
            sentence = text("adapters.sql_unreachable", side=side, reason=type(problem.orig).__name__)
            raise Unreachable(sentence) from problem
        except DBAPIError as problem:
            code, message = type(problem.orig).__name__, str(problem.orig)
            sentence = text("adapters.refused", side=side, action="SQL", code=code, message=message)
            raise Refused(sentence, code=code, message=message) from problem
