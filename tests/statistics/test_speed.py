"""The decision procedure: which answer for which blocks, and how often it errs over simulated runs."""

from __future__ import annotations

import math
import random

import pytest

from harness.statistics import Answer, Look, Tolerance, decide, measure_apart, measure_pairs, noise_floor

pytestmark = pytest.mark.thorough

NOISE = 0.08
CONFIRM_SECONDS = 0.25


def blocks(chance: random.Random, pairs: int, slowdown: float = 1.0) -> list[tuple[float, float]]:
    """Block medians of both sides with 8 % noise between blocks, as a real pair gives them."""
    return [
        (
            CONFIRM_SECONDS * math.exp(chance.gauss(0, NOISE)),
            CONFIRM_SECONDS * slowdown * math.exp(chance.gauss(0, NOISE)),
        )
        for _ in range(pairs)
    ]


def answers(runs: int, pairs: int, slowdown: float, tolerance: Tolerance, family: int = 1) -> list[Answer]:
    """The answer for the first transaction of each simulated run; the others are as fast as ever."""
    chance = random.Random(20261)
    found = []
    for _ in range(runs):
        measured = {"first": measure_pairs(blocks(chance, pairs, slowdown), tolerance)}
        for number in range(1, family):
            measured[str(number)] = measure_pairs(blocks(chance, pairs), tolerance)
        found.append(decide(measured, tolerance.margin)["first"].answer)
    return found


def share(found: list[Answer], answer: Answer) -> float:
    return found.count(answer) / len(found)


@pytest.mark.parametrize(("pairs", "margin"), [(6, 0.05), (6, 0.20), (20, 0.05)])
def test_two_equal_systems_are_hardly_ever_called_worse(pairs: int, margin: float) -> None:
    """At most 1 % of 600 simulated runs, at the edge of a margin of nothing too."""
    assert share(answers(600, pairs, 1.0, Tolerance(margin)), Answer.WORSE) <= 0.01


def test_a_family_of_transactions_raises_no_more_false_alarms_than_one() -> None:
    """Eight transactions exactly at the edge of what is allowed: any false alarm counts."""
    chance, tolerance, alarms = random.Random(7), Tolerance(0.0), 0
    for _ in range(600):
        measured = {str(n): measure_pairs(blocks(chance, 12), tolerance) for n in range(8)}
        decisions = decide(measured, tolerance.margin)
        alarms += any(decision.answer is Answer.WORSE for decision in decisions.values())

    assert alarms / 600 <= 0.03  # 2 % is promised; 600 runs show it to within 1 %


@pytest.mark.parametrize(
    ("pairs", "slowdown", "tolerance", "power"),
    [
        (20, 1.20, Tolerance(0.05), 0.95),
        (6, 2.2, Tolerance(0.20, 0.1), 0.99),  # 300 ms on a confirm of 250 ms, in the smoke profile
        (12, 2.2, Tolerance(0.20, 0.1), 0.999),
    ],
)
def test_a_slower_target_is_called_worse(
    pairs: int, slowdown: float, tolerance: Tolerance, power: float
) -> None:
    assert share(answers(300, pairs, slowdown, tolerance, family=8), Answer.WORSE) >= power


def test_equal_systems_are_decided_in_the_smoke_profile() -> None:
    """Six pairs are enough to call equals equivalent: undecided would stop a release for nothing."""
    assert share(answers(300, 6, 1.0, Tolerance(0.20, 0.1), family=8), Answer.EQUIVALENT) >= 0.99


@pytest.mark.parametrize(
    ("slowdown", "wrong", "rate"),
    [
        pytest.param(1.0, Answer.WORSE, 0.03, id="as slow as is allowed is not called worse"),
        pytest.param(1.0 + 1e-9, Answer.EQUIVALENT, 0.06, id="slower than allowed is not called equivalent"),
    ],
)
def test_looking_again_while_undecided_raises_no_error_rate(
    slowdown: float, wrong: Answer, rate: float
) -> None:
    """Up to six looks at exactly the edge, where any answer is luck; each run stops at its first one."""
    chance, errors = random.Random(11), 0
    for _ in range(600):
        seen: list[tuple[float, float]] = []
        for number in range(1, 7):
            seen += blocks(chance, 6, slowdown)
            measured = {"first": measure_pairs(seen, Tolerance(0.0))}
            answer = decide(measured, 0.0, look=Look(number, 6))["first"].answer
            if answer is not Answer.UNDECIDED:
                errors += answer is wrong
                break
    assert errors / 600 <= rate


