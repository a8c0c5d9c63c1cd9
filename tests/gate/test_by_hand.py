"""What each result by hand is worth, and how it stands beside the automatic check of the same case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from harness.gate import CheckState, JudgedCheck, Judgement
from harness.manual import Evidence, Result
from harness.messages import Language, render
from harness.model import Area, FindingKind, Outcome, Severity, Status
from tests.gate.runs import (
    AS_OF,
    FLOOR_LINE,
    Check,
    Line,
    by_hand,
    judged,
    passing,
    people_found,
    policy,
    spec,
    waiver,
)

CLEAN = passing()
TODAY = AS_OF.date()
ORDER = replace(spec("order_to_cash", Area.FUNCTION), cases=("TM-1",))


def case_of(judgement: Judgement, case: str = "TM-1") -> JudgedCheck:
    return next(check for check in judgement.checks if check.manual and case in check.cases)


def why(check: JudgedCheck) -> str:
    return render(check.reason, Language.EN) if check.reason else ""


@pytest.mark.parametrize(
    ("result", "more", "state", "said"),
    [
        (Result.PASSED, {}, CheckState.PASSED, ""),
        (Result.FAILED, {}, CheckState.FAILED, "failed"),
        (Result.FAILED, {"tester": None, "day": None, "evidence": ()}, CheckState.FAILED, "failed"),
        (Result.BLOCKED, {"remark": "no printer"}, CheckState.BROKEN, "no printer"),
        (Result.NOT_RUN, {"tester": None, "day": None}, CheckState.SKIPPED, "Nobody"),
        (Result.PASSED, {"tester": None}, CheckState.UNDECIDED, "who tested"),
        (Result.PASSED, {"day": None}, CheckState.UNDECIDED, "which day"),
        (Result.PASSED, {"day": TODAY + timedelta(days=2)}, CheckState.UNDECIDED, "still to come"),
        (Result.PASSED, {"day": date(2026, 10, 31)}, CheckState.UNDECIDED, "before the upgrade"),
        (Result.PASSED, {"day": date(2026, 11, 1)}, CheckState.PASSED, ""),
        (Result.PASSED, {"evidence": ()}, CheckState.UNDECIDED, "no evidence file is named"),
        (Result.PASSED, {"evidence": (Evidence("a.png", None),)}, CheckState.UNDECIDED, "a.png"),
    ],
)
def test_only_a_whole_pass_is_a_pass(
    result: Result, more: dict[str, Any], state: CheckState, said: str
) -> None:
    found = judged(CLEAN, declared=people_found(by_hand(result=result, **more)))

    assert case_of(found).state is state
    assert said in why(case_of(found))
    assert (found.verdict.outcome is Outcome.GO) is (state is CheckState.PASSED)


def test_a_pass_that_is_older_than_the_policy_allows_is_none() -> None:
    rules = policy(FLOOR_LINE, Line("manual_age_days", 5))
    result = by_hand(day=TODAY - timedelta(days=6))

    found = judged(CLEAN, rules=rules, declared=people_found(result))

    assert case_of(found).state is CheckState.UNDECIDED
    assert "6 days ago; the policy allows 5" in why(case_of(found))
    assert found.verdict.outcome is Outcome.NO_GO


def test_a_failure_is_a_finding_of_its_severity_that_a_waiver_can_accept() -> None:
    failed = people_found(
        by_hand(result=Result.FAILED, severity=Severity.MAJOR, document="invoice", remark="QR.")
    )

    found = judged(CLEAN, declared=failed)
    accepted = judged(CLEAN, declared=failed, waivers=(waiver(check="function.manual.TM-1"),))

    ((finding,), (other,)) = ([item.finding for item in each.findings] for each in (found, accepted))
    assert (finding.kind, finding.severity, finding.entity, finding.key) == (
        FindingKind.VIOLATION,
        Severity.MAJOR,
        "invoice",
        "TM-1",
    )
    assert "QR." in render(finding.text, Language.EN)
    assert found.verdict.outcome is Outcome.GO_WITH_CONDITIONS
    assert finding.fingerprint == other.fingerprint
    assert accepted.findings[0].waiver is not None


def test_a_critical_failure_by_hand_is_no_go() -> None:
    found = judged(CLEAN, declared=people_found(by_hand(result=Result.FAILED)))

    assert found.verdict.outcome is Outcome.NO_GO


@pytest.mark.parametrize("needed", [True, False])
def test_without_evidence_only_a_project_that_says_so_passes_and_with_a_reservation(needed: bool) -> None:
    found = judged(CLEAN, declared=people_found(by_hand(evidence=()), evidence_needed=needed))

    assert (case_of(found).state is CheckState.PASSED) is not needed
    assert ("manual.caveat.word" in {caveat.key for caveat in case_of(found).caveats}) is not needed


def test_nobody_knows_the_day_of_the_upgrade_and_that_is_said() -> None:
    found = judged(CLEAN, declared=people_found(by_hand(), upgraded=None))

    assert case_of(found).state is CheckState.PASSED
    assert any("[manual] upgraded" in render(line, Language.EN) for line in found.verdict.not_verified)


@pytest.mark.parametrize(
    ("results", "state", "attempts"),
    [
        ([(Result.FAILED, 12), (Result.PASSED, 15)], CheckState.PASSED, 2),
        ([(Result.PASSED, 12), (Result.FAILED, 15)], CheckState.FAILED, 2),
        ([(Result.PASSED, 15), (Result.FAILED, 15)], CheckState.FAILED, 2),
        ([(Result.PASSED, 15), (Result.FAILED, None)], CheckState.FAILED, 2),
        ([(Result.NOT_RUN, None), (Result.PASSED, 15)], CheckState.PASSED, 1),
        ([(Result.NOT_RUN, None), (Result.NOT_RUN, None)], CheckState.SKIPPED, 1),
    ],
)
def test_of_several_results_the_latest_counts_and_of_one_day_the_worst(
    results: list[tuple[Result, int | None]], state: CheckState, attempts: int
) -> None:
    rows = [by_hand(result=r, day=date(2026, 11, day) if day else None) for r, day in results]

    check = case_of(judged(CLEAN, declared=people_found(*rows)))

    assert (check.state, check.attempts) == (state, attempts)


def test_a_contradiction_is_a_finding_and_a_reservation_and_nothing_is_averaged() -> None:
    found = judged((*CLEAN, Check(ORDER)), declared=people_found(by_hand(result=Result.FAILED)))

    automatic = next(check for check in found.checks if check.id == ORDER.id)
    assert (automatic.state, case_of(found).state) == (CheckState.PASSED, CheckState.FAILED)
    assert [item.finding.text.key for item in found.findings] == ["manual.contradicted"]
    assert "manual.caveat.by_hand_failed" in {caveat.key for caveat in automatic.caveats}
    assert found.verdict.outcome is Outcome.NO_GO


def test_a_pass_by_hand_does_not_heal_a_check_that_failed() -> None:
    from tests.gate.runs import finding

    failing = Check(ORDER, Status.FAILED, (finding(ORDER),))

    found = judged((*CLEAN, failing), declared=people_found(by_hand()))

    assert found.verdict.outcome is Outcome.NO_GO
    assert "manual.caveat.automatic_failed" in {caveat.key for caveat in case_of(found).caveats}


def test_both_stand_beside_each_other() -> None:
    found = judged((*CLEAN, Check(ORDER)), declared=people_found(by_hand()))

    automatic = next(check for check in found.checks if check.id == ORDER.id)
    told = [render(note, Language.EN) for check in (automatic, case_of(found)) for note in check.notes]
    assert "TM-1 by hand: passed" in told[0]
    assert ORDER.title.en in told[1]
    assert found.verdict.outcome is Outcome.GO


def test_a_part_of_a_run_is_judged_by_the_cases_of_its_own_checks_only() -> None:
    results = people_found(by_hand(result=Result.FAILED), by_hand("TM-2", Result.FAILED))

    part = judged((Check(ORDER),), declared=results, scope=("module=sales",))

    assert [check.cases for check in part.checks if check.manual] == [("TM-1",)]


def test_what_was_judged_has_its_digest_in_the_verdict() -> None:
    one, other = (judged(CLEAN, declared=people_found(by_hand(remark=word))) for word in ("a", "b"))

    assert set(one.verdict.digests) == {"evidence", "policy", "waivers", "manual"}
    assert one.verdict.digests["manual"] != other.verdict.digests["manual"]
    assert set(judged(CLEAN).verdict.digests) == {"evidence", "policy", "waivers"}


def test_what_the_list_of_cases_says_of_a_case_holds_for_its_result() -> None:
    planned = by_hand(
        result=Result.NOT_RUN, title="Print", severity=Severity.MAJOR, module="sale", document="order",
        operation="print", department="Sales", requirements=("S14",), tester=None, day=None, evidence=(),
    )  # fmt: skip
    result = by_hand(title="TM-1")

    found = judged(CLEAN, declared=people_found(planned, result))

    check = case_of(found)
    assert (check.state, check.attempts) == (CheckState.PASSED, 1)
    assert (check.title.en, check.severity, check.module) == ("TM-1 Print (by hand)", Severity.MAJOR, "sale")
    assert (check.department, check.requirements) == ("Sales", ("S14",))
    assert [str(cell.operation) for cell in found.coverage.cells] == ["sale/order/print"]
