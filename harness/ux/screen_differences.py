"""What a screen of the target has lost or made worse: elements, required fields, accessibility."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.model import CheckSpec, Finding, FindingKind, Severity, Text, text
from harness.ux.observed import Observed, Screen, Violation

PRESSED = frozenset({"button", "link", "menuitem"})
SERIOUS = ("critical", "serious")
_ROLES = frozenset(
    {
        "button",
        "checkbox",
        "columnheader",
        "combobox",
        "link",
        "listbox",
        "menuitem",
        "radio",
        "searchbox",
        "tab",
        "textbox",
    }
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference of a screen, before it is known whether it has been said before."""

    field: str
    key: str
    kind: FindingKind
    sentence: str
    params: tuple[tuple[str, str | Text], ...] = ()


def of_screens(spec: CheckSpec, source: Observed, target: Observed) -> list[Finding]:
    """Findings for every screen of both sides, each difference at the first screen that shows it.

    A bar that is on all screens is one thing; one that the prelude already showed is another check's.
    """
    judged = {step.screen for step in source.judged}
    said: set[tuple[str, str]] = set()
    findings: list[Finding] = []
    for name in _in_order(source):
        if name not in target.screens:
            continue
        for found in differences(source.screens[name], target.screens[name]):
            if (found.field, found.key) not in said and name in judged:
                findings.append(_finding(spec, name, found))
            said.add((found.field, found.key))
    return findings


def differences(source: Screen, target: Screen) -> Iterator[Difference]:
    """What the target's screen lacks, disables, newly requires or breaks."""
    for key in _lost(source, target):
        yield _element("element", "ux.finding.element_lost", key, FindingKind.MISSING_IN_TARGET)
    for key in sorted(source.enabled - target.enabled):
        if not (source.present - target.present)[key]:
            yield _element("enabled", "ux.finding.element_disabled", key, FindingKind.REGRESSION)
    for label in sorted(set(target.required) - set(source.required)):
        yield _required(label, "ux.finding.required_more", FindingKind.REGRESSION)
    for label in sorted(set(source.required) - set(target.required)):
        yield _required(label, "ux.finding.required_less", FindingKind.MISSING_IN_TARGET)
    known = {(item.rule, _place(item.element)) for item in source.violations or ()}
    for item in target.violations or ():
        if (item.rule, _place(item.element)) not in known and item.impact in SERIOUS:
            yield _violation(item)


def _place(element: str) -> str:
    """An element by what it says: a link that became a button has the fault that it had."""
    role, _, rest = element.partition(" ")
    return f"pressed {rest}" if role in PRESSED and rest else element


def _lost(source: Screen, target: Screen) -> list[tuple[str, str]]:
    """Elements that are gone. A link that became a button of the same name is still there to press."""
    gained = target.present - source.present
    pressed = {name for (role, name), _ in gained.items() if role in PRESSED and name}
    lost = sorted(source.present - target.present)
    return [(role, name) for role, name in lost if not (role in PRESSED and name in pressed)]


def role_word(role: str) -> Text:
    """The role as people call it."""
    key = role.replace(" ", "_")
    return text(f"ux.role.{key}" if role in _ROLES or key == "menu_entry" else "ux.role.other", role=role)


def _element(field: str, sentence: str, key: tuple[str, str], kind: FindingKind) -> Difference:
    role, name = key
    return Difference(
        field,
        f"{role} {name}".strip(),
        kind,
        sentence,
        (("role", role_word(role)), ("name", name or text("ux.unnamed"))),
    )


def _required(label: str, sentence: str, kind: FindingKind) -> Difference:
    return Difference("required", label, kind, sentence, (("name", label.rstrip(":")),))


def _violation(item: Violation) -> Difference:
    params = (("rule", item.rule), ("help", item.help), ("element", item.element))
    key = f"{item.rule}: {item.element}"
    return Difference("accessibility", key, FindingKind.VIOLATION, "ux.finding.accessibility", params)


def _finding(spec: CheckSpec, screen: str, found: Difference) -> Finding:
    return Finding(
        check_id=spec.id,
        kind=found.kind,
        entity=screen,
        severity=Severity.MAJOR,
        text=text(found.sentence, screen=screen, **dict(found.params)),
        key=found.key,
        field=found.field,
    )


def _in_order(source: Observed) -> list[str]:
    """The screens in the order in which the task comes to them."""
    reached = dict.fromkeys(step.screen for run in source.runs for step in run)
    return [name for name in reached if name in source.screens]
