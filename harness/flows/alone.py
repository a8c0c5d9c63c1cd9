"""Compares a flow that only the target could run: with what the flow itself expects, and with arithmetic.

There is no oracle: the source does not have the function, or it is in production and nothing may be
written to it. The flow runs twice on the target. What it expects (`flow.expect`, steps that must be
refused, assertions) and what holds of every document decide; all else is only shown. A flow that expects
nothing, and keeps nothing that could be wrong by itself, proves nothing: *unknown*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from harness.flows import findings
from harness.flows.invariants import broken, checked
from harness.flows.noise import learn
from harness.flows.outcomes import ACCEPTED, DECLINED, IGNORED
from harness.flows.recorded import FlowRun, by_name, operations, read, shape
from harness.model import (
    Attachment,
    Capture,
    CheckSpec,
    Conclusion,
    Finding,
    Part,
    Status,
    text,
)
from harness.values import dumps
from harness.wording import unclear


def compare(spec: CheckSpec, captures: Mapping[Part, Capture]) -> Conclusion:
    """The target against the flow's own expectations; a pass says that it had no oracle."""
    target = read(captures[Part.TARGET])
    found = [
        *findings.stopped(spec, target, alone=True),
        *findings.silent(spec, target, captures[Part.TARGET]),
        *findings.unexpected(spec, target),
        *_not_refused(spec, target),
        *_broken(spec, target),
    ]
    answers = [answer for answer in target.refusals.values() if answer.outcome != IGNORED]
    proven = len(target.expectations) + len(answers) + sum(checked(k.content) for k in target.documents)
    if not found:
        doubt = _doubt(target, captures, proven)
        if doubt is not None:
            return doubt
    return Conclusion(
        status=Status.FAILED if found else Status.PASSED,
        reason=text("flows.alone.fails", count=len(found)) if found else None,
        findings=tuple(found),
        attachments=_varying(target, captures),
        covers=operations(target, target),
        caveats=(text(f"flows.alone.{'new' if spec.new else 'production'}", count=proven),),
        measures={"expectations": proven},
    )


def _doubt(target: FlowRun, captures: Mapping[Part, Capture], proven: int) -> Conclusion | None:
    if not proven:
        return Conclusion(Status.UNKNOWN, text("flows.alone.nothing_expected"))
    if Part.TARGET_REPEAT not in captures:
        return Conclusion(Status.UNKNOWN, text("flows.alone.once"))
    repeat = read(captures[Part.TARGET_REPEAT])
    if repeat.stopped_at is not None or shape(repeat) != shape(target):
        return Conclusion(Status.UNKNOWN, text("flows.alone.repeat_differs"))
    return None


def _varying(target: FlowRun, captures: Mapping[Part, Capture]) -> tuple[Attachment, ...]:
    """The fields that differ between the two runs, for whoever looks at the documents."""
    if Part.TARGET_REPEAT not in captures:
        return ()
    noise = learn(by_name(target), by_name(read(captures[Part.TARGET_REPEAT])))
    return (Attachment("noise.json", "application/json", dumps(sorted(noise))),)


def _not_refused(spec: CheckSpec, target: FlowRun) -> Iterator[Finding]:
    for name, answer in target.refusals.items():
        problem = unclear(answer.message)
        if answer.outcome == ACCEPTED:
            sentence = text("flows.alone.accepts", flow=spec.title, step=answer.title)
            yield findings.violation(spec, sentence, name, name, DECLINED, ACCEPTED)
        elif problem is not None:
            key = f"flows.alone.message.{problem}"
            sentence = text(key, flow=spec.title, step=answer.title, message=answer.message)
            yield findings.violation(spec, sentence, name, name, None, answer.message)


def _broken(spec: CheckSpec, target: FlowRun) -> Iterator[Finding]:
    """One finding per document and rule, at the step where it first shows."""
    first: dict[tuple[str, str], Finding] = {}
    for kept in target.documents:
        step = target.step(kept.step)
        for path, wanted, found in broken(kept.content):
            sentence = text(
                "flows.alone.does_not_add_up",
                flow=spec.title,
                step=step.title,
                document=kept.name,
                field=path or kept.name,
            )
            finding = replace(
                findings.violation(spec, sentence, path or kept.name, step.name, wanted, found),
                entity=kept.name,
                amount=abs(wanted - found),
                currency=findings.currency_of(kept.content),
            )
            first.setdefault((kept.name, path), finding)
    yield from first.values()
