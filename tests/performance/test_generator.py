"""The generator itself, in this process: users arrive on time however slow the ERP is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import gevent
import pytest

from harness.adapters.load import LoadFault, Scenario, Seat, Stopwatch
from harness.model import Account, Environment, Secret, Side
from harness.performance import LoadPlan, events, samples
from harness.performance import Scenario as Planned
from harness.performance.blocks import Series
from harness.performance.conductor import Conductor
from harness.performance.events import Story
from harness.performance.generator import Generator
from harness.performance.output import Output
from harness.performance.samples import Sample
from harness.statistics import percentile
from tests.performance.scripted import ScriptedSession

pytestmark = pytest.mark.end_to_end

SCENARIOS = (Planned("sale.open", 1), Planned("sale.order", 1, ("sale.create", "sale.confirm")))
QUICK = LoadPlan(
    scenarios=SCENARIOS,
    rate=Decimal(40),
    block_seconds=Decimal("0.1"),
    pairs=4,
    warmup_pairs=0,
    alone=0,
    rounds=1,
    timeout_seconds=Decimal("0.2"),
)


class Frozen(ScriptedSession):
    """Answers at once, except that the whole system stands still for a while."""

    since = until = 0.0

    def _work(self) -> None:
        if _now() >= Frozen.since:
            gevent.sleep(max(0.0, Frozen.until - _now()))


def _now() -> float:
    import time

    return time.perf_counter()


def users(kind: type[ScriptedSession], count: int = 3, **options: object) -> list[ScriptedSession]:
    made = []
    for number in range(count):
        user = kind()
        account = Account("sales", "u", Secret("p"))
        options_of = MappingProxyType(options)
        user.login(
            Environment(Side.SOURCE, "scripted", "http://x", options_of), None, Seat("r", number, account)
        )  # type: ignore[arg-type]
        made.append(user)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path


def run(
    folder: Path, plan: LoadPlan, sides: Mapping[Side, list[ScriptedSession]]
) -> tuple[Story, tuple[Sample, ...]]:
    output = Output(folder)
    by_role = {side: {plan.role: found} for side, found in sides.items()}
    generator = Generator(plan, by_role, output, lambda name, seconds, error: None)  # type: ignore[arg-type]
    Conductor(plan, by_role, output, generator.carry_out).run()
    output.close()
    return events.read(folder / events.EVENTS), samples.read(folder / events.SAMPLES)


def test_a_single_user_does_each_scenario_once_before_anything_is_compared(folder: Path) -> None:
    story, found = run(folder, replace(QUICK, alone=2), {side: users(ScriptedSession) for side in Side})

    alone = [block for block in story.blocks if block.series is Series.ALONE]
    assert [(block.side, block.pair) for block in alone] == [
        (Side.SOURCE, 0),
        (Side.TARGET, 0),
        (Side.TARGET, 1),
        (Side.SOURCE, 1),
    ]
    for block in alone:
        done = [each for each in found if each.block == block.number]
        assert [each.transaction for each in done] == ["sale.open", "sale.create", "sale.confirm"]
        assert all(one.started + one.seconds <= two.started + 0.001 for one, two in pairwise(done))
        assert block.in_time == block.planned == 2


def test_every_planned_arrival_is_sampled(folder: Path) -> None:
    story, found = run(folder, QUICK, {side: users(ScriptedSession) for side in Side})

    assert story.finished
    assert [block.planned for block in story.blocks] == [4] * 8
    for block in story.blocks:  # a machine that is busy elsewhere may start the last one late
        first = [each for each in found if each.block == block.number and each.transaction != "sale.confirm"]
        in_time = sum(each.started <= float(QUICK.block_seconds) for each in first)
        assert in_time <= block.in_time <= block.planned
    assert len(found) == 8 * (2 + 2 * 2)  # an order is two transactions
    assert all(sample.ok for sample in found)
    confirms = [sample.seconds for sample in found if sample.transaction == "sale.confirm"]
    assert 0.009 < percentile(confirms, 0.5) < 0.05  # without the 2 ms of the step before it


def test_a_standstill_is_felt_by_everybody_who_would_have_come(folder: Path) -> None:
    """Frozen for 0.4 of 0.5 s: an open arrival tells it; a user who waits for the answer tells one."""
    plan = replace(
        QUICK,
        scenarios=(Planned("sale.open"),),
        block_seconds=Decimal("0.5"),
        rate=Decimal(40),
        timeout_seconds=Decimal(2),
        pairs=4,
    )
    Frozen.until = _now() + 0.4
    _, found = run(folder, plan, {Side.SOURCE: users(Frozen, count=2)})
    first = [sample for sample in found if sample.block == 0]
    ideal = [max(0.0, 0.4 - sample.intended) for sample in first]

    for share in (0.5, 0.9, 0.95):
        waited = percentile([sample.seconds for sample in first], share)
        assert waited == pytest.approx(percentile(ideal, share), rel=0.1, abs=0.02)
    assert percentile([sample.seconds for sample in first], 0.95) > 0.3


@pytest.mark.qualify
def test_three_seconds_of_thirty_are_told_as_the_ideal_tells_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Within 5 % of users without number, who all come when they come; what a closed model says is shown."""
    plan = replace(
        QUICK,
        scenarios=(Planned("sale.open"),),
        block_seconds=Decimal("7.5"),
        rate=Decimal(40),
        timeout_seconds=Decimal(10),
    )
    Frozen.since, Frozen.until = _now() + 2, _now() + 5
    began = _now()
    story, found = run(folder, plan, {Side.SOURCE: users(Frozen, count=12)})
    comes = [began + story.blocks[each.block].began + each.intended for each in found]
    ideal = [Frozen.until - at if Frozen.since <= at < Frozen.until else 0.0 for at in comes]
    told = [each.seconds for each in found]
    closed = [each.seconds - (each.started - each.intended) for each in found]

    with capsys.disabled():
        print(f"\nfrozen for 3 s of {story.blocks[-1].began + 7.5:.0f} s, {len(found)} arrivals")
        for share in (0.95, 0.99):
            said = [f"{percentile(each, share):.3f} s" for each in (ideal, told, closed)]
            print(f"p{share * 100:.0f}: ideal {said[0]}, told {said[1]}, a closed model {said[2]}")
    for share in (0.95, 0.99):
        assert percentile(told, share) == pytest.approx(percentile(ideal, share), rel=0.05)
    assert percentile(closed, 0.95) < 0.1 * percentile(ideal, 0.95)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"fault": "http.500"}, "http.500"),
        ({"crash": True}, "crash.KeyError"),
        ({"seconds": 5}, "timeout"),
    ],
)
def test_what_goes_wrong_is_recorded_by_its_code(folder: Path, options: dict[str, object], code: str) -> None:
    plan = replace(QUICK, scenarios=(Planned("sale.open"),), timeout_seconds=Decimal("0.01"))
    _, found = run(folder, plan, {Side.SOURCE: users(ScriptedSession, count=8, **options)})

    assert {sample.error for sample in found} == {code}


