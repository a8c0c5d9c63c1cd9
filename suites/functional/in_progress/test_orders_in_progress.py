"""What was under way when the old system was switched off must come to its end in the new one."""

import pytest

from harness.documents import Ref
from harness.flows.flow import Flow


def draft(flow: Flow) -> Ref:
    """Before the upgrade: an order that nobody has confirmed."""
    sales = flow.role("sales")
    with flow.step("before", en="Enter an order before the upgrade", zh="升级前录入订单"):
        customer = sales.create_party(flow.data.customer())
        return sales.create_order(flow.order(customer, flow.data.lines(sales.sellable_products(2))))


def confirmed(flow: Flow) -> Ref:
    """Before the upgrade: the same, confirmed, with its goods still in the warehouse."""
    order = draft(flow)
    with flow.step("confirmed_before", en="Confirm it before the upgrade", zh="升级前确认订单"):
        flow.role("sales").quote_order(order)
        flow.role("sales").confirm_order(order)
    return order


def posted(flow: Flow) -> Ref:
    """Before the upgrade: delivered and invoiced, and not yet paid."""
    order = confirmed(flow)
    with flow.step("posted_before", en="Ship and invoice it before the upgrade", zh="升级前发货并开票"):
        flow.role("stock").ship_order(order, flow.day)
        flow.role("accounting").invoice_order(order, flow.day)
        flow.role("accounting").post_invoices(order)
    return order


@pytest.mark.check(
    "function.draft_in_progress",
    en="A draft order from before the upgrade",
    zh="升级前的订单草稿",
    module="sale",
    department="sales",
    requirements=["S10", "S24"],
    profile="rehearsal",
)
@pytest.mark.writes
@pytest.mark.prepared(by=draft)
def test_draft_in_progress(flow: Flow, prepared: Ref) -> None:
    """Found as it was, it is confirmed and delivered after the upgrade."""
    sales = flow.role("sales")
    with flow.step("find", en="Find the draft again", zh="找回草稿"):
        flow.keep("order", sales.order(prepared))
    with flow.step("confirm", en="Confirm it", zh="确认订单"):
        sales.quote_order(prepared)
        sales.confirm_order(prepared)
        flow.keep("order", sales.order(prepared))
    deliver(flow, prepared)


@pytest.mark.check(
    "function.delivery_in_progress",
    en="An order confirmed before the upgrade, delivered after it",
    zh="升级前确认、升级后发货的订单",
    module="stock",
    department="warehouse",
    requirements=["S10", "S24"],
    profile="rehearsal",
)
@pytest.mark.writes
@pytest.mark.prepared(by=confirmed)
def test_delivery_in_progress(flow: Flow, prepared: Ref) -> None:
    """Its delivery waits as it was; goods, invoice and payment follow after the upgrade."""
    with flow.step("find", en="Find the order again", zh="找回订单"):
        flow.keep("order", flow.role("sales").order(prepared))
    deliver(flow, prepared)
    pay(flow, prepared)


@pytest.mark.check(
    "function.payment_in_progress",
    en="An invoice posted before the upgrade, paid after it",
    zh="升级前过账、升级后收款的发票",
    module="accounting",
    department="accounting",
    requirements=["S10", "S24"],
    profile="rehearsal",
)
@pytest.mark.writes
@pytest.mark.prepared(by=posted)
def test_payment_in_progress(flow: Flow, prepared: Ref) -> None:
    """The open amount is what it was, and is settled by a payment after the upgrade."""
    with flow.step("find", en="Find the open invoice again", zh="找回未收款的发票"):
        flow.keep("invoice", flow.role("accounting").invoices(prepared))
    pay(flow, prepared)


def deliver(flow: Flow, order: Ref) -> None:
    """Ships what is open and makes the invoice."""
    stock, accounting = flow.role("stock"), flow.role("accounting")
    with flow.step("ship", en="Ship the goods", zh="发货"):
        flow.keep("delivery", stock.deliveries(order))
        stock.ship_order(order, flow.day)
        flow.keep("delivery", stock.deliveries(order))
    with flow.step("invoice", en="Make and post the invoice", zh="开具发票并过账"):
        accounting.invoice_order(order, flow.day)
        accounting.post_invoices(order)
        flow.keep("invoice", accounting.invoices(order))


def pay(flow: Flow, order: Ref) -> None:
    """Pays what is open."""
    accounting = flow.role("accounting")
    with flow.step("pay", en="Receive the payment", zh="收款"):
        for invoice in accounting.invoices(order):
            accounting.pay_invoice(invoice.ref, invoice.open_amount, flow.day)
        flow.keep("invoice", accounting.invoices(order))
        flow.keep("balance", accounting.balances(order))
        flow.keep("order", flow.role("sales").order(order))
