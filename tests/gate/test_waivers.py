"""What a waiver accepts, and when it accepts nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from harness.gate import Standing
from harness.gate.waivers import selector
from harness.model import FindingKind, Outcome, Severity, Status, Waiver
from tests.gate.runs import AS_OF, Check, changed, finding, judged, passing, spec, waiver

CLEAN = passing()
SPEC = CLEAN[0].spec
FOUND = finding(SPEC, field="quantity", key="SO0012/2", fingerprint="f" * 64)


def with_findings(*findings: Any) -> tuple[Check, ...]:
    """The clean set with differences in the first check."""
    return changed(CLEAN, 0, status=Status.FAILED, findings=findings or (FOUND,))


@pytest.mark.parametrize(
    ("selecting", "matches"),
    [
        ({"fingerprint": "f" * 64}, True),
        ({"fingerprint": "f" * 63}, False),
        ({"fingerprint": "f*"}, False),
        ({"check": "data.check_0"}, True),
        ({"check": "data.*"}, True),
        ({"check": "function.*"}, False),
        ({"entity": "sale_line"}, True),
        ({"entity": "Sale_Line"}, False),
        ({"entity": "sale"}, False),
        ({"entity": "sale*", "kind": FindingKind.MISSING_IN_TARGET}, True),
        ({"entity": "sale*", "kind": FindingKind.MISMATCH}, False),
        ({"entity": "sale_line", "field": "quant?ty"}, True),
        ({"entity": "sale_line", "field": "amount"}, False),
        ({"entity": "sale_line", "key": "SO0012/*"}, True),
        ({"entity": "sale_line", "key": "SO001[0-9]/2"}, False),
        ({"entity": "sale_line", "key": "SO0013/*"}, False),
        ({"fingerprint": "f" * 64, "entity": "party"}, False),
    ],
    ids=str,
)
def test_a_selector_matches_only_where_all_of_it_agrees(selecting: dict[str, Any], matches: bool) -> None:
    assert selector(waiver(**selecting)).matches(FOUND) is matches


@pytest.mark.parametrize("field", ["entries[].lines[].account", "entries[].lines[].*", "*[].account"])
def test_the_brackets_of_a_documents_field_stand_for_themselves(field: str) -> None:
    found = replace(FOUND, field="entries[].lines[].account")

    assert selector(waiver(field=field)).matches(found)
    assert not selector(waiver(field=field)).matches(replace(FOUND, field="entries.lines.account"))


@pytest.mark.parametrize(
    ("accepting", "standing", "outcome"),
    [
        (waiver(), Standing.ACCEPTED, Outcome.GO_WITH_CONDITIONS),
        (waiver(expires=AS_OF.date()), Standing.ACCEPTED, Outcome.GO_WITH_CONDITIONS),
        (waiver(expires=date(2026, 11, 19)), Standing.EXPIRED, Outcome.NO_GO),
        (waiver(approver=" LI wei "), Standing.SELF_APPROVED, Outcome.NO_GO),
        (waiver(entity="party"), Standing.UNUSED, Outcome.NO_GO),
        (waiver(check="rights.*"), Standing.DORMANT, Outcome.NO_GO),
    ],
    ids=["valid", "last day", "expired", "self-approved", "other entity", "check not run"],
)
def test_only_a_valid_waiver_accepts(accepting: Waiver, standing: Standing, outcome: Outcome) -> None:
    judgement = judged(with_findings(), waivers=(accepting,))

    assert judgement.waivers[0].standing is standing
    assert judgement.verdict.outcome is outcome
    assert judgement.findings[0].open is (standing is not Standing.ACCEPTED)


def test_a_waiver_that_matches_more_than_stated_accepts_none_of_it() -> None:
    two = (FOUND, finding(SPEC, key="SO0013/1"))

    narrow = judged(with_findings(*two), waivers=(waiver(limit=1),))
    wide = judged(with_findings(*two), waivers=(waiver(limit=2),))

    assert [item.open for item in narrow.findings] == [True, True]
    assert narrow.verdict.outcome is Outcome.NO_GO
    assert [item.open for item in wide.findings] == [False, False]
    assert wide.verdict.outcome is Outcome.GO_WITH_CONDITIONS


def test_an_accepted_difference_stays_counted_and_becomes_a_condition() -> None:
    judgement = judged(with_findings(), waivers=(waiver(),))

    assert judgement.areas[0].waived == 1
    assert judgement.checks[0].waived == 1
    condition = judgement.verdict.conditions[0]
    assert (condition.owner, condition.due, condition.waiver) == ("Li Wei", date(2027, 1, 31), "W1")


def test_a_waiver_whose_check_broke_is_not_called_unused() -> None:
    broken = changed(CLEAN, 0, status=Status.BROKEN)

    state = judged(broken, waivers=(waiver(check=SPEC.id),)).waivers[0]

    assert state.standing is Standing.DORMANT


def test_an_unused_waiver_alone_is_a_condition() -> None:
    verdict = judged(CLEAN, waivers=(waiver(),)).verdict

    assert verdict.outcome is Outcome.GO_WITH_CONDITIONS
    assert [item.text.key for item in verdict.conditions] == ["gate.condition.unused"]


def test_a_waiver_leaves_other_differences_open() -> None:
    other = finding(spec("check_1"), Severity.BLOCKER, entity="invoice")
    checks = changed(with_findings(), 1, status=Status.FAILED, findings=(other,))

    judgement = judged(checks, waivers=(waiver(),))

    assert [(item.finding.entity, item.open) for item in judgement.findings] == [
        ("invoice", True),
        ("sale_line", False),
    ]
    assert judgement.verdict.outcome is Outcome.NO_GO
