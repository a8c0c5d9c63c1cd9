"""Compares past documents of the source with the same ones entered again in the target.

What varies between two runs on the target is noise. The evidence is weaker than that of a flow that runs
on both sides, and says so: the source's settings may have changed since the documents were made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from harness.flows import findings
from harness.flows.align import Difference, differences
from harness.flows.noise import Noise, learn, quiet
from harness.flows.recorded import FlowRun, Kept, mappings, operations, read, shape
from harness.flows.terms import same_terms
from harness.model import Attachment, Capture, CheckSpec, Conclusion, Finding, Part, Status, text
from harness.values import Value, dumps


def compare(spec: CheckSpec, captures: Mapping[Part, Capture]) -> Conclusion:
    """Past documents against what the target makes of them today."""
    past = _past(captures[Part.SOURCE])
    target = read(captures[Part.TARGET])
    if not past:
        return Conclusion(Status.UNKNOWN, text("flows.replay.nothing"))
    if Part.TARGET_REPEAT not in captures:
        return Conclusion(Status.UNKNOWN, text("flows.alone.once"))
    repeat = read(captures[Part.TARGET_REPEAT])
    stopped = [
        *findings.stopped(spec, target),
        *findings.silent(spec, target, captures[Part.TARGET]),
    ]
    if not stopped and shape(repeat) != shape(target):
        return Conclusion(Status.UNKNOWN, text("flows.alone.repeat_differs"))
    noise = learn(_by_name(target), _by_name(repeat))
    found = [*stopped, *_different(spec, past, target, noise)]
    entered = {kept.name.partition("/")[0] for kept in target.documents}
    missing = [key for key in past if key not in entered]
    if not found and missing:
        return Conclusion(Status.UNKNOWN, text("flows.replay.left_out", count=len(missing)))
    return Conclusion(
        status=Status.FAILED if found else Status.PASSED,
        reason=text("flows.differs", count=len(found)) if found else None,
        findings=tuple(found),
        covers=operations(target, target),
        attachments=(Attachment("noise.json", "application/json", dumps(sorted(noise))),),
        caveats=(text("flows.replay.weaker", count=len(past), over=_passed_over(captures[Part.SOURCE])),),
        measures={"documents_compared": len(target.documents), "noisy_fields": len(noise)},
    )


def _past(capture: Capture) -> Mapping[str, Mapping[str, Value]]:
    value = capture.value
    listed = mappings(value.get("past", [])) if isinstance(value, Mapping) else []
    return {str(each["key"]): each for each in listed}


def _passed_over(capture: Capture) -> int:
    value = capture.value
    return int(str(value.get("passed_over", 0))) if isinstance(value, Mapping) else 0


def _by_name(run: FlowRun) -> Value:
    found: dict[str, list[Value]] = {}
    for kept in run.documents:
        found.setdefault(kept.name.partition("/")[2], []).append(kept.content)
    return {name: list(contents) for name, contents in found.items()}


def _real(found: Iterable[Difference]) -> Iterator[Difference]:
    """Without the due dates that follow from the same terms on another day."""
    return (each for each in found if not same_terms(each.source, each.target))


def _different(
    spec: CheckSpec, past: Mapping[str, Mapping[str, Value]], target: FlowRun, noise: Noise
) -> list[Finding]:
    """One finding per kind of document and field, with the first order in which it shows."""
    first: dict[tuple[str, str], Finding] = {}
    for kept in target.documents:
        key, _, name = kept.name.partition("/")
        before = past.get(key, {}).get(name)
        prefix = f"{name}[]"
        shown = Kept(kept.step, name, before)
        for found in _real(differences(quiet(before, noise, prefix), quiet(kept.content, noise, prefix))):
            field = found.path or name
            step = target.step(kept.step)
            first.setdefault((name, field), findings.of_document(spec, step, shown, field, found))
    return list(first.values())
