"""What a screen of the target has lost or made worse: elements, required fields, accessibility."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher

from harness.model import CheckSpec, Finding, FindingKind, Severity, Text, text
from harness.ux.examined_differences import (
    PRESSED,
    Difference,
    Renamed,
    lost_language,
    of_look,
    place_of,
    same_and_fixed,
)
from harness.ux.language import foreign, language_of
from harness.ux.observed import Observed, Screen, Violation
from harness.values import Value

CONTRAST = "color-contrast"
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


# Rules that say of an element without a name what the lost label says already.
_NAMELESS = ("label", "-name")
_LISTED = 3  # names of a finding on several elements that its key carries


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
        fresh: list[Difference] = []
        for found in differences(source.screens[name], target.screens[name]):
            if (found.field, found.key) not in said:
                fresh.append(found)
            said.add((found.field, found.key))
        if name in judged:
            findings += [_finding(spec, name, item) for item in _together(fresh)]
    return findings


def _together(found: Iterable[Difference]) -> Iterator[Difference]:
    """Grouped differences of one sentence as one, in the place of the first."""
    groups: dict[str, list[Difference]] = {}
    for at, item in enumerate(found):
        groups.setdefault(item.sentence if item.grouped else f"{at}", []).append(item)
    for first, *more in groups.values():
        names = [item.key for item in (first, *more)]
        if not first.grouped:
            yield first
            continue
        further = f"; +{len(names) - _LISTED}" if len(names) > _LISTED else ""
        key = "; ".join(names[:_LISTED]) + further
        yield replace(first, key=key, params=(*first.params, ("element", key)))


def differences(source: Screen, target: Screen) -> Iterator[Difference]:
    """What the target's screen lacks, disables, newly requires or breaks, and what became harder on it."""
    looks = source.examined, target.examined
    if looks[0] is not None and looks[1] is not None and lost_language(looks[0], looks[1]):
        yield Difference("language", "zh", FindingKind.REGRESSION, "ux.finding.language_lost")
        return
    pairs = _renamed(source, target)
    renamed = Renamed({new: old for (_, old), (_, new) in pairs.items() if new})
    yield from _relabelled(pairs)
    relabelled = set(pairs)
    for key in _lost(source, target):
        if key not in relabelled:
            yield _element("element", "ux.finding.element_lost", key, FindingKind.MISSING_IN_TARGET)
    yield from _states(source, target, pairs)
    if looks[0] is not None and looks[1] is not None:
        yield from of_look(looks[0], looks[1], renamed)


def _renamed(source: Screen, target: Screen) -> dict[tuple[str, str], tuple[str, str]]:
    """Elements that stand where they stood and lost their name, or have one in another language."""
    pairs: dict[tuple[str, str], tuple[str, str]] = {}
    matcher = SequenceMatcher(None, source.named, target.named, autojunk=False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag != "replace" or i_end - i != j_end - j:
            continue
        for old, new in zip(source.named[i:i_end], target.named[j:j_end], strict=True):
            if old[0] == new[0] and old[1] and (not new[1] or foreign(new[1], language_of([old[1]]))):
                pairs.setdefault(old, new)
    return pairs


def _relabelled(pairs: dict[tuple[str, str], tuple[str, str]]) -> Iterator[Difference]:
    for (role, old), (_, new) in sorted(pairs.items()):
        params = (("role", role_word(role)), ("name", old), ("now", new))
        field, sentence = ("language", "label_language") if new else ("label", "label_lost")
        kind = FindingKind.REGRESSION if new else FindingKind.MISSING_IN_TARGET
        yield Difference(field, f"{role} {old}", kind, f"ux.finding.{sentence}", params)


def _states(
    source: Screen, target: Screen, pairs: dict[tuple[str, str], tuple[str, str]]
) -> Iterator[Difference]:
    """What is disabled, newly required or no longer, or breaks a rule, under whichever name."""
    for key in sorted(source.enabled - target.enabled):
        if not (source.present - target.present)[key] and key not in pairs:
            yield _element("enabled", "ux.finding.element_disabled", key, FindingKind.REGRESSION)
    old, new = ({name.rstrip(":：") for _, name in names} for names in (pairs, pairs.values()))
    less, more = (
        [item for item in side.required if item.rstrip(":：") not in names]
        for side, names in ((source, old), (target, new | {""}))
    )
    for label in sorted(set(more) - set(source.required)):
        yield _required(label, "ux.finding.required_more", FindingKind.REGRESSION)
    for label in sorted(set(less) - set(target.required)):
        yield _required(label, "ux.finding.required_less", FindingKind.MISSING_IN_TARGET)
    known = {(item.rule, place_of(item.element)) for item in source.violations or ()}
    unnamed = any(not name for _, name in pairs.values())
    # Our own look at colours is of the whole screen; axe leaves out what it cannot decide, never the same.
    looked = source.examined is not None and target.examined is not None
    for item in target.violations or ():
        if (
            item.rule in source.skipped
            or (looked and item.rule == CONTRAST)
            or (unnamed and item.rule.endswith(_NAMELESS))
        ):
            continue
        if (item.rule, place_of(item.element)) not in known and item.impact in SERIOUS:
            yield _violation(item)


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


def looks_missing(source: Observed, target: Observed) -> list[Text]:
    """What was not looked at on screens that both sides have: it is not verified."""
    names = [name for name in _in_order(source) if name in target.screens]
    looks = {name: (source.screens[name].examined, target.screens[name].examined) for name in names}
    missing = tuple(name for name, (one, other) in looks.items() if one is None or other is None)
    cut_short = tuple(
        name
        for name, pair in looks.items()
        if any(look is not None and (look.walk is None or not look.walk.whole) for look in pair)
    )
    skipped = tuple(
        sorted(
            {
                rule
                for name in names
                for side in (source, target)
                for rule in side.screens[name].skipped
                if rule != CONTRAST or name in missing  # else our own look at colours says it
            }
        )
    )
    return [
        *([text("ux.caveat.rules_skipped", rules=skipped)] if skipped else []),
        *([text("ux.caveat.not_examined", screens=missing)] if missing else []),
        *([text("ux.caveat.focus_cut_short", screens=cut_short)] if cut_short else []),
    ]


def screen_measures(source: Observed, target: Observed) -> dict[str, Value]:
    """How much of what is wrong was wrong before, and how much is no longer: told, but no findings."""
    broken = [
        {
            (name, item.rule, place_of(item.element))
            for name, each in side.screens.items()
            for item in each.violations or ()
        }
        for side in (source, target)
    ]
    pairs = [
        (source.screens[name].examined, target.screens[name].examined)
        for name in _in_order(source)
        if name in target.screens
    ]
    looks = [same_and_fixed(one, other) for one, other in pairs if one is not None and other is not None]
    return {
        "accessibility_same": len(broken[0] & broken[1]),
        "accessibility_fixed": len(broken[0] - broken[1]),
        "look_same": sum(same for same, _ in looks),
        "look_fixed": sum(fixed for _, fixed in looks),
    }


def _in_order(source: Observed) -> list[str]:
    """The screens in the order in which the task comes to them."""
    reached = dict.fromkeys(step.screen for run in source.runs for step in run)
    return [name for name in reached if name in source.screens]
