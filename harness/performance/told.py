"""The answer of a load run per transaction: what a table shows. Pure, like the comparison itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from harness.model import Area, Capture, CheckSpec, Conclusion, Mode, Part, Side, Status, Text, Title, text
from harness.performance.capacity import capacity, too_little
from harness.performance.comparison import compare
from harness.performance.findings import as_seconds, as_tenth, capacity_untried, label
from harness.performance.observed import Observed
from harness.performance.plan import Limit, LoadPlan
from harness.performance.recording import recording
from harness.performance.validity import RATE_LIMIT, rate_share, whole_run
from harness.statistics import percentile, samples_needed
from harness.values import Value


@dataclass(frozen=True, slots=True)
class Line:
    """One transaction at one percentile: figures by side, and the answers as sentences."""

    transaction: str
    share: str
    samples: Mapping[Side, int]
    errors: Mapping[Side, int]
    seconds: Mapping[Side, Decimal | None]
    ratio: str
    answer: Text
    detectable: str
    limit: Text


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that one load run has to say; `reasons` are in the order of their weight."""

    status: Status
    lines: tuple[Line, ...]
    reasons: tuple[Text, ...]
    measures: Mapping[str, Value]


def told(plan: LoadPlan, capture: Capture, part: Part) -> Told:
    """The answers of a pair in turn, or of one side by itself against its limits and nothing else."""
    made = recording(capture)
    seen = Observed(plan, dict.fromkeys(Side, made), in_turn=part.side is None)
    if part.side is not None:
        return _alone(seen, part.side, capture)
    conclusion = compare(_spec(plan), {Part.PAIR: capture})
    lines = tuple(_lines(seen, tuple(Side), conclusion.measures))
    return Told(conclusion.status, lines, tuple(_reasons(conclusion)), conclusion.measures)


def _reasons(conclusion: Conclusion) -> Iterator[Text]:
    if conclusion.findings:
        yield from (finding.text for finding in conclusion.findings)
    elif conclusion.reason is not None:
        yield conclusion.reason
    yield from conclusion.caveats


def _alone(seen: Observed, side: Side, capture: Capture) -> Told:
    invalid = [*([capture.failure] if capture.failure else []), *whole_run(seen)]
    wrong = [] if invalid else list(_wrong(seen, side))
    undecided = [] if invalid else list(_undecided(seen, side))
    status = Status.FAILED if wrong else Status.UNKNOWN if invalid or undecided else Status.PASSED
    lines = tuple(_lines(seen, (side,), {}))
    return Told(status, lines, (*wrong, *dict.fromkeys(invalid), *undecided), {})


def _wrong(seen: Observed, side: Side) -> Iterator[Text]:
    share = rate_share(seen, side)
    if share is not None and share < RATE_LIMIT:
        yield text("load.alone.rate", rate=seen.plan.rate, share=Decimal(f"{share * 100:.0f}"))
    for transaction in seen.plan.transactions:
        found = seen.errors(side, transaction)
        count = found.total() - found[""]
        if count > float(seen.plan.error_limit) * found.total():
            codes = tuple(sorted(code for code in found if code))
            yield text("load.alone.errors", name=transaction, count=count, total=found.total(), codes=codes)
    taken = capacity(seen, side)
    demanded = None if taken is None else too_little(seen.plan, None, taken)
    if taken is not None and demanded is not None:
        sustained = as_tenth(taken.sustained or 0)
        yield text("load.alone.capacity", sustained=sustained, demanded=as_tenth(float(demanded)))
    for limit in seen.plan.limits:
        actual = _actual(seen, side, limit)
        if actual is not None and actual > limit.seconds:
            yield text(
                "load.alone.limit",
                name=limit.transaction,
                share=label(limit.quantile),
                actual=actual,
                limit=limit.seconds,
            )


def _undecided(seen: Observed, side: Side) -> Iterator[Text]:
    """What too few samples, or too few stages, leave open; a transaction that never ran is left open, too."""
    yield from capacity_untried(seen, side)
    for transaction in seen.plan.transactions:
        count = len(seen.seconds(side, transaction))
        if count < seen.plan.minimum_samples:
            yield text("load.alone.samples", name=transaction, count=count, needed=seen.plan.minimum_samples)
    for limit in seen.plan.limits:
        count, needed = len(seen.seconds(side, limit.transaction)), samples_needed(float(limit.quantile))
        if count < needed:
            yield text(
                "performance.unknown.limit",
                transaction=limit.transaction,
                share=label(limit.quantile),
                count=count,
                needed=needed,
            )


def _lines(seen: Observed, sides: tuple[Side, ...], measures: Mapping[str, Value]) -> Iterator[Line]:
    last = sides[-1]
    for transaction in seen.plan.transactions:
        for quantile in seen.plan.quantiles:
            share = label(quantile)
            name = f"{transaction}.{share}"
            errors = {side: seen.errors(side, transaction) for side in sides}
            yield Line(
                transaction=transaction,
                share=share,
                samples={side: len(seen.seconds(side, transaction)) for side in sides},
                errors={side: found.total() - found[""] for side, found in errors.items()},
                seconds={side: _at(seen, side, transaction, quantile) for side in sides},
                ratio=_ratio(name, measures),
                answer=text(f"load.answer.{measures.get(f'{name}.answer', 'none')}"),
                detectable=str(measures.get(f"{name}.detectable", "")),
                limit=_limit(seen, last, transaction),
            )


def _ratio(name: str, measures: Mapping[str, Value]) -> str:
    if f"{name}.ratio" not in measures:
        return ""
    ratio, low, high = (measures[f"{name}.{each}"] for each in ("ratio", "low", "high"))
    return f"{ratio} ({low} - {high})"


def _limit(seen: Observed, side: Side, transaction: str) -> Text:
    """Whether every limit on the transaction is kept; what too few samples leave open is not kept."""
    limits = [limit for limit in seen.plan.limits if limit.transaction == transaction]
    actual = [_actual(seen, side, limit) for limit in limits]
    if not limits:
        return text("load.limit.none")
    if any(value is not None and value > limit.seconds for value, limit in zip(actual, limits, strict=True)):
        return text("load.limit.over")
    return text("load.limit.open" if None in actual else "load.limit.kept")


def _actual(seen: Observed, side: Side, limit: Limit) -> Decimal | None:
    return _at(seen, side, limit.transaction, limit.quantile)


def _at(seen: Observed, side: Side, transaction: str, quantile: Decimal) -> Decimal | None:
    seconds = seen.seconds(side, transaction)
    if len(seconds) < samples_needed(float(quantile)):
        return None
    return as_seconds(percentile(seconds, float(quantile)))


def _spec(plan: LoadPlan) -> CheckSpec:
    title = Title("Load", "负载")
    return CheckSpec("load.plan", title, Area.PERFORMANCE, "load", Mode.PAIR, "load", writes=plan.writes)


def as_json(found: Told) -> dict[str, object]:
    """The answers as plain JSON; sentences by their keys."""
    rows = [
        {
            "transaction": line.transaction,
            "share": line.share,
            "samples": {side.value: count for side, count in line.samples.items()},
            "errors": {side.value: count for side, count in line.errors.items()},
            "seconds": {side.value: None if s is None else str(s) for side, s in line.seconds.items()},
            "answer": line.answer.key.rpartition(".")[2],
            "limit": line.limit.key.rpartition(".")[2],
        }
        for line in found.lines
    ]
    measures = {name: str(cast(object, value)) for name, value in found.measures.items()}
    reasons = [reason.key for reason in found.reasons]
    return {"status": found.status.value, "transactions": rows, "reasons": reasons, "measures": measures}
