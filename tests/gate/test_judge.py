"""From a recorded run to the recommendation, the areas, the conditions and what was not verified."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from harness.errors import ConfigError, EvidenceError
from harness.gate import AreaState, CheckState, from_bytes, judge, to_bytes
from harness.messages import Language, render
from harness.model import Area, CheckResult, Cover, Item, Outcome, Part, Severity, Status, text
from tests.gate.runs import (
    AS_OF,
    FLOOR_LINE,
    STARTED,
    WHY,
    Check,
    Line,
    changed,
    finding,
    judged,
    manifest,
    passing,
    policy,
    recorded,
    spec,
    waiver,
)

CLEAN = passing()
MAJOR = spec("check_0", severity=Severity.MAJOR)
MINOR = spec("check_0", severity=Severity.MINOR)


def failing(severity: Severity) -> tuple[Check, ...]:
    """One difference of a severity in a clean run."""
    found = finding(CLEAN[0].spec, severity, amount=Decimal("12.50"), currency="CNY")
    return changed(CLEAN, 0, status=Status.FAILED, findings=(found,))


@pytest.mark.parametrize(
    ("checks", "outcome"),
    [
        (CLEAN, Outcome.GO),
        (failing(Severity.MINOR), Outcome.GO),
        (failing(Severity.MAJOR), Outcome.GO_WITH_CONDITIONS),
        (failing(Severity.CRITICAL), Outcome.NO_GO),
        (failing(Severity.BLOCKER), Outcome.NO_GO),
        (changed(CLEAN, 0, spec=MAJOR, status=Status.BROKEN), Outcome.GO_WITH_CONDITIONS),
        (changed(CLEAN, 0, spec=MAJOR, status=Status.UNKNOWN), Outcome.GO_WITH_CONDITIONS),
        (changed(CLEAN, 0, spec=MINOR, status=Status.SKIPPED), Outcome.GO),
        ((), Outcome.NO_GO),
    ],
    ids=["clean", "minor", "major", "critical", "blocker", "broken major", "undecided", "skipped", "empty"],
)
def test_the_outcome(checks: tuple[Check, ...], outcome: Outcome) -> None:
    assert judged(checks).verdict.outcome is outcome


def test_a_side_that_broke_outweighs_a_comparison_that_passed() -> None:
    judgement = judged(changed(CLEAN, 0, status=Status.BROKEN, at=Part.TARGET))

    assert judgement.checks[0].state is CheckState.BROKEN
    assert judgement.verdict.outcome is Outcome.NO_GO


def test_a_failed_side_under_a_passed_comparison_is_not_a_pass() -> None:
    judgement = judged(changed(CLEAN, 0, status=Status.FAILED, at=Part.TARGET))

    assert judgement.checks[0].state is CheckState.FAILED
    assert judgement.verdict.outcome is Outcome.NO_GO


def test_a_comparison_older_than_what_it_compared_decides_nothing() -> None:
    run = recorded(CLEAN)
    again = replace(run.results[1], attempt=2, started=AS_OF)
    keys = {(result.spec.id, result.part): STARTED for result in run.results}
    times = keys | {(again.spec.id, again.part): STARTED + timedelta(minutes=9)}
    run = replace(run, results=(*run.results[:1], again, *run.results[2:]), recorded_at=times)

    judgement = judge(run, manifest(), policy(), (), AS_OF, "SIT")

    assert judgement.checks[0].state is CheckState.MISSING
    assert judgement.verdict.outcome is Outcome.NO_GO


def test_the_latest_attempt_counts() -> None:
    check = Check(spec("check_0"))
    first, second = replace(check, status=Status.BROKEN), replace(check, attempt=2)
    run = recorded(CLEAN)
    results: tuple[CheckResult, ...] = (*second.results(), *first.results(), *run.results[3:])

    judgement = judge(replace(run, results=results), manifest(), policy(), (), AS_OF, "SIT")

    assert (judgement.checks[0].state, judgement.checks[0].attempts) == (CheckState.PASSED, 2)


@pytest.mark.parametrize(("checks", "passed"), [(CLEAN[:2], True), (failing(Severity.CRITICAL)[:2], False)])
def test_a_scoped_run_recommends_nothing(checks: tuple[Check, ...], passed: bool) -> None:
    verdict = judged(checks, scope=("area=data",)).verdict

    assert (verdict.outcome, verdict.scope_passed) == (None, passed)
    assert "gate.unverified.outside" in {sentence.key for sentence in verdict.not_verified}


def test_an_empty_scoped_run_has_not_passed() -> None:
    assert judged((), scope=("area=data",)).verdict.scope_passed is False


def test_an_unknown_milestone_is_an_error_of_the_configuration() -> None:
    with pytest.raises(ConfigError, match="It has: SIT"):
        judge(recorded(CLEAN), manifest(), policy(), (), AS_OF, "UAT")


def test_what_is_wrong_outside_the_areas_asked_for_is_not_ignored() -> None:
    odd = spec("rights", Area.RIGHTS)
    checks = (*CLEAN, Check(odd, Status.FAILED, (finding(odd),)))

    assert judged(checks).verdict.outcome is Outcome.NO_GO


def test_a_broken_check_outside_the_areas_asked_for_is_listed() -> None:
    checks = (*CLEAN, Check(spec("rights", Area.RIGHTS), Status.BROKEN))

    judgement = judged(checks)

    assert "gate.unverified.check" in {sentence.key for sentence in judgement.verdict.not_verified}
    assert judgement.verdict.outcome is not Outcome.GO


def test_areas_are_counted_and_never_averaged() -> None:
    areas = {area.area: area for area in judged(failing(Severity.CRITICAL)).areas}

    assert areas[Area.DATA].state is AreaState.FAILED
    assert (areas[Area.DATA].passed, areas[Area.DATA].failed, areas[Area.DATA].critical) == (1, 1, 1)
    assert areas[Area.DATA].amounts[0].total == Decimal("12.50")
    assert areas[Area.FUNCTION].state is AreaState.PASSED
    assert areas[Area.RIGHTS].state is AreaState.NOT_VERIFIED
    assert set(areas) == set(Area)


def test_what_nobody_looked_at_is_named_with_its_size() -> None:
    universe = (Item("table", "lot", 900), Item("table", "sale", 40), Item("table", "cron", 3))
    ids = (CLEAN[0].spec.id, CLEAN[1].spec.id)
    covers = (
        (ids[0], Cover("table", "sale", "rows")),
        (ids[1], Cover("table", "cron", "ignored: technical")),
    )

    sentences = judged(CLEAN, universe=universe, covers=covers).verdict.not_verified
    broken = judged(changed(CLEAN, 0, status=Status.BROKEN), universe=universe, covers=covers).verdict

    told = [render(sentence, Language.EN) for sentence in sentences]
    assert any("1 of 3 verified" in line and "lot (900)" in line for line in told)
    # what a broken check touched is not verified
    assert any("0 of 3 verified" in render(sentence, Language.EN) for sentence in broken.not_verified)


def test_weaker_evidence_is_listed() -> None:
    checks = changed(CLEAN, 0, caveats=(text("gate.check.no_conclusion"),))

    assert "gate.unverified.reservation" in {item.key for item in judged(checks).verdict.not_verified}


def test_conditions_name_owner_and_check() -> None:
    owned = replace(CLEAN[0].spec, owner="Zhang Min")
    found = finding(owned, Severity.MAJOR)

    verdict = judged(changed(CLEAN, 0, spec=owned, status=Status.FAILED, findings=(found,))).verdict

    assert [(item.owner, item.text.key) for item in verdict.conditions] == [
        ("Zhang Min", "gate.condition.repair")
    ]


def test_a_lesser_criterion_that_is_not_met_is_a_condition_of_who_set_it() -> None:
    line = Line("no_reruns", 0, severity="minor", more={"set_by": "QA"})

    verdict = judged(changed(CLEAN, 0, attempt=2), rules=policy(FLOOR_LINE, line)).verdict

    assert verdict.outcome is Outcome.GO_WITH_CONDITIONS
    assert [item.owner for item in verdict.conditions] == ["QA"]


def test_digests_bind_evidence_policy_and_waivers() -> None:
    base = judged(CLEAN).verdict.digests

    stricter = judged(CLEAN, rules=policy(FLOOR_LINE, Line("no_reruns"))).verdict.digests
    waived = judged(CLEAN, waivers=(waiver(),)).verdict.digests

    assert {name for name in base if base[name] != stricter[name]} == {"policy"}
    assert {name for name in base if base[name] != waived[name]} == {"waivers"}
    assert base["evidence"] == "5f" * 32


@pytest.mark.parametrize("checks", [CLEAN, failing(Severity.CRITICAL), ()], ids=["go", "nogo", "empty"])
def test_a_judgement_is_stored_and_read_back(checks: tuple[Check, ...]) -> None:
    judgement = judged(checks, waivers=(waiver(),))

    assert from_bytes(to_bytes(judgement)) == judgement
    assert to_bytes(from_bytes(to_bytes(judgement))) == to_bytes(judgement)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff", b'{"object":{"schema":2}}', b'{"object":{"schema":1}}'],
    ids=repr,
)
def test_anything_else_is_no_judgement(content: bytes) -> None:
    with pytest.raises(EvidenceError):
        from_bytes(content)


def test_no_sentence_of_a_reason_is_empty() -> None:
    assert render(WHY, Language.ZH)
