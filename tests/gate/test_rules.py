"""Every rule, in the cases pass, fail and no data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from harness.config.lists import Consent, SignOffRow
from harness.config.risks import RiskRow
from harness.evidence import Cut
from harness.gate import RULES, Declared, Judgement
from harness.messages import Language, catalogue, render
from harness.model import Area, Cover, Finding, Item, Outcome, RuleResult, Severity, Status, text
from tests.gate.people import cost, human, incident, sheets, task, trained
from tests.gate.runs import (
    AS_OF,
    CHECKED,
    FLOOR_LINE,
    Check,
    Line,
    by_hand,
    changed,
    finding,
    judged,
    known,
    manifest,
    passing,
    people_found,
    policy,
    rehearsed,
    spec,
    waiver,
)

CLEAN = passing()
ONE = CLEAN[0]
REST = CLEAN[1:]


def signed(department: str) -> dict[str, Any]:
    """A department has approved the run."""
    row = SignOffRow(
        department=department,
        name="Li Wei",
        day=AS_OF.date(),
        run=manifest().run_id,
        decision=Consent.APPROVED,
        outstanding=0,
    )
    return {"declared": Declared(sign_offs=(row,))}


def risk(**more: Any) -> dict[str, Any]:
    """A register of one risk, measured at 6, that belongs to somebody unless `more` says otherwise."""
    values = {
        "id": "R1", "title": "Lost", "kind": "technical", "probability": 3, "impact": 3, "owner": "it",
        "mitigation": "Look.", "checks": ["area:data"],
    } | more  # fmt: skip
    return {"declared": Declared(risks=(RiskRow.model_validate(values),))}


def failing(severity: Severity = Severity.CRITICAL, **more: Any) -> tuple[Check, ...]:
    """The clean set with one data check that found one difference."""
    return changed(CLEAN, 0, status=Status.FAILED, findings=(finding(ONE.spec, severity, **more),))


def money(amount: str, currency: str | None = "CNY") -> tuple[Check, ...]:
    """The clean set with one minor difference of an amount."""
    return failing(Severity.MINOR, amount=Decimal(amount), currency=currency)


def state(status: Status, severity: Severity = Severity.CRITICAL) -> tuple[Check, ...]:
    """The clean set with one data check that ended like this."""
    return changed(CLEAN, 0, status=status, spec=replace(ONE.spec, severity=severity))


def nothing_in_data() -> tuple[Check, ...]:
    """The clean set without any check of data."""
    return tuple(check for check in CLEAN if check.spec.area is not Area.DATA)


def undecided_data() -> tuple[Check, ...]:
    """No check of data came to a conclusion."""
    return tuple(
        replace(check, status=Status.UNKNOWN) if check.spec.area is Area.DATA else check for check in CLEAN
    )


@dataclass(frozen=True)
class Case:
    """One evaluation of one rule: the run, the line of the policy, and what must come out."""

    rule: str
    name: str
    passed: bool
    sentence: str
    checks: tuple[Check, ...] = CLEAN
    line: Line | None = None
    area: Area | None = Area.DATA
    more: dict[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.rule}-{self.name}"


CUT = Cut("main-1.jsonl", 12, 80)
OLD = {"as_of": AS_OF + timedelta(days=8)}
EXPIRED = {"waivers": (waiver(expires=date(2026, 11, 19)),)}
BROAD = {"waivers": (waiver(limit=1),)}
ALONE = {"waivers": (waiver(owner="Li  Wei", approver="li wei"),)}
TWO = (finding(ONE.spec, key="a"), finding(ONE.spec, key="b"))
SEEN = {
    "universe": (Item("table", "sale", 90), Item("table", "cron", 10), Item("screen", "help")),
    "covers": (
        (ONE.spec.id, Cover("table", "sale", "rows")),
        (ONE.spec.id, Cover("screen", "help", "ignored: static")),
    ),
}
LIMITS = {"critical": 0, "major": 1}
TRAINED = Line("trained", {"completed": "0.95", "passed": "0.9", "departments": ["it"]})
SCORES = {"sus_mean": "75", "sus_low": "75", "umux_lite_mean": "77"}

CASES = (
    Case("manual_age_days", "passes", True, "passed", line=Line("manual_age_days", 5), area=None,
         more={"declared": people_found(by_hand(day=date(2026, 11, 15)))}),
    Case("manual_age_days", "fails", False, "failed", line=Line("manual_age_days", 5), area=None,
         more={"declared": people_found(by_hand(day=date(2026, 11, 14)))}),
    Case("manual_age_days", "no data", False, "no_data", line=Line("manual_age_days", 5), area=None),
    Case("run_complete", "passes", True, "passed", area=None),
    Case("run_complete", "part missing", False, "failed", changed(CLEAN, 0, done=ONE.parts[:1]), area=None),
    Case("run_complete", "no conclusion planned", False, "failed", changed(CLEAN, 0, parts=ONE.parts[:2]),
         area=None),
    Case("run_complete", "cut", False, "cut", area=None, more={"cuts": (CUT,)}),
    Case("run_complete", "unsealed", False, "unsealed", area=None, more={"sealed": False}),
    Case("run_complete", "no data", False, "no_data", (), area=None),
    Case("run_complete", "stray finding", False, "stray",
         changed(CLEAN, 0, findings=(finding(spec("gone")),)), area=None),
    Case("evidence_present", "passes", True, "passed"),
    Case("evidence_present", "too little", False, "failed", line=Line("evidence_present", 3)),
    Case("evidence_present", "nothing concluded", False, "no_data", undecided_data()),
    Case("evidence_present", "nothing planned", False, "none_planned", nothing_in_data()),
    Case("no_open_findings", "passes", True, "passed"),
    Case("no_open_findings", "milder ones do not count", True, "passed", failing(Severity.MAJOR)),
    Case("no_open_findings", "fails", False, "failed", failing()),
    Case("no_open_findings", "blocker counts", False, "failed", failing(Severity.BLOCKER)),
    Case("no_open_findings", "no data", False, "no_data", nothing_in_data()),
    Case("findings_within", "passes", True, "passed", failing(Severity.MAJOR),
         Line("findings_within", LIMITS)),
    Case("findings_within", "fails", False, "failed", failing(), Line("findings_within", LIMITS)),
    Case("findings_within", "no data", False, "no_data", undecided_data(), Line("findings_within", LIMITS)),
    Case("no_broken_checks", "passes", True, "passed"),
    Case("no_broken_checks", "fails", False, "failed", state(Status.BROKEN)),
    Case("no_broken_checks", "no data", False, "no_data", nothing_in_data()),
    Case("no_undecided", "passes", True, "passed"),
    Case("no_undecided", "fails", False, "failed", state(Status.UNKNOWN)),
    Case("no_undecided", "no data", False, "no_data", nothing_in_data()),
    Case("no_skipped", "passes", True, "passed"),
    Case("no_skipped", "fails", False, "failed", state(Status.SKIPPED)),
    Case("no_skipped", "no data", False, "no_data", nothing_in_data()),
    Case("failures_explained", "passes", True, "passed", failing()),
    Case("failures_explained", "fails", False, "failed", state(Status.FAILED)),
    Case("failures_explained", "no data", False, "no_data", nothing_in_data()),
    Case("minimum_checks", "passes", True, "passed", line=Line("minimum_checks", 2)),
    Case("minimum_checks", "fails", False, "failed", line=Line("minimum_checks", 3)),
    Case("minimum_checks", "no data", False, "no_data", nothing_in_data(), Line("minimum_checks", 0)),
    Case("no_weaker_evidence", "passes", True, "passed", line=Line("no_weaker_evidence")),
    Case("no_weaker_evidence", "fails", False, "failed",
         changed(CLEAN, 0, caveats=(text("gate.check.no_conclusion"),)), Line("no_weaker_evidence")),
    Case("no_weaker_evidence", "no data", False, "no_data", nothing_in_data(), Line("no_weaker_evidence")),
    Case("no_reruns", "passes", True, "passed", line=Line("no_reruns")),
    Case("no_reruns", "fails", False, "failed", changed(CLEAN, 0, attempt=2), Line("no_reruns")),
    Case("no_reruns", "no data", False, "no_data", nothing_in_data(), Line("no_reruns")),
    Case("amount_within_materiality", "passes", True, "passed", money("0.50"),
         Line("amount_within_materiality", "0.50"), None),
    Case("amount_within_materiality", "fails by a cent", False, "failed", money("0.51"),
         Line("amount_within_materiality", "0.50"), None),
    Case("amount_within_materiality", "policy's threshold", False, "failed", money("0.01"),
         Line("amount_within_materiality"), None),
    Case("amount_within_materiality", "another currency", False, "foreign", money("0.01", "EUR"),
         Line("amount_within_materiality", "9"), None),
    Case("amount_within_materiality", "no currency", False, "foreign", money("0.01", None),
         Line("amount_within_materiality", "9"), None),
    Case("amount_within_materiality", "no data", False, "no_data", (), Line("amount_within_materiality"),
         None),
    Case("waivers_valid", "passes", True, "passed", failing(), area=None, more={"waivers": (waiver(),)}),
    Case("waivers_valid", "none at all", True, "passed", area=None),
    Case("waivers_valid", "expired", False, "failed", failing(), area=None, more=EXPIRED),
    Case("waivers_valid", "self-approved", False, "failed", failing(), area=None, more=ALONE),
    Case("waivers_valid", "too broad", False, "failed",
         changed(CLEAN, 0, status=Status.FAILED, findings=TWO), area=None, more=BROAD),
    Case("waivers_used", "passes", True, "passed", failing(), area=None, more={"waivers": (waiver(),)}),
    Case("waivers_used", "unused", False, "failed", area=None, more={"waivers": (waiver(),)}),
    Case("policy_not_weakened", "passes", True, "passed", area=None),
    Case("policy_not_weakened", "looser limit", False, "failed", line=Line("no_open_findings", 5), area=None),
    Case("policy_not_weakened", "milder", False, "failed", line=Line("run_complete", severity="minor"),
         area=None),
    Case("coverage_share", "passes", True, "passed", line=Line("coverage_share", {"rows": "0.9"}), area=None,
         more=SEEN),
    Case("coverage_share", "fails", False, "failed", line=Line("coverage_share", {"table": "0.6"}), area=None,
         more=SEEN),
    Case("coverage_share", "fails by rows", False, "failed",
         line=Line("coverage_share", {"rows": "0.901", "table": "0.1"}), area=None, more=SEEN),
    Case("coverage_share", "nothing concluded", False, "failed", undecided_data(),
         Line("coverage_share", {"table": "0.1"}), None, SEEN),
    Case("coverage_share", "no data", False, "no_data", line=Line("coverage_share", {"table": "0.1"}),
         area=None),
    Case("coverage_share", "all left out", False, "no_data", line=Line("coverage_share", {"screen": 1}),
         area=None, more=SEEN),
    Case("signed_off", "passes", True, "passed", line=Line("signed_off", ["it"]), area=None,
         more=signed("it")),
    Case("signed_off", "another department", False, "failed", line=Line("signed_off", ["it"]), area=None,
         more=signed("sales")),
    Case("signed_off", "not provided", False, "no_data", line=Line("signed_off", ["it"]), area=None),
    Case("trained", "passes", True, "passed", line=TRAINED, area=None,
         more=human(training=[trained("IT", 20, 19, 19)])),
    Case("trained", "too few took it", False, "failed", line=TRAINED, area=None,
         more=human(training=[trained("it", 20, 18, 18)])),
    Case("trained", "too few passed", False, "failed", line=TRAINED, area=None,
         more=human(training=[trained("it", 20, 20, 17)])),
    Case("trained", "no assessment is no pass", False, "failed", line=TRAINED, area=None,
         more=human(training=[trained("it", 20, 20, None)])),
    Case("trained", "a department nobody named is judged too", False, "failed", line=TRAINED, area=None,
         more=human(training=[trained("it", 9, 9, 9), trained("sales", 9, 0, 0)])),
    Case("trained", "a department that is not there", False, "failed", line=TRAINED, area=None,
         more=human(training=[trained("sales", 9, 9, 9)])),
    Case("trained", "all must take it where nothing is said", False, "failed",
         line=Line("trained", {"departments": ["it"]}), area=None,
         more=human(training=[trained("it", 100, 99, None)])),
    Case("trained", "not provided", False, "no_data", line=TRAINED, area=None),
    Case("usability_score", "passes by a hair", True, "passed", line=Line("usability_score", SCORES),
         area=None, more=human(usability=sheets(5))),
    Case("usability_score", "mean too low", False, "failed", area=None, more=human(usability=sheets(5)),
         line=Line("usability_score", {"sus_mean": "75.01"})),
    Case("usability_score", "bound too low", False, "failed", area=None, more=human(usability=sheets(5, 3)),
         line=Line("usability_score", {"sus_low": "60"})),
    Case("usability_score", "too few", False, "too_few", line=Line("usability_score", SCORES),
         area=None, more=human(usability=sheets(4))),
    Case("usability_score", "of the source only", False, "no_data", line=Line("usability_score", SCORES),
         area=None, more=human(usability=sheets(9, side="source"))),
    Case("usability_score", "not provided", False, "no_data", line=Line("usability_score", SCORES),
         area=None),
    Case("incidents_within_sla", "passes", True, "passed", line=Line("incidents_within_sla", 2), area=None,
         more=human(incidents=[incident(2, 2), incident(1, 1, closed=0.5), incident(3, 0.1)])),
    Case("incidents_within_sla", "late by six minutes", False, "failed", area=None,
         line=Line("incidents_within_sla", 2), more=human(incidents=[incident(2, 1.9)])),
    Case("incidents_within_sla", "no time to be held against", False, "failed", area=None,
         line=Line("incidents_within_sla", 2), more=human(incidents=[incident(1, None)])),
    Case("incidents_within_sla", "zero asks for the most urgent", False, "failed", area=None,
         line=Line("incidents_within_sla", 0), more=human(incidents=[incident(1, 0.5)])),
    Case("incidents_within_sla", "not provided", False, "no_data", line=Line("incidents_within_sla", 2),
         area=None),
    Case("budget_overrun", "passes", True, "passed", line=Line("budget_overrun", "0.10"), area=None,
         more=human(budget=[cost("100", "110")])),
    Case("budget_overrun", "fails by a cent", False, "failed", line=Line("budget_overrun", "0.10"), area=None,
         more=human(budget=[cost("100", "110.01")])),
    Case("budget_overrun", "one currency does not pay for another", False, "failed", area=None,
         line=Line("budget_overrun", "0.10"), more=human(budget=[cost("100", "1"), cost("1", "2", "EUR")])),
    Case("budget_overrun", "spent without a plan", False, "failed", area=None,
         line=Line("budget_overrun", "0.10"), more=human(budget=[cost("0", "0.01")])),
    Case("budget_overrun", "not provided", False, "no_data", line=Line("budget_overrun", "0.10"), area=None),
    Case("runbook_done", "passes", True, "passed", line=Line("runbook_done"), area=None,
         more=human(runbook=[task("a", 0, 60), task("b", 60, 90, depends_on=("a",))])),
    Case("runbook_done", "a task is open", False, "failed", line=Line("runbook_done"), area=None,
         more=human(runbook=[task("a", 0, 60), task("b", 60, None)])),
    Case("runbook_done", "out of order", False, "early", line=Line("runbook_done"), area=None,
         more=human(runbook=[task("a", 0, 60), task("b", 59, 90, depends_on=("a",))])),
    Case("runbook_done", "not provided", False, "no_data", line=Line("runbook_done"), area=None),
    Case("runbook_overrun_minutes", "passes", True, "passed", line=Line("runbook_overrun_minutes", 5),
         area=None, more=human(runbook=[task("a", 0, 65)])),
    Case("runbook_overrun_minutes", "fails by a second", False, "failed", area=None,
         line=Line("runbook_overrun_minutes", 5), more=human(runbook=[task("a", 0, 65.02)])),
    Case("runbook_overrun_minutes", "nobody knows", False, "undone", area=None,
         line=Line("runbook_overrun_minutes", 5), more=human(runbook=[task("a", 0, None)])),
    Case("runbook_overrun_minutes", "not provided", False, "no_data", area=None,
         line=Line("runbook_overrun_minutes", 5)),
    Case("cutover_window_minutes", "passes", True, "passed", line=Line("cutover_window_minutes", 90),
         area=None, more=human(runbook=[task("a", 0, 60), task("b", 30, 90)])),
    Case("cutover_window_minutes", "does not fit", False, "failed", area=None,
         line=Line("cutover_window_minutes", 89), more=human(runbook=[task("a", 0, 60), task("b", 30, 90)])),
    Case("cutover_window_minutes", "nobody knows", False, "undone", area=None,
         line=Line("cutover_window_minutes", 90), more=human(runbook=[task("a", 0, None)])),
    Case("cutover_window_minutes", "not provided", False, "no_data", area=None,
         line=Line("cutover_window_minutes", 90)),
    Case("risks_within", "passes", True, "passed", line=Line("risks_within", 6), area=None, more=risk()),
    Case("risks_within", "fails", False, "failed", line=Line("risks_within", "low"), area=None, more=risk()),
    Case("risks_within", "no register", False, "no_data", line=Line("risks_within", 6), area=None),
    Case("risks_owned", "passes", True, "passed", line=Line("risks_owned"), area=None, more=risk()),
    Case("risks_owned", "fails", False, "failed", line=Line("risks_owned"), area=None,
         more=risk(owner=None)),
    Case("risks_owned", "no register", False, "no_data", line=Line("risks_owned"), area=None),
    Case("environment_parity", "passes", True, "passed", line=Line("environment_parity"), area=None,
         more={"environments": {"source": {"cpus": 4}, "target": {"cpus": 4}}}),
    Case("environment_parity", "fails", False, "failed", line=Line("environment_parity"), area=None,
         more={"environments": {"source": {"cpus": 4}, "target": {"cpus": 2}}}),
    Case("environment_parity", "nothing recorded", False, "no_data", line=Line("environment_parity"),
         area=None),
    Case("environment_parity", "one side", False, "no_data", line=Line("environment_parity"), area=None,
         more={"environments": {"source": {"cpus": 4}}}),
    Case("evidence_age_days", "passes", True, "passed", line=Line("evidence_age_days", 7), area=None),
    Case("evidence_age_days", "fails", False, "failed", line=Line("evidence_age_days", 7), area=None,
         more=OLD),
    Case("rehearsals_converge", "passes", True, "passed", failing(), Line("rehearsals_converge", 2), None,
         {"declared": rehearsed(known("a", "b"), known("a"))}),
    Case("rehearsals_converge", "fails", False, "failed", failing(), Line("rehearsals_converge", 1), None,
         {"declared": rehearsed(known("a"), (), concluded=CHECKED)}),
    Case("rehearsals_converge", "one step in the middle", False, "failed", CLEAN,
         Line("rehearsals_converge", 2), None, {"declared": rehearsed(known("a"), known("a", "b"))}),
    Case("rehearsals_converge", "before the limit", True, "passed", CLEAN, Line("rehearsals_converge", 1),
         None, {"declared": rehearsed(known("a"), known("a", "b"))}),
    Case("rehearsals_converge", "milder ones do not count", True, "passed", CLEAN,
         Line("rehearsals_converge", 2), None,
         {"declared": rehearsed(known("a"), known("a"), known("b", major=9))}),
    Case("rehearsals_converge", "nobody looked", False, "failed", failing(), Line("rehearsals_converge", 1),
         None, {"declared": rehearsed(known("b", check="data.gone"))}),
    Case("rehearsals_converge", "too few", False, "no_data", CLEAN, Line("rehearsals_converge", 2), None,
         {"declared": rehearsed(())}),
    Case("rehearsals_converge", "incomplete", False, "no_data", CLEAN, Line("rehearsals_converge", 1), None,
         {"declared": rehearsed((), ()), "sealed": False}),
    Case("rehearsals_converge", "scoped", False, "no_data", CLEAN, Line("rehearsals_converge", 1), None,
         {"declared": rehearsed((), ()), "scope": ("area=data",)}),
    Case("rehearsals_converge", "no history", False, "no_data", line=Line("rehearsals_converge", 1),
         area=None),
    Case("evidence_age_days", "no data", False, "no_data", (), Line("evidence_age_days", 7), None),
)  # fmt: skip


def result_of(judgement: Judgement, case: Case) -> RuleResult:
    """The result of the case's rule: the policy's own line comes after the floor's."""
    found = [r for r in judgement.verdict.rules if r.rule == case.rule and r.area is case.area]
    assert found, f"{case.rule} was not evaluated"
    return found[-1]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_passes_fails_and_fails_without_data(case: Case) -> None:
    lines = (FLOOR_LINE, case.line) if case.line else (FLOOR_LINE,)

    judgement = judged(case.checks, rules=policy(*lines), **(case.more or {}))
    result = result_of(judgement, case)

    assert (result.passed, result.text.key) == (case.passed, f"gate.rule.{case.rule}.{case.sentence}")
    if not case.passed:
        assert judgement.verdict.outcome is not Outcome.GO


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("language", Language)
def test_every_sentence_can_be_said(case: Case, language: Language) -> None:
    lines = (FLOOR_LINE, case.line) if case.line else (FLOOR_LINE,)

    verdict = judged(case.checks, rules=policy(*lines), **(case.more or {})).verdict

    sentences = [
        *(r.text for r in verdict.rules),
        *(c.text for c in verdict.conditions),
        *verdict.not_verified,
    ]
    assert all(render(sentence, language) for sentence in sentences)


