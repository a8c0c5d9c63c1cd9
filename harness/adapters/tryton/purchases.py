"""Procure to pay as a Tryton user does it; what a purchase shares with a sale is in `sales.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from harness.adapters.tryton.client import Row, TrytonClient
from harness.adapters.tryton.documents import INVOICE
from harness.adapters.tryton.plain import day, name, quantity, words
from harness.adapters.tryton.records import delete, one, value_at, write
from harness.adapters.tryton.sales import enter_order
from harness.adapters.tryton.speaking import Speaking
from harness.adapters.tryton.trades import PURCHASE, trade_of
from harness.adapters.tryton.wizard import Wizard, asks, entered
from harness.documents import PurchaseDraft, PurchaseRequest, Ref
from harness.errors import Refused
from harness.model import text
from harness.values import Value

REQUEST = "purchase.request"
_REQUEST = ["product.code", "quantity", "unit.name", "party.name", "supply_date", "purchase"]


def reprice_invoice(client: TrytonClient, invoice: Ref, prices: Mapping[str, Decimal]) -> None:
    """Enters the prices that the supplier's invoice has, by product."""
    lines: list[Value] = [["invoice", "=", int(invoice.id)], ["type", "=", "line"]]
    rows = client.search_read("account.invoice.line", lines, ["product.code"])
    write(client, INVOICE, invoice.id, {"lines": _priced(rows, prices)})


def price_order(client: TrytonClient, order: Ref, prices: Mapping[str, Decimal]) -> None:
    """Enters the prices agreed with the supplier, by product."""
    trade = trade_of(order)
    lines: list[Value] = [[trade.owner, "=", int(order.id)], ["type", "=", "line"]]
    rows = client.search_read(trade.line, lines, ["product.code"])
    write(client, trade.model, order.id, {"lines": _priced(rows, prices)})


def _priced(rows: Sequence[Row], prices: Mapping[str, Decimal]) -> list[Value]:
    """What is sent for the lines of these products."""
    known = {row["id"]: prices.get(str(value_at(row, "product.code"))) for row in rows}
    return [["write", [id], {"unit_price": price}] for id, price in known.items() if price is not None]


def purchase_requests(reader: TrytonClient, order: Ref) -> tuple[PurchaseRequest, ...]:
    """The requests that come from an order."""
    origin: list[Value] = [["origin", "=", f"{trade_of(order).model},{order.id}"]]
    rows = reader.search_read(REQUEST, origin, _REQUEST, order=[["id", "ASC"]])
    return tuple(_request(row) for row in rows)


def order_requested(client: TrytonClient, reader: TrytonClient, request: Ref, supplier: Ref) -> Ref:
    """Runs Tryton's wizard, which asks for the supplier where the request names none."""
    wizard = Wizard(client, f"{REQUEST}.create_purchase", REQUEST, int(request.id))
    shown = wizard.start()
    if asks(shown):
        wizard.send("start", {"ask_party": {**entered(shown), "party": int(supplier.id)}})
    wizard.close()
    purchase = one(reader, REQUEST, request.id, ["purchase"])["purchase"]
    if purchase is None:  # the wizard ended and did nothing: that is about the ERP, not about the harness
        sentence = text("adapters.tryton.not_ordered", request=request.id)
        raise Refused(sentence, code="not_ordered", message=f"{REQUEST}.create_purchase")
    return Ref(PURCHASE.kind, str(purchase))


def _request(row: Row) -> PurchaseRequest:
    return PurchaseRequest(
        Ref("purchase_request", str(row["id"])),
        str(value_at(row, "product.code")),
        quantity(row["quantity"]),
        name(row, "unit.name"),
        words(value_at(row, "party.name")),
        day(row["supply_date"]),
        row["purchase"] is not None,
    )


class Purchases(Speaking):
    """Buys."""

    def create_purchase(self, draft: PurchaseDraft) -> Ref:
        """A draft purchase whose prices and taxes are those that Tryton proposes."""
        self._demand("create_purchase")
        return enter_order(self._client, PURCHASE, draft.supplier, draft)

    def reprice_invoice(self, invoice: Ref, prices: Mapping[str, Decimal]) -> None:
        """Enters the supplier's prices in a draft invoice."""
        self._demand("reprice_invoice")
        reprice_invoice(self._client, invoice, prices)

    def purchase_requests(self, order: Ref) -> tuple[PurchaseRequest, ...]:
        """What a sale asks of purchasing."""
        return purchase_requests(self._reader, order)

    def order_requested(self, request: Ref, supplier: Ref) -> Ref:
        """The draft purchase of a request."""
        self._demand("order_requested")
        return order_requested(self._client, self._reader, request, supplier)

    def price_order(self, order: Ref, prices: Mapping[str, Decimal]) -> None:
        """Enters the agreed prices in a draft purchase."""
        self._demand("price_order")
        price_order(self._client, order, prices)

    def delete_request(self, request: Ref) -> None:
        """Deletes a request."""
        delete(self._client, REQUEST, request.id)
