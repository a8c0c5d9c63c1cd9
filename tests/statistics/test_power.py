"""What could have been found is held against simulations of the whole procedure."""

from __future__ import annotations

import math
import random

import pytest

from harness.config.profiles import BUILT_IN
from harness.statistics import (
    Answer,
    Estimate,
    Look,
    Measured,
    Tolerance,
    decide,
    detectable,
    measure_pairs,
    pairs_needed,
)
from tests.statistics.test_speed import NOISE, answers, blocks, share

SPREAD = NOISE * math.sqrt(2)


@pytest.mark.thorough
@pytest.mark.parametrize(("pairs", "margin", "family"), [(6, 0.20, 5), (12, 0.05, 1), (20, 0.05, 8)])
def test_a_slow_down_that_is_called_detectable_is_found(pairs: int, margin: float, family: int) -> None:
    """19 of 20 simulated runs with this noise, within what 400 runs can show."""
    ratio = Estimate(0.0, SPREAD / math.sqrt(pairs), pairs - 1, pairs)
    item = Measured(ratio, ratio.shifted(-math.log1p(margin)))
    slowdown = 1 + detectable(item, look=Look(), family=family)

    assert (
        0.92 <= share(answers(400, pairs, slowdown, Tolerance(margin), family=family), Answer.WORSE) <= 0.99
    )


@pytest.mark.thorough
def test_the_pairs_that_are_needed_for_ten_per_cent_do_find_them() -> None:
    pairs = pairs_needed(0.10, margin=0.05, spread=SPREAD, look=Look(), family=1)

    assert pairs is not None
    assert share(answers(400, pairs, 1.10, Tolerance(0.05)), Answer.WORSE) >= 0.93


def test_more_blocks_and_less_noise_find_less() -> None:
    chance, tolerance = random.Random(9), Tolerance(0.05)
    few, many = (measure_pairs(blocks(chance, count), tolerance) for count in (6, 60))

    assert detectable(many, look=Look(), family=1) < detectable(few, look=Look(), family=1)
    assert detectable(many, look=Look(), family=1) < detectable(many, look=Look(2, 6), family=8)


def test_what_is_allowed_is_never_detectable() -> None:
    """Too short to notice: 100 ms on 20 ms are allowed, so nothing below six times as long is worse."""
    pairs = [(0.020, 0.0201), (0.020, 0.0202), (0.0201, 0.020), (0.0199, 0.020)]

    assert detectable(measure_pairs(pairs, Tolerance(0.05, 0.1)), look=Look(), family=1) > 4.9
    assert pairs_needed(0.05, margin=0.05, spread=SPREAD, look=Look(), family=1) is None
    assert pairs_needed(0.0501, margin=0.05, spread=SPREAD, look=Look(), family=1) is None


@pytest.mark.qualify
def test_five_thousand_equal_pairs(capsys: pytest.CaptureFixture[str]) -> None:
    """The contract of the procedure: 8 % noise, eight transactions, every look of a profile taken."""
    chance, tolerance, runs = random.Random(2026), Tolerance(0.05), 5_000
    called = dict.fromkeys(Answer, 0)
    for _ in range(runs):
        called[_first_answer(chance, tolerance, 1.0)] += 1
    with capsys.disabled():
        print(f"\n{runs} equal pairs, margin 5 %: { ({str(k): v for k, v in called.items()}) }")

    assert called[Answer.WORSE] <= 0.01 * runs


@pytest.mark.qualify
@pytest.mark.parametrize("profile", ["rehearsal", "full"])
def test_twenty_per_cent_at_the_block_count_of_a_profile(
    profile: str, capsys: pytest.CaptureFixture[str]
) -> None:
    size, chance, tolerance, runs = BUILT_IN[profile], random.Random(profile), Tolerance(0.05), 1_000
    pairs = size.load_block_pairs
    found = [_first_answer(chance, tolerance, 1.20, pairs) for _ in range(runs)]
    needed = pairs_needed(0.10, margin=0.05, spread=SPREAD, look=Look(6, 6), family=8)
    with capsys.disabled():
        print(f"\n{profile}: +20 % called worse in {share(found, Answer.WORSE):.1%} of {runs} runs;", end=" ")
        minutes = (needed or 0) * 2 * size.load_block_seconds / 60
        print(f"+10 % needs {needed} block pairs, {minutes:.0f} min of load")

    assert share(found, Answer.WORSE) >= 0.95


def _first_answer(chance: random.Random, tolerance: Tolerance, slowdown: float, pairs: int = 12) -> Answer:
    """What the first of eight transactions is called in up to six looks."""
    seen: list[list[tuple[float, float]]] = [[] for _ in range(8)]
    answer = Answer.UNDECIDED
    for number in range(1, 7):
        for place, each in enumerate(seen):
            each += blocks(chance, pairs, slowdown if place == 0 else 1.0)
        measured = {str(place): measure_pairs(each, tolerance) for place, each in enumerate(seen)}
        decided = decide(measured, tolerance.margin, look=Look(number, 6))
        answer = decided["0"].answer
        if Answer.UNDECIDED not in {each.answer for each in decided.values()}:
            break
    return answer
