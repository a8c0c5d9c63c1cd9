"""A customer who pays a little less, and the rest that is written off."""

from decimal import Decimal

import pytest

from harness.flows.flow import Flow


@pytest.mark.check(
    "function.write_off",
    en="Short payment and write-off",
    zh="短付与坏账核销",
    module="accounting",
    department="accounting",
    severity="critical",
    requirements=["S10", "S24"],
    profile="rehearsal",
)
@pytest.mark.writes
def test_write_off(flow: Flow) -> None:
    """All but a little is paid and the rest written off; what is settled cannot be paid again."""
    sales, stock, accounting = flow.role("sales"), flow.role("stock"), flow.role("accounting")
    corrections, ledger = flow.corrections("accounting"), flow.ledger("accounting")
    customer = sales.create_party(flow.data.customer("DE"))
    (account,) = ledger.manual_accounts(1)
    reason = flow.corrections("admin").write_off_reason("Short payment", account)

    with flow.step("sell", en="Sell, ship and invoice", zh="销售、发货并开票"):
        order = sales.create_order(flow.order(customer, flow.data.lines(sales.sellable_products(1))))
        sales.quote_order(order)
        sales.confirm_order(order)
        stock.ship_order(order, flow.day)
        accounting.invoice_order(order, flow.day)
        accounting.post_invoices(order)
        invoice = flow.first(accounting.invoices(order))
        flow.keep("invoice", invoice)

    with flow.step("write_off", en="Take the payment, write the rest off", zh="收款并核销差额"):
        corrections.write_off(invoice.ref, invoice.open_amount - Decimal("1.23"), reason, flow.day)
        flow.keep("invoice", accounting.invoices(order))
        flow.keep("balance", accounting.balances(order))

    with flow.refusal("pay_again", en="Pay the settled invoice again", zh="对已结清的发票再次收款"):
        accounting.pay_invoice(invoice.ref, Decimal(10), flow.day)
