"""The rule on rehearsals: from one to the next there is no more to repair."""

from __future__ import annotations

from harness.gate.criteria import Criterion
from harness.gate.facts import Facts
from harness.gate.rules.rule import Assessment, count, no_data, says
from harness.gate.trend import risen
from harness.model import text


def rehearsals_converge(facts: Facts, criterion: Criterion) -> Assessment:
    """Over so many earlier rehearsals up to this run, open differences never became more.

    A difference whose check came to no conclusion counts as still open.
    """
    needed = max(1, count(criterion.limit))
    known = facts.rehearsals
    if len(known) <= needed:
        return no_data(criterion, actual=len(known), limit=needed + 1)
    recent = known[-needed - 1 :]
    counts = tuple(each.standing(criterion.severity) for each in recent)
    steps = risen(recent, criterion.severity)
    lines = tuple(
        text(
            "gate.rehearsal.risen",
            before=before.standing(criterion.severity),
            after=after.standing(criterion.severity),
            first=before.run,
            second=after.run,
        )
        for before, after in steps
    )
    severity = text(f"gate.severity.{criterion.severity}")
    case = "failed" if steps else "passed"
    sentence = says(
        criterion, case, severity=severity, counts=tuple(map(str, counts)), lines=lines, limit=needed
    )
    return Assessment(not steps, sentence, list(counts), tuple(after.run for _, after in steps))
