"""Goods that go back to the supplier, and his credit note."""

from dataclasses import replace
from decimal import Decimal

import pytest

from harness.flows.flow import Flow


@pytest.mark.check(
    "function.supplier_return",
    en="Return to the supplier",
    zh="采购退货",
    module="purchase",
    department="purchasing",
    severity="critical",
    requirements=["S10", "S24"],
    profile="rehearsal",
)
@pytest.mark.writes
def test_supplier_return(flow: Flow) -> None:
    """Buy, receive, send everything back, post the credit note."""
    buyer, stock, accounting = flow.role("purchase"), flow.role("stock"), flow.role("accounting")
    supplier = buyer.create_party(flow.data.customer("CN"))
    (line,) = flow.data.lines(buyer.sellable_products(1))
    lines = (replace(line, unit_price=Decimal("7.77")),)

    with flow.step("receive", en="Order and receive the goods", zh="采购并收货"):
        order = flow.purchasing("purchase").create_purchase(flow.purchase(supplier, lines))
        buyer.quote_order(order)
        buyer.confirm_order(order)
        stock.ship_order(order, flow.day)
        flow.keep("order", buyer.order(order))
        flow.keep("receipt", stock.deliveries(order))

    with flow.attempt("undo", en="Cancel the receipt that is done", zh="取消已完成的收货"):
        flow.partly("stock").undo_delivery(flow.first(stock.deliveries(order)).ref)
    flow.keep("receipt", stock.deliveries(order))

    with flow.step("send_back", en="Send the goods back", zh="退回供应商"):
        returned = flow.returns("purchase").return_order(order)
        buyer.quote_order(returned)
        buyer.confirm_order(returned)
        stock.ship_order(returned, flow.day)
        flow.keep("return", buyer.order(returned))
        flow.keep("return_delivery", stock.deliveries(returned))

    with flow.step("credit", en="Post the credit note", zh="红字发票过账"):
        accounting.invoice_order(returned, flow.day)
        accounting.post_invoices(returned)
        flow.keep("credit_note", accounting.invoices(returned))
        flow.keep("credit_balance", accounting.balances(returned))
