"""Does the upgraded system let everybody in at nine o'clock as fast as today's?"""

from collections.abc import Callable
from decimal import Decimal

import pytest

from harness.performance import Limit, LoadPlan, Scenario

# Passwords are slow to check on purpose, so that many at once are the heaviest thing of the morning.
NINE_O_CLOCK = LoadPlan(
    scenarios=(Scenario("log_in"),),
    rate=Decimal(2),
    role="sales",
    noticeable=Decimal("0.15"),
    limits=(Limit("log_in", Decimal("0.9"), Decimal(10)),),
)


@pytest.mark.check(
    "performance.login_storm",
    en="Everybody logs in at nine o'clock",
    zh="早九点集中登录",
    module="res",
    department="it",
    severity="major",
    requirements=["S27", "S29"],
    profile="full",
)
def test_login_storm(load: Callable[[LoadPlan], None]) -> None:
    """Sessions are opened and ended at both systems in turn; nobody may wait longer than today."""
    load(NINE_O_CLOCK)
