"""Is the night long enough for the upgraded system, and does the night's work come to the same?"""

from collections.abc import Callable
from datetime import time
from decimal import Decimal

import pytest

from harness.performance.batch import BatchPlan, Window

NIGHT = Window(time(22), time(4))
A_SECOND = Decimal(1)  # nobody waits for it at night, and small batches differ by less for no reason


@pytest.mark.check(
    "performance.month_end",
    en="Month-end close in its window",
    zh="月结在时间窗口内完成",
    module="accounting",
    department="accounting",
    severity="critical",
    profile="rehearsal",
    requirements=["S29"],
)
@pytest.mark.writes
def test_month_end(batch: Callable[[BatchPlan], None]) -> None:
    """The entries of a month are posted and the month is closed; afterwards it is opened again."""
    batch(BatchPlan("month_end", expected=400, window=NIGHT, noticeable=A_SECOND))


@pytest.mark.check(
    "performance.mass_invoicing",
    en="Mass invoicing in its window",
    zh="批量开票在时间窗口内完成",
    module="accounting",
    department="accounting",
    severity="critical",
    profile="rehearsal",
    requirements=["S29"],
)
@pytest.mark.writes
def test_mass_invoicing(batch: Callable[[BatchPlan], None]) -> None:
    """Invoices marked in the list and posted at once: each is numbered, booked and printed."""
    # Each invoice is printed as well, which takes 8.0 up to twice as long on one shared machine (found by
    # measuring): at night the window is what counts, and three times as long would still be a defect.
    batch(
        BatchPlan(
            "mass_invoicing",
            expected=100,
            window=NIGHT,
            volumes=(1, 2, 3, 5),
            margin=Decimal("1.5"),
            noticeable=A_SECOND,
        )
    )


@pytest.mark.check(
    "performance.depreciation",
    en="Depreciation run in its window",
    zh="折旧计提在时间窗口内完成",
    module="fixed_assets",
    department="accounting",
    severity="critical",
    profile="rehearsal",
    requirements=["S29"],
)
@pytest.mark.writes
def test_depreciation(batch: Callable[[BatchPlan], None]) -> None:
    """A month of every asset in use."""
    batch(BatchPlan("depreciation", expected=400, window=NIGHT, volumes=(5, 15, 40), noticeable=A_SECOND))


@pytest.mark.check(
    "performance.planning",
    en="Planning run in its window",
    zh="计划运算在时间窗口内完成",
    module="stock",
    department="purchasing",
    severity="critical",
    profile="rehearsal",
    requirements=["S29"],
)
@pytest.mark.writes
def test_planning(batch: Callable[[BatchPlan], None]) -> None:
    """Goods that are short are asked of purchasing, in the same quantities as today."""
    batch(BatchPlan("planning", expected=400, window=NIGHT, volumes=(5, 15, 40), noticeable=A_SECOND))


@pytest.mark.check(
    "performance.import",
    en="Import of business partners in its window",
    zh="业务伙伴导入在时间窗口内完成",
    module="party",
    department="sales",
    severity="critical",
    profile="rehearsal",
    requirements=["S29"],
)
@pytest.mark.writes
def test_import(batch: Callable[[BatchPlan], None]) -> None:
    """Parties with their addresses, taken in as from a file."""
    batch(BatchPlan("import", expected=400, window=NIGHT, noticeable=A_SECOND))
