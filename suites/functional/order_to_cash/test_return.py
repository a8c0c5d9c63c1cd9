"""A sale that comes back: the goods, the credit note, and what must not happen twice on the way."""

from decimal import Decimal

import pytest

from harness.flows.flow import Flow


@pytest.mark.check(
    "function.sales_return",
    en="Return and credit note",
    zh="退货与红字发票",
    module="sale",
    department="sales",
    severity="critical",
    requirements=["S10", "S24", "S25"],
    profile="rehearsal",
)
@pytest.mark.writes
def test_sales_return(flow: Flow) -> None:
    """Sell, take everything back, credit it; confirming or posting twice must change nothing."""
    sales, stock, accounting = flow.role("sales"), flow.role("stock"), flow.role("accounting")
    returns, corrections = flow.returns("sales"), flow.corrections("accounting")
    customer = sales.create_party(flow.data.customer())
    order = sales.create_order(flow.order(customer, flow.data.lines(sales.sellable_products(2))))

    with flow.step("confirm", en="Confirm the order", zh="确认订单"):
        sales.quote_order(order)
        sales.confirm_order(order)

    with flow.attempt("confirm_twice", en="Confirm it once more", zh="重复确认订单"):
        sales.confirm_order(order)
    flow.keep("order", sales.order(order))
    flow.keep("delivery", stock.deliveries(order))

    with flow.step("invoice", en="Ship and make the invoice", zh="发货并开具发票"):
        stock.ship_order(order, flow.day)
        accounting.invoice_order(order, flow.day)
        draft = flow.first(accounting.invoices(order))
        flow.keep("invoice", draft)

    with flow.refusal("pay_draft", en="Pay a draft invoice", zh="对草稿发票收款"):
        accounting.pay_invoice(draft.ref, Decimal(1), flow.day)

    with flow.step("post", en="Post the invoice", zh="发票过账"):
        accounting.post_invoices(order)

    with flow.attempt("post_twice", en="Post it once more", zh="发票重复过账"):
        corrections.post_invoice(draft.ref)
    flow.keep("invoice", accounting.invoices(order))

    with flow.refusal("delete_posted", en="Delete the posted invoice", zh="删除已过账的发票"):
        corrections.delete_invoice(draft.ref)

    with flow.step("take_back", en="Take the goods back", zh="收回退货"):
        returned = returns.return_order(order)
        sales.quote_order(returned)
        sales.confirm_order(returned)
        stock.ship_order(returned, flow.day)
        flow.keep("return", sales.order(returned))
        flow.keep("return_delivery", stock.deliveries(returned))

    with flow.step("credit", en="Post the credit note", zh="红字发票过账"):
        accounting.invoice_order(returned, flow.day)
        accounting.post_invoices(returned)
        flow.keep("credit_note", accounting.invoices(returned))
        flow.keep("credit_balance", accounting.balances(returned))
