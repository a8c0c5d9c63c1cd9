"""The life of a fixed asset: taken into use, written off, disposed of."""

from datetime import timedelta
from decimal import Decimal

import pytest

from harness.flows.flow import Flow
from harness.inhouse import AssetDraft, ProductDraft


@pytest.mark.check(
    "function.fixed_asset",
    en="Fixed asset: acquire, depreciate, dispose",
    zh="固定资产:购置、折旧、处置",
    module="fixed_assets",
    department="accounting",
    severity="critical",
    profile="rehearsal",
    requirements=["S10", "S24"],
)
@pytest.mark.writes
def test_fixed_asset(flow: Flow) -> None:
    """The plan, every depreciation and the loss at the end come out as they do today."""
    assets, masters = flow.assets("accounting"), flow.master_data("admin")
    press = masters.create_product(ProductDraft("Stamping press", kind="asset", months=24))
    start = flow.day.replace(day=1)
    end = start.replace(year=start.year + 2) - timedelta(days=1)
    draft = AssetDraft(press, Decimal("120000.00"), Decimal("5000.00"), start, end)

    with flow.refusal("no_value", en="Enter an asset without a value", zh="录入没有原值的资产"):
        assets.create_asset(AssetDraft(press, None, Decimal(0), start, end))

    with flow.step("acquire", en="Enter the asset", zh="录入资产"):
        asset = assets.create_asset(draft)
        flow.keep("asset", assets.asset(asset))

    with flow.step("start", en="Take it into use", zh="资产启用"):
        assets.start_asset(asset)
        flow.keep("asset", assets.asset(asset))

    with flow.refusal("delete_used", en="Delete an asset in use", zh="删除在用资产"):
        assets.delete_asset(asset)

    with flow.step("depreciate", en="Depreciate three months", zh="计提三个月折旧"):
        assets.depreciate(start + timedelta(days=92))
        flow.keep("asset", assets.asset(asset))

    with flow.step("dispose", en="Dispose of it", zh="资产处置"):
        assets.dispose_asset(asset)
        flow.keep("asset", assets.asset(asset))

    with flow.refusal("dispose_again", en="Dispose of it again", zh="重复处置"):
        assets.dispose_asset(asset)
