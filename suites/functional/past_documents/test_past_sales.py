"""Orders that people made in the current system, entered again in the upgraded one."""

import pytest

from harness.flows.replay import Replay


@pytest.mark.check(
    "function.past_sales",
    en="Past orders entered again",
    zh="历史订单重新录入",
    module="sale",
    department="sales",
    requirements=["S10", "S24"],
    profile="rehearsal",
)
@pytest.mark.writes
def test_past_sales(replay: Replay) -> None:
    """The same goods, prices and terms must give the same delivery, invoice, postings and balances."""
    sales, stock, accounting = replay.role("sales"), replay.role("stock"), replay.role("accounting")
    for past in replay.sales(3):
        with replay.step("enter", en="Enter the order again", zh="重新录入订单"):
            order = sales.create_order(past.again(replay.customer(past), replay.day))
            sales.quote_order(order)
            sales.confirm_order(order)

        with replay.step("deliver", en="Deliver it", zh="发货"):
            stock.ship_order(order, replay.day)
            replay.keep_again(past, "deliveries", stock.deliveries(order))

        with replay.step("invoice", en="Invoice it", zh="开票并过账"):
            accounting.invoice_order(order, replay.day)
            accounting.post_invoices(order)

        with replay.step("pay", en="Receive the payment", zh="收款"):
            for invoice in accounting.invoices(order):
                if past.paid:
                    accounting.pay_invoice(invoice.ref, invoice.open_amount, replay.day)
            replay.keep_again(past, "invoices", accounting.invoices(order))
            replay.keep_again(past, "balances", accounting.balances(order))
            replay.keep_again(past, "order", sales.order(order))
