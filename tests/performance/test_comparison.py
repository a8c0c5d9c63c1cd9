"""Which conclusion follows from which recording: every way to fail, and no way to pass without evidence."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from harness.messages import Language, render
from harness.model import Attachment, Capture, FindingKind, Part, Side, Status
from harness.performance.blocks import Block
from harness.performance.comparison import compare
from harness.performance.plan import Limit
from harness.performance.recording import RAW
from tests.performance.recorded import PLAN, SPEC, TOO_SHORT, capture, on_target, slow_confirm


@dataclass(frozen=True)
class Case:
    """A recording, and the outcome with its findings and its reason."""

    name: str
    capture: Capture
    status: Status
    reason: str | None
    findings: tuple[tuple[FindingKind, str, str | None], ...] = ()


def errors_on(transaction: str, code: str, every: int = 1) -> Callable[[Block, str, float], float | str]:
    def change(block: Block, name: str, usual: float) -> float | str:
        return code if name == transaction and block.pair % every == 0 else usual

    return change


def stops_at(pair: int) -> Callable[[Block, str, float], float | str]:
    return lambda block, name, usual: "connection" if block.pair >= pair else usual


def uneven(block: Block, transaction: str) -> float:
    """Blocks that differ by half and more, at random."""
    return 0.25 * math.exp(random.Random(f"{block.number}").gauss(0, 0.45))


LIMITED = replace(PLAN, limits=(Limit("sale.confirm", Decimal("0.95"), Decimal("0.2")),))
SHORT = replace(PLAN, limits=(Limit("sale.confirm", Decimal("0.99"), Decimal(5)),))
NOISY = replace(PLAN, noticeable=Decimal(0))
BASELINE = replace(PLAN, noise_pairs=4)

CASES = [
    Case("equal systems pass", capture(), Status.PASSED, None),
    Case(
        "300 ms on every confirm",
        capture(on_target(slow_confirm)),
        Status.FAILED,
        "performance.failed",
        ((FindingKind.REGRESSION, "sale.confirm", "p50"),),
    ),
    Case(
        "the absolute limit, whatever the source does",
        capture(plan=LIMITED),
        Status.FAILED,
        "performance.failed",
        ((FindingKind.VIOLATION, "sale.confirm", "limit p95"),),
    ),
    Case(
        "a limit that too few samples leave open",
        capture(plan=SHORT),
        Status.UNKNOWN,
        "performance.unknown.limit",
    ),
    Case(
        "refused on the target only",
        capture(on_target(errors_on("sale.confirm", "refused.AccessError"))),
        Status.FAILED,
        "performance.failed",
        ((FindingKind.VIOLATION, "sale.confirm", "errors"),),
    ),
    Case(
        "fast and empty",
        capture(on_target(errors_on("sale.open", "answer.empty", every=3))),
        Status.FAILED,
        "performance.failed",
        ((FindingKind.VIOLATION, "sale.open", "errors"),),
    ),
    Case(
        "errors on both sides",
        capture(lambda block, name: "http.500" if name == "sale.open" else 0.1),
        Status.UNKNOWN,
        "performance.unknown.source_errors",
    ),
    Case(
        "errors on the source only",
        capture(lambda block, name: "http.500" if block.side is Side.SOURCE else 0.1),
        Status.UNKNOWN,
        "performance.unknown.source_errors",
    ),
    Case(
        "the target stops in mid-run",
        capture(
            on_target(stops_at(2)),
            until=9,
            story=lambda story: replace(story, stopped=((Side.TARGET, 8),)),
        ),
        Status.FAILED,
        "performance.failed",
        ((FindingKind.UNAVAILABLE, "system", None),),
    ),
    Case(
        "the target never answers",
        capture(
            on_target(stops_at(0)), until=4, story=lambda story: replace(story, stopped=((Side.TARGET, 3),))
        ),
        Status.FAILED,
        "performance.failed",
        ((FindingKind.UNAVAILABLE, "system", None),),
    ),
    Case(
        "the target lets nobody in",
        capture(until=0, story=lambda story: replace(story, unavailable=((Side.TARGET, "connection"),))),
        Status.FAILED,
        "performance.failed",
        ((FindingKind.UNAVAILABLE, "system", None),),
    ),
    Case(
        "the source lets nobody in",
        capture(until=0, story=lambda story: replace(story, unavailable=((Side.SOURCE, "refused.login"),))),
        Status.UNKNOWN,
        "performance.unknown.source_unavailable",
    ),
    Case(
        "neither side lets anybody in",
        capture(
            until=0,
            story=lambda story: replace(story, unavailable=tuple((side, "connection") for side in Side)),
        ),
        Status.UNKNOWN,
        "performance.unknown.source_unavailable",
    ),
    Case(
        "the source stops",
        capture(until=5, story=lambda story: replace(story, stopped=((Side.SOURCE, 4),))),
        Status.UNKNOWN,
        "performance.unknown.source_stopped",
    ),
    Case("no block at all", capture(until=0), Status.UNKNOWN, "performance.unknown.samples"),
    Case(
        "too few samples",
        capture(plan=replace(PLAN, minimum_samples=50)),
        Status.UNKNOWN,
        "performance.unknown.samples",
    ),
    Case(
        "the generator was cut off",
        capture(story=lambda story: replace(story, finished=False), exit_code=-9),
        Status.UNKNOWN,
        "performance.unknown.unfinished",
    ),
    Case(
        "a crash in every task",
        capture(lambda block, name: "crash.KeyError"),
        Status.UNKNOWN,
        "performance.unknown.crash",
    ),
    Case(
        "a saturated generator",
        capture(run=lambda run: replace(run, cpu=0.97)),
        Status.UNKNOWN,
        "performance.unknown.saturated",
    ),
    Case(
        "a late generator",
        capture(run=lambda run: replace(run, lag=0.4)),
        Status.UNKNOWN,
        "performance.unknown.lag",
    ),
    Case(
        "the rate was not reached on the source",
        capture(run=lambda run: replace(run, in_time=12)),
        Status.UNKNOWN,
        "performance.unknown.rate",
    ),
    Case(
        "the rate was not reached on the target only",
        capture(run=lambda run: replace(run, in_time=12 if run.side is Side.TARGET else run.planned)),
        Status.FAILED,
        "performance.failed",
        ((FindingKind.VIOLATION, "system", "rate"),),
    ),
    Case(
        "noise hides the answer",
        capture(uneven, plan=NOISY),
        Status.UNKNOWN,
        "performance.unknown.noise",
    ),
    Case(
        "the source differs from itself",
        capture(
            lambda block, name: (0.9 if block.turn else 0.3) if block.series == "noise" else 0.3,
            plan=BASELINE,
        ),
        Status.UNKNOWN,
        "performance.unknown.baseline",
    ),
    Case(
        "raw samples of another kind",
        replace(capture(), attachments=(Attachment(RAW, "text/plain", b"nonsense"),)),
        Status.UNKNOWN,
        "performance.unknown.raw",
    ),
    Case(
        "another schema",
        replace(capture(), value={"schema": 99}),
        Status.UNKNOWN,
        "performance.unknown.schema",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_conclusion(case: Case) -> None:
    conclusion = compare(SPEC, {Part.PAIR: case.capture})

    assert conclusion.status is case.status, [str(each) for each in (conclusion.reason, *conclusion.caveats)]
    assert (conclusion.reason.key if conclusion.reason else None) == case.reason
    assert tuple((each.kind, each.entity, each.field) for each in conclusion.findings) == case.findings
    for language in Language:
        for sentence in (
            conclusion.reason,
            *conclusion.caveats,
            *(each.text for each in conclusion.findings),
        ):
            assert sentence is None or render(sentence, language)


def test_the_same_captures_give_the_same_conclusion() -> None:
    made = {Part.PAIR: capture(on_target(slow_confirm))}

    assert compare(SPEC, made) == compare(SPEC, made)


def test_what_was_compared_is_covered_and_measured() -> None:
    conclusion = compare(SPEC, {Part.PAIR: capture(on_target(slow_confirm))})

    assert [cover.item for cover in conclusion.covers] == [
        "sale.confirm",
        "sale.create",
        "sale.open",
        "sale.order",
    ]
    assert Decimal("2.0") < Decimal(str(conclusion.measures["sale.confirm.p50.ratio"])) < Decimal("2.5")
    assert conclusion.measures["sale.confirm.p50.answer"] == "worse"
    assert conclusion.measures["sale.open.source.samples"] == 60


def test_a_slow_down_too_short_to_notice_is_said_but_is_no_finding() -> None:
    double = on_target(lambda block, name, usual: usual * 2 if name == "sale.create" else usual)
    conclusion = compare(SPEC, {Part.PAIR: capture(double)})

    assert conclusion.status is Status.PASSED
    assert [each.key for each in conclusion.caveats] == ["performance.caveat.unnoticed", TOO_SHORT]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda block, name, usual: usual, Status.PASSED),
        (lambda block, name, usual: usual * 1.35, Status.PASSED),  # within the wider margin
        (slow_confirm, Status.FAILED),
    ],
)
def test_sides_taken_apart_are_weaker_evidence(
    change: Callable[[Block, str, float], float | str], status: Status
) -> None:
    seconds = on_target(change)
    made: Mapping[Part, Capture] = {
        Part.SOURCE: capture(seconds, sides=(Side.SOURCE,)),
        Part.TARGET: capture(seconds, sides=(Side.TARGET,)),
    }

    conclusion = compare(SPEC, made)

    assert conclusion.status is status
    assert "performance.caveat.apart" in [each.key for each in conclusion.caveats]
    assert {cover.how for cover in conclusion.covers} == {"apart"}


def test_sides_given_different_loads_are_not_compared() -> None:
    busier = replace(PLAN, rate=Decimal(10))
    made = {
        Part.SOURCE: capture(sides=(Side.SOURCE,)),
        Part.TARGET: capture(sides=(Side.TARGET,), plan=busier),
    }

    conclusion = compare(SPEC, made)

    assert conclusion.reason is not None
    assert (conclusion.status, conclusion.reason.key) == (Status.UNKNOWN, "performance.unknown.different")
