"""What was half done when the old system was switched off must be finished in the new one."""

from dataclasses import replace
from decimal import Decimal

import pytest

from harness.documents import EntryDraft, PostingDraft, Ref
from harness.flows.flow import Flow
from harness.inhouse import BillOfMaterials, GoodsDraft, ProductDraft, ProductionDraft, StockDraft


def half_delivered(flow: Flow) -> Ref:
    """Before the upgrade: a part of the order is delivered, and that part invoiced."""
    sales, accounting = flow.role("sales"), flow.role("accounting")
    one, other = (replace(line, quantity=Decimal(6)) for line in flow.data.lines(sales.sellable_products(2)))
    with flow.step("before", en="Deliver and invoice a part of an order", zh="升级前部分发货并开票"):
        customer = sales.create_party(flow.data.customer())
        order = sales.create_order(flow.order(customer, (one, other), invoice_delivered=True))
        sales.quote_order(order)
        sales.confirm_order(order)
        flow.partly("stock").deliver(order, {one.product: Decimal(4), other.product: Decimal(1)}, flow.day)
        accounting.invoice_order(order, flow.day)
        accounting.post_invoices(order)
    return order


def half_received(flow: Flow) -> Ref:
    """Before the upgrade: a part of what was ordered from a supplier has come."""
    buyer = flow.role("purchase")
    one, other = (
        replace(line, quantity=Decimal(5), unit_price=Decimal("12.34"))
        for line in flow.data.lines(buyer.sellable_products(2))
    )
    with flow.step("before", en="Receive a part of an order", zh="升级前部分收货"):
        supplier = buyer.create_party(flow.data.customer("DE"))
        order = flow.purchasing("purchase").create_purchase(flow.purchase(supplier, (one, other)))
        buyer.quote_order(order)
        buyer.confirm_order(order)
        flow.partly("stock").deliver(order, {one.product: Decimal(3)}, flow.day)
    return order


def unsettled(flow: Flow) -> tuple[Ref, Ref]:
    """Before the upgrade: a claim and its payment, which nobody has set against each other."""
    ledger = flow.ledger("admin")
    cash, _, income = ledger.manual_accounts(3)
    (receivable,) = flow.items("admin").item_accounts(1)
    amount = Decimal("500.00")
    with flow.step("before", en="Post a claim and its payment", zh="升级前应收与收款过账"):
        customer = flow.master_data("sales").register_party(flow.data.customer())
        claim = PostingDraft(receivable, debit=amount, party=customer)
        payment = PostingDraft(receivable, credit=amount, party=customer)
        sold = ledger.create_entry(EntryDraft(flow.day, (claim, PostingDraft(income, credit=amount))))
        paid = ledger.create_entry(EntryDraft(flow.day, (PostingDraft(cash, debit=amount), payment)))
        ledger.post_entry(sold)
        ledger.post_entry(paid)
    return sold, paid


def started(flow: Flow) -> tuple[Ref, Ref]:
    """Before the upgrade: the parts of a production order are taken."""
    stock, masters, orders = flow.stock("stock"), flow.master_data("admin"), flow.production("stock")
    with flow.step("before", en="Start a production order", zh="升级前生产订单开工"):
        (here,) = stock.stock_places(1)
        plank = masters.create_product(ProductDraft("木板 Plank", cost=Decimal("12.50")))
        table = masters.create_product(ProductDraft("桌子 Table", costing="average", made=True))
        parts = (GoodsDraft(plank, Decimal(4)),)
        bill = flow.production("admin").create_bill(BillOfMaterials("桌子", table, parts))
        stock.count_goods(StockDraft(flow.day, here, (GoodsDraft(plank, Decimal(20)),)))
        order = orders.create_production(ProductionDraft(bill, table, Decimal(3), flow.day))
        orders.start_production(order)
    return order, table


