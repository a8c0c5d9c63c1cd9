"""What a load check did not verify, or only weakly, with the cure: what is not said would pass for proved."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from harness.model import Side, Text, text
from harness.performance.decisions import Compared, margin_of
from harness.performance.drift import MINUTES, NEEDED, minutes, short_of
from harness.performance.findings import as_ratio, as_tenth, label
from harness.performance.observed import Observed
from harness.performance.server.growth import unseen
from harness.performance.sql.analysis import Statistics, unexplained, untried
from harness.statistics import Answer

_MOST = Decimal("0.95")
"""Below this share of what the source is used for the load is said to leave something out."""

_EXAMPLES = 3


def caveats(seen: Observed, answers: Compared, read: Statistics | None) -> Iterator[Text]:
    """Everything that stands beside the answers, each once."""
    likeness = seen.plan.likeness
    if likeness is not None and likeness.covered < _MOST:
        left_out = Decimal(f"{(1 - likeness.covered) * 100:.1f}")
        yield text("performance.caveat.uncovered", share=left_out)
    if seen.plan.writes:
        yield from _writes(seen)
    if not seen.in_turn:
        yield text("performance.caveat.apart", margin=Decimal(f"{margin_of(seen) * 100:.0f}"))
    yield from _unnoticed(seen, answers)
    yield from _unread(seen) if read is None else _unexplained(seen)
    if seen.blocks(Side.TARGET):  # without any, the reason says that nothing was measured
        yield from _growth(seen)


def _writes(seen: Observed) -> Iterator[Text]:
    numbers = {side: seen.recordings[side].missing.get(side) for side in Side}
    for side in Side:
        audit = seen.audit(side)
        if audit is None or not audit.acknowledged:  # sessions that note nothing prove nothing
            yield text("performance.caveat.writes_unread", side=_name(side))
            continue
        if side is Side.SOURCE and any(audit.wrong()):
            named = tuple(f"{name}: {len(references)}" for name, references in audit.wrong())
            yield text("performance.caveat.source_writes", total=audit.acknowledged, wrong=named)
        if numbers[side] is None:
            yield text("performance.caveat.numbers_unread", side=_name(side))
    missing = numbers[Side.SOURCE]
    if missing:
        yield text(
            "performance.caveat.source_gaps",
            count=len(missing),
            examples=missing[:_EXAMPLES],
            target=len(numbers[Side.TARGET] or ()),
        )


def _unnoticed(seen: Observed, answers: Compared) -> Iterator[Text]:
    for (transaction, quantile), decision in answers.decisions.items():
        quiet = decision.answer is Answer.EQUIVALENT and decision.low > 1 + float(margin_of(seen))
        if quiet:
            yield text(
                "performance.caveat.unnoticed",
                transaction=transaction,
                share=label(quantile),
                ratio=as_ratio(decision.ratio),
                milliseconds=int(seen.plan.noticeable * 1000),
            )


def _unread(seen: Observed) -> Iterator[Text]:
    """Why the databases' statements are not compared."""
    for side in Side:
        one = seen.recordings[side].statements.get(side)
        code = "nothing" if one is None or one.unreadable is None else one.unreadable
        if one is None or one.unreadable is not None or not one.texts:
            why = text(f"performance.sql.why.{code}")
            yield text("performance.caveat.statements", side=_name(side), why=why)


def _unexplained(seen: Observed) -> Iterator[Text]:
    """Steps that no single user took, and statements of the others whose plan nobody could read."""
    steps = untried(seen)
    if steps:
        yield text(
            "performance.caveat.steps",
            count=len(steps),
            total=len(seen.plan.transactions),
            examples=steps[:_EXAMPLES],
            alone=seen.plan.alone,
        )
    for side in Side:
        unknown, total = unexplained(seen, side)
        if unknown:
            yield text("performance.caveat.plans", side=_name(side), count=unknown, total=total)


def _growth(seen: Observed) -> Iterator[Text]:
    """What only a longer run, or a look at the servers, would tell of leaks and of ever longer answers."""
    for side in Side:
        hidden = unseen(seen, side)
        if hidden:
            what = tuple(text(f"performance.growth.{each}") for each in hidden)
            why = _why(seen, side)
            yield text("performance.caveat.servers_unseen", side=_name(side), what=what, why=why)
    blocks = min(len(seen.blocks(side)) for side in Side)
    short = short_of(seen)
    if blocks < NEEDED:
        yield text("performance.caveat.too_short", count=blocks, needed=NEEDED)
    elif minutes(seen) < MINUTES:
        took = as_tenth(minutes(seen))
        yield text("performance.caveat.too_brief", minutes=took, needed=MINUTES)
    elif short:
        yield text("performance.caveat.drift_short", transactions=short, needed=NEEDED)


def _why(seen: Observed, side: Side) -> Text:
    told = seen.recordings[side].readings.get(side)
    if told is None:
        return text("performance.unseen.no_metrics")
    if not told.failed:
        return text("performance.unseen.untold")
    why = text(f"performance.metrics.{told.why}")
    return text("performance.unseen.failed", failed=told.failed, asked=told.asked, why=why)


def _name(side: Side) -> Text:
    return text(f"performance.side.{side}")
