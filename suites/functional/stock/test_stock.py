"""Goods in the warehouse: received by lot, moved, counted, valued."""

from decimal import Decimal

import pytest

from harness.flows.flow import Flow
from harness.inhouse import GoodsDraft, ProductDraft, StockDraft


@pytest.mark.check(
    "function.stock",
    en="Receipt, transfer, count and value of stock",
    zh="收货、调拨、盘点与库存计价",
    module="stock",
    department="warehouse",
    severity="critical",
    profile="rehearsal",
    requirements=["S10", "S26"],
)
@pytest.mark.writes
def test_stock(flow: Flow) -> None:
    """Two receipts at two prices: quantities by lot and place, and the average cost, come out as today."""
    stock, masters = flow.stock("stock"), flow.master_data("admin")
    here, there = stock.stock_places(2)
    supplier = masters.register_party(flow.data.customer("DE"))
    tea = masters.create_product(ProductDraft("龙井茶 Tee", unit="Kilogram", costing="average", lots=True))

    def goods(quantity: str, lot: str | None, price: str | None = None) -> tuple[GoodsDraft, ...]:
        return (GoodsDraft(tea, Decimal(quantity), Decimal(price) if price else None, lot),)

    with flow.step("receive", en="Receive two lots", zh="两批次收货"):
        for bought in (goods("10", "L-春", "20.00"), goods("5.5", "L-秋", "26.00")):
            receipt = stock.receive_goods(StockDraft(flow.day, here, bought, supplier=supplier))
            flow.keep("receipt", stock.stock_document(receipt))
        flow.keep("value", stock.stock_value(tea))

    with flow.refusal("no_lot", en="Receive goods without their lot", zh="收货未填批次"):
        stock.receive_goods(StockDraft(flow.day, here, goods("1", None, "20.00"), supplier=supplier))

    with flow.step("transfer", en="Move some to the other warehouse", zh="调拨到另一仓库"):
        moved = stock.transfer_goods(StockDraft(flow.day, here, goods("4", "L-春"), destination=there))
        flow.keep("transfer", stock.stock_document(moved))
        flow.keep("on_hand", stock.on_hand(tea))

    with flow.refusal("negative", en="Move more than there is", zh="调拨数量大于库存"):
        stock.transfer_goods(StockDraft(flow.day, here, goods("6.5", "L-春"), destination=there))

    with flow.step("count", en="Count less than expected", zh="盘点短缺"):
        count = stock.count_goods(StockDraft(flow.day, here, goods("5.25", "L-秋")))
        flow.keep("count", stock.stock_document(count))
        flow.keep("on_hand", stock.on_hand(tea))
        flow.keep("value", stock.stock_value(tea))

    with flow.refusal("undo_count", en="Take the count back", zh="撤销已确认的盘点"):
        stock.cancel_stock(count)

    with flow.refusal("delete_receipt", en="Delete the receipt", zh="删除已完成的收货单"):
        flow.stock("admin").delete_stock(receipt)
