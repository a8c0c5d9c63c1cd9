"""Two questions, never mixed up: is the target fast enough, and is it slower than the source?

Pure: the same captures give the same conclusion, whenever they are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from harness.errors import LoadError
from harness.model import (
    Attachment,
    Capture,
    CheckSpec,
    Conclusion,
    Cover,
    Finding,
    Part,
    Side,
    Status,
    Text,
    text,
)
from harness.performance import findings
from harness.performance.decisions import Compared, compared, margin_of
from harness.performance.findings import as_ratio, label
from harness.performance.measures import measures, server_measures, statement_measures
from harness.performance.observed import Observed, observed
from harness.performance.sql.analysis import Statistics, ranked_csv, statistics
from harness.performance.sql.findings import statements
from harness.performance.validity import whole_run
from harness.statistics import Answer, samples_needed

RANKED = "statements.csv"
_MOST = Decimal("0.95")
"""Below this share of what the source is used for the load is said to leave something out."""


def compare(spec: CheckSpec, captures: Mapping[Part, Capture]) -> Conclusion:
    """The conclusion of one load check, from both sides in turn or from one capture of each."""
    try:
        seen = observed(captures)
    except LoadError as problem:
        return Conclusion(Status.UNKNOWN, problem.sentence)
    invalid = tuple(whole_run(seen))
    found = [*findings.unavailable(spec, seen), *findings.halted(spec, seen), *findings.writes(spec, seen)]
    found += findings.gaps(spec, seen)
    if not invalid:
        found += _violations(spec, seen)
    shut_out = bool(found) and not seen.blocks(Side.TARGET)  # one finding says it, not one per transaction
    answers = Compared({}, {}, invalid) if invalid or shut_out else compared(seen)
    slow = tuple(_regressions(spec, seen, answers))
    read = statistics(seen)
    found += [*slow, *_causes(spec, read, slow, invalid)]
    unknown = [*answers.unknown, *(() if invalid or shut_out else _untold(seen))]
    return _conclusion(seen, answers, tuple(found), unknown, read)


def _causes(
    spec: CheckSpec, read: Statistics | None, slow: tuple[Finding, ...], invalid: tuple[Text, ...]
) -> Iterator[Finding]:
    if read is not None and not invalid:
        yield from statements(spec, read, [each.entity for each in slow])


def _violations(spec: CheckSpec, seen: Observed) -> Iterator[Finding]:
    yield from findings.rate(spec, seen)
    yield from findings.leaks(spec, seen)
    yield from findings.less_capacity(spec, seen)
    for transaction in seen.plan.transactions:
        yield from findings.errors(spec, seen, transaction)
        yield from findings.first(spec, seen, transaction)
    for limit in seen.plan.limits:
        yield from findings.over_limit(spec, seen, limit)


def _regressions(spec: CheckSpec, seen: Observed, answers: Compared) -> Iterator[Finding]:
    for (transaction, quantile), decision in answers.decisions.items():
        if decision.answer is Answer.WORSE:
            yield findings.worse(spec, seen, transaction, quantile, decision)


def _untold(seen: Observed) -> Iterator[Text]:
    """What the plan asks and the load was too short, or too small, to tell."""
    yield from _unlimited(seen)
    yield from findings.capacity_untried(seen, Side.TARGET)


def _unlimited(seen: Observed) -> Iterator[Text]:
    """Limits that too few samples leave open."""
    for limit in seen.plan.limits:
        count = len(seen.seconds(Side.TARGET, limit.transaction))
        needed = samples_needed(float(limit.quantile))
        if count < needed:
            yield text(
                "performance.unknown.limit",
                transaction=limit.transaction,
                share=label(limit.quantile),
                count=count,
                needed=needed,
            )


def _conclusion(
    seen: Observed,
    answers: Compared,
    found: tuple[Finding, ...],
    unknown: list[Text],
    read: Statistics | None,
) -> Conclusion:
    status = Status.FAILED if found else Status.UNKNOWN if unknown else Status.PASSED
    reason = None
    if found:
        reason = text("performance.failed", count=len(found), first=found[0].text)
    elif unknown:
        reason, *unknown = unknown
    return Conclusion(
        status=status,
        reason=reason,
        findings=found,
        attachments=() if read is None else (Attachment(RANKED, "text/csv", ranked_csv(read).encode()),),
        caveats=(*unknown, *_caveats(seen, answers), *_unread(seen, read)),
        covers=tuple(
            Cover("transaction", name, "in turn" if seen.in_turn else "apart")
            for name in sorted(_answered(seen, answers))
        ),
        measures=measures(seen, answers) | statement_measures(seen, read) | server_measures(seen),
    )


def _answered(seen: Observed, answers: Compared) -> set[str]:
    """Transactions with an answer, and scenarios all of whose transactions have one: another check's plan
    may leave such a scenario out, and then lists it as not looked at."""
    timed = {question[0] for question in answers.decisions}
    return timed | {each.name for each in seen.plan.scenarios if timed.issuperset(each.transactions)}


def _unread(seen: Observed, read: Statistics | None) -> Iterator[Text]:
    """Why the databases' statements are not compared."""
    if read is not None:
        return
    for side in Side:
        one = seen.recordings[side].statements.get(side)
        code = "nothing" if one is None or one.unreadable is None else one.unreadable
        if one is None or one.unreadable is not None or not one.texts:
            why = text(f"performance.sql.why.{code}")
            yield text("performance.caveat.statements", side=side.value, why=why)


def _caveats(seen: Observed, answers: Compared) -> Iterator[Text]:
    likeness = seen.plan.likeness
    if likeness is not None and likeness.covered < _MOST:
        left_out = Decimal(f"{(1 - likeness.covered) * 100:.1f}")
        yield text("performance.caveat.uncovered", share=left_out)
    for side in Side if seen.plan.writes else ():
        audit = seen.audit(side)
        if audit is None or not audit.acknowledged:  # sessions that note nothing prove nothing
            yield text("performance.caveat.writes_unread", side=side.value)
        elif side is Side.SOURCE and any(audit.wrong()):
            named = tuple(f"{name}: {len(references)}" for name, references in audit.wrong())
            yield text("performance.caveat.source_writes", total=audit.acknowledged, wrong=named)
    if not seen.in_turn:
        yield text("performance.caveat.apart", margin=Decimal(f"{margin_of(seen) * 100:.0f}"))
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
