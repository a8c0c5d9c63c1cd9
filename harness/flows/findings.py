"""What a comparator of flows reports: a step that did not succeed, a document that differs."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from decimal import Decimal

from harness.flows.align import ABSENT, Difference
from harness.flows.outcomes import DONE, REFUSED, UNREACHABLE, VIOLATED
from harness.flows.recorded import FlowRun, Kept, Step
from harness.model import Capture, CheckSpec, Finding, FindingKind, Text, text
from harness.values import Value

_MONEY = frozenset({"amount", "untaxed", "tax", "total", "open_amount", "debit", "credit", "unit_price"})
_STOPPED = {
    UNREACHABLE: (FindingKind.UNAVAILABLE, "flows.target_silent"),
    REFUSED: (FindingKind.REGRESSION, "flows.target_refuses"),
    VIOLATED: (FindingKind.VIOLATION, "flows.target_violates"),
}


_ALONE = {
    UNREACHABLE: "flows.target_silent",
    REFUSED: "flows.alone.refuses",
    VIOLATED: "flows.alone.violates",
}


def stopped(spec: CheckSpec, target: FlowRun, *, alone: bool = False) -> list[Finding]:
    """The step after which the target could not go on; `alone` when nothing is known of the source."""
    step = target.stopped_at
    if step is None:
        return []
    outcome = step.outcome if step.outcome in _STOPPED else REFUSED
    kind, key = _STOPPED[outcome]
    key = _ALONE[outcome] if alone else key
    return [
        Finding(
            check_id=spec.id,
            kind=kind,
            entity=spec.module,
            severity=spec.severity,
            text=text(key, flow=spec.title, step=step.title, message=step.message),
            field=step.name,
            step=step.name,
            source_value=DONE,
            target_value=step.outcome,
        )
    ]


def silent(spec: CheckSpec, target: FlowRun, capture: Capture) -> list[Finding]:
    """The target failed outside any step: at the login, or between two steps."""
    if capture.failure is None or target.stopped_at is not None:
        return []
    sentence = text("flows.target_failed", flow=spec.title, why=capture.failure)
    return [Finding(spec.id, FindingKind.UNAVAILABLE, spec.module, spec.severity, sentence)]


def unexpected(
    spec: CheckSpec, target: FlowRun, met: Container[tuple[int, str]] | None = None
) -> Iterator[Finding]:
    """What is not as the flow expects; with `met`, only what the source does as expected (step, name)."""
    for each in target.expectations:
        if each.found != each.expected and (met is None or (each.step, each.name) in met):
            step = target.step(each.step)
            sentence = text("flows.unexpected", flow=spec.title, step=step.title, name=each.name)
            yield violation(spec, sentence, each.name, step.name, each.expected, each.found)


def violation(
    spec: CheckSpec, sentence: Text, field: str, step: str, expected: Value, found: Value
) -> Finding:
    """A rule that the target breaks, at the step where it shows."""
    return Finding(
        check_id=spec.id,
        kind=FindingKind.VIOLATION,
        entity=spec.module,
        severity=spec.severity,
        text=sentence,
        field=field,
        step=step,
        source_value=expected,
        target_value=found,
    )


def of_document(spec: CheckSpec, step: Step, kept: Kept, field: str, found: Difference) -> Finding:
    """A field of a document that differs, with the amount affected where it is money."""
    amount = _amount(found)
    return Finding(
        check_id=spec.id,
        kind=_kind(found),
        entity=kept.name,
        severity=spec.severity,
        text=text(
            "flows.document_differs", flow=spec.title, step=step.title, document=kept.name, field=field
        ),
        field=field,
        step=step.name,
        source_value=found.source,
        target_value=found.target,
        amount=amount,
        # Postings are in the company's currency, whatever the document's is.
        currency=currency_of(kept.content) if amount is not None and "entries" not in field else None,
    )


def _kind(found: Difference) -> FindingKind:
    if found.target == ABSENT:
        return FindingKind.MISSING_IN_TARGET
    if found.source == ABSENT:
        return FindingKind.MISSING_IN_SOURCE
    return FindingKind.MISMATCH


def _amount(found: Difference) -> Decimal | None:
    money = found.path.rsplit(".", 1)[-1] in _MONEY
    if money and isinstance(found.source, Decimal) and isinstance(found.target, Decimal):
        return abs(found.source - found.target)
    return None


def currency_of(content: Value) -> str | None:
    """The currency of a document, or of the first of several."""
    if isinstance(content, Mapping):
        currency = content.get("currency")
        return currency if isinstance(currency, str) else None
    if isinstance(content, list) and content:
        return currency_of(content[0])
    return None
