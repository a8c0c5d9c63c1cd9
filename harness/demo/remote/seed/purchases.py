"""Purchases in every state that a purchase can be in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from proteus import Model

from seed.clock import Clock
from seed.company import Firm
from seed.masters import Goods
from seed.proteus_batch import again, click, queue_held, save
from seed.sales import LAST_DAY

PLAN = (
    ("draft", 2), ("quotation", 2), ("cancelled", 2), ("confirmed", 1), ("processing", 3),
    ("partly_received", 2), ("received", 3), ("posted", 3), ("paid", 4),
)
RECEIVED = ("received", "posted", "paid")
FIRST_PURCHASE = dt.date(2025, 1, 20)


def create(firm: Firm, goods: Goods, clock: Clock) -> None:
    """Creates the purchases and takes each as far as its plan says."""
    goals = [goal for goal, count in PLAN for _ in range(count)]
    goods.chance.shuffle(goals)
    purchases = save([_purchase(goods, i) for i in range(len(goals))])

    def going(*wanted: str) -> list[Any]:
        return [purchase for purchase, goal in zip(purchases, goals, strict=True) if goal in wanted]

    clock.turn(LAST_DAY)
    click(going("cancelled"), "cancel")
    click([p for p in purchases if p not in going("draft", "cancelled")], "quote")
    with queue_held():
        click(going("confirmed"), "confirm")
    click(going("processing", "partly_received", *RECEIVED), "confirm")
    _receive(going("partly_received"), partly=True)
    _receive(going(*RECEIVED), partly=False)
    _post(going("posted", "paid"))
    _pay(firm, going("paid"))


def _purchase(goods: Goods, i: int) -> Any:
    purchase = Model.get("purchase.purchase")(party=goods.chance.choice(goods.suppliers))
    purchase.purchase_date = FIRST_PURCHASE + dt.timedelta(days=18 * i)
    purchase.reference = f"AB-{7001 + i}"
    purchase.invoice_method = "order"
    for product in goods.chance.sample(goods.stocked, 1 + i % 3):
        line = purchase.lines.new()
        line.product = product  # set on its own: only then are its taxes filled in
        line.quantity = float(goods.chance.randint(5, 80))
        line.unit_price = product.cost_price
    return purchase


def _receive(purchases: list[Any], *, partly: bool) -> None:
    Shipment, Move = Model.get("stock.shipment.in"), Model.get("stock.move")
    shipments = []
    for purchase in again(purchases):
        shipment = Shipment(supplier=purchase.party)
        shipment.effective_date = purchase.purchase_date + dt.timedelta(days=10)
        for move in purchase.moves:
            shipment.incoming_moves.append(Move(move.id))
            if partly:
                shipment.incoming_moves[-1].quantity = max(1.0, move.quantity // 2)
        shipments.append(shipment)
    click(save(shipments), "receive", "done")


def _post(purchases: list[Any]) -> None:
    pairs = [(invoice, purchase) for purchase in again(purchases) for invoice in purchase.invoices]
    for n, (invoice, purchase) in enumerate(pairs):
        invoice.invoice_date = purchase.purchase_date + dt.timedelta(days=12)
        invoice.reference = f"RE-{9001 + n}"
    click(save([invoice for invoice, _ in pairs]), "post")


def _pay(firm: Firm, purchases: list[Any]) -> None:
    for purchase in again(purchases):
        for invoice in purchase.invoices:
            payment = invoice.click("pay")
            payment.form.payment_method = firm.payment_method
            payment.form.date = purchase.purchase_date + dt.timedelta(days=30)
            payment.execute("choice")
