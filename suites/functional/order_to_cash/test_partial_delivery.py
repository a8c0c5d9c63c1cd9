"""An order that is delivered in parts: the rest stays open, and nothing is delivered that is not there."""

from dataclasses import replace
from decimal import Decimal

import pytest

from harness.flows.flow import Flow


@pytest.mark.check(
    "function.partial_delivery",
    en="Partial delivery with backorder",
    zh="分批发货与欠货",
    module="stock",
    department="warehouse",
    severity="critical",
    requirements=["S10", "S24"],
    profile="rehearsal",
)
@pytest.mark.writes
def test_partial_delivery(flow: Flow) -> None:
    """A part now, the rest later; shipping what is not there and undoing a delivery must be refused."""
    sales, stock, partly = flow.role("sales"), flow.role("stock"), flow.partly("stock")
    lines = tuple(replace(line, quantity=Decimal(6)) for line in flow.data.lines(sales.sellable_products(2)))
    customer = sales.create_party(flow.data.customer())

    with flow.step("order", en="Enter and confirm the order", zh="录入并确认订单"):
        order = sales.create_order(flow.order(customer, lines, invoice_delivered=True))
        sales.quote_order(order)
        sales.confirm_order(order)
        flow.keep("delivery", stock.deliveries(order))

    with flow.step("first", en="Ship a part of it", zh="首批发货"):
        partly.deliver(order, {lines[0].product: Decimal(4), lines[1].product: Decimal(1)}, flow.day)
        flow.keep("delivery", stock.deliveries(order))
        flow.keep("invoice", sales.invoices(order))
        flow.keep("order", sales.order(order))

    with flow.attempt("undo", en="Cancel the delivery that is done", zh="取消已完成的发货"):
        partly.undo_delivery(flow.first(stock.deliveries(order)).ref)
    flow.keep("delivery", stock.deliveries(order))

    with flow.step("rest", en="Ship the rest", zh="补发欠货"):
        stock.ship_order(order, flow.day)
        flow.keep("delivery", stock.deliveries(order))
        flow.keep("invoice", sales.invoices(order))
        flow.keep("order", sales.order(order))

    with flow.refusal("not_there", en="Ship more than is in stock", zh="发货数量超过库存"):
        many = sales.create_order(flow.order(customer, (replace(lines[0], quantity=Decimal(10**6)),)))
        sales.quote_order(many)
        sales.confirm_order(many)
        partly.deliver(many, {lines[0].product: Decimal(10**6)}, flow.day)
