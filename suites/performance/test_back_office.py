"""Is the upgraded system as fast as today's for those who buy, store and keep the books?"""

from collections.abc import Callable
from decimal import Decimal

import pytest

from harness.performance import LoadPlan, Scenario

# Fewer people than at the sales desk, and each of their steps is heavier.
BACK_OFFICE = LoadPlan(
    scenarios=(
        Scenario(
            "purchase.order", 2, ("purchase.create", "purchase.quote", "purchase.confirm"), True, "purchase"
        ),
        Scenario("stock.inquiry", 3, role="stock"),
        Scenario("journal.post", 2, ("journal.enter", "journal.post"), True, "accounting"),
        Scenario("report.balances", 1, role="accounting"),
    ),
    rate=Decimal(4),
    users=3,
    noticeable=Decimal("0.15"),
)


@pytest.mark.check(
    "performance.back_office",
    en="Purchasing, warehouse and books under load",
    zh="采购、仓库与财务压测",
    module="account",
    department="accounting",
    severity="critical",
    requirements=["S20", "S27", "S29"],
    profile="full",
)
@pytest.mark.writes
def test_back_office(load: Callable[[LoadPlan], None]) -> None:
    """Orders, inquiries, postings and balances arrive at both systems in turn; none may take longer."""
    load(BACK_OFFICE)
