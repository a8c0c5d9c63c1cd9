"""A batch plan checks itself, survives storage, and gives both sides the same runs in turn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import time
from decimal import Decimal

import pytest

from harness.model import Side
from harness.performance.batch.plan import BatchPlan, Window, plan_from_value
from harness.values import dumps, loads
from tests.performance.batch.recorded import PLAN

NIGHT = Window(time(22), time(4))


@dataclass(frozen=True)
class Profile:
    batch_repeats: int


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"batch": ""}, "names its batch"),
        ({"role": ""}, "names its batch"),
        ({"volumes": (5, 10)}, "3 different volumes"),
        ({"volumes": (5, 5, 10)}, "3 different volumes"),
        ({"volumes": (10, 5, 20)}, "smallest first"),
        ({"volumes": (0, 5, 20)}, "at least one document"),
        ({"repeats": 1}, "6 runs"),
        ({"expected": 0}, "at least one document"),
        ({"reach": 0}, "at least one document"),
        ({"margin": Decimal("-0.1")}, "not negative"),
        ({"noticeable": Decimal(-1)}, "not negative"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(change: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        replace(PLAN, **change)  # type: ignore[arg-type]


def test_a_window_without_an_end_is_refused() -> None:
    with pytest.raises(ValueError, match="two different ends"):
        Window(time(4), time(4))


@pytest.mark.parametrize(
    ("window", "seconds"),
    [
        (Window(time(1), time(4)), 3 * 3600),
        (NIGHT, 6 * 3600),
        (Window(time(4), time(1)), 21 * 3600),
        (Window(time(2), time(2, 0, 5)), 5),
    ],
)
def test_a_window_may_pass_midnight(window: Window, seconds: int) -> None:
    assert window.seconds == seconds


@pytest.mark.parametrize(
    ("window", "seconds", "clock"),
    [
        (NIGHT, 0, "22:00"),
        (NIGHT, 4 * 3600 + 40 * 60, "02:40"),
        (NIGHT, 6 * 3600, "04:00"),
        (NIGHT, 6 * 3600 + 1, "04:01"),  # it has not ended by four
        (NIGHT, 10 * 3600, "08:00"),
        (NIGHT, 26 * 3600, "00:00 +1"),
        (Window(time(1), time(4)), 24 * 3600, "01:00 +1"),
        (Window(time(1), time(4)), 23 * 3600, "00:00 +1"),
        (Window(time(22, 0, 30), time(4)), 45, "22:02"),
        (Window(time(2), time(2, 1)), 59.2, "02:01:00"),
        (NIGHT, float("inf"), "22:00 +998"),
    ],
)
def test_when_it_ends_is_told_by_the_clock_and_never_too_early(
    window: Window, seconds: float, clock: str
) -> None:
    assert window.clock(seconds) == clock


def test_the_stored_plan_is_the_plan() -> None:
    assert plan_from_value(loads(dumps(PLAN.to_value()))) == PLAN


@pytest.mark.parametrize("value", [None, [], {"batch": "x"}, {**PLAN.to_value(), "unknown": 1}])  # type: ignore[dict-item]
def test_anything_else_is_no_plan(value: object) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        plan_from_value(value)  # type: ignore[arg-type]


def test_both_sides_run_the_same_and_each_is_as_often_first() -> None:
    runs = list(PLAN.runs(tuple(Side)))
    measured = [run for run in runs if run.repeat]

    assert [run.side for run in runs if not run.repeat] == list(Side)
    assert Counter((run.repeat, run.volume) for run in measured) == {
        (repeat, volume): 2 for repeat in (1, 2) for volume in PLAN.volumes
    }
    assert Counter(pair[0].side for pair in zip(measured[::2], measured[1::2], strict=True)) == {
        Side.SOURCE: 4,
        Side.TARGET: 4,
    }


@pytest.mark.parametrize(("volumes", "asked", "repeats"), [(4, 1, 2), (4, 5, 5), (3, 1, 2), (6, 1, 1)])
def test_a_profile_never_makes_it_too_small_for_a_trend(volumes: int, asked: int, repeats: int) -> None:
    plan = replace(PLAN, volumes=(1, 2, 4, 8, 16, 32)[:volumes])
    sized = plan.sized(Profile(asked), margin=Decimal("0.5"))

    assert (sized.repeats, sized.margin) == (repeats, Decimal("0.5"))
    assert plan.sized(Profile(asked)).margin == PLAN.margin
    assert plan.sized(Profile(asked), margin=Decimal("0.05")).margin == PLAN.margin  # the larger one


def test_how_far_production_is_from_what_is_measured() -> None:
    assert PLAN.times_larger == 4
    assert BatchPlan("x", 20, NIGHT).times_larger == Decimal("0.5")
