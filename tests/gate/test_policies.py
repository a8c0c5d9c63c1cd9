"""A policy that asks for less than one before it is found out, whatever it changes."""

from __future__ import annotations

from typing import Any

import pytest

from harness.config.policy import Policy
from harness.gate import PolicyChange
from harness.gate.changes import since
from harness.gate.policies import differences
from harness.messages import Language, render
from harness.model import Severity, Status
from tests.gate.runs import FLOOR_LINE, Line, changed, finding, judged, passing, policy, waiver

COUNT = Line("no_reruns", 2)
AT_LEAST = Line("minimum_checks", 5, area="data")
TABLE = Line("findings_within", {"major": 1, "minor": 5})
SHARE = Line("coverage_share", {"table": "0.9"})
CLASS = Line("risks_within", "medium")
NAMES = Line("signed_off", ["finance", "sales"])
MAJOR = Line("no_reruns", 2, severity="major")
BY_SEVERITY = Line("no_skipped", 1)


def found(before: Line | None, after: Line | None) -> list[tuple[str, bool]]:
    """The changes between two policies of one line each, by the last part of their key."""
    one, other = (policy(FLOOR_LINE, *([line] if line else [])) for line in (before, after))
    return [
        (each.text.key.removeprefix("gate.policy."), each.weaker) for each in differences(one, other, "SIT")
    ]


WEAKER = [("weaker", True)]
STRICTER = [("stricter", False)]


@pytest.mark.parametrize(
    ("one", "other", "forth", "back"),
    [
        pytest.param(COUNT, COUNT, [], [], id="the same"),
        pytest.param(COUNT, Line("no_reruns", 3), WEAKER, STRICTER, id="a higher count"),
        pytest.param(COUNT, Line("no_reruns"), STRICTER, WEAKER, id="the default of 0"),
        pytest.param(AT_LEAST, Line("minimum_checks", 4, area="data"), WEAKER, STRICTER, id="fewer checks"),
        pytest.param(COUNT, MAJOR, WEAKER, STRICTER, id="a milder severity"),
        pytest.param(COUNT, None, [("dropped", True)], [("added", False)], id="a line less"),
        pytest.param(
            TABLE, Line("findings_within", {"major": 2, "minor": 5}), WEAKER, STRICTER, id="one of a table"
        ),
        pytest.param(TABLE, Line("findings_within", {"minor": 5}), WEAKER, STRICTER, id="a key less"),
        pytest.param(SHARE, Line("coverage_share", {"table": "0.8"}), WEAKER, STRICTER, id="a lower share"),
        pytest.param(
            CLASS, Line("risks_within", "high"), WEAKER, STRICTER, id="a higher class"
        ),
        pytest.param(CLASS, Line("risks_within", 9), [], [], id="the same as a score"),
        pytest.param(NAMES, Line("signed_off", ["finance"]), WEAKER, STRICTER, id="a department less"),
        pytest.param(
            AT_LEAST,
            Line("minimum_checks", 5, area="ux"),
            [("dropped", True), ("added", False)],
            [("dropped", True), ("added", False)],
            id="another area",
        ),
        pytest.param(
            BY_SEVERITY, Line("no_skipped", 1, severity="major"), WEAKER, WEAKER,
            id="neither of two severities covers the other",
        ),
    ],
)  # fmt: skip
def test_what_asks_for_less_is_told_from_what_asks_for_more(
    one: Line, other: Line | None, forth: list[tuple[str, bool]], back: list[tuple[str, bool]]
) -> None:
    assert found(one, other) == forth
    assert found(other, one) == back


def with_table(**more: Any) -> Policy:
    """The floor's policy with other tables."""
    plain = policy(FLOOR_LINE).model_dump(mode="json", by_alias=True)
    return Policy.model_validate(plain | more)


@pytest.mark.parametrize(
    ("amount", "currency", "weaker"),
    [("0", "CNY", None), ("10", "CNY", True), ("0", "USD", True)],
)
def test_the_amount_that_matters_counts(amount: str, currency: str, weaker: bool | None) -> None:
    usual = with_table(materiality={"amount": "0", "currency": "CNY"})
    other = with_table(materiality={"amount": amount, "currency": currency})

    assert [each.weaker for each in differences(usual, other, "SIT")] == ([] if weaker is None else [weaker])


def test_an_area_that_is_not_asked_for_any_more_is_less() -> None:
    whole = policy(FLOOR_LINE)
    table = whole.milestones["SIT"]
    fewer = whole.model_copy(
        update={"milestones": {"SIT": table.model_copy(update={"areas": table.areas[1:]})}}
    )

    assert [each.weaker for each in differences(whole, fewer, "SIT")] == [True]
    assert [each.weaker for each in differences(fewer, whole, "SIT")] == [False]


def test_a_milestone_that_is_new_is_compared_with_nothing() -> None:
    assert differences(policy(COUNT), policy(), "UAT") == ()


@pytest.mark.parametrize("language", Language)
def test_every_change_can_be_said(language: Language) -> None:
    lines = (COUNT, AT_LEAST, TABLE, SHARE, NAMES, BY_SEVERITY)
    told: list[PolicyChange] = []
    for line in lines:
        told += differences(policy(line), policy(FLOOR_LINE), "SIT")
        told += differences(policy(line), policy(Line(line.rule, line.limit, line.area, "minor")), "SIT")

    assert len(told) >= len(lines)
    assert all(render(each.text, language) for each in told)


def test_what_became_of_a_recommendation_is_said_with_its_reasons() -> None:
    clean = passing()
    red = changed(clean, 0, status=Status.FAILED, findings=(finding(clean[0].spec, Severity.CRITICAL),))
    before, failing = judged(clean), judged(red)
    accepting = judged(red, waivers=(waiver(check=clean[0].spec.id),))

    worse = since(before.verdict, before.waivers, failing)
    better = since(failing.verdict, failing.waivers, accepting)

    assert [each.key for each in worse] == ["gate.since.outcome", "gate.since.unmet"]
    assert {each.key for each in better} == {"gate.since.outcome", "gate.since.met", "gate.since.waiver"}
    assert since(before.verdict, before.waivers, before) == ()
