"""Rules on the risk register: how high a measured risk may be, and that nobody's risk is left alone."""

from __future__ import annotations

from collections.abc import Iterator

from harness.gate.criteria import Criterion
from harness.gate.facts import Facts
from harness.gate.risk import Risk
from harness.gate.rules.rule import SHOWN, Assessment, count, no_data, says, within
from harness.model import Text, text


def risks_within(facts: Facts, criterion: Criterion) -> Assessment:
    """No risk is measured above the limit, nor above its own."""
    if not facts.risks:
        return no_data(criterion)
    limit = count(criterion.limit)
    over = [risk for risk in facts.risks if not risk.within(limit)]
    unverified = sum(not risk.verified for risk in facts.risks)
    sentence = says(
        criterion,
        "failed" if over else "passed",
        lines=tuple(_above(risk, limit) for risk in over[:SHOWN]),
        total=len(facts.risks),
        unverified=unverified,
        limit=limit,
    )
    highest = max(risk.measured.score for risk in facts.risks)
    return Assessment(not over, sentence, highest, tuple(risk.id for risk in over)[:SHOWN])


def _above(risk: Risk, limit: int) -> Text:
    return text(
        "risk.above", id=risk.id, title=risk.title, score=risk.measured.score, limit=risk.allowed(limit)
    )


def risks_owned(facts: Facts, criterion: Criterion) -> Assessment:
    """Every risk has an owner, a mitigation and at least one check of the run.

    A part of a run does not have all checks, so that only owner and mitigation are asked for.
    """
    if not facts.risks:
        return no_data(criterion)
    lacking = {risk.id: tuple(_lacking(risk, checks=not facts.scoped)) for risk in facts.risks}
    alone = {name: what for name, what in lacking.items() if what}
    lines = tuple(text("risk.lacks", id=name, what=what) for name, what in alone.items())
    return within(criterion, alone, total=len(facts.risks), lines=lines[:SHOWN])


def _lacking(risk: Risk, *, checks: bool) -> Iterator[Text]:
    if not risk.owner:
        yield text("risk.lack.owner")
    if risk.mitigation is None:
        yield text("risk.lack.mitigation")
    if checks and not risk.checks:
        yield text("risk.lack.check")
