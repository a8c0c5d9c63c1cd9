"""From the order to a supplier to its payment: received in parts, and invoiced at another price."""

from dataclasses import replace
from decimal import Decimal

import pytest

from harness.flows.flow import Flow


@pytest.mark.check(
    "function.procure_to_pay",
    en="Procure to pay",
    zh="从采购到付款",
    module="purchase",
    department="purchasing",
    severity="critical",
    requirements=["S10", "S24", "S25"],
    profile="rehearsal",
)
@pytest.mark.writes
def test_procure_to_pay(flow: Flow) -> None:
    """Order, receive in two parts, invoice at another price, post, pay; mistakes on the way are refused."""
    buyer, buying, stock = flow.role("purchase"), flow.purchasing("purchase"), flow.role("stock")
    accounting, partly = flow.role("accounting"), flow.partly("stock")
    one, other = (
        replace(line, quantity=Decimal(5), unit_price=Decimal("12.34"))
        for line in flow.data.lines(buyer.sellable_products(2))
    )
    supplier = buyer.create_party(flow.data.customer("DE"))

    with flow.refusal("no_supplier", en="Order without a supplier", zh="没有供应商的采购订单"):
        buying.create_purchase(flow.purchase(None, (one,)))

    with flow.refusal("half_piece", en="Order a fraction of a piece", zh="采购数量不是整件"):
        buying.create_purchase(flow.purchase(supplier, (replace(one, quantity=Decimal("1.37")),)))

    with flow.step("order", en="Order from the supplier", zh="下达采购订单"):
        order = buying.create_purchase(flow.purchase(supplier, (one, other)))
        buyer.quote_order(order)
        buyer.confirm_order(order)
        flow.keep("order", buyer.order(order))

    with flow.step("first", en="Receive a part of it", zh="部分收货"):
        partly.deliver(order, {one.product: Decimal(3)}, flow.day)
        flow.keep("receipt", stock.deliveries(order))
        flow.keep("order", buyer.order(order))

    with flow.step("rest", en="Receive the rest", zh="收齐余量"):
        stock.ship_order(order, flow.day)
        flow.keep("receipt", stock.deliveries(order))

    with flow.step("invoice", en="Enter the supplier's price", zh="录入供应商发票价格"):
        accounting.invoice_order(order, flow.day)
        draft = flow.first(accounting.invoices(order))
        flow.purchasing("accounting").reprice_invoice(draft.ref, {one.product: Decimal("13.01")})
        flow.keep("invoice", accounting.invoices(order))

    with flow.step("pay", en="Post and pay the invoice", zh="发票过账并付款"):
        accounting.post_invoices(order)
        posted = flow.first(accounting.invoices(order))
        accounting.pay_invoice(posted.ref, posted.open_amount, flow.day)
        flow.keep("invoice", accounting.invoices(order))
        flow.keep("balance", accounting.balances(order))

    with flow.refusal("delete_posted", en="Delete the posted invoice", zh="删除已过账的发票"):
        flow.corrections("accounting").delete_invoice(posted.ref)
