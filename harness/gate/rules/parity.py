"""The rule on environment parity: how many differences may make the evidence weaker."""

from __future__ import annotations

from harness.gate.criteria import Criterion
from harness.gate.facts import Facts
from harness.gate.parity import Fit, fact_name, weakening
from harness.gate.rules.rule import Assessment, no_data, within
from harness.model import text


def environment_parity(facts: Facts, criterion: Criterion) -> Assessment:
    """At most so many differences of the environments make evidence weaker; nothing read is no data."""
    if not any(line.fit is not Fit.NOT_VERIFIED for line in facts.parity):
        return no_data(criterion)
    found = weakening(facts.parity)
    lines = tuple(
        text(
            "parity.line",
            fact=fact_name(line.fact),
            against=text(f"parity.against.{line.against}"),
            why=line.why,
        )
        for line in found
    )
    unread = sum(line.fit is Fit.NOT_VERIFIED for line in facts.parity)
    ids = (f"{line.against}.{line.fact}" for line in found)
    return within(criterion, ids, lines=lines, unread=unread)
