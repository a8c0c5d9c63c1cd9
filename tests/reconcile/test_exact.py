"""Sums lose no digit, in whatever order the numbers come."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from harness.reconcile.exact import added, less, summed

numbers = st.decimals(-(Decimal(10) ** 40), Decimal(10) ** 40, places=20)


@given(st.lists(numbers, max_size=6), st.randoms(use_true_random=False))
def test_a_sum_is_the_same_in_any_order(items: list[Decimal], random: Random) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)

    assert summed(items) == summed(shuffled)


@given(numbers, numbers)
def test_what_is_added_can_be_taken_away_again(one: Decimal, other: Decimal) -> None:
    assert less(added(one, other), other) == one


def test_a_cent_beside_an_astronomic_number_is_kept() -> None:
    assert summed([Decimal("1E+30"), Decimal("0.01"), Decimal("-1E+30")]) == Decimal("0.01")
