"""Compares the captures of one flow: what differs beyond the source's own noise is a finding."""

from __future__ import annotations

from collections.abc import Mapping

from harness.flows import alone, refusals
from harness.flows.align import differences
from harness.flows.findings import of_document, silent, stopped, unexpected
from harness.flows.noise import Noise, learn, quiet, unsteady
from harness.flows.recorded import FlowRun, by_name, operations, read, shape, why
from harness.model import (
    Attachment,
    Capture,
    CheckSpec,
    Conclusion,
    Finding,
    Part,
    Status,
    Text,
    text,
)
from harness.values import dumps


def compare(spec: CheckSpec, captures: Mapping[Part, Capture]) -> Conclusion:
    """Source against target, with the noise of source against source taken away.

    Without a source, the target against what the flow expects: see `alone`.
    """
    if Part.SOURCE not in captures:
        return alone.compare(spec, captures)
    source, target = read(captures[Part.SOURCE]), read(captures[Part.TARGET])
    nothing = not source.documents and not source.refusals
    if nothing or source.stopped_at is not None:
        return Conclusion(Status.UNKNOWN, text("flows.source_incomplete", why=why(source)))
    if Part.SOURCE_REPEAT not in captures:
        return Conclusion(Status.UNKNOWN, text("flows.noise_unknown"))
    repeat = read(captures[Part.SOURCE_REPEAT])
    if repeat.stopped_at is not None or shape(repeat) != shape(source):
        return Conclusion(Status.UNKNOWN, text("flows.repeat_incomplete", why=why(repeat)))
    noise = learn(by_name(source), by_name(repeat))
    wild = unsteady(by_name(source), by_name(repeat), noise)
    if wild:
        return Conclusion(Status.UNKNOWN, text("flows.unsteady", fields=wild))
    findings = [
        *stopped(spec, target),
        *silent(spec, target, captures[Part.TARGET]),
        *_documents(spec, source, target, noise),
        *refusals.compared(spec, source.refusals, target.refusals),
        *unexpected(spec, target, _met(source)),
    ]
    if not findings and shape(target) != shape(source):
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
        covers=operations(source, target),
        caveats=(*refusals.undecided(source.refusals, target.refusals), *_met_by_neither(source)),
        measures={"documents_compared": compared, "noisy_fields": len(noise)},
    )


def _met(source: FlowRun) -> frozenset[tuple[int, str]]:
    return frozenset((each.step, each.name) for each in source.expectations if each.found == each.expected)


def _met_by_neither(source: FlowRun) -> tuple[Text, ...]:
    """What the flow expects and even the current system does not do: it says nothing about the upgrade."""
    wrong = (each for each in source.expectations if each.found != each.expected)
    return tuple(
        text("flows.source_unexpected", step=source.step(each.step).title, name=each.name) for each in wrong
    )


def _refusals_shown(source: FlowRun, target: FlowRun) -> tuple[Attachment, ...]:
    if not source.refusals:
        return ()
    content = dumps(refusals.shown(source.refusals, target.refusals))
    return (Attachment("refusals.json", "application/json", content),)


def _documents(spec: CheckSpec, source: FlowRun, target: FlowRun, noise: Noise) -> list[Finding]:
    """One finding per document and field, at the step where it first shows."""
    first: dict[tuple[str, str], Finding] = {}
    for one, other in zip(source.documents, target.documents, strict=False):
        if (one.step, one.name) != (other.step, other.name):
            break
        prefix = f"{one.name}[]"
        for found in differences(quiet(one.content, noise, prefix), quiet(other.content, noise, prefix)):
            field = found.path or one.name
            first.setdefault((one.name, field), of_document(spec, source.step(one.step), one, field, found))
    return list(first.values())
