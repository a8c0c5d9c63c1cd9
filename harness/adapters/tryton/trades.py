"""What Tryton calls the parts of a sale and of a purchase: the same process seen from both ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from harness.documents import Ref
from harness.errors import AdapterError
from harness.model import text


@dataclass(frozen=True, slots=True)
class Shipping:
    """One kind of shipment. `buttons` lead from each state to the next; any other state is finished."""

    kind: str
    model: str
    field: str
    party: str
    picked: str
    buttons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trade:
    """One kind of order: its models, and the names of the fields that differ."""

    kind: str
    model: str
    line: str
    owner: str
    day: str
    returning: str
    shippings: tuple[Shipping, ...]


DELIVERY = Shipping(
    kind="delivery",
    model="stock.shipment.out",
    field="shipments",
    party="customer",
    picked="inventory_moves",
    buttons=MappingProxyType(
        {"draft": "wait", "waiting": "assign_force", "assigned": "pick", "picked": "pack"}
    ),
)
TAKEN_BACK = Shipping(
    kind="delivery_return",
    model="stock.shipment.out.return",
    field="shipment_returns",
    party="customer",
    picked="incoming_moves",
    buttons=MappingProxyType({"draft": "receive"}),
)
RECEIPT = Shipping(
    kind="receipt",
    model="stock.shipment.in",
    field="shipments",
    party="supplier",
    picked="incoming_moves",
    buttons=MappingProxyType({"draft": "receive"}),
)
SENT_BACK = Shipping(
    kind="receipt_return",
    model="stock.shipment.in.return",
    field="shipment_returns",
    party="supplier",
    picked="moves",
    buttons=MappingProxyType({"draft": "wait", "waiting": "assign_force"}),
)
SALE = Trade(
    "order", "sale.sale", "sale.line", "sale", "sale_date", "sale.return_sale", (DELIVERY, TAKEN_BACK)
)
PURCHASE = Trade(
    "purchase",
    "purchase.purchase",
    "purchase.line",
    "purchase",
    "purchase_date",
    "purchase.return_purchase",
    (RECEIPT, SENT_BACK),
)
_TRADES = {trade.kind: trade for trade in (SALE, PURCHASE)}
_SHIPPINGS = {shipping.kind: shipping for trade in _TRADES.values() for shipping in trade.shippings}


def trade_of(order: Ref) -> Trade:
    """Which kind of order this is; AdapterError when it is none."""
    found = _TRADES.get(order.kind)
    if found is None:
        raise AdapterError(text("adapters.bad_id", id=order.id, model=order.kind))
    return found


def shipping_of(delivery: Ref) -> Shipping:
    """Which kind of shipment this is; AdapterError when it is none."""
    found = _SHIPPINGS.get(delivery.kind)
    if found is None:
        raise AdapterError(text("adapters.bad_id", id=delivery.id, model=delivery.kind))
    return found
