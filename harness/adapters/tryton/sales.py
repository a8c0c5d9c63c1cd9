"""Order to cash as a Tryton user does it: forms, buttons and the payment wizard."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from harness.adapters.tryton import documents
from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.documents import INVOICE, invoice_ids
from harness.adapters.tryton.form import Form
from harness.adapters.tryton.lookups import first_warehouse, id_of, state_of
from harness.adapters.tryton.records import create, press, write
from harness.adapters.tryton.shipping import ship_order
from harness.adapters.tryton.speaking import Speaking
from harness.adapters.tryton.trades import SALE, Trade, trade_of
from harness.adapters.tryton.wizard import Wizard, asks, entered
from harness.documents import (
    Balance,
    Delivery,
    Invoice,
    LineDraft,
    Order,
    OrderDraft,
    PartyDraft,
    PurchaseDraft,
    Ref,
)
from harness.errors import AdapterError, Refused
from harness.model import text
from harness.values import Value

_ORDER_FIELDS = [
    "company",
    "party",
    "reference",
    "payment_term",
    "currency",
    "warehouse",
    "invoice_party",
    "invoice_address",
    "shipment_party",
    "shipment_address",
    "invoice_method",
    "shipment_method",
]
_LINE_FIELDS = ["type", "product", "quantity", "unit", "unit_price", "base_price", "taxes"]
_UNPOSTED = frozenset({"draft", "validated"})
# What Tryton asks before it posts: a due date that is past, taxes that are not those it proposed.
_ANSWERED = (".invoice_payment_term", ".invoice_taxes")
_QUEUE_SECONDS = 10.0
_QUEUE_PAUSE = 0.2


def create_party(client: TrytonClient, draft: PartyDraft) -> Ref:
    """A party with one address, and its e-mail address if there is one."""
    address = {
        "street": draft.street,
        "postal_code": draft.postal_code,
        "city": draft.city,
        "country": id_of(client, "country.country", "code", draft.country),
    }
    values: dict[str, Value] = {"name": draft.name, "addresses": [["create", [address]]]}
    if draft.email:
        values["contact_mechanisms"] = [["create", [{"type": "email", "value": draft.email}]]]
    return Ref("party", create(client, "party.party", values))


def create_order(client: TrytonClient, draft: OrderDraft) -> Ref:
    """A draft sale whose prices, taxes, terms and addresses are those that Tryton proposes."""
    return enter_order(client, SALE, draft.customer, draft)


def enter_order(
    client: TrytonClient, trade: Trade, party: Ref | None, draft: OrderDraft | PurchaseDraft
) -> Ref:
    """A draft of either kind, filled in as a user does."""
    form = Form(client, trade.model)
    form.set(trade.day, draft.date)
    if party is not None:
        form.set("party", int(party.id))
    if draft.currency:
        form.set("currency", id_of(client, "currency.currency", "code", draft.currency))
    if draft.reference:
        form.set("reference", draft.reference)
    if draft.payment_term:
        found = id_of(client, "account.invoice.payment_term", "name", draft.payment_term)
        form.set("payment_term", found)
    if isinstance(draft, OrderDraft) and draft.invoice_delivered:
        form.set("invoice_method", client.server.invoice_delivered)
    if form.values.get("warehouse") is None:  # Tryton proposes one only where there is only one
        form.set("warehouse", first_warehouse(client))
    lines: Value = [_line(client, trade, form, line) for line in draft.lines]
    values = {**form.chosen(*_ORDER_FIELDS, trade.day), "lines": [["create", lines]]}
    return Ref(trade.kind, create(client, trade.model, values))


def quote_order(client: TrytonClient, order: Ref) -> None:
    """Draft to quotation."""
    press(client, trade_of(order).model, order.id, "quote")


def confirm_order(client: TrytonClient, order: Ref) -> None:
    """Quotation to processing. Tryton queues the processing; without workers it is done in the same call."""
    model = trade_of(order).model
    press(client, model, order.id, "confirm")
    deadline = time.monotonic() + _QUEUE_SECONDS
    while state_of(client, model, order.id) == "confirmed":
        if time.monotonic() > deadline:
            press(client, model, order.id, "process")
            return
        time.sleep(_QUEUE_PAUSE)


def invoice_order(client: TrytonClient, reader: TrytonClient, order: Ref, invoice_date: date) -> None:
    """Dates the order's unposted invoices, asking for them first when they are made by hand."""
    if not invoice_ids(reader, order):
        press(client, trade_of(order).model, order.id, "manual_invoice")
    numbers = invoice_ids(reader, order)
    if not numbers:
        raise Refused(text("adapters.tryton.no_invoice"), code="no_invoice", message="")
    for number in _unposted(client, numbers):
        write(client, INVOICE, number, {"invoice_date": invoice_date})


def post_invoices(client: TrytonClient, reader: TrytonClient, order: Ref) -> None:
    """Posts the order's invoices. Where Tryton asks about dates or taxes, they were given: it may go on."""
    for number in _unposted(client, invoice_ids(reader, order)):
        try:
            press(client, INVOICE, number, "post")
        except Refused as refusal:
            if not (refusal.warning or "").endswith(_ANSWERED):
                raise
            client.call("model.res.user.warning.skip", refusal.warning)
            press(client, INVOICE, number, "post")


