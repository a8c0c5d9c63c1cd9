"""Order to cash in the names of a service: what is set, called and read is what the mapping says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from harness.adapters.odata import documents
from harness.adapters.odata.documents import Read, made
from harness.adapters.odata.mapping import ABOUT, FollowingTable, Mapped
from harness.adapters.odata.service import ODataService, Query
from harness.adapters.odata.speaking import Speaking
from harness.adapters.protocol import Condition
from harness.config.problems import Problem, raise_problems
from harness.documents import (
    Balance,
    Delivery,
    EntryLine,
    Invoice,
    InvoiceLine,
    JournalEntry,
    Order,
    OrderDraft,
    OrderLine,
    PartyDraft,
    Ref,
    StockMove,
)
from harness.errors import AdapterError, Refused
from harness.model import text
from harness.values import Value


class Sales(Speaking):
    """Sells, delivers, invoices and is paid."""

    def create_party(self, draft: PartyDraft) -> Ref:
        """A new customer."""
        self._demand("create_party")
        table = self._mapped("party").party
        values = self._set("party.create", table.create, asdict(draft))
        return Ref("party", self._service.create(table.entity, values))

    def create_order(self, draft: OrderDraft) -> Ref:
        """A draft order with its lines, in one request."""
        self._demand("create_order")
        table = self._mapped("order").order
        head: dict[str, Value] = {
            "customer": draft.customer.id,
            "date": draft.date,
            "reference": draft.reference,
            "payment_term": draft.payment_term,
        }
        lines = [self._set("order.create.line", table.create.line, asdict(line)) for line in draft.lines]
        values = self._set("order.create", table.create, head)
        return Ref("order", self._service.create(table.entity, {**values, table.lines: lines}))

    def quote_order(self, order: Ref) -> None:
        """Offers it."""
        self._run("quote_order", order.id)

    def confirm_order(self, order: Ref) -> None:
        """Confirms it."""
        self._run("confirm_order", order.id)

    def ship_order(self, order: Ref, effective: date) -> None:
        """Ships what the mapping's `when` lets through."""
        self._demand("ship_order")
        for key in self._open("ship_order", order):
            self._run("ship_order", key, day=effective)

    def invoice_order(self, order: Ref, invoice_date: date) -> None:
        """Bills it, unless it is billed."""
        self._demand("invoice_order")
        if not self._following("invoice", order.id):
            self._run("invoice_order", order.id, day=invoice_date)

    def post_invoices(self, order: Ref) -> None:
        """Posts the invoices that the mapping's `when` lets through."""
        self._demand("post_invoices")
        for key in self._open("post_invoices", order):
            self._run("post_invoices", key)

    def pay_invoice(self, invoice: Ref, amount: Decimal, paid_on: date) -> None:
        """Receives a payment."""
        self._run("pay_invoice", invoice.id, day=paid_on, amount=amount)

    def order(self, order: Ref) -> Order:
        """The order as it stands."""
        table, service = self._mapped("order").order, self._reader
        row = service.one(table.entity, order.id, documents.wanted(table, service.typed))
        (found,) = documents.grouped(table, service.typed, [row])
        lacking = service.typed.lacking
        lines = tuple(made(OrderLine, table.line, line, lacking) for line in found.lines)
        return made(Order, table.fields, row, lacking, ref=order, lines=lines)

    def deliveries(self, order: Ref) -> tuple[Delivery, ...]:
        """The order's deliveries with the goods in them."""
        table, lacking = self._mapped("delivery").delivery, self._reader.typed.lacking
        return tuple(
            made(
                Delivery,
                table.fields,
                found.row,
                lacking,
                ref=Ref("delivery", found.key),
                moves=tuple(made(StockMove, table.line, line, lacking) for line in found.lines),
            )
            for found in self._following("delivery", order.id)
        )

    def invoices(self, order: Ref) -> tuple[Invoice, ...]:
        """The order's invoices with their postings."""
        table, lacking = self._mapped("invoice").invoice, self._reader.typed.lacking
        found = self._following("invoice", order.id)
        entries = self._entries([invoice.key for invoice in found])
        return tuple(
            made(
                Invoice,
                table.fields,
                invoice.row,
                lacking,
                ref=Ref("invoice", invoice.key),
                lines=tuple(made(InvoiceLine, table.line, line, lacking) for line in invoice.lines),
                entries=posted,
            )
            for invoice, posted in zip(found, entries, strict=True)
        )

    def balances(self, order: Ref) -> tuple[Balance, ...]:
        """Balances per account over the postings of the order's invoices."""
        sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for invoice in self.invoices(order):
            for line in (line for entry in invoice.entries for line in entry.lines):
                sums[line.account][0] += line.debit
                sums[line.account][1] += line.credit
        return tuple(Balance(account, *sums[account]) for account in sorted(sums))

    def sellable_products(self, limit: int) -> tuple[str, ...]:
        """Codes of goods on hand, in the order of their codes."""
        table = self._mapped("product").product
        stock = Condition(table.on_hand, ">", Decimal(0))
        query = Query(table.entity, (table.code,), (stock,), (table.code,), limit)
        return tuple(str(row[table.code]) for row in self._service.read(query))

    def finished_orders(self, limit: int) -> tuple[Ref, ...]:
        """Orders that are what the mapping's `finished` says, those of the highest numbers first."""
        table, typed = self._mapped("order").order, self._reader.typed
        if not table.finished:
            raise_problems([self._missing("order.finished")])
        where = tuple(Condition(name, "=", value) for name, value in table.finished.items())
        number = table.fields["number"].property
        order = (f"-{number}",) if number is not None else ()
        keys = typed.entity(table.entity).keys
        rows = self._reader.read(Query(table.entity, keys, where, order, limit))
        return tuple(Ref("order", typed.key_of_row(table.entity, row)) for row in rows)

    def customer_of(self, number: str) -> Ref:
        """Whose order the one with this number is."""
        table = self._mapped("order").order
        named = table.fields["number"].property or ""
        query = Query(table.entity, (table.create.customer,), (Condition(named, "=", number),), limit=2)
        rows = list(self._reader.read(query))
        if len(rows) != 1:
            side = self.environment.side.value
            raise AdapterError(text("adapters.no_record", model=table.entity, name=number, side=side))
        return Ref("party", str(rows[0][table.create.customer]))

    # The mapping

    def check_setup(self) -> None:
        """ConfigError with every name of the mapping that the service does not have."""
        raise_problems(self._connection.not_offered(self._service))

    def _mapped(self, *sections: str) -> Mapped:
        """The mapping, if the service has all that these sections name.

        It is a refusal otherwise: a service that has lost a property or an action has changed, and what
        cannot be done any more is evidence. `harness doctor` tells a mapping that was wrong all along.
        """
        for problem in self._connection.not_offered(self._service):
            if any(f"{problem.path}.".startswith(f"{section}.") for section in sections):
                raise Refused(problem.sentence, code="not_offered", message=str(problem.sentence))
        mapped: Mapped = self._connection.mapped
        return mapped

    def _set(self, path: str, table: object, given: Mapping[str, Any]) -> dict[str, Value]:
        """What is given, by the service's names; ConfigError for what the mapping has no name for."""
        values: dict[str, Value] = {}
        for name, value in given.items():
            if value is None or value is False or value == ():
                continue  # as the service proposes it
            target = getattr(table, name, None)
            if target is None:
                raise_problems([self._missing(f"{path}.{name}")])
            values[str(target)] = value
        return values

    def _missing(self, path: str) -> Problem:
        source = self._connection.source
        return Problem(source.file, path, text("config.reason.missing"), line=source.line(path))

    # The service

    def _run(self, step: str, key: str, *, day: date | None = None, amount: Decimal | None = None) -> None:
        self._demand(step)
        mapped = self._mapped(f"actions.{step}", f"{ABOUT[step]}.entity")
        table = mapped.action(step)
        if table.call is None:
            return
        named = {table.date: day, table.amount: amount, table.document: key}
        values: dict[str, Value] = {
            name: value for name, value in named.items() if name is not None and value is not None
        }
        if table.document is not None:
            self._service.call(table.call, values)
        else:
            self._service.act(mapped.document(ABOUT[step]).entity, key, table.call, values)

    def _open(self, step: str, order: Ref) -> list[str]:
        """The keys of the order's documents that a step has still to be done for."""
        table = self._mapped(f"actions.{step}", ABOUT[step]).document(ABOUT[step])
        assert isinstance(table, FollowingTable)
        when = self._connection.mapped.action(step).when
        where = (Condition(table.of, "=", order.id), *(Condition(name, "=", when[name]) for name in when))
        rows = self._reader.read(documents.query(table, self._reader.typed, where))
        return [found.key for found in documents.grouped(table, self._reader.typed, rows)]

    def _following(self, name: str, key: str) -> list[Read]:
        return self._all_following(name, [key], self._reader)[0]

    def _all_following(self, name: str, keys: Sequence[str], service: ODataService) -> list[list[Read]]:
        """For each of some documents, those of a kind that follow it."""
        table = self._mapped(name).document(name)
        assert isinstance(table, FollowingTable)
        queries = [documents.query(table, service.typed, (Condition(table.of, "=", key),)) for key in keys]
        return [list(documents.grouped(table, service.typed, rows)) for rows in service.read_all(queries)]

    def _entries(self, invoices: Sequence[str]) -> list[tuple[JournalEntry, ...]]:
        table, lacking = self._mapped("entry").entry, self._reader.typed.lacking
        return [
            tuple(
                made(
                    JournalEntry,
                    table.fields,
                    found.row,
                    lacking,
                    ref=Ref("entry", found.key),
                    lines=tuple(made(EntryLine, table.line, line, lacking) for line in found.lines),
                )
                for found in entries
            )
            for entries in self._all_following("entry", invoices, self._reader)
        ]
