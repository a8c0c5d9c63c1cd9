"""What a step of the target costs more: errors, failed requests, clicks, keys, dialogs, pages, waiting."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from harness.model import CheckSpec, Finding, FindingKind, Severity, Text, text
from harness.statistics import Answer, Decision, Tolerance, decide, measure_apart
from harness.ux.observed import COMPLAINTS, COUNTS, Observed, Step
from harness.values import Value

NOTICEABLE = Decimal("0.5")  # seconds of waiting more that are not yet worse, however short the step
SMALL_INCREASE = Decimal("0.20")  # of clicks or keys: beyond it, major
# Sides are captured one after the other: when the machine itself was this much busier for one of them,
# nothing is said about waiting.
SAME_SPEED = Decimal("1.5")
ENOUGH = 3  # repetitions of each side before a time can be called worse
_SEVERITY = {
    "page_errors": Severity.MAJOR,
    "console_errors": Severity.MINOR,
    "failed_requests": Severity.MAJOR,
}


@dataclass(frozen=True, slots=True)
class Timed:
    """What the times say: findings, what stayed open, and the figures."""

    findings: tuple[Finding, ...]
    caveats: tuple[Text, ...]
    measures: tuple[tuple[str, Value], ...]


def of_complaints(spec: CheckSpec, source: Observed, target: Observed) -> Iterator[Finding]:
    """Errors and failed requests that the source never shows anywhere in the task, each once."""
    for kind in COMPLAINTS:
        known = {item for run in source.runs for step in run for item in step.complaints[kind]}
        for run in target.runs:
            for step in run:
                for item in step.complaints[kind]:
                    if item not in known:
                        known.add(item)
                        if not step.prelude:
                            yield _complaint(spec, step, kind, item)


def of_counts(spec: CheckSpec, source: Observed, target: Observed) -> Iterator[Finding]:
    """Exact counts of what hands must do: more is a finding, at most a fifth more a minor one.

    The least of the repetitions counts: what a person needs when nothing goes wrong.
    """
    for step in source.judged:
        ours, theirs = source.of_step(step.name), target.of_step(step.name)
        # Each repetition types another name: only the same repetitions can be compared.
        for name in (each for each in COUNTS if all(each in one.counts for one in (*ours, *theirs))):
            pairs = list(zip(_counts(ours, name), _counts(theirs, name), strict=False))
            if pairs:
                in_source, in_target = min(pairs, key=lambda pair: pair[1] - pair[0])
                if in_target > in_source:
                    yield _count(spec, step, name, in_source, in_target)


def of_times(spec: CheckSpec, source: Observed, target: Observed) -> Timed:
    """Waiting times of all judged steps together: worse only beyond the margin and what people notice."""
    steps = {step.name: step for step in source.judged}
    seconds = {name: (_seconds(source.of_step(name)), _seconds(target.of_step(name))) for name in steps}
    figures = tuple(_figures(seconds))
    speeds = (_machine_speed(source), _machine_speed(target))
    if max(speeds) > SAME_SPEED * min(speeds):
        return Timed((), (text("ux.caveat.machine", source=speeds[0], target=speeds[1]),), figures)
    tolerance = Tolerance(float(source.margin), float(NOTICEABLE))
    enough = {
        name: measure_apart(*_floats(sides), tolerance)
        for name, sides in seconds.items()
        if min(map(len, sides)) >= ENOUGH
    }
    decisions = decide(enough, float(source.margin)) if enough else {}
    by_answer = {
        answer: [name for name, item in decisions.items() if item.answer is answer] for answer in Answer
    }
    caveats = (
        *_caveat("ux.caveat.times_undecided", [steps[name] for name in by_answer[Answer.UNDECIDED]]),
        *_caveat("ux.caveat.times_few", [step for name, step in steps.items() if name not in decisions]),
    )
    findings = (
        _slower(spec, steps[name], seconds[name], decisions[name]) for name in by_answer[Answer.WORSE]
    )
    return Timed(tuple(findings), caveats, figures)


def _machine_speed(side: Observed) -> Decimal:
    """Seconds that the same computation took in the browser between the steps; 1 when never measured."""
    found = [step.yardstick for run in side.runs for step in run if step.yardstick is not None]
    return statistics.median(found) if found else Decimal(1)


def _caveat(key: str, steps: Sequence[Step]) -> list[Text]:
    return [text(key, needed=ENOUGH, steps=tuple(step.title for step in steps))] if steps else []


def _complaint(spec: CheckSpec, step: Step, kind: str, item: str) -> Finding:
    return Finding(
        check_id=spec.id,
        kind=FindingKind.REGRESSION,
        entity=step.screen,
        severity=_SEVERITY[kind],
        text=text(f"ux.finding.{kind}", step=step.title, message=item),
        key=item,
        field=kind.rstrip("s"),
        step=step.name,
        target_value=item,
    )


def _count(spec: CheckSpec, step: Step, name: str, source: int, target: int) -> Finding:
    small = target - source <= source * SMALL_INCREASE and name not in ("dialogs", "pages")
    return Finding(
        check_id=spec.id,
        kind=FindingKind.REGRESSION,
        entity=step.screen,
        severity=Severity.MINOR if small else Severity.MAJOR,
        text=text(f"ux.finding.{name}", step=step.title, source=source, target=target),
        key=step.name,
        field=name,
        step=step.name,
        source_value=source,
        target_value=target,
    )


def _slower(
    spec: CheckSpec, step: Step, sides: tuple[list[Decimal], list[Decimal]], decision: Decision
) -> Finding:
    source, target = (statistics.median(item) for item in sides)
    ratio, low, high = (_rounded(item) for item in (decision.ratio, decision.low, decision.high))
    return Finding(
        check_id=spec.id,
        kind=FindingKind.REGRESSION,
        entity=step.screen,
        severity=Severity.MAJOR,
        text=text(
            "ux.finding.slower",
            step=step.title,
            source=source,
            target=target,
            ratio=ratio,
            low=low,
            high=high,
        ),
        key=step.name,
        field="seconds",
        step=step.name,
        source_value=source,
        target_value=target,
    )


def _figures(seconds: dict[str, tuple[list[Decimal], list[Decimal]]]) -> Iterator[tuple[str, Value]]:
    for name, (source, target) in seconds.items():
        if source and target:
            yield f"{name}.source_seconds", statistics.median(source)
            yield f"{name}.target_seconds", statistics.median(target)


def _counts(steps: Sequence[Step], name: str) -> list[int]:
    return [step.counts[name] for step in steps]


def _seconds(steps: Sequence[Step]) -> list[Decimal]:
    # A clock of milliseconds may say nothing passed; a logarithm needs something.
    return [max(step.seconds, Decimal("0.001")) for step in steps]


def _floats(sides: tuple[list[Decimal], list[Decimal]]) -> tuple[list[float], list[float]]:
    source, target = sides
    return [float(item) for item in source], [float(item) for item in target]


def _rounded(number: float) -> Decimal:
    return Decimal(str(number)).quantize(Decimal("0.01"))