@pytest.mark.check(
    "function.half_delivered",
    en="An order half delivered and half invoiced before the upgrade",
    zh="升级前部分发货、部分开票的订单",
    module="sale",
    department="sales",
    requirements=["S10", "S24"],
    profile="rehearsal",
)
@pytest.mark.writes
@pytest.mark.prepared(by=half_delivered)
def test_half_delivered(flow: Flow, prepared: Ref) -> None:
    """The rest is delivered and invoiced, once; both invoices are paid and nothing stays open."""
    sales, stock, accounting = flow.role("sales"), flow.role("stock"), flow.role("accounting")
    with flow.step("find", en="Find what was done and what is open", zh="找回已办与未办部分"):
        flow.keep("order", sales.order(prepared))
        flow.keep("delivery", stock.deliveries(prepared))
        flow.keep("invoice", accounting.invoices(prepared))
    with flow.step("rest", en="Ship and invoice the rest", zh="补发并补开发票"):
        stock.ship_order(prepared, flow.day)
        accounting.invoice_order(prepared, flow.day)
        accounting.post_invoices(prepared)
        flow.keep("delivery", stock.deliveries(prepared))
        flow.keep("invoice", accounting.invoices(prepared))
    with flow.step("pay", en="Receive both payments", zh="收讫两笔款项"):
        for invoice in accounting.invoices(prepared):
            accounting.pay_invoice(invoice.ref, invoice.open_amount, flow.day)
        flow.keep("balance", accounting.balances(prepared))
        flow.keep("order", sales.order(prepared))


@pytest.mark.check(
    "function.half_received",
    en="A purchase half received before the upgrade",
    zh="升级前部分收货的采购订单",
    module="purchase",
    department="purchasing",
    requirements=["S10", "S24"],
    profile="rehearsal",
)
@pytest.mark.writes
@pytest.mark.prepared(by=half_received)
def test_half_received(flow: Flow, prepared: Ref) -> None:
    """The rest comes, and all of it is invoiced and paid."""
    buyer, stock, accounting = flow.role("purchase"), flow.role("stock"), flow.role("accounting")
    with flow.step("find", en="Find what has come and what is open", zh="找回已收与未收部分"):
        flow.keep("order", buyer.order(prepared))
        flow.keep("receipt", stock.deliveries(prepared))
    with flow.step("rest", en="Receive the rest", zh="收齐余量"):
        stock.ship_order(prepared, flow.day)
        flow.keep("receipt", stock.deliveries(prepared))
    with flow.step("pay", en="Invoice and pay it", zh="开票并付款"):
        accounting.invoice_order(prepared, flow.day)
        accounting.post_invoices(prepared)
        for invoice in accounting.invoices(prepared):
            accounting.pay_invoice(invoice.ref, invoice.open_amount, flow.day)
        flow.keep("invoice", accounting.invoices(prepared))
        flow.keep("balance", accounting.balances(prepared))


@pytest.mark.check(
    "function.unsettled_payment",
    en="A payment from before the upgrade, settled after it",
    zh="升级前收款、升级后核销",
    module="accounting",
    department="accounting",
    requirements=["S10", "S25"],
    profile="rehearsal",
)
@pytest.mark.writes
@pytest.mark.prepared(by=unsettled)
def test_unsettled_payment(flow: Flow, prepared: tuple[Ref, Ref]) -> None:
    """Both are open as they were, are settled once, and not twice."""
    ledger, items = flow.ledger("admin"), flow.items("admin")
    sold, paid = prepared
    (receivable,) = items.item_accounts(1)
    with flow.step("find", en="Find both entries open", zh="找回两笔未核销凭证"):
        flow.keep("entry", (ledger.entry(sold), ledger.entry(paid)))
    with flow.step("settle", en="Settle them", zh="核销"):
        items.reconcile_entries(receivable, (sold, paid))
        flow.keep("entry", (ledger.entry(sold), ledger.entry(paid)))
    with flow.refusal("twice", en="Settle them once more", zh="重复核销"):
        items.reconcile_entries(receivable, (sold, paid))


@pytest.mark.check(
    "function.production_in_progress",
    en="A production order started before the upgrade",
    zh="升级前开工的生产订单",
    module="production",
    department="production",
    requirements=["S10", "S26"],
    profile="rehearsal",
)
@pytest.mark.writes
@pytest.mark.prepared(by=started)
def test_production_in_progress(flow: Flow, prepared: tuple[Ref, Ref]) -> None:
    """It is finished with what was taken for it before, at that cost."""
    stock, orders = flow.stock("stock"), flow.production("stock")
    order, table = prepared
    with flow.step("find", en="Find the order with its parts taken", zh="找回已领料的订单"):
        flow.keep("order", orders.production(order))
    with flow.step("finish", en="Finish two, scrap one", zh="完工两件，报废一件"):
        orders.finish_production(order, scrap=Decimal(1))
        flow.keep("order", orders.production(order))
        flow.keep("goods", (stock.on_hand(table), stock.stock_value(table)))
