"""Each row changes the stored capture of one side; exactly what is to be found, and no more."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.errors import EvidenceError
from harness.messages import Language, render
from harness.model import (
    Area,
    Attachment,
    Capture,
    CheckSpec,
    Finding,
    FindingKind,
    Mode,
    Part,
    Severity,
    Status,
    Text,
    Title,
    text,
)
from harness.ux.comparison import _told_once, compare
from harness.values import dumps, loads

SPEC = CheckSpec("ux.create_party", Title("Create a customer", "新建客户"), Area.UX, "party", Mode.SIDE, "ux")
STORED = Path(__file__).parent / "captures" / "create_party.json"
FORM, SAVED, LIST = "party form", "party form, saved", "Parties / Parties"
PROBLEM = {"en": "the page was still changing after 30 s", "zh": "30 秒后页面仍在变化,未能结束"}

Change = Callable[[Any], object]


def captured(*changes: Change, structure: str = "", failure: Text | None = None) -> Capture:
    """The stored capture, changed."""
    value: Any = loads(STORED.read_bytes())
    for change in changes:
        change(value)
    kept = (Attachment(f"{FORM}.aria.yml", "text/plain", structure.encode(), sensitive=True),)
    return Capture(value, kept if structure else (), failure=failure)


def steps(value: Any, name: str) -> list[Any]:
    """The step of this name in every repetition."""
    return [step for run in value["runs"] for step in run["steps"] if step["name"] == name]


def counted(name: str, measure: str, by: int) -> Change:
    """More of something in every repetition of a step."""
    return lambda value: [step.update({measure: step[measure] + by}) for step in steps(value, name)]


def complained(name: str, kind: str, message: str, *, once: bool = False) -> Change:
    """A message in the repetitions of a step."""
    return lambda value: [step[kind].append(message) for step in steps(value, name)[: 1 if once else None]]


def slower(name: str, seconds: str) -> Change:
    """A step takes longer in every repetition."""
    extra = Decimal(seconds)
    return lambda value: [step.update(seconds=step["seconds"] + extra) for step in steps(value, name)]


def busy(factor: int) -> Change:
    """The machine is slower by a factor while this side is captured."""
    return lambda value: [
        step.update(yardstick=step["yardstick"] * factor, seconds=step["seconds"] * factor)
        for run in value["runs"]
        for step in run["steps"]
    ]


def without(screen: str, role: str, name: str) -> Change:
    """An element is gone from a screen."""

    def change(value: Any) -> None:
        found = value["screens"][screen]["elements"]
        found.remove(next(item for item in found if item[:2] == [role, name]))

    return change


def pressed_as(screen: str, name: str, source: str, target: str) -> Change:
    """An element has another role."""

    def change(value: Any) -> None:
        found = value["screens"][screen]["elements"]
        found[found.index([source, name, True])] = [target, name, True]

    return change


def disabled(screen: str, role: str, name: str) -> Change:
    """An element can no longer be used."""

    def change(value: Any) -> None:
        found = value["screens"][screen]["elements"]
        found[found.index([role, name, True])] = [role, name, False]

    return change


def violated(screen: str, rule: str, element: str, impact: str = "critical") -> Change:
    """An accessibility rule is broken."""
    broken = {"rule": rule, "impact": impact, "element": element, "help": "Help", "count": 1}
    return lambda value: value["screens"][screen]["violations"].append(broken)


def stopped(name: str) -> Change:
    """The first repetition ends in a step, and there is no other."""

    def change(value: Any) -> None:
        del value["runs"][1:]
        run = value["runs"][0]
        at = next(number for number, step in enumerate(run["steps"]) if step["name"] == name)
        del run["steps"][at + 1 :]
        run["steps"][at]["problem"] = run["problem"] = PROBLEM
        reached = {step["screen"] for step in run["steps"][:at]}
        value["screens"] = {key: item for key, item in value["screens"].items() if key in reached}

    return change


def screens(*names: str) -> Callable[[Callable[[str], Change]], Change]:
    """A change on several screens."""
    return lambda change: lambda value: [change(name)(value) for name in names]


EVERYWHERE = screens(FORM, "party form, filled in", SAVED)

FOUND = [
    # (changes of the target, [(field, key, entity, kind, severity)])
    ([without(FORM, "button", "Save")], [("element", "button Save", FORM, "missing_in_target", "major")]),
    (
        [EVERYWHERE(lambda name: without(name, "tab", "Supplier"))],
        [("element", "tab Supplier", FORM, "missing_in_target", "major")],
    ),
    (
        [pressed_as(FORM, "Supplier", "tab", "button")],
        [("element", "tab Supplier", FORM, "missing_in_target", "major")],
    ),
    ([disabled(SAVED, "button", "New")], [("enabled", "button New", SAVED, "regression", "major")]),
    (
        [lambda value: value["screens"][FORM]["required"].append("Code:")],
        [("required", "Code:", FORM, "regression", "major")],
    ),
    (
        [lambda value: value["screens"][FORM]["required"].remove("Type")],
        [("required", "Type", FORM, "missing_in_target", "major")],
    ),
    (
        [violated(FORM, "label", 'textbox "name"')],
        [("accessibility", 'label: textbox "name"', FORM, "violation", "major")],
    ),
    (
        [violated(FORM, "color-contrast", "span", "serious"), violated(FORM, "x", "span", "moderate")],
        [("accessibility", "color-contrast: span", FORM, "violation", "major")],
    ),
    (
        [complained("save", "page_errors", "TypeError: x", once=True)],
        [("page_error", "TypeError: x", SAVED, "regression", "major")],
    ),
    (
        [complained("save", "console_errors", "oops")],
        [("console_error", "oops", SAVED, "regression", "minor")],
    ),
    (
        [complained("save", "failed_requests", "POST /x 500")],
        [("failed_request", "POST /x 500", SAVED, "regression", "major")],
    ),
    ([counted("open_form", "clicks", 1)], [("clicks", "open_form", FORM, "regression", "major")]),
    (
        [counted("enter", "keys", 1)],
        [("keys", "enter", "party form, filled in", "regression", "minor")],
    ),
    ([counted("save", "dialogs", 1)], [("dialogs", "save", SAVED, "regression", "major")]),
    (
        [lambda value: [s.update(pages=2) for s in steps(value, "save")]],
        [("pages", "save", SAVED, "regression", "major")],
    ),
    ([slower("open_form", "1")], [("seconds", "open_form", FORM, "regression", "major")]),
    (
        [stopped("save")],
        [("completion", "save", SAVED, "regression", "blocker")],
    ),
    (
        [stopped("log_in")],
        [("completion", "log_in", "start", "regression", "blocker")],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), FOUND)
def test_each_difference_is_found_once(
    changes: list[Change], expected: list[tuple[str, str, str, str, str]]
) -> None:
    """Named with its screen, its element and how bad it is; nothing else is said."""
    counted_pages: Change = lambda value: [s.update(pages=1) for s in steps(value, "save")]  # noqa: E731
    source, target = captured(counted_pages), captured(counted_pages, *changes)
    conclusion = compare(SPEC, {Part.SOURCE: source, Part.TARGET: target})

    found = [(f.field, f.key, f.entity, f.kind.value, f.severity.value) for f in conclusion.findings]
    assert found == expected
    assert conclusion.status is Status.FAILED
    for finding in conclusion.findings:
        assert all(render(finding.text, language) for language in Language)


GOOD = {
    "outcome": "declined", "words": '"Party" is required.', "seen": True, "bound": True, "fields": ["Party"]
}  # fmt: skip


def refused(**changes: Any) -> Change:
    """The last step is one that is refused, in these words."""
    return lambda value: [step.update(refusal={**GOOD, **changes}) for step in steps(value, "save")]


WORSE = [
    (refused(outcome="accepted"), "accepted", "critical"),
    (refused(words=""), "empty", "major"),
    (refused(words="Traceback (most recent call last)"), "technical", "major"),
    (refused(words="sale.msg_party"), "technical", "major"),
    (refused(seen=False), "unseen", "major"),
    (refused(words='"Party" 为必填项。'), "language", "major"),
    (refused(words="Something is missing", bound=False), "unbound", "major"),
    (refused(words="Something is wrong", fields=[]), "advice", "minor"),
    (refused(words='"Contact" is required.', fields=["Contact"]), "place", "major"),
]


@pytest.mark.parametrize(("change", "fault", "severity"), WORSE)
def test_a_refusal_in_worse_words_is_found(change: Change, fault: str, severity: str) -> None:
    """Named with its step, its screen and the field that the source marks."""
    found = compare(SPEC, {Part.SOURCE: captured(refused()), Part.TARGET: captured(change)}).findings

    told = {(f.field, f.key, f.entity, f.step, f.severity.value) for f in found}
    assert (f"message.{fault}", "Party", SAVED, "save", severity) in told
    assert told <= {(f"message.{each}", "Party", SAVED, "save", "major") for each in ("place",)} | {
        (f"message.{fault}", "Party", SAVED, "save", severity)
    }
    for finding in found:
        assert all(render(finding.text, language) for language in Language)


@pytest.mark.parametrize("change", [change for change, fault, _ in WORSE if fault != "place"])
def test_a_refusal_that_was_as_bad_is_no_regression_and_not_hidden(change: Change) -> None:
    """Bad on both sides: said, but nobody made it worse."""
    conclusion = compare(SPEC, {Part.SOURCE: captured(change), Part.TARGET: captured(change)})

    assert conclusion.findings == ()
    keys = [item.key for item in conclusion.caveats]
    assert keys == ["ux.caveat.message", "ux.caveat.not_examined"]  # older than the looks, as below
    assert all(render(item, language) for item in conclusion.caveats for language in Language)


def test_a_refusal_in_better_words_is_nothing_to_find() -> None:
    conclusion = compare(SPEC, {Part.SOURCE: captured(refused(words="")), Part.TARGET: captured(refused())})

    assert conclusion.findings == ()
    assert [item.key for item in conclusion.caveats] == ["ux.caveat.not_examined"]  # older than the looks
    assert b"is required" in conclusion.attachments[0].content


def test_a_capture_that_did_not_count_pages_is_not_held_against_one_that_did() -> None:
    """What was stored before pages were counted can still be compared."""
    target = captured(lambda value: [s.update(pages=3) for run in value["runs"] for s in run["steps"]])

    assert compare(SPEC, {Part.SOURCE: captured(), Part.TARGET: target}).findings == ()


def test_what_a_task_took_is_told_for_both_sides() -> None:
    measures: Any = compare(SPEC, {Part.SOURCE: captured(), Part.TARGET: captured()}).measures

    assert measures["source"] == measures["target"]
    assert measures["source"]["clicks"] == 6
    assert measures["source"]["required"][FORM] > 0
    assert measures["source"]["elements"][FORM] > 10


HARMLESS = [
    [],
    # what only the source complains of
    [lambda value: [run["steps"][0]["failed_requests"].clear() for run in value["runs"]]],
    # fewer clicks, quicker
    [counted("enter", "clicks", -1), slower("open_form", "-0.5")],
    # slower than the source by less than people notice
    [slower("save", "0.3")],
    # better accessibility, more to use
    [lambda value: value["screens"][FORM]["violations"].clear()],
    [lambda value: value["screens"][FORM]["elements"].append(["button", "More", True])],
    # what the prelude shows belongs to the check of the prelude
    [without(LIST, "columnheader", "Code"), violated(LIST, "label", "x"), slower("log_in", "9")],
    [complained("log_in", "failed_requests", "POST /x 500")],
    [screens(LIST, FORM)(lambda name: violated(name, "label", "x"))],
    # still there to press
    [pressed_as(FORM, "Save", "button", "link")],
    # a key more once is a slip, not the task
    [lambda value: steps(value, "enter")[0].update(keys=99)],
    # a moderate accessibility problem is not one of ours
    [violated(FORM, "x", "span", "moderate")],
]


@pytest.mark.parametrize("changes", HARMLESS)
def test_what_is_not_worse_passes(changes: list[Change]) -> None:
    """The same, better, or not for this check to say."""
    conclusion = compare(SPEC, {Part.SOURCE: captured(), Part.TARGET: captured(*changes)})

    assert [finding.key for finding in conclusion.findings] == []
    assert conclusion.status is Status.PASSED
    assert [cover.item for cover in conclusion.covers] == [FORM, "party form, filled in", SAVED]
    assert conclusion.measures["screens_compared"] == 3


UNDECIDED = [
    ("ux.unknown.source_incomplete", captured(stopped("save")), captured()),
    ("ux.unknown.source_incomplete", captured(stopped("open")), captured(stopped("open"))),
    ("ux.unknown.source_unreachable", captured(failure=text("ux.problem.empty_list")), captured()),
    ("ux.unknown.nothing_measured", captured(lambda value: value["runs"].clear()), captured()),
    ("ux.unknown.nothing_measured", captured(lambda value: value["screens"].clear()), captured()),
    (
        "ux.unknown.conditions_differ",
        captured(),
        captured(lambda value: value["conditions"].update(locale="zh-CN")),
    ),
    (
        "ux.unknown.conditions_differ",
        captured(),
        captured(lambda value: value["browser"].update(name="firefox")),
    ),
    (
        "ux.unknown.accessibility",
        captured(),
        captured(lambda value: value["screens"][FORM].update(violations=None)),
    ),
    (
        "ux.unknown.accessibility",
        captured(lambda value: value["screens"][FORM].update(violations=None)),
        captured(lambda value: value["screens"][FORM].update(violations=[])),
    ),
    ("ux.unknown.target_incomplete", captured(), captured(lambda value: value["screens"].pop(FORM))),
    ("ux.unknown.target_incomplete", captured(), captured(lambda value: value["runs"].pop())),
]


@pytest.mark.parametrize(("reason", "source", "target"), UNDECIDED)
def test_what_was_not_measured_never_passes(reason: str, source: Capture, target: Capture) -> None:
    """Unknown, with its own reason."""
    conclusion = compare(SPEC, {Part.SOURCE: source, Part.TARGET: target})

    assert conclusion.status is Status.UNKNOWN
    assert conclusion.reason is not None
    assert conclusion.reason.key == reason
    assert all(render(conclusion.reason, language) for language in Language)


def test_a_target_that_cannot_be_opened_is_unavailable() -> None:
    """Not a regression of a step: nothing answers."""
    target = captured(stopped("open"), failure=text("ux.problem.empty_list"))

    (finding,) = compare(SPEC, {Part.SOURCE: captured(), Part.TARGET: target}).findings

    assert (finding.kind, finding.severity) == (FindingKind.UNAVAILABLE, Severity.BLOCKER)


@pytest.mark.parametrize(
    ("source", "target", "caveat"),
    [
        ([], [busy(2)], "ux.caveat.machine"),
        ([busy(2)], [slower("save", "5")], "ux.caveat.machine"),
        (
            [lambda v: v["runs"].pop(), lambda v: v.update(repeats=2)],
            [slower("save", "5")],
            "ux.caveat.times_few",
        ),
        (
            [],
            [lambda v: [s.update(seconds=Decimal(n)) for s, n in zip(steps(v, "save"), "149", strict=True)]],
            "ux.caveat.times_undecided",
        ),
        ([], [lambda v: v["browser"].update(version="1")], "ux.caveat.browsers"),
    ],
)
def test_what_is_undecided_is_said(source: list[Change], target: list[Change], caveat: str) -> None:
    """A time that cannot be judged is no finding, and no silence."""
    conclusion = compare(SPEC, {Part.SOURCE: captured(*source), Part.TARGET: captured(*target)})

    keys = [item.key for item in conclusion.caveats]
    assert keys == [caveat, "ux.caveat.not_examined"]  # the stored capture is older than the looks
    assert conclusion.status is Status.PASSED
    assert all(render(item, language) for item in conclusion.caveats for language in Language)


def test_the_difference_of_structures_is_kept_where_both_are() -> None:
    """Sensitive like the structures themselves; left out where they were not stored."""
    source = captured(structure='- button "A"\n- button "B"')
    target = captured(structure='- button "A"\n- link "B"')

    (difference,) = compare(SPEC, {Part.SOURCE: source, Part.TARGET: target}).attachments
    assert difference.sensitive
    assert b'-- button "B"\n+- link "B"' in difference.content
    assert compare(SPEC, {Part.SOURCE: source, Part.TARGET: captured()}).attachments == ()


def test_comparing_again_gives_the_same() -> None:
    """Pure: also after a round trip through storage."""
    target = captured(without(FORM, "button", "Save"), slower("save", "2"))
    stored = Capture(loads(dumps(target.value)))

    assert compare(SPEC, {Part.SOURCE: captured(), Part.TARGET: target}) == compare(
        SPEC, {Part.SOURCE: captured(), Part.TARGET: stored}
    )


@pytest.mark.parametrize("value", [None, [], {"task": "x"}, {"runs": 3}])
def test_another_capture_is_an_error(value: Any) -> None:
    """A wrong tool, never a wrong ERP."""
    with pytest.raises(EvidenceError):
        compare(SPEC, {Part.SOURCE: Capture(value), Part.TARGET: captured()})


@pytest.mark.parametrize(
    ("picture", "request_key", "kept"),
    [("img (logo.png)", "GET /logo.png 404", False), ("img ()", "GET /orders 500", True)],
)
def test_a_missing_picture_stands_for_its_own_request_only(
    picture: str, request_key: str, kept: bool
) -> None:
    def finding(field: str, key: str) -> Finding:
        return Finding(
            SPEC.id, FindingKind.REGRESSION, "start", Severity.MAJOR, text("ux.unnamed"), field=field, key=key
        )

    shown, complaint = finding("image", picture), finding("failed_requests", request_key)

    assert (complaint in _told_once((shown,), (complaint,))) is kept
