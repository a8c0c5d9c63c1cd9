"""What a step of the target costs more: errors, failed requests, clicks, keys, dialogs, waiting."""

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
        for name in COUNTS:
            pairs = list(zip(_counts(ours, name), _counts(theirs, name), strict=False))
            if pairs:
                in_source, in_target = min(pairs, key=lambda pair: pair[1] - pair[0])
                if in_target > in_source:
                    yield _count(spec, step, name, in_source, in_target)


def of_times(spec: CheckSpec, source: Observed, target: Observed) -> Timed:
    """Waiting times of all judged steps together: worse only beyond the margin and what people notice."""
    tolerance = Tolerance(float(source.margin), float(NOTICEABLE))
    seconds = {
        step.name: (_seconds(source.of_step(step.name)), _seconds(target.of_step(step.name)))
        for step in source.judged
    }
    enough = {
        name: measure_apart(*_floats(sides), tolerance)
        for name, sides in seconds.items()
        if min(map(len, sides)) >= ENOUGH
    }
    decisions = decide(enough, float(source.margin)) if enough else {}
    titles = {step.name: step for step in source.judged}
    worse = [name for name, item in decisions.items() if item.answer is Answer.WORSE]
    undecided = [name for name, item in decisions.items() if item.answer is Answer.UNDECIDED]
    few = [name for name in seconds if name not in decisions]
    caveats = [text("ux.caveat.times_undecided", steps=tuple(titles[name].title for name in undecided))]
    caveats += [text("ux.caveat.times_few", needed=ENOUGH, steps=tuple(titles[name].title for name in few))]
    return Timed(
        tuple(_slower(spec, titles[name], seconds[name], decisions[name]) for name in worse),
        tuple(caveat for caveat, names in zip(caveats, (undecided, few), strict=True) if names),
        tuple(_figures(seconds)),
    )


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
    small = target - source <= source * SMALL_INCREASE and name != "dialogs"
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
