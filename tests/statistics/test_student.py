"""The t distribution agrees with published tables and with its own density."""

from __future__ import annotations

import math

import pytest

from harness.statistics import student

# Two-sided 95 %, one-sided 95 % and one-sided 99.5 % points of the printed tables.
TABLE = [
    (0.975, 1, 12.7062),
    (0.975, 2, 4.30265),
    (0.975, 5, 2.57058),
    (0.975, 10, 2.22814),
    (0.975, 30, 2.04227),
    (0.975, 120, 1.97993),
    (0.95, 5, 2.01505),
    (0.95, 19, 1.72913),
    (0.995, 4, 4.60409),
    (0.995, 19, 2.86093),
    (0.9995, 3, 12.9240),
]


@pytest.mark.parametrize(("chance", "freedom", "expected"), TABLE)
def test_quantiles_are_those_of_the_tables(chance: float, freedom: int, expected: float) -> None:
    assert student.quantile(chance, freedom) == pytest.approx(expected, rel=2e-5)


@pytest.mark.parametrize(("chance", "freedom", "expected"), TABLE)
def test_the_distribution_undoes_its_quantile(chance: float, freedom: int, expected: float) -> None:
    assert student.cdf(student.quantile(chance, freedom), freedom) == pytest.approx(chance, abs=1e-10)


@pytest.mark.parametrize("freedom", [1.0, 2.5, 7.0, 40.0])
@pytest.mark.parametrize("t", [-3.0, -0.4, 0.0, 0.7, 2.2])
def test_the_distribution_is_the_integral_of_the_density(t: float, freedom: float) -> None:
    log_scale = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - 0.5 * math.log(freedom * math.pi)

    def density(x: float) -> float:
        return math.exp(log_scale - (freedom + 1) / 2 * math.log1p(x * x / freedom))

    steps = 2000
    width = t / steps
    inner = sum(density((i + 0.5) * width) for i in range(steps)) * width

    assert student.cdf(t, freedom) == pytest.approx(0.5 + inner, abs=1e-6)


def test_the_far_ends_are_certain() -> None:
    assert (student.cdf(math.inf, 3), student.cdf(-math.inf, 3)) == (1.0, 0.0)
    assert student.quantile(0.025, 5) == -student.quantile(0.975, 5)


@pytest.mark.parametrize(("chance", "freedom"), [(0.0, 5), (1.0, 5), (0.9, 0)])
def test_nonsense_is_refused(chance: float, freedom: float) -> None:
    with pytest.raises(ValueError, match=r"freedom|chance"):
        student.quantile(chance, freedom)
