"""Rules on checks: that they ran, came to a conclusion, and said why not."""

from __future__ import annotations

from collections.abc import Callable

from harness.gate.criteria import Criterion
from harness.gate.facts import Facts
from harness.gate.judgement import CheckState
from harness.gate.rules.rule import SHOWN, Assessment, count, fingerprints, ids_of, no_data, says, within


def run_complete(facts: Facts, criterion: Criterion) -> Assessment:
    """Everything that was planned has its final result, and the record was closed without a cut."""
    unfinished = ids_of(check for check in facts.checks if check.state is CheckState.MISSING)
    open_ends = tuple(dict.fromkeys((*facts.missing, *unfinished)))
    if not facts.planned or not facts.checks:
        return no_data(criterion)
    if open_ends:
        sentence = says(criterion, "failed", actual=len(open_ends), checks=open_ends[:5])
        return Assessment(False, sentence, len(open_ends), open_ends[:SHOWN])
    if facts.cuts:
        return Assessment(False, says(criterion, "cut", actual=facts.cuts), facts.cuts)
    if not facts.sealed:
        return Assessment(False, says(criterion, "unsealed"), 0)
    if stray := _stray(facts):
        return Assessment(False, says(criterion, "stray", actual=len(stray)), len(stray), stray[:SHOWN])
    done = sum(not check.manual for check in facts.checks)
    return Assessment(True, says(criterion, "passed", actual=done), 0)


def _stray(facts: Facts) -> tuple[str, ...]:
    known = {check.id for check in facts.checks}
    return fingerprints(judged for judged in facts.findings if judged.finding.check_id not in known)


def evidence_present(facts: Facts, criterion: Criterion) -> Assessment:
    """The area has at least so many checks that came to a conclusion."""
    found = ids_of(check for check in facts.checks_in(criterion.area) if check.state.concluded)
    limit = max(1, count(criterion.limit))
    planned = len(facts.checks_in(criterion.area))
    if not found:
        case = "none_planned" if not planned else "no_data"
        sentence = says(criterion, case, milestone=facts.milestone, planned=planned)
        return Assessment(False, sentence, 0)
    passed = len(found) >= limit
    sentence = says(criterion, "passed" if passed else "failed", actual=len(found), limit=limit)
    return Assessment(passed, sentence, len(found), found[:SHOWN])


def in_state(state: CheckState) -> Callable[[Facts, Criterion], Assessment]:
    """No more than so many checks of that state, as serious as the criterion or worse."""

    def evaluate(facts: Facts, criterion: Criterion) -> Assessment:
        checks = facts.checks_in(criterion.area)
        if not checks:
            return no_data(criterion)
        concerned = [check for check in checks if check.severity.rank <= criterion.severity.rank]
        return within(criterion, ids_of(check for check in concerned if check.state is state))

    return evaluate


def failures_explained(facts: Facts, criterion: Criterion) -> Assessment:
    """Whatever failed says what is wrong: a failure without a difference cannot be judged or accepted."""
    checks = facts.checks_in(criterion.area)
    if not checks:
        return no_data(criterion)
    mute = ids_of(c for c in checks if c.state is CheckState.FAILED and not c.open and not c.waived)
    sentence = says(criterion, "failed" if mute else "passed", actual=len(mute), checks=mute[:5])
    return Assessment(not mute, sentence, len(mute), mute[:SHOWN])


def minimum_checks(facts: Facts, criterion: Criterion) -> Assessment:
    """At least so many checks of the area came to a conclusion."""
    found = ids_of(check for check in facts.checks_in(criterion.area) if check.state.concluded)
    limit = count(criterion.limit)
    if not found:
        return no_data(criterion, limit=limit)
    passed = len(found) >= limit
    sentence = says(criterion, "passed" if passed else "failed", actual=len(found), limit=limit)
    return Assessment(passed, sentence, len(found), found[:SHOWN])


def no_weaker_evidence(facts: Facts, criterion: Criterion) -> Assessment:
    """No more than so many checks whose evidence comes with a reservation."""
    checks = facts.checks_in(criterion.area)
    return within(criterion, ids_of(c for c in checks if c.caveats)) if checks else no_data(criterion)


def no_reruns(facts: Facts, criterion: Criterion) -> Assessment:
    """No more than so many checks that were run again, so that a red run cannot be repeated until green."""
    checks = facts.checks_in(criterion.area)
    return within(criterion, ids_of(c for c in checks if c.attempts > 1)) if checks else no_data(criterion)
