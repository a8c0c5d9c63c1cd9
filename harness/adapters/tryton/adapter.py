"""The Tryton adapter: every capability, over one session for each role."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module

import httpx
import sqlalchemy

from harness.adapters.guard import WriteGuard
from harness.adapters.options import account_of, known_options, required_option
from harness.adapters.tryton.assets import Assets
from harness.adapters.tryton.bank import Bank
from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.closing import Closing
from harness.adapters.tryton.items import Items
from harness.adapters.tryton.ledger import Ledger
from harness.adapters.tryton.masters import Masters
from harness.adapters.tryton.production import Manufacture
from harness.adapters.tryton.records import Records
from harness.adapters.tryton.reports import Reports
from harness.adapters.tryton.sales import Sales
from harness.adapters.tryton.stock import Stock
from harness.adapters.wire.http import HttpSession
from harness.adapters.wire.sql import EnvironmentDatabase
from harness.model import Environment

# `reader`: the role that looks documents up; see `TrytonAdapter`. `language`: of names and messages.
_OPTIONS = ("database", "language", "payment_method", "reader", "timeout")


@dataclass(slots=True)
class _Connection:
    """What all roles of one environment share."""

    environment: Environment
    guard: WriteGuard
    http: HttpSession
    database: EnvironmentDatabase
    adapters: dict[str, TrytonAdapter] = field(default_factory=dict)

    def role(self, name: str) -> TrytonAdapter:
        """The adapter of a role; the same object for the same role."""
        return self.adapters.get(name) or TrytonAdapter(self, name)


class TrytonAdapter(
    Records, Sales, Ledger, Closing, Reports, Items, Bank, Assets, Stock, Manufacture, Masters
):
    """Tryton as one role. Actions run as that role.

    Documents are looked up by the role of the option `reader` (`admin` unless said otherwise, if it has an
    account): a picker may ship a delivery without the right to read the order that it belongs to.
    """

    def __init__(self, connection: _Connection, role: str) -> None:
        environment = connection.environment
        self._connection: _Connection = connection
        self._role = role
        self._client = TrytonClient(
            connection.http,
            str(required_option(environment, "database")),
            account_of(environment, role),
            connection.guard,
            str(environment.options.get("language", "en")),
        )
        connection.adapters[role] = self

    @classmethod
    def open(
        cls, environment: Environment, role: str, guard: WriteGuard, transport: httpx.BaseTransport | None
    ) -> TrytonAdapter:
        """A session as `role`; nothing is sent yet."""
        known_options(environment, _OPTIONS)
        timeout = float(str(environment.options.get("timeout", 60)))
        http = HttpSession(environment.url, transport=transport, timeout=timeout)
        return cls(_Connection(environment, guard, http, EnvironmentDatabase(environment)), role)

    def __repr__(self) -> str:
        return f"TrytonAdapter({self.environment.side.value}, {self._role!r})"

    # Adapter

    @property
    def role(self) -> str:
        """The role it is logged in as."""
        return self._role

    def version(self) -> str:
        """The server's version: 7.0 tells all of it, 8.0 its series only."""
        return self._client.server.version

    def as_role(self, role: str) -> TrytonAdapter:
        """The same environment as another role; the same object for the same role."""
        return self._connection.role(role)

    def close(self) -> None:
        """Logs every role out and releases the connections."""
        for adapter in self._connection.adapters.values():
            adapter._client.close()
        self._connection.http.close()
        self._connection.database.close()

    # QueriesSql, HasWebClient, GeneratesLoad

    def sql_engine(self) -> sqlalchemy.Engine:
        """An engine whose sessions the database itself holds read-only."""
        return self._connection.database.engine()

    def web_url(self) -> str:
        """Where the browser starts."""
        database = str(self.environment.options["database"])
        return f"{self._connection.http.url}/#{database}"

    def pages(self, page: object) -> object:
        """The page objects of Tryton's web client."""
        # Only a browser check needs them, and they need the browser's library.
        pages = import_module("harness.adapters.tryton.pages")
        client: object = pages.TrytonWebClient(page, self)
        return client

    def load_sessions(self) -> str:
        """The load sessions of Tryton."""
        return "harness.adapters.tryton.load:TrytonLoadSession"
