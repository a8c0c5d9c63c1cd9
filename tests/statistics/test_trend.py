"""Trends: found when they are there, rarely when they are not."""

from __future__ import annotations

import random

import pytest

from harness.statistics.trend import FEWEST, trend


def test_the_published_example_of_sen_s_slope() -> None:
    """Ten equal steps with one outlier: the slope is the step, whatever the outlier."""
    values = [2.0 * place for place in range(12)]
    values[5] = 500.0

    found = trend(range(12), values)

    assert found.slope == 2
    assert found.low <= 2 <= found.high
    assert found.p_growing < 0.01


def test_kendall_s_test_by_hand() -> None:
    """n = 10, all ascending: S = 45, variance 125, Z = 44 / sqrt(125) = 3.935."""
    assert trend(range(10), range(10)).p_growing == pytest.approx(4.15e-5, rel=0.01)


@pytest.mark.parametrize("values", [[7.0] * 20, [float(-n) for n in range(20)]], ids=["constant", "falling"])
def test_what_does_not_grow_is_not_said_to_grow(values: list[float]) -> None:
    assert trend(range(20), values).p_growing == 1


@pytest.mark.parametrize(
    ("places", "values"), [(range(9), range(9)), ([1] * 10, range(10)), (range(11), range(10))]
)
def test_too_few_or_disordered_points_are_refused(places: list[float], values: list[float]) -> None:
    with pytest.raises(ValueError):
        trend(places, values)
    assert FEWEST == 10


@pytest.mark.thorough
def test_noise_is_called_growth_no_more_often_than_allowed() -> None:
    chance = random.Random(4)
    alarms = sum(trend(range(20), [chance.gauss(0, 1) for _ in range(20)]).low > 0 for _ in range(2000))
    assert alarms <= 2000 * 0.01 * 1.6  # three standard errors above the allowed share


@pytest.mark.thorough
def test_the_interval_holds_the_true_slope() -> None:
    chance = random.Random(5)
    held = 0
    for _ in range(1000):
        found = trend(range(20), [0.3 * place + chance.gauss(0, 1) for place in range(20)])
        held += found.low <= 0.3 <= found.high
    assert held >= 1000 * 0.97