def test_a_side_that_falls_silent_ends_the_load(folder: Path) -> None:
    broken = {Side.SOURCE: users(ScriptedSession), Side.TARGET: users(ScriptedSession, fault="connection")}
    plan = replace(QUICK, scenarios=(Planned("sale.open"),))

    story, _ = run(folder, plan, broken)

    assert [side for side, _ in story.stopped] == [Side.TARGET]
    assert len(story.blocks) == 3  # source, target, target: the second silent one is enough
    assert story.finished


def test_a_scenario_that_the_sessions_do_not_have_is_a_fault_of_ours(folder: Path) -> None:
    plan = replace(QUICK, scenarios=(Planned("month.close"),))
    _, found = run(folder, plan, {Side.SOURCE: users(ScriptedSession)})

    assert {sample.error for sample in found} == {"crash.no_such_scenario"}


class Twice(ScriptedSession):
    """Finds out after the last transaction that nothing was confirmed."""

    def scenarios(self) -> Mapping[str, Scenario]:
        return {"sale.order": self._checked}

    def _checked(self, timed: Stopwatch) -> None:
        from harness.adapters.load import LoadFault

        self._order(timed)
        raise LoadFault("answer.not_confirmed")


def test_a_fault_found_after_the_last_transaction_counts_for_it(folder: Path) -> None:
    plan = replace(QUICK, scenarios=(SCENARIOS[1],))
    _, found = run(folder, plan, {Side.SOURCE: users(Twice)})
    wrong = {(sample.transaction, sample.error) for sample in found if not sample.ok}

    assert wrong == {("sale.confirm", "answer.not_confirmed")}


def test_an_undecided_round_is_followed_by_another_and_a_decided_one_is_not(folder: Path) -> None:
    plan = replace(
        QUICK,
        scenarios=(Planned("sale.open"),),
        rounds=2,
        margin=Decimal("0.5"),
        noticeable=Decimal("0.5"),
    )
    story, _ = run(folder, plan, {side: users(ScriptedSession) for side in Side})

    assert len(story.blocks) == 8  # the first round decided; the second was not needed


class Failing(ScriptedSession):
    """Fails nine times in ten."""

    count = 0

    def _work(self) -> None:
        Failing.count += 1
        gevent.sleep(0.001)
        if Failing.count % 10:
            raise LoadFault("refused.Broken")


@pytest.mark.parametrize(
    ("kind", "halt_seconds", "what"), [(Failing, None, "errors"), (ScriptedSession, "0.005", "seconds")]
)
def test_what_the_plan_forbids_ends_the_load_after_two_blocks(
    folder: Path, kind: type[ScriptedSession], halt_seconds: str | None, what: str
) -> None:
    plan = replace(QUICK, halt_seconds=None if halt_seconds is None else Decimal(halt_seconds), pairs=20)
    story, _ = run(folder, plan, {Side.SOURCE: users(ScriptedSession, seconds=0), Side.TARGET: users(kind)})

    assert [(side, named) for side, named, _ in story.halted] == [(Side.TARGET, what)]
    assert [block.side for block in story.blocks].count(Side.TARGET) == 2
    assert story.finished