def test_every_rule_has_cases_and_sentences() -> None:
    assert {case.rule for case in CASES} == set(RULES)
    assert {(rule, passed) for rule in RULES for passed in (True, False)} == {
        (case.rule, case.passed) for case in CASES
    }
    said = {key.removeprefix("gate.rule.") for key in catalogue() if key.startswith("gate.rule.")}
    assert said == {f"{case.rule}.{case.sentence}" for case in CASES} | {
        f"{rule}.title" for rule in RULES
    } | {"amount_within_materiality.no_limit"}


def test_no_materiality_is_not_a_pass() -> None:
    rules = policy(FLOOR_LINE, Line("amount_within_materiality"))
    rules = rules.model_copy(update={"materiality": rules.materiality.model_copy(update={"currency": None})})

    verdict = judged(CLEAN, rules=rules).verdict

    assert verdict.outcome is Outcome.NO_GO
    assert "gate.rule.amount_within_materiality.no_limit" in {result.text.key for result in verdict.rules}


@pytest.mark.parametrize("limit", [-1, "many", True, [1], {"critical": 1}, 0.5], ids=repr)
@pytest.mark.parametrize("rule", ["no_open_findings", "minimum_checks", "evidence_age_days", "no_reruns"])
def test_a_limit_that_cannot_be_read_is_not_met(rule: str, limit: Any) -> None:
    verdict = judged(CLEAN, rules=policy(FLOOR_LINE, Line(rule, limit))).verdict

    assert verdict.outcome is Outcome.NO_GO
    assert {result.rule for result in verdict.rules if result.text.key == "gate.unreadable_limit"} == {rule}


