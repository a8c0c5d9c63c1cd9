"""Like is grouped with like: nothing is lost on the way, and no measure is claimed that some rows lack."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model import FindingKind
from harness.reconcile.crowds import folded
from harness.reconcile.outcome import Example, Tally
from harness.reconcile.shapes import Shape, ShapeKind

K = ShapeKind


def tally(kind: ShapeKind, detail: str, count: int, currency: str | None = "EUR") -> Tally:
    """So many rows of one shape, each of one euro."""
    example = Example(f"{kind} {detail}")
    return Tally(
        FindingKind.MISMATCH, "name", currency, count, Decimal(count), (example,), Shape(kind, detail)
    )


@pytest.mark.parametrize(
    ("tallies", "expected"),
    [
        ([(K.TRUNCATED, "30", 50), (K.LOST_LAST, "30", 3)], [(K.TRUNCATED, "30", 53)]),
        ([(K.TRUNCATED, "30", 50), (K.LOST_LAST, "9", 3)], [(K.TRUNCATED, "30", 50), (K.LOST_LAST, "", 3)]),
        ([(K.LOST_LAST, str(n), 5) for n in range(9)], [(K.LOST_LAST, "", 45)]),
        ([(K.TRUNCATED, str(n), 5) for n in range(4)], [(K.TRUNCATED, "", 20)]),
        (
            [(K.SHIFTED, "+1:00", 9), (K.SHIFTED, "+2:00", 7)],
            [(K.SHIFTED, "+1:00", 9), (K.SHIFTED, "+2:00", 7)],
        ),
        ([(K.SHIFTED, "-8:00", 90), (K.TIME_LOST, "-8:00", 4)], [(K.SHIFTED, "-8:00", 94)]),
        (
            [(K.SHIFTED, "-8:00", 2), (K.TIME_LOST, "-8:00", 40)],
            [(K.TIME_LOST, "", 40), (K.SHIFTED, "-8:00", 2)],
        ),
        ([(K.ROUNDED, "2", 9), (K.ROUNDED, "0-2", 4), (K.ROUNDED, "1-3", 1)], [(K.ROUNDED, "2", 14)]),
        ([(K.ROUNDED, "2", 9), (K.ROUNDED, "0", 4)], [(K.ROUNDED, "", 13)]),
        ([(K.ROUNDED, "0-2", 9)], [(K.ROUNDED, "0-2", 9)]),
        ([(K.CASE, "", 1), (K.CHANGED, "", 2)], [(K.CHANGED, "", 2), (K.CASE, "", 1)]),
    ],
)
def test_folding(
    tallies: list[tuple[ShapeKind, str, int]], expected: list[tuple[ShapeKind, str, int]]
) -> None:
    found = folded(tally(*item) for item in tallies)

    assert [(item.shape, item.count) for item in found] == [
        (Shape(kind, detail), count) for kind, detail, count in expected
    ]


@given(
    st.lists(
        st.builds(
            tally,
            st.sampled_from([K.TRUNCATED, K.LOST_LAST, K.ROUNDED, K.SHIFTED, K.CHANGED]),
            st.sampled_from(["", "1", "2", "0-2", "3-4"]),
            st.integers(1, 99),
            st.sampled_from(["EUR", "CNY"]),
        ),
        unique_by=lambda item: (item.shape, item.currency),
    )
)
def test_no_row_and_no_money_is_lost(tallies: list[Tally]) -> None:
    """Per currency: the counts and the amounts are what they were; each shape comes once."""
    found = folded(tallies)

    for currency in ("EUR", "CNY"):
        wanted = sum(item.count for item in tallies if item.currency == currency)
        assert sum(item.count for item in found if item.currency == currency) == wanted
        assert sum(item.amount or 0 for item in found if item.currency == currency) == wanted
    assert max(Counter((item.shape, item.currency) for item in found).values(), default=1) == 1
