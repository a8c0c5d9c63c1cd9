"""The figures of a load comparison under flat names, for the record and the charts."""

from __future__ import annotations

from decimal import Decimal

from harness.model import Side
from harness.performance.decisions import Compared, name_of
from harness.performance.findings import as_ratio, as_seconds, label
from harness.performance.observed import Observed
from harness.statistics import percentile
from harness.values import Value


def measures(seen: Observed, compared: Compared) -> dict[str, Value]:
    """Seconds per side, the answers with their intervals, and the generator's own state."""
    found: dict[str, Value] = {}
    for transaction in seen.plan.transactions:
        for side in Side:
            seconds = seen.seconds(side, transaction)
            found[f"{transaction}.{side}.samples"] = len(seconds)
            if seconds:
                for share in (Decimal("0.5"), Decimal("0.95")):
                    value = as_seconds(percentile(seconds, float(share)))
                    found[f"{transaction}.{side}.{label(share)}"] = value
    for question, decision in compared.decisions.items():
        name = name_of(question)
        found[f"{name}.ratio"] = as_ratio(decision.ratio)
        found[f"{name}.low"] = as_ratio(decision.low)
        found[f"{name}.high"] = as_ratio(decision.high)
        found[f"{name}.answer"] = decision.answer.value
    for question, slowdown in compared.detectable.items():
        found[f"{name_of(question)}.detectable"] = as_ratio(1 + slowdown)
    for question, floor in compared.floors.items():
        found[f"{name_of(question)}.resolvable"] = as_ratio(floor.resolvable(len(seen.blocks(Side.TARGET))))
    if seen.plan.likeness is not None:
        found["workload.covered"] = seen.plan.likeness.covered
        found["workload.distance"] = seen.plan.likeness.distance
    for side in Side:
        audit = seen.audit(side)
        if audit is not None and seen.plan.writes:
            found[f"documents.{side}.acknowledged"] = audit.acknowledged
            found[f"documents.{side}.unanswered"] = audit.unanswered
            found[f"documents.{side}.wrong"] = sum(len(references) for _, references in audit.wrong())
    found |= _generator_measures(seen)
    return found


def _generator_measures(seen: Observed) -> dict[str, Value]:
    blocks = [block for each in seen.distinct() for block in each.story.blocks]
    if not blocks:
        return {}
    return {
        "generator.cpu": as_ratio(max(block.cpu for block in blocks)),
        "generator.lag_milliseconds": round(max(block.lag for block in blocks) * 1000),
        "seconds": Decimal(f"{sum(block.seconds for block in blocks):.1f}"),
    }
