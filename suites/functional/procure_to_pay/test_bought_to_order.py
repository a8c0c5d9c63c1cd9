"""Goods that are bought because a customer ordered them: request, order, receipt, delivery."""

from decimal import Decimal

import pytest

from harness.documents import LineDraft
from harness.flows.flow import Flow
from harness.inhouse import ProductDraft


@pytest.mark.check(
    "function.bought_to_order",
    en="Buy what a customer ordered",
    zh="按销售订单采购",
    module="purchase",
    department="purchasing",
    severity="critical",
    requirements=["S10", "S24"],
    profile="rehearsal",
)
@pytest.mark.writes
def test_bought_to_order(flow: Flow) -> None:
    """The sale asks purchasing; its request becomes an order once; what is received goes to the customer."""
    masters, seller, buyer = flow.master_data("admin"), flow.role("sales"), flow.role("purchase")
    requests, stock = flow.requests("purchase"), flow.role("stock")
    customer, supplier = (seller.create_party(flow.data.customer(land)) for land in ("CN", "DE"))
    product = masters.create_product(ProductDraft("定制茶具 Tea set", cost=Decimal("8.25"), on_order=True))
    masters.change_product(product, {"code": f"B{product.id}"})
    line = LineDraft(f"B{product.id}", Decimal(6), Decimal("19.90"))

    with flow.step("sell", en="Sell what is not in stock", zh="销售无库存物料"):
        sale = seller.create_order(flow.order(customer, (line,)))
        seller.quote_order(sale)
        seller.confirm_order(sale)
        flow.keep("request", requests.purchase_requests(sale))

    with flow.step("order", en="Order it from the supplier", zh="由申请生成采购订单"):
        request = flow.first(requests.purchase_requests(sale))
        order = requests.order_requested(request.ref, supplier)
        flow.keep("order", buyer.order(order))
        flow.keep("request", requests.purchase_requests(sale))

    with flow.step("twice", en="Order the same request again", zh="重复生成采购订单"):
        flow.keep("same_order", requests.order_requested(request.ref, supplier) == order)

    with flow.refusal("delete_ordered", en="Delete the request that is ordered", zh="删除已下单的采购申请"):
        requests.delete_request(request.ref)

    with flow.step("receive", en="Agree on the price and receive", zh="议定价格并收货"):
        requests.price_order(order, {line.product: Decimal("8.00")})
        buyer.quote_order(order)
        buyer.confirm_order(order)
        stock.ship_order(order, flow.day)
        flow.keep("receipt", stock.deliveries(order))

    with flow.step("deliver", en="Deliver to the customer", zh="向客户发货"):
        stock.ship_order(sale, flow.day)
        flow.keep("sale", seller.order(sale))
        flow.keep("delivery", stock.deliveries(sale))
