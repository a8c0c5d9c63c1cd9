"""What can be wrong with a batch of the target, as findings."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from harness.model import CheckSpec, Finding, FindingKind, Param, Side, Text, text
from harness.performance.batch.forecast import Fits, Forecast
from harness.performance.batch.recording import Failed, Seen
from harness.performance.batch.words import batch_name, figure_name
from harness.performance.findings import as_ratio, as_seconds
from harness.statistics import Decision
from harness.values import Value

WINDOW, SPEED = "window", "seconds"


def failed(spec: CheckSpec, seen: Seen) -> Iterator[Finding]:
    """The target did not go through with what the source went through with."""
    refused = seen.failed.get(Side.TARGET)
    if refused is None or Side.SOURCE in seen.failed:
        return
    sentence = text(f"batch.finding.failed.{refused.step}", **failure_params(seen, refused))
    yield _finding(spec, seen, FindingKind.UNAVAILABLE, refused.step.value, sentence)


def failure_params(seen: Seen, refused: Failed) -> dict[str, Param]:
    """The words about a run that a side did not go through with."""
    return {
        "batch": batch_name(seen.plan.batch),
        "volume": refused.volume,
        "code": refused.code,
        "message": refused.message or refused.code,
    }


def figures(spec: CheckSpec, seen: Seen) -> Iterator[Finding]:
    """The same work came to something else: one finding a figure, with its first example."""
    examples: dict[str, tuple[int, int | Decimal | None, int | Decimal | None]] = {}
    count: dict[str, int] = {}
    for source, target in seen.pairs():
        for name in sorted({*source.figures, *target.figures}):
            one, other = source.figures.get(name), target.figures.get(name)
            if type(one) is type(other) and one == other:
                continue
            examples.setdefault(name, (source.volume, one, other))
            count[name] = count.get(name, 0) + 1
    for name, (volume, there, here) in examples.items():
        sentence = text(
            "batch.finding.figure",
            batch=batch_name(seen.plan.batch),
            figure=figure_name(name),
            volume=volume,
            source=there,
            target=here,
            count=count[name],
            total=len(seen.pairs()),
        )
        yield _finding(spec, seen, FindingKind.REGRESSION, name, sentence, there, here)


def late(spec: CheckSpec, seen: Seen, source: Forecast | None, target: Forecast) -> Iterator[Finding]:
    """The target's batch ends after its window does, wherever in its interval."""
    if target.fits is not Fits.NO:
        return
    window = seen.plan.window
    sentence = text(
        "batch.finding.late",
        batch=batch_name(seen.plan.batch),
        volume=seen.plan.expected,
        finish=window.clock(target.seconds),
        low=window.clock(target.low),
        high=window.clock(target.high),
        start=window.clock(0),
        end=window.clock(window.seconds),
        minutes=Decimal(f"{(target.seconds - window.seconds) / 60:.1f}"),
    )
    known = None if source is None else as_seconds(source.seconds)
    yield _finding(spec, seen, FindingKind.VIOLATION, WINDOW, sentence, known, as_seconds(target.seconds))


def slower(spec: CheckSpec, seen: Seen, decision: Decision, margin: Decimal) -> Finding:
    """The target takes longer than the source for the same work, by more than the plan allows."""
    source, target = (_together(seen, place) for place in (0, 1))
    sentence = text(
        "batch.finding.slower",
        batch=batch_name(seen.plan.batch),
        ratio=as_ratio(decision.ratio),
        low=as_ratio(decision.low),
        high=as_ratio(decision.high),
        source=source,
        target=target,
        total=len(seen.pairs()),
        margin=Decimal(f"{margin * 100:.0f}"),
    )
    return _finding(spec, seen, FindingKind.REGRESSION, SPEED, sentence, source, target)


def _finding(
    spec: CheckSpec,
    seen: Seen,
    kind: FindingKind,
    field: str,
    sentence: Text,
    source: Value = None,
    target: Value = None,
) -> Finding:
    """What is wrong with the plan's batch, weighed as its check is."""
    return Finding(
        check_id=spec.id,
        kind=kind,
        entity=seen.plan.batch,
        field=field,
        severity=spec.severity,
        text=sentence,
        source_value=source,
        target_value=target,
    )


def _together(seen: Seen, place: int) -> Decimal:
    return as_seconds(float(sum(pair[place].seconds for pair in seen.pairs())))
