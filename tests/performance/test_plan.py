"""A load plan checks itself, survives storage, and gives both sides the same arrivals."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from harness.model import Side
from harness.performance import LoadPlan, Scenario
from harness.performance.blocks import Series, arrivals, blocks, ends_round
from harness.performance.plan import Limit, plan_from_value
from harness.values import Value, dumps, loads
from tests.performance.recorded import PLAN

BOTH = tuple(Side)


@dataclass(frozen=True)
class Rehearsal:
    """A profile."""

    load_block_seconds: int = 10
    load_block_pairs: int = 12
    load_rate: Decimal = Decimal(10)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"scenarios": ()}, "at least one scenario"),
        ({"scenarios": (Scenario("a"), Scenario("a"))}, "names differ"),
        ({"scenarios": (Scenario("a"), Scenario("b", 1, ("a",)))}, "belongs to one scenario"),
        ({"rate": Decimal(0)}, "more than 0"),
        ({"block_seconds": Decimal(-1)}, "more than 0"),
        ({"timeout_seconds": Decimal(0)}, "more than 0"),
        ({"pairs": 3}, "at least 4"),
        ({"rounds": 0}, "at least one"),
        ({"minimum_samples": 0}, "at least one"),
        ({"users": 0}, "at least one"),
        ({"noise_pairs": -1}, "not negative"),
        ({"margin": Decimal("-0.1")}, "not negative"),
        ({"error_limit": Decimal(1)}, "a share"),
        ({"quantiles": ()}, "a share"),
        ({"quantiles": (Decimal(1),)}, "a share"),
        ({"limits": (Limit("sale.close", Decimal("0.5"), Decimal(1)),)}, "known transaction"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(change: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        replace(PLAN, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("build", [lambda: Scenario("", 1), lambda: Scenario("a", 0)])
def test_a_scenario_has_a_name_and_a_weight(build: object) -> None:
    with pytest.raises(ValueError, match="scenario"):
        build()  # type: ignore[operator]


def test_a_plan_survives_storage() -> None:
    plan = replace(PLAN, limits=(Limit("sale.confirm", Decimal("0.95"), Decimal("2.5")),), locustfile="x.py")

    stored: Value = loads(dumps(plan.to_value()))

    assert plan_from_value(stored) == plan


def test_a_profile_sizes_a_plan() -> None:
    sized = PLAN.sized(Rehearsal(), margin=Decimal("0.1"))

    assert (sized.rate, sized.pairs, sized.block_seconds, sized.margin) == (10, 12, 10, Decimal("0.1"))
    assert PLAN.sized(Rehearsal()).margin == PLAN.margin
    assert sized.scenarios == PLAN.scenarios


def test_only_writing_scenarios_make_a_plan_write() -> None:
    assert PLAN.writes
    assert not LoadPlan(scenarios=(Scenario("read"),)).writes


def test_blocks_alternate_so_that_drift_touches_both_sides_alike() -> None:
    plan = replace(PLAN, rounds=1, warmup_pairs=1, noise_pairs=2, pairs=4)

    order = "".join(block.side[0] for block in blocks(plan, BOTH))

    assert order == "st" + "stts" + "ssss" + "sttsstts"
    assert [block.series for block in blocks(plan, BOTH)].count(Series.NOISE) == 4
    assert [block.number for block in blocks(plan, BOTH)] == list(range(18))


def test_one_side_alone_gets_one_block_a_pair() -> None:
    made = blocks(replace(PLAN, rounds=1), (Side.TARGET,))

    assert len(made) == PLAN.warmup_pairs + PLAN.alone + PLAN.pairs
    assert {block.side for block in made} == {Side.TARGET}


def test_rounds_end_after_their_pairs() -> None:
    plan = replace(PLAN, pairs=4, rounds=2)

    ends = [block.pair for block in blocks(plan, BOTH) if ends_round(plan, BOTH, block)]

    assert ends == [3, 7]


def test_both_blocks_of_a_pair_get_the_same_arrivals() -> None:
    made = blocks(PLAN, BOTH)
    for first, second in zip(made[::2], made[1::2], strict=True):
        assert arrivals(PLAN, first) == arrivals(PLAN, second)
    assert arrivals(PLAN, made[2]) != arrivals(PLAN, made[4])


def test_every_scenario_has_its_share_over_the_blocks() -> None:
    plan = replace(PLAN, rate=Decimal(5), block_seconds=Decimal(3), pairs=6, rounds=1)
    main = [
        block for block in blocks(plan, BOTH) if block.series is Series.MAIN and block.side is Side.SOURCE
    ]

    found = Counter(arrival.scenario for block in main for arrival in arrivals(plan, block))

    assert found == {"sale.open": 60, "sale.order": 30}


def test_arrivals_are_in_order_and_within_their_block() -> None:
    for block in blocks(PLAN, BOTH):
        offsets = [arrival.offset for arrival in arrivals(PLAN, block)]
        assert offsets == sorted(offsets)
        assert 0 <= offsets[0] <= offsets[-1] < PLAN.block_seconds
