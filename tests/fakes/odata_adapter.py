"""The adapter for the OData-shaped fake: proof that nothing in the harness is shaped by one ERP."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import httpx

from harness.adapters.guard import WriteGuard
from harness.adapters.options import account_of
from harness.adapters.protocol import Condition
from harness.adapters.wire.http import HttpSession
from harness.adapters.wire.odata import ODataService
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
from harness.errors import Refused
from harness.model import Environment, text
from harness.values import Value

_TAX = {"V13": "VAT 13%"}


@dataclass
class _Connection:
    environment: Environment
    guard: WriteGuard
    transport: httpx.BaseTransport | None
    adapters: dict[str, ODataSalesAdapter] = field(default_factory=dict)


class ODataSalesAdapter:
    """The fake ERP as one role. Each role has its own login, so its own HTTP session."""

    def __init__(self, connection: _Connection, role: str) -> None:
        account = account_of(connection.environment, role)
        self._connection = connection
        self._role = role
        self._http = HttpSession(
            connection.environment.url,
            transport=connection.transport,
            auth=(account.user, account.password.reveal()),
        )
        self._service = ODataService(self._http, connection.guard)
        connection.adapters[role] = self

    @classmethod
    def open(
        cls, environment: Environment, role: str, guard: WriteGuard, transport: httpx.BaseTransport | None
    ) -> ODataSalesAdapter:
        """A session as `role`; nothing is sent yet."""
        return cls(_Connection(environment, guard, transport), role)

    def __repr__(self) -> str:
        return f"ODataSalesAdapter({self._role!r})"

    @property
    def environment(self) -> Environment:
        """Where this adapter speaks to."""
        return self._connection.environment

    @property
    def role(self) -> str:
        """The role it is logged in as."""
        return self._role

    def version(self) -> str:
        """The fake's own version."""
        return str(json.loads(self._http.send("GET", "/SystemInfo").content)["Version"])

    def as_role(self, role: str) -> ODataSalesAdapter:
        """The same environment as another role."""
        return self._connection.adapters.get(role) or ODataSalesAdapter(self._connection, role)

    def close(self) -> None:
        """Releases the connections of every role."""
        for adapter in self._connection.adapters.values():
            adapter._service.close()

    # Records

    def count(self, model: str, where: Sequence[Condition] = ()) -> int:
        """How many entities match."""
        return self._service.count(model, where)

    def read(
        self,
        model: str,
        fields: Sequence[str],
        where: Sequence[Condition] = (),
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
    ) -> Iterator[Mapping[str, Value]]:
        """The entities that match."""
        rows = self._service.read(model, fields, where, order=order, limit=limit)
        return ({name: row.get(name) for name in fields} for row in rows)

    def create(self, model: str, values: Mapping[str, Value]) -> str:
        """A new entity's key."""
        created = self._service.create(model, values)
        return str(created[self._service.entity_type(model).keys[0]])

    def write(self, model: str, id: str, values: Mapping[str, Value]) -> None:
        """Changes one entity."""
        self._service.change(model, id, values)

    def delete(self, model: str, id: str) -> None:
        """Deletes one entity."""
        self._service.delete(model, id)

    def press(self, model: str, id: str, button: str) -> None:
        """Runs a bound action."""
        self._service.act(model, id, button)

    # Flows

    def create_party(self, draft: PartyDraft) -> Ref:
        """A new business partner."""
        values = {
            "Name": draft.name,
            "Street": draft.street,
            "PostalCode": draft.postal_code,
            "City": draft.city,
            "Country": draft.country,
            "Email": draft.email,
        }
        return Ref("party", self.create("BusinessPartners", values))

    def create_order(self, draft: OrderDraft) -> Ref:
        """A draft order with its items in one request."""
        items = [
            {"MaterialNumber": line.product, "Quantity": line.quantity, "NetPrice": line.unit_price}
            for line in draft.lines
        ]
        values: dict[str, Value] = {
            "PartnerId": draft.customer.id,
            "DocumentDate": draft.date,
            "CustomerReference": draft.reference,
            "Items": items,
        }
        return Ref("order", self.create("SalesOrders", values))

    def quote_order(self, order: Ref) -> None:
        """Draft to offered."""
        self._service.act("SalesOrders", order.id, "Sales.Quote")

    def confirm_order(self, order: Ref) -> None:
        """Offered to released, which plans the delivery."""
        self._service.act("SalesOrders", order.id, "Sales.Release")

    def ship_order(self, order: Ref, effective: date) -> None:
        """Posts goods issue of every planned delivery."""
        self._connection.guard.demand("ship_order")
        for delivery in self._of("OutboundDeliveries", order, "DeliveryNumber"):
            if delivery["Status"] == "Planned":
                key = str(delivery["DeliveryNumber"])
                self._service.act(
                    "OutboundDeliveries", key, "Sales.PostGoodsIssue", {"GoodsIssueDate": effective}
                )

    def invoice_order(self, order: Ref, invoice_date: date) -> None:
        """Bills the order, unless it is billed."""
        self._connection.guard.demand("invoice_order")
        if not self._of("CustomerInvoices", order, "InvoiceNumber"):
            self._service.act("SalesOrders", order.id, "Sales.Bill", {"BillingDate": invoice_date})

    def post_invoices(self, order: Ref) -> None:
        """Posts the order's open invoices."""
        self._connection.guard.demand("post_invoices")
        for invoice in self._of("CustomerInvoices", order, "InvoiceNumber"):
            if invoice["Status"] == "Open":
                self._service.act("CustomerInvoices", str(invoice["InvoiceNumber"]), "Sales.Post")

    def pay_invoice(self, invoice: Ref, amount: Decimal, paid_on: date) -> None:
        """Receives a payment."""
        values: dict[str, Value] = {"Amount": amount, "PaidOn": paid_on}
        self._service.act("CustomerInvoices", invoice.id, "Sales.ReceivePayment", values)

    def order(self, order: Ref) -> Order:
        """The order as it stands."""
        where = (Condition("OrderNumber", "=", order.id),)
        fields = tuple(self._service.entity_type("SalesOrders").properties)
        row: Any = next(self._service.read("SalesOrders", fields, where, expand="Items"), None)
        if row is None:
            raise Refused(
                text("adapters.bad_id", id=order.id, model="SalesOrders"), code="not_found", message=""
            )
        return Order(
            ref=order,
            number=row["OrderNumber"],
            state=row["Status"],
            customer=self._partner(row["PartnerId"]),
            date=row["DocumentDate"],
            currency=row["Currency"],
            lines=tuple(
                OrderLine(
                    product=item["MaterialNumber"],
                    quantity=item["Quantity"],
                    unit=item["Unit"],
                    unit_price=item["NetPrice"],
                    amount=item["NetAmount"],
                    taxes=(_TAX[item["TaxCode"]],),
                )
                for item in row["Items"]
            ),
            untaxed=row["NetAmount"],
            tax=row["TaxAmount"],
            total=row["GrossAmount"],
            reference=row["CustomerReference"],
            delivery_state=row["DeliveryStatus"],
            invoice_state=row["BillingStatus"],
        )

    def deliveries(self, order: Ref) -> tuple[Delivery, ...]:
        """The order's deliveries; each holds all of its goods."""
        document = self.order(order)
        return tuple(
            Delivery(
                ref=Ref("delivery", row["DeliveryNumber"]),
                number=row["DeliveryNumber"],
                state=row["Status"],
                customer=document.customer,
                moves=tuple(
                    StockMove(
                        product=line.product,
                        quantity=line.quantity,
                        unit=line.unit,
                        origin="Plant 1000",
                        destination="Customer",
                        state=row["Status"],
                        effective=row["GoodsIssueDate"],
                    )
                    for line in document.lines
                ),
                effective=row["GoodsIssueDate"],
            )
            for row in self._of("OutboundDeliveries", order, "DeliveryNumber")
        )

    def invoices(self, order: Ref) -> tuple[Invoice, ...]:
        """The order's invoices with their postings."""
        lines = self.order(order).lines
        return tuple(
            self._invoice(row, lines) for row in self._of("CustomerInvoices", order, "InvoiceNumber")
        )

    def balances(self, order: Ref) -> tuple[Balance, ...]:
        """Balances per account over the order's postings."""
        sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for invoice in self.invoices(order):
            for line in (line for entry in invoice.entries for line in entry.lines):
                sums[line.account][0] += line.debit
                sums[line.account][1] += line.credit
        return tuple(Balance(account, *sums[account]) for account in sorted(sums))

    def sellable_products(self, limit: int) -> tuple[str, ...]:
        """Numbers of materials on hand."""
        where = (Condition("OnHand", ">", Decimal(0)),)
        rows = self._service.read("Materials", ["MaterialNumber"], where, limit=limit)
        return tuple(str(row["MaterialNumber"]) for row in rows)

    def _invoice(self, row: Any, lines: Sequence[OrderLine]) -> Invoice:
        return Invoice(
            ref=Ref("invoice", row["InvoiceNumber"]),
            number=row["InvoiceNumber"],
            state=row["Status"],
            customer=self._partner(row["PartnerId"]),
            date=row["BillingDate"],
            currency=row["Currency"],
            lines=tuple(
                InvoiceLine(line.product, "600100", line.quantity, line.unit_price, line.amount, line.taxes)
                for line in lines
            ),
            untaxed=row["NetAmount"],
            tax=row["TaxAmount"],
            total=row["GrossAmount"],
            open_amount=row["OpenAmount"],
            entries=self._entries(row["InvoiceNumber"]),
        )

    def _entries(self, invoice: str) -> tuple[JournalEntry, ...]:
        where = (Condition("InvoiceNumber", "=", invoice),)
        fields = tuple(self._service.entity_type("LedgerPostings").properties)
        entries: dict[tuple[str, date], list[Any]] = defaultdict(list)
        for row in self._service.read("LedgerPostings", fields, where):
            posting: Any = row
            entries[posting["Journal"], posting["PostingDate"]].append(posting)
        return tuple(
            JournalEntry(
                ref=Ref("entry", rows[0]["PostingId"]),
                number=rows[0]["PostingId"],
                state="Posted",
                journal=journal,
                period=rows[0]["Period"],
                date=day,
                lines=tuple(
                    EntryLine(
                        account=row["Account"],
                        debit=row["Debit"],
                        credit=row["Credit"],
                        party=self._partner(row["PartnerId"]) if row["PartnerId"] else None,
                        due=row["DueDate"],
                    )
                    for row in rows
                ),
            )
            for (journal, day), rows in entries.items()
        )

    def _of(self, name: str, order: Ref, key: str) -> list[Any]:
        fields = tuple(self._service.entity_type(name).properties)
        return list(self._service.read(name, fields, (Condition("OrderNumber", "=", order.id),), order=[key]))

    def _partner(self, key: str) -> str:
        return str(self._service.one("BusinessPartners", key).row["Name"])
