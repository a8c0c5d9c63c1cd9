"""Exact percentiles, and the correction for many questions."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.statistics import Estimate, holm, percentile, samples_needed, unpaired


@pytest.mark.parametrize(
    ("samples", "share", "expected"),
    [([5.0], 0.95, 5.0), ([1.0, 2.0], 0.5, 1.5), ([3.0, 1.0, 2.0], 1.0, 3.0), (range(101), 0.95, 95.0)],
)
def test_percentiles(samples: list[float], share: float, expected: float) -> None:
    assert percentile(samples, share) == pytest.approx(expected)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=200))
def test_the_half_is_the_median(samples: list[float]) -> None:
    assert percentile(samples, 0.5) == pytest.approx(statistics.median(samples))


@pytest.mark.parametrize(("samples", "share"), [([], 0.5), ([1.0], 1.2), ([1.0], -0.1)])
def test_nothing_has_no_percentile(samples: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(samples, share)


@pytest.mark.parametrize(("share", "needed"), [(0.5, 2), (0.9, 10), (0.95, 20), (0.99, 100)])
def test_a_far_percentile_needs_more_samples(share: float, needed: int) -> None:
    assert samples_needed(share) == needed


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [
        ({"a": 0.01}, {"a": 0.01}),
        ({"a": 0.01, "b": 0.04, "c": 0.03}, {"a": 0.03, "b": 0.06, "c": 0.06}),
        ({"a": 0.9, "b": 0.8}, {"a": 1.0, "b": 1.0}),
        ({}, {}),
    ],
)
def test_holm(p_values: dict[str, float], adjusted: dict[str, float]) -> None:
    assert holm(p_values) == pytest.approx(adjusted)


def test_blocks_apart_follow_welch() -> None:
    """Against the worked example of a textbook: unequal spreads cost degrees of freedom."""
    estimate = unpaired([27.5, 21.0, 19.0, 23.6, 17.0, 17.9], [27.1, 22.0, 20.8, 23.4, 23.4, 23.5])

    assert estimate.mean == pytest.approx(2.3667, abs=1e-3)
    assert 5 < estimate.freedom < 10


def test_an_estimate_checks_itself() -> None:
    with pytest.raises(ValueError, match="degrees of freedom"):
        Estimate(0.0, 0.1, 0, 3)
