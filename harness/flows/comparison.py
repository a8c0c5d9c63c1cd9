"""Compares the captures of one flow: what differs beyond the source's own noise is a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from harness.flows import refusals
from harness.flows.align import ABSENT, Difference, differences
from harness.flows.noise import learn, quiet
from harness.flows.outcomes import ACCEPTED, DECLINED, DONE, GOES_ON, REFUSED, UNREACHABLE, VIOLATED
from harness.flows.refusals import Answer
from harness.model import (
    Attachment,
    Capture,
    CheckSpec,
    Conclusion,
    Finding,
    FindingKind,
    Part,
    Status,
    Text,
    Title,
    text,
)
from harness.values import Value, dumps

_MONEY = frozenset({"amount", "untaxed", "tax", "total", "open_amount", "debit", "credit", "unit_price"})
_STOPPED = {
    UNREACHABLE: (FindingKind.UNAVAILABLE, "flows.target_silent"),
    REFUSED: (FindingKind.REGRESSION, "flows.target_refuses"),
    VIOLATED: (FindingKind.VIOLATION, "flows.target_violates"),
}


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    title: Title
    outcome: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class _Kept:
    step: int
    name: str
    content: Value


@dataclass(frozen=True, slots=True)
class _Run:
    steps: tuple[_Step, ...]
    documents: tuple[_Kept, ...]

    @property
    def stopped_at(self) -> _Step | None:
        return next((step for step in self.steps if step.outcome not in GOES_ON), None)

    @property
    def refusals(self) -> Mapping[str, Answer]:
        """By the names of the steps that must be refused: how they were."""
        return {
            step.name: Answer(step.title, step.outcome, step.code, step.message)
            for step in self.steps
            if step.outcome in {DECLINED, ACCEPTED}
        }

    def title(self, number: int) -> _Step:
        return self.steps[min(number, len(self.steps) - 1)]


def compare(spec: CheckSpec, captures: Mapping[Part, Capture]) -> Conclusion:
    """Source against target, with the noise of source against source taken away."""
    source, target = _read(captures[Part.SOURCE]), _read(captures[Part.TARGET])
    nothing = not source.documents and not source.refusals
    if nothing or source.stopped_at is not None:
        return Conclusion(Status.UNKNOWN, text("flows.source_incomplete", why=_why(source)))
    if Part.SOURCE_REPEAT not in captures:
        return Conclusion(Status.UNKNOWN, text("flows.noise_unknown"))
    repeat = _read(captures[Part.SOURCE_REPEAT])
    if repeat.stopped_at is not None or _shape(repeat) != _shape(source):
        return Conclusion(Status.UNKNOWN, text("flows.repeat_incomplete", why=_why(repeat)))
    noise = learn(_by_name(source), _by_name(repeat))
    findings = [
        *_stopped(spec, target),
        *_silent(spec, target, captures[Part.TARGET]),
        *_documents(spec, source, target, noise),
        *refusals.compared(spec, source.refusals, target.refusals),
    ]
    if not findings and _shape(target) != _shape(source):
        return Conclusion(Status.UNKNOWN, text("flows.target_incomplete"))
    compared = min(len(source.documents), len(target.documents))
    return Conclusion(
        status=Status.FAILED if findings else Status.PASSED,
        reason=text("flows.differs", count=len(findings)) if findings else None,
        findings=tuple(findings),
        attachments=(
            Attachment("noise.json", "application/json", dumps(sorted(noise))),
            *_refusals_shown(source, target),
        ),
        caveats=refusals.accepted_by_both(source.refusals, target.refusals),
        measures={"documents_compared": compared, "noisy_fields": len(noise)},
    )


def _refusals_shown(source: _Run, target: _Run) -> tuple[Attachment, ...]:
    if not source.refusals:
        return ()
    content = dumps(refusals.shown(source.refusals, target.refusals))
    return (Attachment("refusals.json", "application/json", content),)


def _read(capture: Capture) -> _Run:
    value = capture.value
    if not isinstance(value, Mapping):
        raise TypeError("a flow's capture is a mapping")
    steps, documents = value["steps"], value["documents"]
    return _Run(
        tuple(
            _Step(
                str(s["name"]),
                Title(str(s["en"]), str(s["zh"])),
                str(s["outcome"]),
                str(s.get("code", "")),
                str(s.get("message", "")),
            )
            for s in _mappings(steps)
        ),
        tuple(_Kept(int(str(d["step"])), str(d["name"]), d["content"]) for d in _mappings(documents)),
    )


def _mappings(value: Value) -> list[Mapping[str, Value]]:
    if not isinstance(value, Sequence):
        raise TypeError("a flow's capture holds lists")
    return [item for item in value if isinstance(item, Mapping)]


def _shape(run: _Run) -> list[tuple[int, str]]:
    return [(kept.step, kept.name) for kept in run.documents]


def _by_name(run: _Run) -> Value:
    """All documents of one name together, so that noise is learned per field and not per step."""
    found: dict[str, list[Value]] = {}
    for kept in run.documents:
        found.setdefault(kept.name, []).append(kept.content)
    return {name: list(contents) for name, contents in found.items()}


def _why(run: _Run) -> Text:
    step = run.stopped_at
    if step is None:
        return text("flows.nothing_kept")
    return text("flows.stopped", step=step.title, message=step.message)


def _stopped(spec: CheckSpec, target: _Run) -> list[Finding]:
    step = target.stopped_at
    if step is None:
        return []
    kind, key = _STOPPED.get(step.outcome, _STOPPED["refused"])
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


def _silent(spec: CheckSpec, target: _Run, capture: Capture) -> list[Finding]:
    """The target failed outside any step: at the login, or between two steps."""
    if capture.failure is None or target.stopped_at is not None:
        return []
    sentence = text("flows.target_failed", flow=spec.title, why=capture.failure)
    return [Finding(spec.id, FindingKind.UNAVAILABLE, spec.module, spec.severity, sentence)]


def _documents(spec: CheckSpec, source: _Run, target: _Run, noise: frozenset[str]) -> list[Finding]:
    """One finding per document and field, at the step where it first shows."""
    first: dict[tuple[str, str], Finding] = {}
    for one, other in zip(source.documents, target.documents, strict=False):
        if (one.step, one.name) != (other.step, other.name):
            break
        prefix = f"{one.name}[]"
        for found in differences(quiet(one.content, noise, prefix), quiet(other.content, noise, prefix)):
            field = found.path or one.name
            first.setdefault((one.name, field), _finding(spec, source.title(one.step), one, field, found))
    return list(first.values())


def _finding(spec: CheckSpec, step: _Step, kept: _Kept, field: str, found: Difference) -> Finding:
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
        currency=_currency(kept.content) if amount is not None else None,
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


def _currency(content: Value) -> str | None:
    if isinstance(content, Mapping):
        currency = content.get("currency")
        return currency if isinstance(currency, str) else None
    if isinstance(content, list) and content:
        return _currency(content[0])
    return None
