"""Compares the captures of one task: pure, from stored values only."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from harness.model import (
    Area,
    Attachment,
    Capture,
    CheckSpec,
    Conclusion,
    Cover,
    Finding,
    FindingKind,
    Part,
    Severity,
    Status,
    Text,
    text,
)
from harness.ux.message_differences import of_messages, same_faults, shown
from harness.ux.observed import COUNTS, Observed, observed
from harness.ux.pictures import image_diffs
from harness.ux.screen_differences import looks_missing, of_screens, screen_measures
from harness.ux.shifts import of_shifts
from harness.ux.step_differences import of_complaints, of_counts, of_times
from harness.values import Value

STRUCTURE = ".aria.yml"


def compare(spec: CheckSpec, captures: Mapping[Part, Capture]) -> Conclusion:
    """The target's way of doing a task against the source's; nothing that both have is a finding."""
    source, target = observed(captures[Part.SOURCE].value), observed(captures[Part.TARGET].value)
    unusable = _unusable(captures[Part.SOURCE], source, target)
    if unusable is not None:
        return Conclusion(Status.UNKNOWN, unusable)
    times = of_times(spec, source, target)
    findings = (
        *_not_completed(spec, captures[Part.TARGET], target),
        *_told_once(of_screens(spec, source, target), tuple(of_complaints(spec, source, target))),
        *of_shifts(spec, source, target),
        *of_counts(spec, source, target),
        *of_messages(spec, source, target),
        *times.findings,
    )
    status, reason = _status(source, target, findings)
    return Conclusion(
        status=status,
        reason=reason,
        findings=findings,
        attachments=(
            *_structures(captures[Part.SOURCE], captures[Part.TARGET]),
            *image_diffs(captures[Part.SOURCE].attachments, captures[Part.TARGET].attachments),
            *shown(source, target),
        ),
        covers=(
            *(Cover("screen", name, "compared") for name in _compared(source, target)),
            *_combination(spec),
        ),
        caveats=(
            *times.caveats,
            *same_faults(source, target),
            *_browser_caveat(source, target),
            *looks_missing(source, target),
        ),
        measures={**_effort(source, target), **screen_measures(source, target), **dict(times.measures)},
    )


def _unusable(capture: Capture, source: Observed, target: Observed) -> Text | None:
    """Why there is nothing to hold the target against; None when there is."""
    if capture.failure is not None:
        return text("ux.unknown.source_unreachable", reason=capture.failure)
    if source.problem is not None:
        stopped = source.stopped_at
        step = stopped.title if stopped else source.task
        return text("ux.unknown.source_incomplete", step=step, problem=source.problem)
    if not source.judged or not source.screens:
        return text("ux.unknown.nothing_measured")
    same = (source.task, source.conditions, source.browser[0]) == (
        target.task,
        target.conditions,
        target.browser[0],
    )
    return None if same else text("ux.unknown.conditions_differ")


def _not_completed(spec: CheckSpec, capture: Capture, target: Observed) -> list[Finding]:
    if target.problem is None and capture.failure is None:
        return []
    unreachable = capture.failure is not None
    stopped = target.stopped_at
    step = stopped.title if stopped else target.task
    problem = capture.failure or target.problem
    return [
        Finding(
            check_id=spec.id,
            kind=FindingKind.UNAVAILABLE if unreachable else FindingKind.REGRESSION,
            entity=stopped.screen if stopped else target.task,
            severity=Severity.BLOCKER,
            text=text("ux.finding.not_completed", task=spec.title, step=step, problem=problem),
            key=stopped.name if stopped else None,
            field="completion",
            step=stopped.name if stopped else None,
            source_value=True,
            target_value=False,
        )
    ]


def _status(source: Observed, target: Observed, findings: tuple[Finding, ...]) -> tuple[Status, Text | None]:
    if findings:
        return Status.FAILED, text("ux.failed", count=len(findings))
    unchecked = [
        name
        for name in _compared(source, target)
        if source.screens[name].violations is None or target.screens[name].violations is None
    ]
    if unchecked:
        return Status.UNKNOWN, text("ux.unknown.accessibility", screens=tuple(unchecked))
    missing = {step.screen for step in source.judged} - set(_compared(source, target))
    if missing or len(target.runs) < source.repeats:
        return Status.UNKNOWN, text("ux.unknown.target_incomplete", screens=tuple(sorted(missing)))
    return Status.PASSED, None


def _compared(source: Observed, target: Observed) -> list[str]:
    names = dict.fromkeys(step.screen for step in source.judged)
    return [name for name in names if name in source.screens and name in target.screens]


def _combination(spec: CheckSpec) -> tuple[Cover, ...]:
    area, _, name = spec.id.partition(".")
    return (Cover("combination", name, "compared"),) if area == Area.COMPATIBILITY else ()


def _told_once(screens: Sequence[Finding], complaints: Sequence[Finding]) -> tuple[Finding, ...]:
    """A picture that is missing is not a request that failed, too."""
    pictures = [str(item.key) for item in screens if item.field == "image"]
    named = (found.rpartition("(")[2].rstrip(")") for found in pictures if found.endswith(")"))
    files = [file for file in named if file]  # no name is part of every name
    kept = [item for item in complaints if not any(file in str(item.key) for file in files)]
    return (*screens, *kept)


def _browser_caveat(source: Observed, target: Observed) -> list[Text]:
    if source.browser == target.browser:
        return []
    return [text("ux.caveat.browsers", source=source.browser[1], target=target.browser[1])]


def _effort(source: Observed, target: Observed) -> dict[str, Value]:
    return {
        "steps_compared": len([step for step in source.judged if target.of_step(step.name)]),
        "screens_compared": len(_compared(source, target)),
        "source_klm_seconds": _klm(source),
        "target_klm_seconds": _klm(target),
        "source": _totals(source),
        "target": _totals(target),
    }


def _totals(side: Observed) -> Value:
    """What the task took on one side, in the first repetition, and what its screens ask of people."""
    run = [step for step in (side.runs[0] if side.runs else ()) if not step.prelude]
    screens = {step.screen: side.screens[step.screen] for step in run if step.screen in side.screens}
    waits: Counter[str] = Counter()
    for step in run:
        waits.update(step.waits)
    return {
        **{name: sum(step.counts.get(name, 0) for step in run) for name in COUNTS},
        "requests": sum(step.requests for step in run),
        "bytes": sum(step.transferred for step in run),
        "waits": dict(waits),
        "elements": {name: screen.present.total() for name, screen in screens.items()},
        "required": {name: len(screen.required) for name, screen in screens.items()},
    }


def _klm(side: Observed) -> Decimal:
    """Of the first repetition: the one that types the same on both sides."""
    run = side.runs[0] if side.runs else ()
    return sum((step.klm_seconds for step in run if not step.prelude), Decimal(0))


def _structures(source: Capture, target: Capture) -> tuple[Attachment, ...]:
    """The accessible structures of each screen as one difference, where both are still kept."""
    theirs = {
        item.name: item.content.decode() for item in target.attachments if item.name.endswith(STRUCTURE)
    }
    found: list[Attachment] = []
    for item in source.attachments:
        if item.name in theirs:
            lines = difflib.unified_diff(
                item.content.decode().splitlines(),
                theirs[item.name].splitlines(),
                "source",
                "target",
                lineterm="",
            )
            name = item.name.removesuffix(STRUCTURE)
            content = "\n".join(lines).encode()
            if content:
                found.append(Attachment(f"{name}.structure.diff", "text/plain", content, sensitive=True))
    return tuple(found)
