"""The trend over volumes: exact on exact data, honest about noise, and about what it cannot tell."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.statistics.growth import Growth, trend

VOLUMES = (5, 10, 20, 40)
Law = Callable[[float], float]
LAWS: dict[str, Law] = {
    "as much more": lambda volume: 0.05 * volume,
    "with a fixed part": lambda volume: 0.3 + 0.05 * volume,
    "nearly all fixed": lambda volume: 0.5 + 0.002 * volume,
    "power": lambda volume: 0.05 * volume**1.5,
    "square": lambda volume: 0.3 + 0.002 * volume * volume,
    "mixed": lambda volume: 0.5 + 0.05 * volume + 0.001 * volume * volume,
}


def simulated(
    law: Law, chance: random.Random, *, noise: float, repeats: int = 2
) -> list[tuple[float, float]]:
    return [(v, law(v) * math.exp(chance.gauss(0, noise))) for v in VOLUMES for _ in range(repeats)]


@pytest.mark.parametrize(
    ("law", "growth"),
    [
        ("as much more", Growth.POWER),  # with an exponent of 1, which is the same
        ("with a fixed part", Growth.LINEAR),
        ("power", Growth.POWER),
        ("square", Growth.BENDING),
        ("mixed", Growth.BENDING),
    ],
)
def test_without_noise_the_law_itself_is_found(law: str, growth: Growth) -> None:
    found = trend([(float(v), LAWS[law](v)) for v in VOLUMES for _ in range(2)])

    assert found.growth is growth or law == "as much more"
    assert found.seconds(400) == pytest.approx(LAWS[law](400), rel=1e-6)
    low, high = found.interval(400)
    assert low <= LAWS[law](400) * 1.000001
    assert high >= LAWS[law](400) * 0.999999


def test_the_interval_of_a_straight_line_is_that_of_the_textbook() -> None:
    """Five points with noise that hardly counts in the weights: Draper and Smith's formula by hand."""
    runs = [(1.0, 100.1), (2.0, 100.9), (3.0, 102.2), (4.0, 102.8), (5.0, 104.1), (6.0, 104.9)]
    x_mean = sum(x for x, _ in runs) / 6
    y_mean = sum(y for _, y in runs) / 6
    across = sum((x - x_mean) ** 2 for x, _ in runs)
    slope = sum((x - x_mean) * (y - y_mean) for x, y in runs) / across
    spread = math.sqrt(sum((y - y_mean - slope * (x - x_mean)) ** 2 for x, y in runs) / 4)
    t_975_of_4 = 2.7764
    reach = t_975_of_4 * spread * math.sqrt(1 + 1 / 6 + (7 - x_mean) ** 2 / across)

    line = next(fit for fit in trend(runs).fits if fit.growth is Growth.LINEAR)
    low, high = line.interval(7, 0.025)

    assert line.seconds(7) == pytest.approx(y_mean + slope * (7 - x_mean), abs=0.02)
    assert (low, high) == pytest.approx((line.seconds(7) - reach, line.seconds(7) + reach), rel=0.002)


@pytest.mark.parametrize(
    "runs",
    [
        [(5.0, 1.0)] * 6,
        [(5.0, 1.0), (10.0, 2.0)] * 3,
        [(5.0, 1.0), (10.0, 2.0), (20.0, 4.0)],
        [(5.0, 1.0), (10.0, 2.0), (20.0, 0.0)] * 2,
        [(0.0, 1.0), (10.0, 2.0), (20.0, 1.0)] * 2,
    ],
    ids=["one volume", "two volumes", "three runs", "no time", "no volume"],
)
def test_too_little_is_no_trend(runs: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match=r"trend|more than 0"):
        trend(runs)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.01, 1000), min_size=8, max_size=8),
    st.integers(1, 4000),
    st.integers(1, 4000),
)
def test_whatever_is_measured_more_work_never_takes_less_time(
    seconds: list[float], one: int, other: int
) -> None:
    found = trend([(float(VOLUMES[place % 4]), value) for place, value in enumerate(seconds)])
    fewer, more = sorted((max(one, 40), max(other, 40)))
    low, high = found.interval(more)

    assert 0 <= low <= high
    assert not math.isnan(high)
    assert found.fits[0].growth is Growth.BENDING or found.seconds(more) >= found.seconds(fewer) * 0.999999


def test_times_that_fall_with_the_volume_are_noise_around_a_fixed_time() -> None:
    falling = [(v, s) for v, s in zip(VOLUMES * 2, (1.2, 1.1, 1.0, 0.9) * 2, strict=True)]

    found = trend([(float(v), s) for v, s in falling])

    assert found.seconds(400) == pytest.approx(1.05, abs=0.1)
    assert found.interval(400)[1] > 1.05


def missed(law: Law, at: float, *, noise: float, tries: int, seed: int = 1) -> tuple[float, float, float]:
    """Shares: the next run was below the interval, above it, and the trend was said to bend."""
    chance = random.Random(seed)
    below = above = bent = 0
    for _ in range(tries):
        found = trend(simulated(law, chance, noise=noise))
        low, high = found.interval(at)
        seconds = law(at) * math.exp(chance.gauss(0, noise))
        below, above, bent = below + (seconds < low), above + (seconds > high), bent + found.bends
    return below / tries, above / tries, bent / tries


@pytest.mark.parametrize("law", ["with a fixed part", "mixed"])
def test_the_interval_covers_the_next_run(law: str) -> None:
    """Ten times beyond what was measured; 95 % are promised, what choosing a trend costs is allowed for."""
    below, above, _ = missed(LAWS[law], 400, noise=0.08, tries=200)

    assert below <= 0.09
    assert above <= 0.09


def test_a_straight_line_is_rarely_said_to_bend_and_a_square_nearly_always_is() -> None:
    assert missed(LAWS["with a fixed part"], 80, noise=0.08, tries=200)[2] <= 0.05
    assert missed(LAWS["square"], 80, noise=0.08, tries=100)[2] >= 0.95


@pytest.mark.qualify
@pytest.mark.parametrize("noise", [0.08, 0.2])
@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("at", [80, 400])
def test_error_rates_of_the_interval_over_thousands_of_batches(law: str, at: float, noise: float) -> None:
    below, above, bent = missed(LAWS[law], at, noise=noise, tries=3000)
    print(f"{law} at {at}, noise {noise:.0%}: below {below:.3f}, above {above:.3f}, said to bend {bent:.3f}")

    assert above <= 0.075
    assert below <= 0.09
    if law in ("as much more", "with a fixed part", "nearly all fixed"):
        assert bent <= 0.02