def test_an_unknown_rule_is_not_met() -> None:
    verdict = judged(CLEAN, rules=policy(FLOOR_LINE, Line("no_such_rule"))).verdict

    assert verdict.outcome is Outcome.NO_GO
    assert verdict.rules[-1].text.key == "gate.unknown_rule"


def test_the_floor_holds_under_a_policy_that_forgets_it() -> None:
    forgetful = policy(Line("minimum_checks", 1))
    broken: list[tuple[Check, ...]] = [
        failing(),
        state(Status.BROKEN),
        state(Status.UNKNOWN),
        nothing_in_data(),
    ]

    outcomes = {judged(checks, rules=forgetful).verdict.outcome for checks in broken}

    assert outcomes == {Outcome.NO_GO}


def test_findings_carry_their_amount_into_the_reason() -> None:
    found: Finding = finding(ONE.spec, amount=Decimal("0.01"), currency="CNY")

    verdict = judged(changed(CLEAN, 0, status=Status.FAILED, findings=(found,))).verdict

    why = next(result for result in verdict.rules if not result.passed)
    assert "CNY 0.01" in render(why.text, Language.EN)


def test_too_little_coverage_names_the_largest_gaps() -> None:
    """With their rows, and shares rounded down."""
    verdict = judged(
        CLEAN, rules=policy(Line("coverage_share", {"table": "0.9", "rows": "0.95"})), **SEEN
    ).verdict

    result = next(item for item in verdict.rules if item.rule == "coverage_share")
    assert "Tables: 50 % verified, 90 % needed; 1 not verified, the largest: cron" in render(
        result.text, Language.EN
    )
    assert "rows: 90 % verified, 95 % needed" in render(result.text, Language.EN)
    assert result.actual == {"table": Decimal("0.5"), "rows": Decimal("0.9")}
