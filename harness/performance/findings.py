"""What can be wrong with a target under load, as findings."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from harness.model import CheckSpec, Finding, FindingKind, Severity, Side, Text, text
from harness.performance.capacity import capacity, too_little, untried
from harness.performance.observed import Observed
from harness.performance.plan import Limit
from harness.performance.server.growth import MEGABYTE
from harness.performance.server.growth import leaks as growing
from harness.performance.validity import RATE_LIMIT, rate_share
from harness.statistics import Decision, confidence, percentile, samples_needed

SYSTEM = "system"
DOCUMENTS = "documents"
_EXAMPLES = 3
_MEDIAN = Decimal("0.5")
_SILENCE = frozenset({"connection", "timeout"})


def unavailable(spec: CheckSpec, seen: Observed) -> Iterator[Finding]:
    """The target lets nobody in, or falls silent; nothing when the source does too."""
    stories = {side: seen.recordings[side].story for side in Side}
    refused = {side: dict(story.unavailable).get(side) for side, story in stories.items()}
    code = refused[Side.TARGET]
    if code is not None and refused[Side.SOURCE] is None:
        yield _system(spec, "performance.finding.unavailable", code=code)
    if silent(seen):
        answered = sum(seen.errors(Side.TARGET, name)[""] for name in seen.plan.transactions)
        key = "performance.finding.stopped" if answered else "performance.finding.silent"
        yield _system(spec, key, answered=answered)


def halted(spec: CheckSpec, seen: Observed) -> Iterator[Finding]:
    """The load was ended because of what the target did."""
    for side, what, value in seen.recordings[Side.TARGET].story.halted:
        if side is Side.TARGET:
            sentence = text(f"performance.finding.halted.{what}", value=halt_value(what, value))
            yield Finding(spec.id, FindingKind.VIOLATION, SYSTEM, spec.severity, sentence, field="halted")


def halt_value(what: str, value: float) -> Decimal:
    """Errors in percent, waits in seconds."""
    return Decimal(f"{value * 100:.0f}") if what == "errors" else as_seconds(value)


def silent(seen: Observed) -> bool:
    """Whether the target stopped answering in the course of the run."""
    return any(side is Side.TARGET for side, _ in seen.recordings[Side.TARGET].story.stopped)


def errors(spec: CheckSpec, seen: Observed, transaction: str) -> Iterator[Finding]:
    """More errors on the target than the plan allows, where the source has none to speak of."""
    source, target = (seen.errors(side, transaction) for side in Side)
    count = target.total() - target[""]
    codes = tuple(sorted(code for code in target if code))
    limit = float(seen.plan.error_limit)
    if not count or count <= limit * target.total() or source.total() - source[""] > limit * source.total():
        return
    if silent(seen) and _SILENCE.issuperset(codes):
        return  # the system that stopped is one finding, not one per transaction
    sentence = text(
        "performance.finding.errors",
        transaction=transaction,
        count=count,
        total=target.total(),
        codes=codes,
    )
    yield Finding(
        check_id=spec.id,
        kind=FindingKind.VIOLATION,
        entity=transaction,
        field="errors",
        severity=spec.severity,
        text=sentence,
        source_value=source.total() - source[""],
        target_value=count,
        count=count,
    )


def source_fails(seen: Observed, transaction: str) -> bool:
    """Whether the source itself makes too many errors to compare with."""
    found = seen.errors(Side.SOURCE, transaction)
    return found.total() - found[""] > float(seen.plan.error_limit) * found.total()


def rate(spec: CheckSpec, seen: Observed) -> Iterator[Finding]:
    """The target could not take the arrivals that the source took."""
    share = rate_share(seen, Side.TARGET)
    if share is None or share >= RATE_LIMIT or silent(seen):
        return
    sentence = text("performance.finding.rate", rate=seen.plan.rate, share=Decimal(f"{share * 100:.0f}"))
    yield Finding(spec.id, FindingKind.VIOLATION, SYSTEM, spec.severity, sentence, field="rate")


def writes(spec: CheckSpec, seen: Observed) -> Iterator[Finding]:
    """What the target has acknowledged and not kept, or kept otherwise."""
    audit = seen.audit(Side.TARGET)
    known = seen.audit(Side.SOURCE)
    if audit is None:
        return
    for name, references in audit.wrong():
        sentence = text(
            f"performance.finding.{name}",
            count=len(references),
            total=audit.acknowledged,
            examples=references[:_EXAMPLES],
        )
        yield Finding(
            check_id=spec.id,
            kind=FindingKind.VIOLATION,
            entity=DOCUMENTS,
            field=name,
            severity=spec.severity,
            text=sentence,
            source_value=len(dict(known.wrong()).get(name, ())) if known else None,
            target_value=len(references),
            count=len(references),
        )


def gaps(spec: CheckSpec, seen: Observed) -> Iterator[Finding]:
    """Numbers that nobody has, on a target only, where none may be left out."""
    source, target = (seen.recordings[side].missing.get(side, ()) for side in Side)
    if target and not source:
        sentence = text("performance.finding.gaps", count=len(target), examples=target[:_EXAMPLES])
        yield Finding(
            check_id=spec.id,
            kind=FindingKind.VIOLATION,
            entity=DOCUMENTS,
            field="gaps",
            severity=spec.severity,
            text=sentence,
            source_value=0,
            target_value=len(target),
            count=len(target),
        )


def worse(
    spec: CheckSpec, seen: Observed, transaction: str, quantile: Decimal, decision: Decision
) -> Finding:
    """The target is slower than the source by more than the plan allows."""
    source, target = (
        as_seconds(percentile(seen.seconds(side, transaction), float(quantile))) for side in Side
    )
    sentence = text(
        "performance.finding.worse",
        transaction=transaction,
        share=label(quantile),
        ratio=as_ratio(decision.ratio),
        low=as_ratio(decision.low),
        high=as_ratio(decision.high),
        source=source,
        target=target,
        confidence=Decimal(f"{confidence(seen.look) * 100:.0f}"),
        margin=Decimal(f"{(seen.plan.margin if seen.in_turn else seen.plan.margin_apart) * 100:.0f}"),
    )
    why = cause(seen, transaction, quantile)
    if why is not None:
        sentence = text("performance.finding.caused", what=sentence, cause=why)
    return Finding(
        check_id=spec.id,
        kind=FindingKind.REGRESSION,
        entity=transaction,
        field=label(quantile),
        severity=spec.severity,
        text=sentence,
        source_value=source,
        target_value=target,
    )


def cause(seen: Observed, transaction: str, quantile: Decimal) -> Text | None:
    """When a transaction is slower: now and then, for a single user too, or only while several are at work.

    None where that was not tried often enough.
    """
    if quantile > _MEDIAN:
        source, target = (percentile(seen.seconds(side, transaction), 0.5) for side in Side)
        key = "performance.cause.rare" if target <= _allowed(seen, source) else None
    else:
        alone = [min(seen.alone(side, transaction), default=None) for side in Side]
        if alone[0] is None or alone[1] is None:
            return None
        source, target = alone[0], alone[1]
        key = f"performance.cause.{'together' if target <= _allowed(seen, source) else 'alone'}"
    return text(key, source=as_seconds(source), target=as_seconds(target)) if key else None


def _allowed(seen: Observed, source: float) -> float:
    return max(source * (1 + float(seen.plan.margin)), source + float(seen.plan.noticeable))


def less_capacity(spec: CheckSpec, seen: Observed) -> Iterator[Finding]:
    """The target takes fewer arrivals than it must."""
    source, target = (capacity(seen, side) for side in Side)
    demanded = None if target is None else too_little(seen.plan, source, target)
    if target is None or demanded is None:
        return
    knee, sustained = target.knee, target.sustained
    sentence = text(
        "performance.finding.capacity",
        sustained=as_tenth(sustained or 0),
        demanded=as_tenth(float(demanded)),
        knee="?" if knee is None else as_tenth(knee.asked),
        fails="?" if knee is None or knee.fails is None else knee.fails,
        source="?" if source is None else as_tenth(source.sustained or 0),
    )
    yield Finding(spec.id, FindingKind.VIOLATION, SYSTEM, spec.severity, sentence, field="capacity")


def capacity_untried(seen: Observed, side: Side) -> Iterator[Text]:
    """More is demanded than was tried, and what was tried was sustained: nobody knows."""
    tried = untried(seen.plan, capacity(seen, side))
    if tried is not None and seen.plan.capacity is not None:
        tenths = (seen.plan.capacity / seen.plan.rate * 10).to_integral_value(ROUND_CEILING)
        yield text(
            "performance.unknown.capacity",
            demanded=as_tenth(float(seen.plan.capacity)),
            tried=as_tenth(float(tried)),
            stage=as_tenth(float(tenths / 10)),
        )


def leaks(spec: CheckSpec, seen: Observed) -> Iterator[Finding]:
    """What the target's server uses ever more of, and the source's does not."""
    for leak in growing(seen):
        unit = MEGABYTE if leak.what == "memory" else 1
        sentence = text(
            f"performance.finding.leak.{leak.what}",
            thousand=as_tenth(leak.thousand / unit),
            low=as_tenth(leak.low / unit),
            high=as_tenth(leak.high / unit),
            first=round(leak.first / unit),
            last=round(leak.last / unit),
            source="?" if leak.source is None else as_tenth(leak.source / unit),
        )
        yield Finding(spec.id, FindingKind.REGRESSION, SYSTEM, spec.severity, sentence, field=leak.what)


def first(spec: CheckSpec, seen: Observed, transaction: str) -> Iterator[Finding]:
    """The first user waits far longer than the first one of the source, and than all the others."""
    source, target = (seen.first(side, transaction) for side in Side)
    later = seen.seconds(Side.TARGET, transaction)
    if source is None or target is None or not later:
        return
    usual = percentile(later, 0.95)
    if target - max(source, usual) <= float(seen.plan.first_seconds):
        return
    sentence = text(
        "performance.finding.first",
        transaction=transaction,
        target=as_seconds(target),
        source=as_seconds(source),
        usual=as_seconds(usual),
    )
    yield Finding(
        check_id=spec.id,
        kind=FindingKind.REGRESSION,
        entity=transaction,
        field="first",
        severity=Severity.MINOR,  # it is one sample
        text=sentence,
        source_value=as_seconds(source),
        target_value=as_seconds(target),
    )


def over_limit(spec: CheckSpec, seen: Observed, limit: Limit) -> Iterator[Finding]:
    """The target is too slow whatever the source does."""
    seconds = seen.seconds(Side.TARGET, limit.transaction)
    if len(seconds) < samples_needed(float(limit.quantile)):
        return
    actual = as_seconds(percentile(seconds, float(limit.quantile)))
    if actual <= limit.seconds:
        return
    sentence = text(
        "performance.finding.limit",
        transaction=limit.transaction,
        share=label(limit.quantile),
        actual=actual,
        limit=limit.seconds,
    )
    yield Finding(
        check_id=spec.id,
        kind=FindingKind.VIOLATION,
        entity=limit.transaction,
        field=f"limit {label(limit.quantile)}",
        severity=spec.severity,
        text=sentence,
        target_value=actual,
    )


def label(quantile: Decimal) -> str:
    """p50, p95, p99.9: how a percentile is called."""
    return f"p{(quantile * 100).normalize():f}"


def as_seconds(value: float) -> Decimal:
    """Seconds to the millisecond."""
    return Decimal(f"{value:.3f}")


def as_ratio(value: float) -> Decimal:
    """A ratio to the hundredth."""
    return Decimal(f"{value:.2f}")


def as_tenth(value: float) -> Decimal:
    """A number to the tenth."""
    return Decimal(f"{value:.1f}")


def _system(spec: CheckSpec, key: str, **params: str | int) -> Finding:
    sentence = text(key, **params)
    return Finding(spec.id, FindingKind.UNAVAILABLE, SYSTEM, spec.severity, sentence)
