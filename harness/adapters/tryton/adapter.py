"""The Tryton adapter: every capability, over one session for each role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib import import_module

import httpx
import sqlalchemy

from harness.adapters.guard import WriteGuard
from harness.adapters.options import account_of, known_options, required_option
from harness.adapters.protocol import Condition
from harness.adapters.tryton import documents, flows, ledger, records
from harness.adapters.tryton.client import TrytonClient
from harness.adapters.wire.http import HttpSession
from harness.adapters.wire.sql import EnvironmentDatabase
from harness.documents import (
    Balance,
    Delivery,
    EntryDraft,
    Invoice,
    JournalEntry,
    Order,
    OrderDraft,
    PartyDraft,
    Ref,
)
from harness.model import Environment
from harness.values import Value

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


class TrytonAdapter:
    """Tryton as one role. Actions run as that role.

    Documents are looked up by the role of the option `reader` (`admin` unless said otherwise, if it has an
    account): a picker may ship a delivery without the right to read the order that it belongs to.
    """

    def __init__(self, connection: _Connection, role: str) -> None:
        environment = connection.environment
        self._connection = connection
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
    def environment(self) -> Environment:
        """Where this adapter speaks to."""
        return self._connection.environment

    @property
    def role(self) -> str:
        """The role it is logged in as."""
        return self._role

    def version(self) -> str:
        """The server's version: 7.0 tells all of it, 8.0 its series only."""
        return self._client.server.version

    def as_role(self, role: str) -> TrytonAdapter:
        """The same environment as another role; the same object for the same role."""
        return self._connection.adapters.get(role) or TrytonAdapter(self._connection, role)

    def close(self) -> None:
        """Logs every role out and releases the connections."""
        for adapter in self._connection.adapters.values():
            adapter._client.close()
        self._connection.http.close()
        self._connection.database.close()

    # ReadsRecords

    def count(self, model: str, where: Sequence[Condition] = ()) -> int:
        """How many records match."""
        return records.count(self._client, model, where)

    def read(
        self,
        model: str,
        fields: Sequence[str],
        where: Sequence[Condition] = (),
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
    ) -> Iterator[Mapping[str, Value]]:
        """The records that match, typed; `party.name` follows a link."""
        return records.read(self._client, model, fields, where, order, limit)

    # WritesRecords

    def create(self, model: str, values: Mapping[str, Value]) -> str:
        """A new record's id."""
        return records.create(self._client, model, values)

    def write(self, model: str, id: str, values: Mapping[str, Value]) -> None:
        """Changes one record."""
        records.write(self._client, model, id, values)

    def delete(self, model: str, id: str) -> None:
        """Deletes one record."""
        records.delete(self._client, model, id)

    def press(self, model: str, id: str, button: str) -> None:
        """Runs a button of one record."""
        records.press(self._client, model, id, button)

    # RunsFlows

    def create_party(self, draft: PartyDraft) -> Ref:
        """A new customer."""
        self._demand("create_party")
        return flows.create_party(self._client, draft)

    def create_order(self, draft: OrderDraft) -> Ref:
        """A draft sale."""
        self._demand("create_order")
        return flows.create_order(self._client, draft)

    def quote_order(self, order: Ref) -> None:
        """Draft to quotation."""
        flows.quote_order(self._client, order)

    def confirm_order(self, order: Ref) -> None:
        """Quotation to processing."""
        flows.confirm_order(self._client, order)

    def ship_order(self, order: Ref, effective: date) -> None:
        """Ships every open delivery in full."""
        self._demand("ship_order")
        flows.ship_order(self._client, self._reader, order, effective)

    def invoice_order(self, order: Ref, invoice_date: date) -> None:
        """Dates the order's invoices, still unposted."""
        self._demand("invoice_order")
        flows.invoice_order(self._client, self._reader, order, invoice_date)

    def post_invoices(self, order: Ref) -> None:
        """Posts the order's invoices."""
        self._demand("post_invoices")
        flows.post_invoices(self._client, self._reader, order)

    def pay_invoice(self, invoice: Ref, amount: Decimal, paid_on: date) -> None:
        """Pays by the payment wizard."""
        method = self.environment.options.get("payment_method")
        flows.pay_invoice(self._client, None if method is None else str(method), invoice, amount, paid_on)

    def order(self, order: Ref) -> Order:
        """The order as it stands."""
        return documents.order(self._reader, order)

    def deliveries(self, order: Ref) -> tuple[Delivery, ...]:
        """The order's deliveries, oldest first."""
        return documents.deliveries(self._reader, order)

    def invoices(self, order: Ref) -> tuple[Invoice, ...]:
        """The order's invoices with their postings, oldest first."""
        return documents.invoices(self._reader, order)

    def balances(self, order: Ref) -> tuple[Balance, ...]:
        """Balances over the postings of this order only."""
        return documents.balances(self._reader, order)

    def sellable_products(self, limit: int) -> tuple[str, ...]:
        """Codes of goods that can be sold and are in stock."""
        return flows.sellable_products(self._reader, limit)

    # KeepsLedger

    def create_entry(self, draft: EntryDraft) -> Ref:
        """A draft in the general journal."""
        self._demand("create_entry")
        return ledger.create_entry(self._client, draft)

    def post_entry(self, entry: Ref) -> None:
        """Posts a draft."""
        records.press(self._client, documents.ENTRY, entry.id, "post")

    def reverse_entry(self, entry: Ref) -> Ref:
        """Cancels by the wizard, debit for credit."""
        return ledger.reverse_entry(self._client, entry)

    def delete_entry(self, entry: Ref) -> None:
        """Deletes an entry."""
        records.delete(self._client, documents.ENTRY, entry.id)

    def entry(self, entry: Ref) -> JournalEntry:
        """The entry as it stands."""
        return ledger.entry(self._reader, entry)

    def manual_accounts(self, limit: int) -> tuple[str, ...]:
        """Codes of accounts that take postings by hand."""
        return ledger.manual_accounts(self._reader, limit)

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

    @property
    def _reader(self) -> TrytonClient:
        role = str(self.environment.options.get("reader", "admin"))
        return self.as_role(role)._client if role in self.environment.accounts else self._client

    def _demand(self, action: str) -> None:
        # Reading comes first in these actions: ask before any of it is sent.
        self._connection.guard.demand(action)
