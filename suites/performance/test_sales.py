"""Is the upgraded system as fast as today's, when the sales desk is busy?"""

from collections.abc import Callable
from decimal import Decimal

import pytest

from harness.performance import Limit, LoadPlan, Scenario

# A sales desk: mostly looking things up, and one visitor in five orders something.
SALES_DESK = LoadPlan(
    scenarios=(
        Scenario("party.list", 3),
        Scenario("sale.open", 3),
        Scenario("product.search", 3),
        Scenario("sale.count", 3),
        Scenario("sale.order", 3, ("sale.create", "sale.quote", "sale.confirm"), writes=True),
    ),
    role="sales",
    noticeable=Decimal("0.15"),  # shorter than anybody at a desk notices
    limits=(Limit("sale.confirm", Decimal("0.9"), Decimal(5)),),
)


@pytest.mark.check(
    "performance.sales_desk",
    en="A busy sales desk",
    zh="销售业务高峰",
    module="sale",
    department="sales",
    severity="critical",
    requirements=["S20", "S27", "S29"],
)
@pytest.mark.writes
def test_sales_desk(load: Callable[[LoadPlan], None]) -> None:
    """Lists, searches and orders arrive at both systems in turn; none may take longer than today."""
    load(SALES_DESK)
