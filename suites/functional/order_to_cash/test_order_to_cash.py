"""From a customer's order to the money in the bank."""

from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Literal

import pytest
from pydantic import Field

from harness.config.table import Line, Table
from harness.flows.flow import Flow
from harness.flows.tables import OrderLines, Paid, Several, Share


class Sale(Table):
    """What a row of the table `order_to_cash` may say."""

    country: Annotated[Literal["CN", "DE", "US"], Field(title="国家")] = "CN"
    lines: Annotated[OrderLines, Field(title="明细")] = 3
    payment_term: Annotated[Line | None, Field(title="付款条件")] = None
    paid: Annotated[Paid, Field(title="付款比例")] = Decimal(1)
    discount: Annotated[Share | None, Field(title="折扣")] = None
    taxes: Annotated[Several, Field(title="税种")] = ()
    currency: Annotated[Line | None, Field(title="币种")] = None


@pytest.mark.check(
    "function.order_to_cash",
    en="Order to cash",
    zh="从订单到收款",
    module="sale",
    department="sales",
    severity="critical",
    requirements=["S10", "S24", "S25"],
)
@pytest.mark.writes
def test_order_to_cash(flow: Flow) -> None:
    """Quote, confirm, ship, invoice, post, pay; every document must come out as it does today."""
    sell(flow, Sale())


@pytest.mark.flow_table("order_to_cash", Sale, module="sale", department="sales", requirements=["S10"])
@pytest.mark.writes
def test_sale(flow: Flow, case: Sale) -> None:
    """The same with the inputs of a row."""
    sell(flow, case)


def sell(flow: Flow, sale: Sale) -> None:
    """The process itself."""
    sales, stock, accounting = flow.role("sales"), flow.role("stock"), flow.role("accounting")
    drawn = flow.data.order_lines(sale.lines, sales.sellable_products)
    lines = tuple(replace(line, discount=sale.discount, taxes=sale.taxes) for line in drawn)

    with flow.step("customer", en="Register the customer", zh="登记客户"):
        customer = sales.create_party(flow.data.customer(sale.country))

    with flow.step("order", en="Enter the order", zh="录入订单"):
        terms = {"payment_term": sale.payment_term, "currency": sale.currency}
        order = sales.create_order(flow.order(customer, lines, **terms))
        flow.keep("order", sales.order(order))

    with flow.step("quote", en="Quote", zh="报价"):
        sales.quote_order(order)
        flow.keep("order", sales.order(order))

    with flow.step("confirm", en="Confirm the order", zh="确认订单"):
        sales.confirm_order(order)
        flow.keep("order", sales.order(order))
        flow.keep("delivery", stock.deliveries(order))

    with flow.step("ship", en="Ship the goods", zh="发货"):
        stock.ship_order(order, flow.day)
        flow.keep("delivery", stock.deliveries(order))

    with flow.step("invoice", en="Make the invoice", zh="开具发票"):
        accounting.invoice_order(order, flow.day)
        flow.keep("invoice", accounting.invoices(order))

    with flow.step("post", en="Post the invoice", zh="发票过账"):
        accounting.post_invoices(order)
        invoices = accounting.invoices(order)
        flow.keep("invoice", invoices)
        flow.keep("balance", accounting.balances(order))

    with flow.step("pay", en="Receive the payment", zh="收款"):
        for invoice in invoices:
            if sale.paid:
                accounting.pay_invoice(invoice.ref, invoice.part(sale.paid), flow.day)
        flow.keep("invoice", accounting.invoices(order))
        flow.keep("balance", accounting.balances(order))
        flow.keep("order", sales.order(order))
