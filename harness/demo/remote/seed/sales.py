"""Sales in every state that a sale can be in."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from proteus import Model

from seed.clock import Clock
from seed.company import Firm
from seed.masters import Goods
from seed.proteus_batch import again, click, queue_held, save

# How far each sale gets, and how many get there.
PLAN = (
    ("draft", 4), ("quotation", 4), ("cancelled", 3), ("confirmed", 3), ("processing", 4),
    ("partly_shipped", 4), ("shipped", 4), ("validated", 3), ("posted", 5), ("partly_paid", 4), ("paid", 6),
)
SHIPPED = ("shipped", "validated", "posted", "partly_paid", "paid")
INVOICED = ("posted", "partly_paid", "paid")
FIRST_SALE = dt.date(2025, 2, 3)
LAST_DAY = dt.date(2026, 4, 30)  # when the last of it is shipped, invoiced and paid


def create(firm: Firm, goods: Goods, clock: Clock) -> None:
    """Creates the sales and takes each as far as its plan says."""
    goals = [goal for goal, count in PLAN for _ in range(count)]
    goods.chance.shuffle(goals)
    sales = save([_sale(firm, goods, i) for i in range(len(goals))])
    by_goal = {goal: [s for s, g in zip(sales, goals, strict=True) if g == goal] for goal, _ in PLAN}

    def going(*wanted: str) -> list[Any]:
        return [sale for sale, goal in zip(sales, goals, strict=True) if goal in wanted]

    clock.turn(LAST_DAY)
    click(by_goal["cancelled"], "cancel")
    click([s for s in sales if s not in going("draft", "cancelled")], "quote")
    with queue_held():
        click(by_goal["confirmed"], "confirm")
    click(going("processing", "partly_shipped", *SHIPPED), "confirm")
    _ship(by_goal["partly_shipped"], partly=True)
    _ship(going(*SHIPPED), partly=False)
    _invoice(by_goal["validated"], "validate_invoice")
    _invoice(going(*INVOICED), "post")
    _pay(firm, by_goal["partly_paid"], Decimal("0.4"))
    _pay(firm, by_goal["paid"], Decimal(1))


def _sale(firm: Firm, goods: Goods, i: int) -> Any:
    sale = Model.get("sale.sale")(party=goods.chance.choice(goods.customers))
    sale.sale_date = FIRST_SALE + dt.timedelta(days=9 * i)
    sale.reference = f"WEB-{30001 + i}"
    sale.description = ("春季促销", "Frühjahrsaktion", None)[i % 3]
    sale.payment_term = list(firm.terms.values())[i % len(firm.terms)]
    sale.invoice_method = "shipment" if i % 7 == 3 else "order"
    if i % 6 == 2:
        sale.currency = firm.currencies["EUR" if i % 4 else "USD"]
    for product in goods.chance.sample(goods.stocked, 1 + i % 4):
        line = sale.lines.new()
        line.product = product  # set on its own: only then are its taxes filled in
        line.quantity = float(goods.chance.randint(1, 24))
    if i % 5 == 0:
        line = sale.lines.new()
        line.product = goods.products["Delivery to floor"]
        line.quantity = 1.5
    return sale


def _ship(sales: list[Any], *, partly: bool) -> None:
    pairs = [(shipment, sale) for sale in again(sales) for shipment in sale.shipments]
    shipments = [shipment for shipment, _ in pairs]
    for shipment, sale in pairs:
        shipment.effective_date = sale.sale_date + dt.timedelta(days=4)
        if partly:
            move = shipment.inventory_moves[0]
            move.quantity = max(1.0, move.quantity // 2)
    save(shipments)
    click(shipments, "assign_force", "pick", "pack", "done")


def _invoice(sales: list[Any], button: str) -> None:
    pairs = [(invoice, sale) for sale in again(sales) for invoice in sale.invoices]
    invoices = [invoice for invoice, _ in pairs]
    for invoice, sale in pairs:
        invoice.invoice_date = sale.sale_date + dt.timedelta(days=6)
    click(save(invoices), button)


def _pay(firm: Firm, sales: list[Any], part: Decimal) -> None:
    for sale in again(sales):
        for invoice in sale.invoices:
            payment = invoice.click("pay")
            payment.form.payment_method = firm.payment_method
            payment.form.date = sale.sale_date + dt.timedelta(days=20)
            payment.form.amount = (invoice.total_amount * part).quantize(Decimal("0.01"))
            payment.execute("choice")
            if part < 1:
                payment.form.type = "partial"
                payment.execute("pay")

