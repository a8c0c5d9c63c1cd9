"""Beyond the usual load: where each side's knee is, how it fails, and when it has recovered."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import count
from pathlib import Path

import gevent
import pytest

from harness.adapters.load import LoadFault
from harness.model import Part, Side
from harness.performance.blocks import RECOVERY_BLOCKS, Series, arrivals, recovery, stages
from harness.performance.capacity import Capacity, Stage, capacity, too_little
from harness.performance.comparison import compare
from harness.performance.observed import Observed
from harness.performance.recording import Recording
from tests.performance.recorded import PLAN, SPEC
from tests.performance.scripted import ScriptedSession
from tests.performance.test_generator import QUICK, run, users

STAGED = replace(
    QUICK,
    rate=Decimal(50),
    block_seconds=Decimal("0.2"),
    users=3,
    stages=tuple(map(Decimal, (1, 2, 4, 8))),
    knee_seconds=Decimal("0.1"),
)


class Bounded(ScriptedSession):
    """Does one thing at a time, in so many seconds; refuses when more than so many wait."""

    waiting = 0
    free = 0.0

    def _work(self) -> None:
        import time

        now = time.perf_counter()
        start = max(now, Bounded.free)
        if start - now > float(self.options.get("patience", 9)):
            raise LoadFault("http.503")
        Bounded.free = start + float(self.options["seconds"])
        gevent.sleep(Bounded.free - now)


@pytest.mark.end_to_end
@pytest.mark.parametrize(("patience", "fails"), [(9, "slow"), (0.05, "http.503")])
def test_the_knee_is_found_and_how_a_side_fails_there(tmp_path: Path, patience: float, fails: str) -> None:
    Bounded.free = 0.0
    sides = {
        Side.SOURCE: users(ScriptedSession, 24, seconds=0.001),
        Side.TARGET: users(Bounded, 24, seconds=0.008, patience=patience),
    }
    story, samples = run(tmp_path, STAGED, sides)
    seen = Observed(STAGED, dict.fromkeys(Side, Recording(STAGED, story, 0, tuple(samples))), in_turn=True)
    source, target = capacity(seen, Side.SOURCE), capacity(seen, Side.TARGET)

    assert source is not None
    assert target is not None
    assert source.knee is None
    assert source.sustained == 400
    assert target.knee is not None
    assert target.knee.fails == fails
    assert (target.sustained or 0) <= 100
    assert target.recovered is not None
    assert too_little(STAGED, source, target) == 400


def taken(*fails: str | None) -> Capacity:
    stages_of = zip((10.0, 20.0, 40.0), fails, strict=False)
    return Capacity(tuple(Stage(asked, asked, 0.1, each) for asked, each in stages_of), None)


@pytest.mark.parametrize(
    ("source", "target", "needed", "expected"),
    [
        (taken(None, None, None), taken(None, None, None), None, None),
        (taken(None, None, None), taken(None, "slow"), None, 40),
        (taken(None, "slow"), taken(None, "slow"), None, None),
        (taken(None, "slow"), taken(None, None, "slow"), None, None),
        (taken("slow"), taken("slow"), None, None),
        (taken(None, "slow"), taken("http.500"), None, 10),
        (None, taken(None, "slow"), None, None),
        (None, taken(None, "slow"), "15", 15),
        (None, taken(None, None, "slow"), "15", None),
        (taken("slow"), taken("slow"), "5", 5),
    ],
)
def test_a_target_takes_too_little_when(
    source: Capacity | None, target: Capacity, needed: str | None, expected: int | None
) -> None:
    plan = replace(PLAN, stages=(Decimal(1),), capacity=None if needed is None else Decimal(needed))

    assert too_little(plan, source, target) == expected


def test_stages_take_turns_and_have_their_share_of_arrivals() -> None:
    made = list(stages(STAGED, tuple(Side), count(7)))

    assert [(block.number, block.side, block.factor) for block in made[:3]] == [
        (7, Side.SOURCE, 1),
        (8, Side.TARGET, 1),
        (9, Side.SOURCE, 2),
    ]
    assert [len(arrivals(STAGED, block)) for block in made[::2]] == [10, 20, 40, 80]
    assert STAGED.seats == 24


def test_recovery_is_waited_for_with_the_usual_load_and_not_for_ever() -> None:
    made = list(recovery(Side.TARGET, count(3)))

    assert {(block.series, block.factor) for block in made} == {(Series.RECOVERY, Decimal(1))}
    assert len(made) == RECOVERY_BLOCKS


def test_a_plan_without_stages_says_nothing_of_capacity() -> None:
    from tests.performance.recorded import capture

    conclusion = compare(SPEC, {Part.PAIR: capture()})
    assert not [name for name in conclusion.measures if name.startswith("capacity")]
