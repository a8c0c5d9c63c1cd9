"""From a bill of materials to finished goods and scrap."""

from decimal import Decimal

import pytest

from harness.flows.flow import Flow
from harness.inhouse import BillOfMaterials, GoodsDraft, ProductDraft, ProductionDraft, StockDraft


@pytest.mark.check(
    "function.production",
    en="Production with scrap",
    zh="生产与报废",
    module="production",
    department="production",
    severity="critical",
    profile="rehearsal",
    requirements=["S10", "S26"],
)
@pytest.mark.writes
def test_production(flow: Flow) -> None:
    """What goes in comes out at its cost, scrap is booked, nothing is made of parts that are not there."""
    stock, masters = flow.stock("stock"), flow.master_data("admin")
    orders = flow.production("stock")
    (here,) = stock.stock_places(1)
    board = masters.create_product(ProductDraft("橡木板 Board", cost=Decimal("40.00")))
    screw = masters.create_product(ProductDraft("螺丝 Screws", cost=Decimal("0.25")))
    shelf = masters.create_product(ProductDraft("书架 Shelf", costing="average", made=True))

    with flow.step("bill", en="Enter the bill of materials", zh="录入物料清单"):
        parts = (GoodsDraft(board, Decimal(3)), GoodsDraft(screw, Decimal(16)))
        bill = flow.production("admin").create_bill(BillOfMaterials("书架", shelf, parts))
        stock.count_goods(
            StockDraft(flow.day, here, tuple(GoodsDraft(p, Decimal(100)) for p in (board, screw)))
        )

    with flow.step("plan", en="Enter an order for five", zh="录入五件的生产订单"):
        order = orders.create_production(ProductionDraft(bill, shelf, Decimal(5), flow.day))
        flow.keep("order", orders.production(order))

    with flow.step("run", en="Take the parts", zh="领料开工"):
        orders.start_production(order)
        flow.keep("order", orders.production(order))

    with flow.step("finish", en="Finish four, scrap one", zh="完工四件，报废一件"):
        orders.finish_production(order, scrap=Decimal(1))
        flow.keep("order", orders.production(order))
        flow.keep("shelf", (stock.on_hand(shelf), stock.stock_value(shelf)))
        flow.keep("parts", (stock.on_hand(board), stock.on_hand(screw)))

    with flow.refusal("no_parts", en="Run an order without enough parts", zh="缺料开工"):
        orders.start_production(orders.create_production(ProductionDraft(bill, shelf, Decimal(7), flow.day)))
