"""Selling, buying, receiving and looking at the stock in the web client, on both sides by the same code."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Protocol

import pytest

from harness.adapters.business import Buys, RunsFlows
from harness.documents import LineDraft, PurchaseDraft, Ref
from harness.model import Title, text
from harness.ux import (
    ApprovesPurchases,
    Drawing,
    OrderEntry,
    ReceivesGoods,
    SellsGoods,
    ShowsStock,
    Steps,
    TakesWrongInput,
    Task,
)
from harness.ux.beginnings import at_list, log_in


class Buyer(RunsFlows, Buys, Protocol):
    """An ERP that is bought with."""


OPEN_FORM = Title("Start a new order", "新建销售订单")
ENTER = Title("Enter the order", "录入销售订单")
QUOTE = Title("Quote", "报价")
CONFIRM = Title("Confirm the order", "确认订单")


def something_to_sell(adapter: RunsFlows, drawing: Drawing) -> Mapping[str, str]:
    """A customer, and goods that are in stock."""
    customer = drawing.customer("zh_CN")
    adapter.create_party(customer)
    (product,) = adapter.sellable_products(1)
    return {"partner": customer.name, "product": product, "reference": drawing.reference()}


def entry(given: Mapping[str, str]) -> OrderEntry:
    """What is typed of it."""
    return OrderEntry(given["partner"], given["product"], Decimal(3), given["reference"])


def quote_to_invoice(steps: Steps, client: SellsGoods) -> None:
    """From an empty order to its posted invoice."""
    at_list(steps, client, "sale")
    with steps.step("open_form", OPEN_FORM, screen="order form"):
        client.start_order()
    with steps.step("enter", ENTER, screen="order form, filled in"):
        client.fill_order(entry(steps.given))
    with steps.step("quote", QUOTE, screen="order, quoted"):
        client.quote_order()
    with steps.step("confirm", CONFIRM, screen="order, confirmed"):
        client.confirm_order()
    with steps.step("open_invoice", Title("Open its invoice", "打开发票"), screen="invoice"):
        client.open_invoice()
    with steps.step("post", Title("Post the invoice", "发票过账"), screen="invoice, posted"):
        client.post_invoice()


def quoted_purchase(adapter: Buyer, drawing: Drawing) -> Mapping[str, str]:
    """A quotation of a supplier that waits for approval."""
    given, order = _purchase(adapter, drawing)
    adapter.quote_order(order)
    return given


def expected_goods(adapter: Buyer, drawing: Drawing) -> Mapping[str, str]:
    """Goods that a supplier is going to deliver."""
    given, order = _purchase(adapter, drawing)
    adapter.quote_order(order)
    adapter.confirm_order(order)
    return given


def _purchase(adapter: Buyer, drawing: Drawing) -> tuple[Mapping[str, str], Ref]:
    supplier, reference = drawing.customer("zh_CN"), drawing.reference()
    party = adapter.create_party(supplier)
    (product,) = adapter.sellable_products(1)
    line = LineDraft(product, Decimal(4), Decimal("12.50"))
    order = adapter.create_purchase(PurchaseDraft(party, drawing.day, (line,), reference))
    return {"supplier": supplier.name, "product": product, "reference": reference}, order


def approve_purchase(steps: Steps, client: ApprovesPurchases) -> None:
    """Found by what it is called, opened, approved."""
    at_list(steps, client, "purchase")
    with steps.step("find", Title("Search the purchase", "查找采购订单"), screen="purchase list, searched"):
        client.find(steps.given["reference"])
    steps.expect(client.listed() == 1, text("ux.problem.not_found"))
    with steps.step("open_found", Title("Open the purchase", "打开采购订单"), screen="purchase"):
        client.open_first()
    with steps.step("approve", Title("Approve it", "审批采购订单"), screen="purchase, approved"):
        client.approve()


def receive_goods(steps: Steps, client: ReceivesGoods) -> None:
    """A delivery note is entered and booked."""
    at_list(steps, client, "receipt")
    with steps.step("open_form", Title("Start a receipt", "新建收货单"), screen="receipt form"):
        client.start_receipt()
    with steps.step("enter", Title("Enter what was delivered", "录入到货内容"), screen="receipt, filled in"):
        client.fill_receipt(steps.given["supplier"], steps.given["reference"])
    with steps.step("receive", Title("Book the receipt", "确认收货"), screen="receipt, booked"):
        client.receive()


def a_product(adapter: RunsFlows, drawing: Drawing) -> Mapping[str, str]:
    """Goods that are in stock."""
    (product,) = adapter.sellable_products(1)
    return {"product": product}


def ask_stock(steps: Steps, client: ShowsStock) -> None:
    """How much is there?"""
    with steps.prelude():
        log_in(steps, client)
    with steps.step("ask", Title("Look up the stock of a product", "查询产品库存"), screen="stock"):
        client.ask_stock(steps.given["product"])
    steps.expect(client.listed() > 0, text("ux.problem.not_found"))


def make_mistakes(steps: Steps, client: TakesWrongInput) -> None:
    """Every mistake is refused in words that help, and afterwards the order is entered all the same."""
    at_list(steps, client, "sale")
    with steps.step("open_form", OPEN_FORM, screen="order form"):
        client.start_order()
    with steps.refused("empty", Title("Save it empty", "不填写就保存"), screen="order, empty"):
        client.save()
    client.dismiss()
    with steps.refused("words", Title("Words for a date", "日期处输入文字"), screen="order, wrong date"):
        client.enter_words_for_a_date()
    with steps.step("enter", ENTER, screen="order form, corrected"):
        client.fill_order(entry(steps.given))
    in_trouble(steps, client, "offline", Title("Save without a network", "断网时保存"))
    in_trouble(steps, client, "server_error", Title("Save while the server fails", "服务器出错时保存"))
    with steps.step("save", Title("Save after all", "恢复后保存"), screen="order, saved"):
        client.save()
    with steps.step("quote", QUOTE, screen="order, quoted"):
        client.quote_order()
    with steps.trouble("session"):
        title = Title("Confirm when the session is over", "会话过期后确认订单")
        with steps.refused("session", title, screen="order, nobody logged in"):
            client.confirm_order()
        with steps.step("again", Title("Log in again", "重新登录"), screen="order, logged in again"):
            client.log_in_again()


def in_trouble(steps: Steps, client: TakesWrongInput, kind: str, title: Title) -> None:
    """The order cannot be saved now; the client must say so, and stay usable."""
    with steps.trouble(kind), steps.refused(kind, title, screen=f"order, {kind}"):
        client.save()
    with steps.step(f"after_{kind}", Title("Close the message", "关闭提示"), screen="order form, corrected"):
        client.dismiss()


@pytest.mark.check(
    "ux.quote_to_invoice",
    en="From a quotation to a posted invoice in the web client",
    zh="在 Web 客户端从报价到发票过账",
    module="sale",
    department="sales",
    severity="critical",
    requirements=["S14", "S33", "S34"],
    profile="full",
)
@pytest.mark.writes
def test_quote_to_invoice(ux: Callable[[Task], None]) -> None:
    """What the sales desk does all day."""
    ux(Task("quote_to_invoice", quote_to_invoice, SellsGoods, something_to_sell))


@pytest.mark.check(
    "ux.approve_purchase",
    en="Approve a purchase in the web client",
    zh="在 Web 客户端审批采购订单",
    module="purchase",
    department="purchasing",
    severity="critical",
    requirements=["S14", "S33", "S34"],
    profile="rehearsal",
)
@pytest.mark.writes
def test_approve_purchase(ux: Callable[[Task], None]) -> None:
    """Somebody else entered it."""
    ux(Task("approve_purchase", approve_purchase, ApprovesPurchases, quoted_purchase))


@pytest.mark.check(
    "ux.receive_goods",
    en="Record a receipt in the web client",
    zh="在 Web 客户端登记收货",
    module="stock",
    department="logistics",
    severity="critical",
    requirements=["S14", "S33", "S34"],
    profile="full",
)
@pytest.mark.writes
def test_receive_goods(ux: Callable[[Task], None]) -> None:
    """The lorry is at the gate."""
    ux(Task("receive_goods", receive_goods, ReceivesGoods, expected_goods))


@pytest.mark.check(
    "ux.ask_stock",
    en="Look up stock in the web client",
    zh="在 Web 客户端查询库存",
    module="stock",
    department="logistics",
    severity="major",
    requirements=["S33", "S34"],
    profile="rehearsal",
)
def test_ask_stock(ux: Callable[[Task], None]) -> None:
    """A customer asks whether it is there."""
    ux(Task("ask_stock", ask_stock, ShowsStock, a_product))


@pytest.mark.check(
    "ux.mistakes",
    en="Make mistakes in the web client, and recover",
    zh="在 Web 客户端出错并恢复",
    module="sale",
    department="sales",
    severity="critical",
    requirements=["S35", "S70"],
    profile="full",
)
@pytest.mark.writes
def test_mistakes(ux: Callable[[Task], None]) -> None:
    """A field left empty, a wrong date, no network, a server that fails, a session that is over."""
    ux(Task("mistakes", make_mistakes, TakesWrongInput, something_to_sell))