def pay_invoice(client: TrytonClient, method: str | None, invoice: Ref, amount: Decimal, day: date) -> None:
    """Pays by the wizard that a user would use; what is over or missing is what Tryton proposes it to be."""
    wizard, start, shown = start_payment(client, method, invoice, amount, day)
    if asks(shown):
        wizard.send("pay", {"start": start, "ask": {"type": "partial", **entered(shown)}})
    wizard.close()


def start_payment(
    client: TrytonClient, method: str | None, invoice: Ref, amount: Decimal, day: date
) -> tuple[Wizard, dict[str, Value], Value]:
    """The payment wizard with its first form filled in, and what it shows next."""
    wizard = Wizard(client, "account.invoice.pay", INVOICE, int(invoice.id))
    start = {
        **wizard.open("start"),
        "amount": amount,
        "date": day,
        "payment_method": _payment_method(client, method),
    }
    return wizard, start, wizard.send("choice", {"start": start})


def sellable_products(client: TrytonClient, limit: int) -> tuple[str, ...]:
    """Codes of goods for sale in the first warehouse; what others enter meanwhile comes last."""
    domain: list[Value] = [
        ["salable", "=", True],
        ["type", "=", "goods"],
        ["code", "!=", None],
        ["quantity", ">", 0],
    ]
    rows = client.search_read(
        "product.product",
        domain,
        ["code"],
        order=[["id", "ASC"]],
        limit=limit,
        context={"locations": [first_warehouse(client)], "with_childs": True},
    )
    return tuple(str(row["code"]) for row in rows)


def _line(client: TrytonClient, trade: Trade, order: Form, draft: LineDraft) -> dict[str, Value]:
    line = Form(client, trade.line, parent=(trade.owner, order))
    line.values["company"] = order.values.get("company")
    line.set("quantity", float(draft.quantity))
    line.set("product", id_of(client, "product.product", "code", draft.product))
    if draft.taxes:
        line.set("taxes", [id_of(client, "account.tax", "name", name) for name in draft.taxes])
    if draft.unit_price is not None:
        line.set("unit_price", draft.unit_price)
    if draft.discount is not None:
        line.set("discount_rate", draft.discount)
    return line.chosen(*_LINE_FIELDS)


def _unposted(client: TrytonClient, numbers: Sequence[int]) -> list[str]:
    return [str(number) for number in numbers if state_of(client, INVOICE, str(number)) in _UNPOSTED]


def _payment_method(client: TrytonClient, name: str | None) -> Value:
    model = "account.invoice.payment.method"
    if name is not None:
        return id_of(client, model, "name", name)
    rows = client.search_read(model, [], ["id"], limit=1)
    if not rows:
        side = client.guard.environment.side.value
        raise AdapterError(text("adapters.no_record", model=model, name="*", side=side))
    return rows[0]["id"]


def finished_orders(client: TrytonClient, limit: int) -> tuple[Ref, ...]:
    """Sales that are done to the end."""
    domain: list[Value] = [["state", "=", "done"], ["shipment_state", "=", "sent"]]
    rows = client.search_read(SALE.model, domain, ["id"], order=[["id", "DESC"]], limit=limit)
    return tuple(Ref("order", str(row["id"])) for row in rows)


def customer_of(client: TrytonClient, number: str) -> Ref:
    """The party of the sale with this number."""
    rows = client.search_read(SALE.model, [["number", "=", number]], ["party"], limit=2)
    if len(rows) != 1:
        side = client.guard.environment.side.value
        raise AdapterError(text("adapters.no_record", model=SALE.model, name=number, side=side))
    return Ref("party", str(rows[0]["party"]))


class Sales(Speaking):
    """Sells, delivers, invoices and is paid."""

    @property
    def _method(self) -> str | None:
        """The configured way of paying; None for the first one there is."""
        method = self.environment.options.get("payment_method")
        return None if method is None else str(method)

    def create_party(self, draft: PartyDraft) -> Ref:
        """A new customer."""
        self._demand("create_party")
        return create_party(self._client, draft)

    def create_order(self, draft: OrderDraft) -> Ref:
        """A draft sale."""
        self._demand("create_order")
        return create_order(self._client, draft)

    def quote_order(self, order: Ref) -> None:
        """Draft to quotation."""
        quote_order(self._client, order)

    def confirm_order(self, order: Ref) -> None:
        """Quotation to processing."""
        confirm_order(self._client, order)

    def ship_order(self, order: Ref, effective: date) -> None:
        """Ships every open delivery in full, and takes back what is returned."""
        self._demand("ship_order")
        ship_order(self._client, self._reader, order, effective)

    def invoice_order(self, order: Ref, invoice_date: date) -> None:
        """Dates the order's invoices, still unposted."""
        self._demand("invoice_order")
        invoice_order(self._client, self._reader, order, invoice_date)

    def post_invoices(self, order: Ref) -> None:
        """Posts the order's invoices."""
        self._demand("post_invoices")
        post_invoices(self._client, self._reader, order)

    def pay_invoice(self, invoice: Ref, amount: Decimal, paid_on: date) -> None:
        """Pays by the payment wizard."""
        pay_invoice(self._client, self._method, invoice, amount, paid_on)

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
        return sellable_products(self._reader, limit)

    def finished_orders(self, limit: int) -> tuple[Ref, ...]:
        """Sales that are delivered, invoiced and paid, newest first."""
        return finished_orders(self._reader, limit)

    def customer_of(self, number: str) -> Ref:
        """The party of the sale with this number."""
        return customer_of(self._reader, number)
