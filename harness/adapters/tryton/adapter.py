"""The Tryton adapter: every capability, over one session for each role."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module

import httpx
import sqlalchemy

from harness.adapters.guard import WriteGuard
from harness.adapters.options import account_of, known_options, required_option
from harness.adapters.tryton.access import Access
from harness.adapters.tryton.assets import Assets
from harness.adapters.tryton.bank import Bank
from harness.adapters.tryton.batches import Batches
from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.closing import Closing
from harness.adapters.tryton.corrections import Corrections
from harness.adapters.tryton.entered import AfterLoad
from harness.adapters.tryton.files import Files
from harness.adapters.tryton.inventory import Inventory
from harness.adapters.tryton.items import Items
from harness.adapters.tryton.ledger import Ledger
from harness.adapters.tryton.lent import Lent
from harness.adapters.tryton.masters import Masters
from harness.adapters.tryton.production import Manufacture
from harness.adapters.tryton.purchases import Purchases
from harness.adapters.tryton.records import Records
from harness.adapters.tryton.reports import Reports
from harness.adapters.tryton.requests import Requests
from harness.adapters.tryton.shipping import Deliveries
from harness.adapters.tryton.stock import Stock
from harness.adapters.wire.http import HttpSession
from harness.adapters.wire.sql import EnvironmentDatabase
from harness.adapters.wire.ways import open_session
from harness.model import Account, Environment

# `reader`: the role that looks documents up; see `TrytonAdapter`. `language`: of names and messages.
_OPTIONS = ("database", "language", "payment_method", "reader", "timeout")


@dataclass(slots=True)
class _Connection:
    """What all roles of one environment share."""

    environment: Environment
    guard: WriteGuard
    transport: httpx.BaseTransport | None
    database: EnvironmentDatabase
    adapters: dict[str, TrytonAdapter] = field(default_factory=dict)
    anonymous: HttpSession | None = None

    def http(self, account: Account | None) -> HttpSession:
        """Connections of one account; of nobody when there is none."""
        timeout = float(str(self.environment.options.get("timeout", 60)))
        return open_session(self.environment, account, transport=self.transport, timeout=timeout)

    def nobody(self) -> HttpSession:
        """Connections on which nobody is logged in."""
        if self.anonymous is None:
            self.anonymous = self.http(None)
        return self.anonymous

    def role(self, name: str) -> TrytonAdapter:
        """The adapter of a role; the same object for the same role."""
        return self.adapters.get(name) or TrytonAdapter(self, name)


class TrytonAdapter(
    Records,
    Corrections,
    Deliveries,
    Purchases,
    Ledger,
    Closing,
    Reports,
    Items,
    Bank,
    Assets,
    Stock,
    Manufacture,
    Masters,
    Access,
    Inventory,
    Requests,
    Files,
    AfterLoad,
    Batches,
    Lent,
):
    """Tryton as one role. Actions run as that role.

    Documents are looked up by the role of the option `reader` (`admin` unless said otherwise, if it has an
    account): a picker may ship a delivery without the right to read the order that it belongs to.
    """

    def __init__(self, connection: _Connection, role: str) -> None:
        environment = connection.environment
        self._connection: _Connection = connection
        self._role = role
        database, account = str(required_option(environment, "database")), account_of(environment, role)
        self._client = TrytonClient(
            connection.http(account),
            database,
            account,
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
        return cls(_Connection(environment, guard, transport, EnvironmentDatabase(environment)), role)

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
        if self._connection.anonymous is not None:
            self._connection.anonymous.close()
        self._connection.database.close()

    # QueriesSql, HasWebClient, GeneratesLoad

    def sql_engine(self) -> sqlalchemy.Engine:
        """An engine whose sessions the database itself holds read-only."""
        return self._connection.database.engine()

    def web_url(self) -> str:
        """Where the browser starts."""
        database = str(self.environment.options["database"])
        return f"{self._client.url}/#{database}"

    def pages(self, page: object) -> object:
        """The page objects of Tryton's web client."""
        # Only a browser check needs them, and they need the browser's library.
        pages = import_module("harness.adapters.tryton.pages")
        client: object = pages.TrytonWebClient(page, self)
        return client

    def load_sessions(self) -> str:
        """The load sessions of Tryton."""
        return "harness.adapters.tryton.load:TrytonLoadSession"
