"""Goods on their way in Tryton: whole orders, parts of them, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.documents import shipments
from harness.adapters.tryton.form import Form
from harness.adapters.tryton.lookups import first_warehouse, state_of, stuck
from harness.adapters.tryton.records import create, one, press, value_at, write
from harness.adapters.tryton.speaking import Speaking
from harness.adapters.tryton.trades import PURCHASE, RECEIPT, Shipping, shipping_of, trade_of
from harness.documents import Ref
from harness.errors import Refused
from harness.values import Value

_ENDED = frozenset({"done", "cancelled"})
# What is not in stock is not promised to anybody when so much of each product is asked for.
_STRICT = {"assign_force": "assign_try"}


def ship_order(client: TrytonClient, reader: TrytonClient, order: Ref, effective: date) -> None:
    """Takes every open shipment to its end; goods of a purchase are received as they are expected."""
    if trade_of(order) is PURCHASE:
        _expect(client, reader, order, None)
    for shipping, number in _open(client, reader, order):
        write(client, shipping.model, number, {"effective_date": effective})
        _advance(client, shipping, number, shipping.buttons)


def deliver(
    client: TrytonClient, reader: TrytonClient, order: Ref, quantities: Mapping[str, Decimal], effective: date
) -> None:
    """Ships or receives so much of each product, of what is in stock; Tryton keeps the rest open."""
    if trade_of(order) is PURCHASE:
        _expect(client, reader, order, quantities)
    for shipping, number in _open(client, reader, order):
        if shipping is not RECEIPT:  # the receipt was entered with its quantities
            _limit(client, shipping, number, quantities)
        write(client, shipping.model, number, {"effective_date": effective})
        buttons = {state: _STRICT.get(button, button) for state, button in shipping.buttons.items()}
        try:
            _advance(client, shipping, number, buttons)
        except Refused:
            _release(client, shipping, number)
            raise


def _open(client: TrytonClient, reader: TrytonClient, order: Ref) -> list[tuple[Shipping, str]]:
    found = [(shipping, str(number)) for shipping, number in shipments(reader, order)]
    return [(each, number) for each, number in found if state_of(client, each.model, number) not in _ENDED]


def _release(client: TrytonClient, shipping: Shipping, number: str) -> None:
    """Gives back what was reserved before the refusal, or nobody else could be served."""
    if state_of(client, shipping.model, number) == "waiting":
        press(client, shipping.model, number, "wait")


def _limit(client: TrytonClient, shipping: Shipping, number: str, quantities: Mapping[str, Decimal]) -> None:
    moves = one(client, shipping.model, number, [shipping.picked])[shipping.picked]
    rows = client.search_read("stock.move", [["id", "in", moves]], ["product.code"])
    for row in rows:
        quantity = quantities.get(str(value_at(row, "product.code")), Decimal(0))
        write(client, "stock.move", str(row["id"]), {"quantity": float(quantity)})


def _expect(
    client: TrytonClient, reader: TrytonClient, order: Ref, quantities: Mapping[str, Decimal] | None
) -> None:
    """Enters the supplier's delivery with what of the purchase is still to come; nothing when nothing is."""
    domain: list[Value] = [
        ["purchase", "=", int(order.id)],
        ["state", "=", "draft"],
        ["shipment", "=", None],
        ["from_location.type", "=", "supplier"],
    ]
    rows = reader.search_read("stock.move", domain, ["product.code"])
    codes = {str(row["id"]): str(value_at(row, "product.code")) for row in rows}
    wanted = [number for number, code in codes.items() if quantities is None or code in quantities]
    if not wanted:
        return
    form = Form(client, RECEIPT.model)
    form.set("supplier", one(reader, PURCHASE.model, order.id, ["party"])["party"])
    form.set("warehouse", first_warehouse(client))
    values = form.chosen(
        "company", "supplier", "contact_address", "warehouse", "warehouse_input", "warehouse_storage"
    )
    moves: Value = [["add", [int(number) for number in wanted]]]
    create(client, RECEIPT.model, {**values, "incoming_moves": moves})
    for number in wanted if quantities is not None else ():
        write(client, "stock.move", number, {"quantity": float((quantities or {})[codes[number]])})


def _advance(client: TrytonClient, shipping: Shipping, number: str, buttons: Mapping[str, str]) -> None:
    finish = client.server.finishing_button
    state = state_of(client, shipping.model, number)
    while state not in _ENDED:
        button = buttons.get(state, finish)
        press(client, shipping.model, number, button)
        reached = state_of(client, shipping.model, number)
        if reached == state:
            raise stuck(shipping.model, number, state, button)
        state = reached


class Deliveries(Speaking):
    """Delivers in parts, and takes a delivery back that should not have been."""

    def deliver(self, order: Ref, quantities: Mapping[str, Decimal], effective: date) -> None:
        """Ships or receives so much of each product; the rest stays open."""
        self._demand("deliver")
        deliver(self._client, self._reader, order, quantities, effective)

    def undo_delivery(self, delivery: Ref) -> None:
        """Cancels a delivery."""
        press(self._client, shipping_of(delivery).model, delivery.id, "cancel")
