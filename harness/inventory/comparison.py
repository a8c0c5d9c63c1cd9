"""The pure comparison of two inventories: a finding for each serious change, one for the small of a sort.

What only appeared is no finding; all of it is in the attachments.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.inventory.changes import Change, Difference
from harness.inventory.differences import differences
from harness.inventory.renames import Renames
from harness.inventory.stored import CSV, JSON, attachment_of, decoded, encoded_differences, table
from harness.model import (
    Attachment,
    Capture,
    CheckSpec,
    Conclusion,
    Finding,
    FindingKind,
    Param,
    Part,
    Severity,
    Side,
    Status,
    Text,
    text,
)
from harness.things import Sort, Thing
from harness.values import Value

KIND = "inventory"
"""The name of this kind of check."""
SMALL = "small"
"""The field of a finding that counts small changes together."""
_EXAMPLES = 5


def compare(spec: CheckSpec, captures: Mapping[Part, Capture]) -> Conclusion:
    """What changed, from the lists as they were stored."""
    things = things_of(captures.values())
    if Side.SOURCE not in things:
        return Conclusion(Status.UNKNOWN, _why(captures))
    if Side.TARGET not in things:
        finding = Finding(spec.id, FindingKind.UNAVAILABLE, KIND, spec.severity, _why(captures))
        return Conclusion(Status.FAILED, _why(captures), (finding,))
    if not any(things.values()):
        return Conclusion(Status.UNKNOWN, text("inventory.nothing_listed"))
    told = differences_of(captures)
    findings = tuple(_findings(spec, told))
    measures: dict[str, Value] = {f"{side}_things": len(found) for side, found in things.items()}
    measures["appeared"] = sum(each.change is Change.NEW for each in told)
    attachments = (
        Attachment("differences.json", JSON, encoded_differences(told)),
        Attachment("differences.csv", CSV, table(told)),
    )
    if not findings:
        return Conclusion(Status.PASSED, attachments=attachments, measures=measures)
    reason = text("inventory.changed", count=sum(finding.count for finding in findings))
    return Conclusion(Status.FAILED, reason, findings, attachments, measures=measures)


def differences_of(captures: Mapping[Part, Capture]) -> tuple[Difference, ...]:
    """Every difference between the two sides of these captures; none when a side is missing."""
    things = things_of(captures.values())
    if set(things) != set(Side):
        return ()
    renames = next(_fields(capture)["renames"] for capture in captures.values() if capture.value is not None)
    return differences(things[Side.SOURCE], things[Side.TARGET], Renames.from_value(renames))


def things_of(captures: Iterable[Capture]) -> Mapping[Side, tuple[Thing, ...]]:
    """The things of each side that these captures hold."""
    found: dict[Side, tuple[Thing, ...]] = {}
    for capture in captures:
        for side in _fields(capture).get("sides", ()):
            found[Side(side)] = decoded(capture.content(attachment_of(Side(side))))
    return found


def shown(value: Value) -> Param:
    """A value of a thing as a sentence takes it."""
    match value:
        case None | bool() | int() | str():
            return value
        case list() | tuple():
            return tuple(str(item) for item in value)
    return str(value)


def _fields(capture: Capture) -> Mapping[str, Any]:
    return capture.value if isinstance(capture.value, Mapping) else {}


def _why(captures: Mapping[Part, Capture]) -> Text:
    said = (capture.failure for capture in captures.values() if capture.failure is not None)
    return next(said, text("inventory.nothing_listed"))


def _findings(spec: CheckSpec, told: Iterable[Difference]) -> Iterator[Finding]:
    small: dict[Sort, list[Difference]] = {}
    for each in told:
        if each.severity is Severity.MINOR:
            small.setdefault(each.sort, []).append(each)
        elif each.severity is not None:
            yield _finding(spec, each, each.severity)
    for sort, together in small.items():
        yield _counted(spec, sort, together)


def _finding(spec: CheckSpec, each: Difference, severity: Severity) -> Finding:
    return Finding(
        check_id=spec.id,
        kind=each.kind,
        entity=each.sort.value,
        severity=severity,
        text=text(
            f"inventory.change.{each.change}",
            sort=sort_name(each.sort),
            name=each.name,
            title=each.title,
            source=shown(each.source),
            target=shown(each.target),
        ),
        key=each.name,
        field=each.change.value,
        source_value=each.source,
        target_value=each.target,
    )


def _counted(spec: CheckSpec, sort: Sort, together: list[Difference]) -> Finding:
    """Its key changes with what it stands for, so that a waiver for it accepts nothing later."""
    counts = Counter(each.change for each in together)
    names = tuple(each.name for each in together)
    stood_for = "\n".join(f"{each.change} {each.name}" for each in together)
    return Finding(
        check_id=spec.id,
        kind=FindingKind.MISMATCH,
        entity=sort.value,
        severity=Severity.MINOR,
        text=text(
            "inventory.small",
            sort=sort_name(sort),
            count=len(together),
            changes=tuple(
                text("inventory.counted", count=count, change=change_name(change))
                for change, count in counts.most_common()
            ),
            examples=names[:_EXAMPLES],
        ),
        key=hashlib.sha256(stood_for.encode()).hexdigest()[:12],
        field=SMALL,
        count=len(together),
    )


def sort_name(sort: Sort) -> Text:
    """What things of a sort are called."""
    return text(f"inventory.sort.{sort}")


def change_name(change: Change) -> Text:
    """What a change is called in a list."""
    return text(f"inventory.changed_as.{change}")
