"""Two questions, never mixed up: is the target fast enough, and is it slower than the source?

Pure: the same captures give the same conclusion, whenever they are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
from harness.performance import drift, findings
from harness.performance.caveats import caveats
from harness.performance.decisions import Compared, compared
from harness.performance.findings import label
from harness.performance.measures import measures, server_measures, statement_measures
from harness.performance.observed import Observed, observed
from harness.performance.sql.analysis import Statistics, ranked_csv, statistics
from harness.performance.sql.findings import statements
from harness.performance.validity import whole_run
from harness.statistics import Answer, samples_needed

RANKED = "statements.csv"


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
    yield from drift.findings(spec, seen)
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
        caveats=(*unknown, *caveats(seen, answers, read)),
        covers=tuple(
            Cover("transaction", name, "in turn" if seen.in_turn else "apart")
            for name in sorted(_answered(seen, answers))
        ),
        measures=measures(seen, answers)
        | statement_measures(seen, read)
        | server_measures(seen)
        | drift.drift_measures(seen),
    )


def _answered(seen: Observed, answers: Compared) -> set[str]:
    """Transactions with an answer, and scenarios all of whose transactions have one: another check's plan
    may leave such a scenario out, and then lists it as not looked at."""
    timed = {question[0] for question in answers.decisions}
    return timed | {each.name for each in seen.plan.scenarios if timed.issuperset(each.transactions)}
