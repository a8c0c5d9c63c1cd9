"""Done in time, the same result, no slower: each question has its own answer, and no data is never a pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from decimal import Decimal

import pytest

from harness.messages import Language, render
from harness.model import Capture, Conclusion, FindingKind, Part, Side, Status
from harness.performance.batch.comparison import compare
from harness.performance.batch.plan import Window
from harness.performance.batch.recording import Failed, Step
from tests.performance.batch.recorded import PLAN, SPEC, as_today, capture, concluded, done, right, told

LONG = replace(PLAN, window=Window(time(22), time(4)))
S, T = Side.SOURCE, Side.TARGET


def marks(conclusion: Conclusion) -> set[tuple[str, str | None]]:
    assert {finding.entity for finding in conclusion.findings} <= {PLAN.batch}
    return {(finding.kind.value, finding.field) for finding in conclusion.findings}


def test_what_is_done_in_time_and_as_today_passes_and_says_when() -> None:
    conclusion = concluded(done(S), done(T))

    assert conclusion.status is Status.PASSED
    assert told(conclusion) == []
    measures = conclusion.measures
    assert measures["month_end.target.answer"] == "fits"
    assert measures["month_end.target.growth"] == "linear"
    assert "02:00:08" <= str(measures["month_end.target.finish"]) <= "02:00:10"
    assert "02:00:09" <= str(measures["month_end.target.finish_high"]) <= "02:00:30"
    assert measures["month_end.window.end"] == "02:00:30"
    assert measures["month_end.answer"] == "equivalent"
    assert [(cover.kind, cover.item) for cover in conclusion.covers] == [("batch", "month_end")]


@pytest.mark.parametrize(
    ("law", "findings"),
    [
        (lambda volume: 5 * as_today(volume), {("violation", "window"), ("regression", "seconds")}),
        (lambda volume: 3 + as_today(volume), {("regression", "seconds")}),  # 11.5 s of 30
        (lambda volume: as_today(volume) * 0.5, set()),
    ],
    ids=["five times as long", "three seconds more", "half as long"],
)
def test_a_slower_target_is_found_where_it_matters(
    law: Callable[[int], float], findings: set[tuple[str, str]]
) -> None:
    conclusion = concluded(done(S, noise=0.005), done(T, law, noise=0.005))

    assert marks(conclusion) == findings
    assert conclusion.status is (Status.FAILED if findings else Status.PASSED)


def test_late_is_said_with_the_clock() -> None:
    conclusion = concluded(done(S, noise=0.002), done(T, lambda v: 4 * as_today(v), noise=0.002))
    (late,) = (finding for finding in conclusion.findings if finding.kind is FindingKind.VIOLATION)

    english, chinese = (render(late.text, language) for language in (Language.EN, Language.ZH))
    assert "the batch month-end close over 160 documents, started at 02:00:00, ends at 02:00:3" in english
    assert "the window ends at 02:00:30: 0.1 minutes too late" in english
    assert "批处理 月结（160 张单据）" in chinese
    assert "时间窗口 02:00:30 结束" in chinese
    assert late.target_value is not None
    assert Decimal(33) < late.target_value < Decimal(35)  # type: ignore[operator]


def test_a_batch_that_outgrows_its_window_is_late_although_it_is_as_fast_as_today_when_small() -> None:
    """The square of the volume: a twentieth of a second more for five documents, far too late for 160."""
    conclusion = concluded(
        done(S, noise=0.01), done(T, lambda v: as_today(v) + 0.002 * v * v, noise=0.01), plan=PLAN
    )

    assert ("violation", "window") in marks(conclusion)
    assert "batch.caveat.bends" in told(conclusion)


def test_an_interval_over_the_end_of_the_window_is_undecided_and_says_what_would_decide() -> None:
    plan = replace(PLAN, window=Window(time(2), time(2, 0, 12)))
    conclusion = concluded(done(S), done(T), plan=plan)

    assert conclusion.status is Status.UNKNOWN
    assert conclusion.reason is not None
    assert conclusion.reason.key == "batch.unknown.straddles"
    assert 40 < int(str(conclusion.reason["volume"])) <= 160


def test_far_beyond_what_was_measured_nothing_is_said() -> None:
    plan = replace(PLAN, expected=4001)
    conclusion = concluded(done(S), done(T), plan=plan)

    assert conclusion.status is Status.UNKNOWN
    assert conclusion.reason is not None
    assert conclusion.reason.key == "batch.unknown.too_far"
    assert conclusion.reason["needed"] == 41
    assert conclusion.measures["month_end.beyond"] == Decimal("100.0")


@pytest.mark.parametrize(("expected", "said"), [(160, False), (161, True)])
def test_an_extrapolation_is_said_with_how_many_times_it_is(expected: int, said: bool) -> None:
    conclusion = concluded(done(S), done(T), plan=replace(PLAN, expected=expected))

    assert conclusion.status is Status.PASSED
    assert ("batch.caveat.far" in told(conclusion)) is said


@pytest.mark.parametrize(
    ("wrong", "field", "source", "target"),
    [
        (lambda v: {**right(v), "debit": Decimal("10.09") * v}, "debit", "50.50", "50.45"),
        (lambda v: {**right(v), "documents": v - 1}, "documents", "5", "4"),
        (lambda v: {"documents": v}, "debit", "50.50", "None"),
        (lambda v: {**right(v), "notes": 1}, "notes", "None", "1"),
        (lambda v: {**right(v), "documents": Decimal(v)}, "documents", "5", "5"),  # another type
    ],
)
def test_another_result_is_named_with_both_values(
    wrong: Callable[[int], dict[str, int | Decimal]], field: str, source: str, target: str
) -> None:
    conclusion = concluded(done(S), done(T, figures=wrong))
    (finding,) = conclusion.findings

    assert (finding.kind, finding.entity, finding.field) == (FindingKind.REGRESSION, "month_end", field)
    assert (str(finding.source_value), str(finding.target_value)) == (source, target)
    assert finding.text["count"] == 8


def test_a_source_that_takes_less_than_was_made_ready_measures_nothing() -> None:
    half = {"figures": lambda volume: right(volume // 2)}
    conclusion = concluded(done(S, **half), done(T, **half))  # type: ignore[arg-type]

    assert conclusion.status is Status.UNKNOWN
    assert told(conclusion)[0] == "batch.unknown.not_taken"


REFUSED = Failed(T, 10, Step.RUN, "UserError", "The period is closed")


@pytest.mark.parametrize("step", Step)
def test_what_the_target_alone_refuses_is_a_finding_with_its_reason(step: Step) -> None:
    conclusion = concluded(done(S), done(T)[:2], replace(REFUSED, step=step))

    (finding,) = conclusion.findings
    assert (finding.kind, finding.field) == (FindingKind.UNAVAILABLE, step.value)
    assert "The period is closed" in render(finding.text, Language.EN)
    assert "The period is closed" in render(finding.text, Language.ZH)


@pytest.mark.parametrize("both", [False, True])
def test_what_the_source_refuses_is_unknown(both: bool) -> None:
    refused = [replace(REFUSED, side=S), *([REFUSED] if both else [])]
    conclusion = concluded(done(S)[:1], done(T)[:1] if both else done(T), *refused)

    assert conclusion.status is Status.UNKNOWN
    assert told(conclusion)[0] == "batch.unknown.source_failed"
    assert ("month_end.target.answer" in conclusion.measures) is not both


def test_a_target_too_slow_for_its_window_is_found_without_a_source() -> None:
    conclusion = concluded([], done(T, lambda v: 5 * as_today(v)), replace(REFUSED, side=S))

    assert marks(conclusion) == {("violation", "window")}


@pytest.mark.parametrize("kept", [0, 3, 5])
def test_too_few_runs_are_unknown(kept: int) -> None:
    conclusion = concluded(done(S)[: kept + 1], done(T)[: kept + 1])

    assert conclusion.status is Status.UNKNOWN
    assert "batch.unknown.too_few" in told(conclusion)


def test_sides_apart_need_a_larger_difference_and_say_so() -> None:
    slower = done(T, lambda v: 1.4 * as_today(v), noise=0.005)
    parts = {Part.SOURCE: capture(done(S, noise=0.005)), Part.TARGET: capture(slower)}

    apart, together = compare(SPEC, parts), concluded(done(S, noise=0.005), slower)

    assert apart.status is Status.PASSED
    assert "batch.caveat.apart" in told(apart)
    assert marks(together) == {("regression", "seconds")}


def test_sides_that_ran_other_plans_cannot_be_compared() -> None:
    other = replace(PLAN, expected=500)
    parts = {Part.SOURCE: capture(done(S)), Part.TARGET: capture(done(T), plan=other)}

    assert told(compare(SPEC, parts)) == ["batch.unknown.different"]


@pytest.mark.parametrize(
    "value", [None, {}, {"schema": 2}, {"schema": 1, "plan": {}, "runs": [], "failed": []}]
)
def test_what_cannot_be_read_is_unknown(value: object) -> None:
    conclusion = compare(SPEC, {Part.PAIR: Capture(value)})  # type: ignore[arg-type]

    assert conclusion.status is Status.UNKNOWN
    assert told(conclusion) == ["batch.unknown.schema"]


def test_a_source_that_is_late_itself_is_said_beside_the_finding() -> None:
    late = {"law": lambda volume: 5 * as_today(volume)}
    conclusion = concluded(done(S, **late), done(T, **late))  # type: ignore[arg-type]

    assert marks(conclusion) == {("violation", "window")}
    assert "batch.caveat.source_late" in told(conclusion)


def test_noise_near_the_margin_is_undecided_and_says_how_many_runs_are_missing() -> None:
    conclusion = concluded(done(S, noise=0.1), done(T, lambda v: 1.2 * as_today(v), noise=0.1), plan=LONG)

    assert conclusion.status is Status.UNKNOWN
    assert told(conclusion)[0] in ("batch.unknown.ratio", "batch.unknown.ratio_hopeless")


def test_what_takes_longer_by_less_than_anybody_waits_is_not_worse() -> None:
    plan = replace(LONG, noticeable=Decimal(1))
    conclusion = concluded(done(S), done(T, lambda v: as_today(v) + 0.5), plan=plan)

    assert conclusion.status is Status.PASSED


def verdicts(law: Callable[[int], float], *, tries: int) -> list[Conclusion]:
    return [
        concluded(done(S, noise=0.08, seed=seed), done(T, law, noise=0.08, seed=seed))
        for seed in range(tries)
    ]


def test_equal_systems_are_hardly_ever_accused() -> None:
    """8 % noise, 100 batches, a window of three times their time: at most 2 are called late or slower."""
    accused = [conclusion for conclusion in verdicts(as_today, tries=100) if conclusion.findings]

    assert len(accused) <= 2


def test_a_batch_that_takes_ten_times_as_long_is_nearly_always_found() -> None:
    found = [marks(conclusion) for conclusion in verdicts(lambda v: 10 * as_today(v), tries=50)]

    assert sum(("regression", "seconds") in each for each in found) == 50
    assert sum(("violation", "window") in each for each in found) >= 45


@pytest.mark.qualify
def test_false_alarms_of_equal_systems_over_thousands_of_batches() -> None:
    found = [marks(conclusion) for conclusion in verdicts(as_today, tries=2000)]
    late, slower = (
        sum(mark in each for each in found) for mark in (("violation", "window"), ("regression", "seconds"))
    )
    print(f"of 2000 batches of equal systems {late} called late, {slower} called slower")

    assert late == 0
    assert slower <= 40
