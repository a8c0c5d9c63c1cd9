"""Compares one control from its captures: line by line, then the rules within the target. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from harness.messages import text
from harness.model import Capture, CheckSpec, Conclusion, Finding, Part, Side, Status, Text
from harness.reconcile.business import lists
from harness.reconcile.business.control import Control
from harness.reconcile.business.differences import Differences, compare_lines
from harness.reconcile.business.rules import Gap, Group, gaps
from harness.reconcile.business.violations import violations
from harness.reconcile.findings import Findings
from harness.reconcile.outcome import Outcome
from harness.reconcile.rows import Cells
from harness.values import Value


def compare(spec: CheckSpec, captures: Mapping[Part, Capture]) -> Conclusion:
    """The conclusion about one control; both sides live, or each from what was stored of it."""
    controls = [lists.control_of(capture) for capture in captures.values()]
    control = controls[0]
    if control is None or any(other != control for other in controls):
        return Conclusion(Status.UNKNOWN, text("business.reason.control_changed"))
    source, target = (lists.stored(captures, side) for side in Side)
    found = compare_lines(control, lists.side_by_side(control, source, target))
    if not source and not target:
        reason = text("business.reason.no_lines", control=control.title.title)
        return Conclusion(Status.UNKNOWN, reason, measures=_measures(found, ()))
    known, broken = gaps(control, source), gaps(control, target)
    findings = (*_of_lines(spec, control, found), *violations(spec, control, known, broken))
    caveats = (*_stored(captures), *_known(control, known), *_double(control, source, target))
    measures = _measures(found, findings)
    if not findings:
        return Conclusion(Status.PASSED, caveats=caveats, measures=measures)
    count = sum(finding.count for finding in findings)
    reason = text("reconcile.reason.differences", entity=spec.title, count=count)
    return Conclusion(Status.FAILED, reason, findings, caveats=caveats, measures=measures)


def _of_lines(spec: CheckSpec, control: Control, found: Differences) -> tuple[Finding, ...]:
    outcome = Outcome(found.source_lines, found.target_lines, found.matched, 0, 0, found.tallies, ())
    return Findings(spec, control.mapping, outcome).all()


def _stored(captures: Mapping[Part, Capture]) -> Iterator[Text]:
    if Part.PAIR not in captures:
        yield text("reconcile.caveat.stored")


def _known(control: Control, known: Mapping[tuple[str, Group], Gap]) -> Iterator[Text]:
    """A rule that the source broke already is no new defect, and is not passed over in silence."""
    times = Counter(rule for rule, _ in known)
    for rule in control.rules:
        if times[rule.name]:
            yield text("business.caveat.known", rule=rule.title.title, count=times[rule.name])


def _double(control: Control, source: Sequence[Cells], target: Sequence[Cells]) -> Iterator[Text]:
    counts = [lists.double_keys(control, lines) for lines in (source, target)]
    if any(counts):
        yield text("reconcile.caveat.double_keys", source=counts[0], target=counts[1])


def _measures(found: Differences, findings: Sequence[Finding]) -> dict[str, Value]:
    affected: dict[str, Decimal] = defaultdict(Decimal)
    for finding in findings:
        if finding.amount is not None:
            affected[finding.currency or ""] += finding.amount
    measures: dict[str, Value] = {
        "source_rows": found.source_lines,
        "target_rows": found.target_lines,
        "rows_compared": found.matched,
        "differences": sum(tally.count for tally in found.tallies),
        "consequences": found.following,
    }
    return {**measures, "amount_affected": dict(affected)} if affected else measures