@pytest.mark.parametrize("looks", [1, 2, 3, 6])
def test_all_looks_together_spend_the_error_rate_once(looks: int) -> None:
    shares = [Look(number, looks).share(0.05) for number in range(1, looks + 1)]

    assert sum(shares) == pytest.approx(0.05)


def test_a_faster_target_is_better() -> None:
    assert share(answers(200, 12, 0.6, Tolerance(0.20)), Answer.BETTER) == 1.0


def test_the_missing_blocks_that_are_announced_do_decide() -> None:
    """For +10 % at a margin of 5 % the announced number of pairs decides in at least 4 of 5 runs."""
    chance = random.Random(3)
    tolerance = Tolerance(0.05)
    first = measure_pairs(blocks(chance, 6, 1.10), tolerance)
    decision = decide({"confirm": first}, 0.05)["confirm"]
    assert decision.answer is Answer.UNDECIDED
    typical = Tolerance(0.05)
    wanted = math.ceil(((2.0537 + 0.8416) * NOISE * math.sqrt(2) / math.log(1.10 / 1.05)) ** 2 + 2)

    assert share(answers(200, wanted, 1.10, typical), Answer.WORSE) >= 0.75
    assert decision.more_blocks is not None
    assert decision.more_blocks >= 1


def test_a_difference_too_short_to_notice_is_not_worse() -> None:
    pairs = [(0.020, 0.045), (0.022, 0.050), (0.021, 0.047), (0.020, 0.046)]

    assert decide({"quote": measure_pairs(pairs, Tolerance(0.2))}, 0.2)["quote"].answer is Answer.WORSE
    tolerant = decide({"quote": measure_pairs(pairs, Tolerance(0.2, 0.1))}, 0.2)["quote"]
    assert tolerant.answer is Answer.EQUIVALENT
    assert tolerant.ratio == pytest.approx(2.27, abs=0.02)  # still said as it is


def test_blocks_taken_apart_need_more_to_be_decided() -> None:
    chance = random.Random(5)
    pairs = [(math.exp(drift), math.exp(drift) * 1.3) for drift in (chance.gauss(0, 0.3) for _ in range(8))]
    source, target = [first for first, _ in pairs], [second for _, second in pairs]

    together = decide({"open": measure_pairs(pairs, Tolerance(0.1))}, 0.1)["open"]
    apart = decide({"open": measure_apart(source, target, Tolerance(0.1))}, 0.1)["open"]

    assert (together.answer, apart.answer) == (Answer.WORSE, Answer.UNDECIDED)


@pytest.mark.parametrize("count", [0, 1])
def test_one_block_pair_is_no_evidence(count: int) -> None:
    with pytest.raises(ValueError, match="at least 2"):
        measure_pairs([(0.1, 0.1)] * count, Tolerance(0.2))


def test_blocks_without_any_noise_are_decided() -> None:
    same = measure_pairs([(0.1, 0.1)] * 3, Tolerance(0.2))
    slow = measure_pairs([(0.1, 0.2)] * 3, Tolerance(0.2))

    decisions = decide({"same": same, "slow": slow}, 0.2)

    assert [decisions[name].answer for name in ("same", "slow")] == [Answer.EQUIVALENT, Answer.WORSE]


def test_the_noise_floor_says_what_can_be_resolved() -> None:
    chance = random.Random(11)
    floor = noise_floor(blocks(chance, 200))

    assert floor.spread == pytest.approx(NOISE * math.sqrt(2), rel=0.15)
    assert floor.low < 1 < floor.high
    assert floor.resolvable(20) < 0.06 < floor.resolvable(6)


def test_a_tolerance_is_not_negative() -> None:
    with pytest.raises(ValueError, match="not negative"):
        Tolerance(-0.1)
