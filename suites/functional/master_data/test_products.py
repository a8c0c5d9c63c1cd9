"""Products as master data: entered, found, changed, retired; what is used stays."""

from decimal import Decimal

import pytest

from harness.flows.flow import Flow
from harness.inhouse import GoodsDraft, ProductDraft, StockDraft


@pytest.mark.check(
    "function.products",
    en="Products: create, find, change, retire",
    zh="物料:新建、查找、修改、停用",
    module="master_data",
    department="purchasing",
    severity="critical",
    profile="rehearsal",
    requirements=["S10", "S13"],
)
@pytest.mark.writes
def test_products(flow: Flow) -> None:
    """Prices keep their decimals, a used product keeps its unit and cannot be deleted."""
    masters, stock = flow.master_data("admin"), flow.stock("stock")
    name = f"乌龙茶 Oolong {flow.data.word()}"
    draft = ProductDraft(name, unit="Kilogram", list_price=Decimal("1234.5678"), cost=Decimal("0.0625"))

    with flow.step("create", en="Enter the product", zh="录入物料"):
        product = masters.create_product(draft)
        flow.keep("product", masters.product(product))

    with flow.step("search", en="Find it by parts of its name", zh="按名称片段查找"):
        for words in (name[:3] + name[3:].upper(), name[3:].lower()):
            flow.keep("found", len(masters.find_products(words)) >= 1)

    with flow.step("change", en="Change its prices", zh="修改价格"):
        masters.change_product(product, {"list_price": Decimal("999.0001"), "cost": Decimal("1.0000")})
        flow.keep("product", masters.product(product))

    with flow.refusal("wrong_type", en="Enter words where a price belongs", zh="价格填写文字"):
        masters.change_product(product, {"list_price": "viel"})

    with flow.refusal("no_name", en="Take its name away", zh="清空名称"):
        masters.change_product(product, {"name": None})

    with flow.step("use", en="Put it into stock", zh="入库"):
        (here,) = stock.stock_places(1)
        stock.count_goods(StockDraft(flow.day, here, (GoodsDraft(product, Decimal("2.5")),)))
        flow.keep("on_hand", stock.on_hand(product))

    with flow.refusal("other_unit", en="Change the unit of a used product", zh="修改已使用物料的单位"):
        masters.change_product(product, {"unit": "Meter"})

    with flow.refusal("delete_used", en="Delete a used product", zh="删除已使用的物料"):
        masters.delete_product(product)

    with flow.step("retire", en="Clear its stock and retire it", zh="清空库存后停用"):
        stock.count_goods(StockDraft(flow.day, here, (GoodsDraft(product, Decimal(0)),)))
        masters.change_product(product, {"active": False})
        flow.keep("product", masters.product(product))
