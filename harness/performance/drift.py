"""Answers that take ever longer while the work stays the same: what only a long run shows.

Each measured block gives one figure, the median of a transaction's answers; their trend over the hours is
told as a slope with its interval. What grows at first only, and then stays, is no growth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from harness.model import CheckSpec, Finding, FindingKind, Side, text
from harness.performance.findings import as_seconds, as_tenth
from harness.performance.observed import Observed
from harness.performance.server.growth import MORE_THAN_SOURCE, NEEDED, Growth
from harness.statistics.trend import Trend, trend
from harness.values import Value

__all__ = [
    "MINUTES",
    "NEEDED",
    "drift_measures",
    "findings",
    "grows",
    "latency",
    "minutes",
    "short_of",
]

CORRELATED = 0.3
"""How much blocks that follow each other are taken to be alike: what slows one down often slows the next."""

_SURPRISE = 0.01
_TENTH = 0.1
_STEADY, _STILL = 0.5, 0.1
"""How much of it, and how surely, goes on after the first third."""

_HOUR = 3600.0
MINUTES = 10
"""What a shorter run says of an hour is noise."""

_DAY = 24
"""Hours that a system is thought to stay up: what nobody notices until then is nothing to wait for."""

_MEDIAN = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Drift:
    """How a transaction's answers develop on the target, in seconds an hour; `source` where it is known."""

    transaction: str
    target: Trend
    source: Trend | None
    answers: Growth


def drifts(seen: Observed) -> Iterator[Drift]:
    """Every transaction whose answers take ever longer on the target, and not so on the source."""
    family = len(seen.plan.transactions)
    for transaction in seen.plan.transactions:
        source, target = (latency(seen, side, transaction) for side in Side)
        found = grows(source, target, noticeable=float(seen.plan.noticeable), family=family)
        if found is not None:
            yield Drift(transaction, found, _trend(source, family), target)


def grows(source: Growth, target: Growth, *, noticeable: float, family: int = 1) -> Trend | None:
    """The target's trend when it is one that counts; None when there is none, or too few blocks to say.

    It errs in one of a hundred runs at most, whatever the size of the `family` of transactions.
    """
    found, known = _trend(target, family), _trend(source, family)
    if found is None or found.low <= 0 or found.p_growing > _SURPRISE / family:
        return None
    third = len(target.values) // 3
    grown = found.slope * (target.places[-1] - target.places[0])
    enough = grown >= _TENTH * median(target.values[:third]) and found.slope * _DAY >= noticeable
    late = trend(target.places[third:], target.values[third:], correlation=CORRELATED)
    if late.slope < _STEADY * found.slope or late.p_growing > _STILL:
        return None
    own = 0.0 if known is None else max(known.slope, 0.0)
    return found if enough and found.low > own and found.slope >= MORE_THAN_SOURCE * own else None


def latency(seen: Observed, side: Side, transaction: str) -> Growth:
    """The median answer of each block by the hours since the first; a block without an answer is left out."""
    answered = seen.per_block(side, transaction, _MEDIAN)
    places = [block for block in seen.blocks(side) if (block.pair, block.turn) in answered]
    hours = tuple(block.began / _HOUR for block in places)
    return Growth(hours, tuple(answered[block.pair, block.turn] for block in places))


def minutes(seen: Observed) -> float:
    """How long the side that was measured for the shorter time was followed."""
    begun = ([block.began for block in seen.blocks(side)] for side in Side)
    return min((max(times) - min(times)) / 60 if times else 0.0 for times in begun)


def short_of(seen: Observed) -> tuple[str, ...]:
    """Transactions that were answered in too few blocks of a side to tell."""
    return tuple(
        each
        for each in seen.plan.transactions
        if any(len(latency(seen, side, each).values) < NEEDED for side in Side)
    )


def findings(spec: CheckSpec, seen: Observed) -> Iterator[Finding]:
    """The transactions that keep their users waiting ever longer."""
    for each in drifts(seen):
        hours, seconds = each.answers.places, each.answers.values
        third = len(seconds) // 3
        first, last = (as_seconds(median(part)) for part in (seconds[:third], seconds[-third:]))
        sentence = text(
            "performance.finding.drift",
            transaction=each.transaction,
            slope=_milliseconds(each.target.slope),
            low=_milliseconds(each.target.low),
            high=_milliseconds(each.target.high),
            source="?" if each.source is None else _milliseconds(each.source.slope),
            first=first,
            last=last,
            minutes=as_tenth((hours[-1] - hours[0]) * 60),
        )
        yield Finding(
            check_id=spec.id,
            kind=FindingKind.REGRESSION,
            entity=each.transaction,
            field="growth",
            severity=spec.severity,
            text=sentence,
            source_value=None if each.source is None else _milliseconds(each.source.slope),
            target_value=_milliseconds(each.target.slope),
        )


def drift_measures(seen: Observed) -> dict[str, Value]:
    """What an hour adds to each transaction's answers, with its interval, where enough blocks tell."""
    found: dict[str, Value] = {}
    family = len(seen.plan.transactions)
    for transaction in seen.plan.transactions:
        for side in Side:
            known = _trend(latency(seen, side, transaction), family)
            if known is not None:
                name = f"{transaction}.{side}.grows_milliseconds_an_hour"
                found[name] = _milliseconds(known.slope)
                found[f"{name}_low"] = _milliseconds(known.low)
                found[f"{name}_high"] = _milliseconds(known.high)
    return found


def _trend(answers: Growth, family: int) -> Trend | None:
    places = answers.places
    if len(places) < NEEDED or (places[-1] - places[0]) * 60 < MINUTES:
        return None
    return trend(places, answers.values, alpha=_SURPRISE / family, correlation=CORRELATED)


def _milliseconds(hourly: float) -> Decimal:
    return as_tenth(hourly * 1000)
