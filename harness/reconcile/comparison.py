"""The pure comparison of what was gathered: the same findings from a live pair and from stored sides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.evidence.codec import from_value
from harness.messages import text
from harness.model import (
    Capture,
    CheckSpec,
    Conclusion,
    Cover,
    Finding,
    FindingKind,
    Part,
    Side,
    Status,
    Text,
)
from harness.reconcile import inventory, references
from harness.reconcile.business import comparison as business
from harness.reconcile.business import lists
from harness.reconcile.entity import EntityMapping
from harness.reconcile.findings import Findings
from harness.reconcile.outcome import Outcome
from harness.reconcile.references import Orphans
from harness.reconcile.stored import compare_stored
from harness.values import Value

_UNAVAILABLE = "unavailable"


def compare(spec: CheckSpec, captures: Mapping[Part, Capture]) -> Conclusion:
    """The conclusion of one entity's check, or of the inventory, from its captures alone."""
    for part, capture in captures.items():
        if capture.value is None or _fields(capture)["kind"] == _UNAVAILABLE:
            return _unavailable(
                spec, part.side or Side(_fields(capture).get("side", Side.SOURCE)), capture.failure
            )
    if all(_fields(capture)["kind"] == inventory.KIND for capture in captures.values()):
        return inventory.compare(spec, captures)
    if all(_fields(capture)["kind"] == lists.KIND for capture in captures.values()):
        return business.compare(spec, captures)
    if Part.PAIR in captures:
        return _of_pair(spec, captures[Part.PAIR])
    return _of_sides(spec, {Side.SOURCE: captures[Part.SOURCE], Side.TARGET: captures[Part.TARGET]})


def _of_pair(spec: CheckSpec, capture: Capture) -> Conclusion:
    value = _fields(capture)
    mapping = EntityMapping.from_value(value["mapping"])
    outcome = from_value(Outcome, value["outcome"])
    orphans = references.stored(value.get("references"))
    return _conclusion(spec, mapping, outcome, orphans, _covers(value), ())


def _of_sides(spec: CheckSpec, captures: dict[Side, Capture]) -> Conclusion:
    values = {side: _fields(capture) for side, capture in captures.items()}
    if values[Side.SOURCE]["mapping"] != values[Side.TARGET]["mapping"]:
        return Conclusion(Status.UNKNOWN, text("reconcile.reason.mapping_changed"))
    mapping = EntityMapping.from_value(values[Side.SOURCE]["mapping"])
    covers = _covers(*values.values())
    caveats = (text("reconcile.caveat.stored"),)
    outcome = compare_stored(mapping, captures)
    orphans = tuple(item for side in Side for item in references.stored(values[side].get("references")))
    return _conclusion(spec, mapping, outcome, orphans, covers, caveats)


def _unavailable(spec: CheckSpec, side: Side, why: Text | None) -> Conclusion:
    """A target that does not answer is a finding; a source that does not decides nothing."""
    reason = why or text("reconcile.reason.nothing_gathered")
    if side is Side.SOURCE:
        return Conclusion(Status.UNKNOWN, reason)
    finding = Finding(spec.id, FindingKind.UNAVAILABLE, spec.id.partition(".")[2], spec.severity, reason)
    return Conclusion(Status.FAILED, reason, (finding,))


def _conclusion(
    spec: CheckSpec,
    mapping: EntityMapping,
    outcome: Outcome,
    orphans: tuple[Orphans, ...],
    covers: tuple[Cover, ...],
    caveats: tuple[Text, ...],
) -> Conclusion:
    measures: dict[str, Value] = {
        "source_rows": outcome.source_rows,
        "target_rows": outcome.target_rows,
        "rows_compared": outcome.matched,
        "differences": sum(tally.count for tally in outcome.tallies),
    }
    if mapping.rows.relation != "equal":
        measures["rows_shipped"] = outcome.shipped
    if not outcome.source_rows and not outcome.target_rows:
        return Conclusion(Status.UNKNOWN, text("reconcile.reason.no_rows"), measures=measures)
    caveats += _double_keys(outcome)
    findings = (*Findings(spec, mapping, outcome).all(), *references.findings(spec, mapping, orphans))
    if not findings and not outcome.matched:
        return Conclusion(Status.UNKNOWN, text("reconcile.reason.nothing_matched"), measures=measures)
    if not findings:
        return Conclusion(Status.PASSED, covers=covers, caveats=caveats, measures=measures)
    count = sum(finding.count for finding in findings)
    reason = text("reconcile.reason.differences", entity=spec.title, count=count)
    return Conclusion(Status.FAILED, reason, findings, covers=covers, caveats=caveats, measures=measures)


def _double_keys(outcome: Outcome) -> tuple[Text, ...]:
    source, target = outcome.source_double_keys, outcome.target_double_keys
    if not source and not target:
        return ()
    return (text("reconcile.caveat.double_keys", source=source, target=target),)


def _covers(*values: Mapping[str, Any]) -> tuple[Cover, ...]:
    """What was looked at; a column that one side compares and the other leaves open is not."""
    left_open = {name for value in values for name in value.get("open", ())}
    covers = (Cover(*cover) for value in values for cover in value["covers"])
    return tuple(dict.fromkeys(cover for cover in covers if cover.item not in left_open))


def _fields(capture: Capture) -> dict[str, Any]:
    return capture.value if isinstance(capture.value, dict) else {}
