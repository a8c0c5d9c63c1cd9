"""Beyond the usual load: where each side's knee is, how it fails, and when it has recovered."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from itertools import count
from pathlib import Path

import gevent
import pytest
from gevent.lock import BoundedSemaphore

from harness.adapters.load import LoadFault
from harness.messages import Language, render
from harness.model import Attachment, Capture, Part, Side, Status
from harness.performance import Scenario as Planned
from harness.performance.blocks import RECOVERY_BLOCKS, Series, arrivals, recovery, stages
from harness.performance.capacity import Capacity, Crowd, Stage, bend, capacity, crowds, too_little, untried
from harness.performance.comparison import compare
from harness.performance.observed import Observed
from harness.performance.recording import RAW, Recording, recording_value
from harness.performance.samples import to_parquet
from tests.performance.recorded import PLAN, SPEC
from tests.performance.scripted import ScriptedSession
from tests.performance.test_generator import QUICK, run, users

STAGED = replace(
    QUICK,
    rate=Decimal(50),
    block_seconds=Decimal("0.2"),
    users=3,
    stages=tuple(map(Decimal, (1, 2, 8))),
    knee_seconds=Decimal("0.3"),
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
        Side.TARGET: users(Bounded, 24, seconds=0.006, patience=patience),
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
    assert target.sustained == 100
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
        (None, taken(None, None, None), "50", None),  # nobody knows: see `untried`
    ],
)
def test_a_target_takes_too_little_when(
    source: Capacity | None, target: Capacity, needed: str | None, expected: int | None
) -> None:
    plan = replace(PLAN, stages=(Decimal(1),), capacity=None if needed is None else Decimal(needed))

    assert too_little(plan, source, target) == expected


@pytest.mark.parametrize(
    ("target", "needed", "tried"),
    [
        (taken(None, None, None), None, None),
        (taken(None, None, None), "40", None),
        (taken(None, None, None), "50", 40),
        (taken(None, None, "slow"), "50", None),  # that is too little
        (None, "50", 0),
    ],
)
def test_what_was_never_tried_is_neither_enough_nor_too_little(
    target: Capacity | None, needed: str | None, tried: int | None
) -> None:
    plan = replace(PLAN, stages=(Decimal(1),), capacity=None if needed is None else Decimal(needed))

    assert untried(plan, target) == tried


@pytest.mark.end_to_end
def test_a_capacity_above_every_stage_is_not_verified_and_says_what_to_do(tmp_path: Path) -> None:
    """10 and 20 a second were sustained; 30 are demanded."""
    plan = replace(
        STAGED,
        scenarios=(Planned("sale.open"),),
        rate=Decimal(10),
        block_seconds=Decimal(1),
        stages=(Decimal(1), Decimal(2)),
        capacity=Decimal(30),
    )
    story, samples = run(tmp_path, plan, {side: users(ScriptedSession, 6, seconds=0.001) for side in Side})
    value = recording_value(plan, story, 0)
    raw = Attachment(RAW, "application/vnd.apache.parquet", to_parquet(samples))
    conclusion = compare(SPEC, {Part.PAIR: Capture(value, attachments=(raw,))})
    told = [each for each in (conclusion.reason, *conclusion.caveats) if each is not None]
    said = [render(each, Language.EN) for each in told if each.key == "performance.unknown.capacity"]

    assert not [each for each in conclusion.findings if each.field == "capacity"]
    assert conclusion.status is not Status.PASSED
    assert len(said) == 1
    assert "30.0 arrivals" in said[0]
    assert "20.0 were tried" in said[0]
    assert "at least 3.0 times" in said[0]


CROWDED = replace(
    QUICK,
    scenarios=(Planned("sale.open"),),
    block_seconds=Decimal("0.4"),
    users=3,
    crowds=(1, 2, 4, 8, 16),
    knee_seconds=Decimal(9),
    timeout_seconds=Decimal(2),
)


class Counters(ScriptedSession):
    """A counter with so many tills: each serves one user at a time."""

    tills: BoundedSemaphore

    def _work(self) -> None:
        with Counters.tills:
            gevent.sleep(0.02)


@pytest.mark.end_to_end
def test_more_users_get_more_done_up_to_what_the_server_has_workers_for(tmp_path: Path) -> None:
    """Four tills of 50 a second each: 200 a second, from four users on."""
    Counters.tills = BoundedSemaphore(4)
    story, samples = run(tmp_path, CROWDED, {Side.TARGET: users(Counters, CROWDED.seats)})
    made = Recording(CROWDED, story, 0, tuple(samples))
    tried = crowds(Observed(CROWDED, dict.fromkeys(Side, made), in_turn=True), Side.TARGET)
    knee = bend(tried)

    assert [each.users for each in tried] == [1, 2, 4, 8, 16]
    assert knee is not None
    assert knee.users == 4
    for each in tried:
        assert 0.6 * 50 * min(each.users, 4) < each.answered <= 1.05 * 50 * min(each.users, 4)
    assert all(each.p95 is not None for each in tried)


@pytest.mark.end_to_end
def test_users_who_are_refused_do_not_ask_without_end(tmp_path: Path) -> None:
    plan = replace(CROWDED, crowds=(2, 4), halt_errors=Decimal(1))
    Failing.after = time.perf_counter() + 1.2
    story, samples = run(tmp_path, plan, {Side.TARGET: users(Failing, plan.seats, seconds=0.001)})
    crowd = [block for block in story.blocks if block.series is Series.CROWD]

    assert [block.users for block in crowd] == [2]  # it cannot follow, so no more come
    assert len([each for each in samples if each.block == crowd[0].number]) <= 2 * 5


class Failing(ScriptedSession):
    """Well at first, then refuses everything at once."""

    after = 0.0

    def _work(self) -> None:
        if time.perf_counter() > Failing.after:
            raise LoadFault("http.503")
        gevent.sleep(0.001)


@pytest.mark.parametrize(
    ("answered", "fails", "knee"),
    [
        ((50, 100, 200), (None, None, None), None),
        ((50, 100, 130), (None, None, None), 4),  # 30 % more for twice the users
        ((50, 60, 200), (None, None, None), 2),
        ((50, 100, 200), (None, None, "slow"), 4),
        ((50,), (None,), None),
        ((0, 10), (None, None), 2),
    ],
)
def test_the_bend_is_where_more_users_get_hardly_more_done(
    answered: tuple[int, ...], fails: tuple[str | None, ...], knee: int | None
) -> None:
    tried = [Crowd(*each) for each in zip((2, 4, 8), answered, [0.1] * 3, fails, strict=False)]  # type: ignore[arg-type]
    found = bend(tried)

    assert (found.users if found else None) == knee


def test_stages_take_turns_and_have_their_share_of_arrivals() -> None:
    made = list(stages(STAGED, tuple(Side), count(7)))

    assert [(block.number, block.side, block.factor) for block in made[:3]] == [
        (7, Side.SOURCE, 1),
        (8, Side.TARGET, 1),
        (9, Side.SOURCE, 2),
    ]
    assert [len(arrivals(STAGED, block)) for block in made[::2]] == [10, 20, 80]
    assert STAGED.seats == 24


def test_recovery_is_waited_for_with_the_usual_load_and_not_for_ever() -> None:
    made = list(recovery(Side.TARGET, count(3)))

    assert {(block.series, block.factor) for block in made} == {(Series.RECOVERY, Decimal(1))}
    assert len(made) == RECOVERY_BLOCKS


def test_a_plan_without_stages_says_nothing_of_capacity() -> None:
    from tests.performance.recorded import capture

    conclusion = compare(SPEC, {Part.PAIR: capture()})
    assert not [name for name in conclusion.measures if name.startswith("capacity")]
