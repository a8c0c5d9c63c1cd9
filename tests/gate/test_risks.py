"""What measured results make of the risks of the register, and what the gate says of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from harness.config.risks import RiskRow
from harness.gate import Declared, Movement, Risk, from_bytes, risks_of, to_bytes
from harness.gate.risk import Level, RiskClass
from harness.gate.risks import risks_since, with_trend
from harness.messages import Language, render
from harness.model import Outcome, Severity, Status, text
from tests.gate.runs import FLOOR_LINE, Check, Line, changed, finding, judged, passing, policy, waiver

CLEAN = passing()
DATA, OTHER = CLEAN[0].spec, CLEAN[1].spec
MINOR_CHECK = replace(DATA, severity=Severity.MINOR)
MINOR = (replace(CLEAN[0], spec=MINOR_CHECK), *CLEAN[1:])
CAVEAT = text("gate.unverified.item", item="one after the other")


def row(**more: Any) -> RiskRow:
    """A risk that the clean set's data checks bear on."""
    values = {
        "id": "R1",
        "title": "Data is lost",
        "kind": "technical",
        "probability": 3,
        "impact": 3,
        "owner": "Li Wei",
        "mitigation": "Reconcile.",
        "checks": ["area:data"],
    }
    return RiskRow.model_validate(values | more)


def broken(checks: Sequence[Check], severity: Severity, **more: Any) -> tuple[Check, ...]:
    """The checks, of which the first found a difference."""
    return changed(checks, 0, status=Status.FAILED, findings=(finding(checks[0].spec, severity, **more),))


def measured(checks: Sequence[Check], register: RiskRow, **more: Any) -> Risk:
    """The risk as measured by the checks."""
    (risk,) = judged(checks, declared=Declared(risks=(register,)), **more).risks
    return risk


UNDECIDED = changed(CLEAN, 0, status=Status.UNKNOWN)
MISSING = changed(CLEAN, 0, done=())


@pytest.mark.parametrize(
    ("checks", "more", "level", "reasons", "verified"),
    [
        pytest.param(CLEAN, {}, (2, 3), ["passed"], True, id="all passed"),
        pytest.param(CLEAN, {"probability": 1}, (1, 3), ["lowest"], True, id="already at the bottom"),
        pytest.param(broken(CLEAN, Severity.CRITICAL), {}, (5, 3), ["serious"], True, id="critical"),
        pytest.param(broken(CLEAN, Severity.MINOR), {}, (5, 3), ["serious"], True,
                     id="any difference of a critical check"),
        pytest.param(broken(MINOR, Severity.BLOCKER), {}, (5, 3), ["serious"], True,
                     id="a blocker found by a minor check"),
        pytest.param(broken(MINOR, Severity.MINOR), {}, (4, 3), ["open"], True, id="a small difference"),
        pytest.param(broken(MINOR, Severity.MINOR), {"probability": 5}, (5, 3), ["open"], True,
                     id="never above the top"),
        pytest.param(changed(CLEAN, 0, status=Status.FAILED), {}, (5, 3), ["serious"], True,
                     id="failed without a difference"),
        pytest.param(UNDECIDED, {}, (3, 3), ["unconcluded"], False, id="undecided"),
        pytest.param(changed(CLEAN, 0, status=Status.BROKEN), {}, (3, 3), ["unconcluded"], False,
                     id="broken"),
        pytest.param(changed(CLEAN, 0, status=Status.SKIPPED), {}, (3, 3), ["unconcluded"], False,
                     id="skipped"),
        pytest.param(MISSING, {}, (3, 3), ["unconcluded", "part"], False, id="missing"),
        pytest.param(changed(CLEAN, 0, caveats=(CAVEAT,)), {}, (3, 3), ["reservation"], True,
                     id="a reservation"),
        pytest.param(CLEAN, {"checks": []}, (3, 3), ["no_check"], False, id="no check named"),
        pytest.param(CLEAN, {"checks": ["data.gone"]}, (3, 3), ["unmatched"], False, id="names nothing"),
        pytest.param(CLEAN, {"checks": ["area:data", "x.*"]}, (3, 3), ["unmatched"], False,
                     id="one of two names nothing"),
        pytest.param(
            changed(broken(CLEAN, Severity.CRITICAL), 1, status=Status.UNKNOWN), {}, (5, 3),
            ["serious", "unconcluded"], False, id="worse, and not everything verified",
        ),
        pytest.param(broken(passing(), Severity.CRITICAL), {"checks": ["area:ux"]}, (2, 3), ["passed"], True,
                     id="another check's difference"),
    ],
)  # fmt: skip
def test_results_move_the_probability(
    checks: Sequence[Check], more: dict[str, Any], level: tuple[int, int], reasons: list[str], verified: bool
) -> None:
    risk = measured(checks, row(**more))

    assert (risk.measured.probability, risk.measured.impact) == level
    assert [reason.key.removeprefix("risk.reason.") for reason in risk.reasons] == reasons
    assert risk.verified is verified
    assert all(render(reason, language) for reason in risk.reasons for language in Language)


@pytest.mark.parametrize(
    ("amount", "currency", "materiality", "impact"),
    [
        ("99.00", "CNY", "100.00", 3),
        ("100.00", "CNY", "100.00", 3),
        ("100.01", "CNY", "100.00", 4),
        ("1000.00", "CNY", "100.00", 4),
        ("1000.01", "CNY", "100.00", 5),
        ("0.01", "CNY", "0.00", 5),
        ("0.00", "CNY", "0.00", 3),
        ("0.01", "USD", "100.00", 4),
        ("0.01", None, "100.00", 4),
    ],
)
def test_open_money_moves_the_impact(
    amount: str, currency: str | None, materiality: str, impact: int
) -> None:
    checks = broken(CLEAN, Severity.MINOR, amount=Decimal(amount), currency=currency)

    risk = measured(checks, row(), rules=policy(FLOOR_LINE, materiality=materiality))

    assert risk.measured.impact == impact
    assert all(render(reason, language) for reason in risk.reasons for language in Language)


def test_accepted_differences_lower_nothing_and_raise_nothing() -> None:
    checks = broken(CLEAN, Severity.MINOR, amount=Decimal(500), currency="CNY")
    risk = measured(checks, row(), waivers=(waiver(),))

    assert risk.measured == risk.declared
    assert [reason.key for reason in risk.reasons] == ["risk.reason.accepted"]


@pytest.mark.parametrize("more", [{"scope": ("area=data",)}, {"sealed": False}])
def test_a_part_of_a_run_or_an_incomplete_one_lowers_nothing(more: dict[str, Any]) -> None:
    risk = measured(CLEAN, row(), **more)

    assert risk.movement is Movement.KEPT
    assert "risk.reason.part" in [reason.key for reason in risk.reasons]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("data.check_0", 1),
        ("data.*", 2),
        ("*.check_1", 4),
        ("area:ux", 2),
        ("module:Sales", 8),
        ("requirement:S10", 1),
        ("data", 0),
        ("DATA.check_0", 0),
        ("module:", 0),
    ],
)
def test_checks_are_named_by_id_pattern_area_module_and_requirement(name: str, count: int) -> None:
    checks = (replace(CLEAN[0], spec=replace(DATA, requirements=("S10",))), *CLEAN[1:])

    risk = measured(checks, row(checks=[name]))

    assert len(risk.checks) == count
    assert risk.unmatched == (() if count else (name,))


WITHIN = policy(FLOOR_LINE, Line("risks_within", "medium"))
OWNED = policy(FLOOR_LINE, Line("risks_owned"))


@pytest.mark.parametrize(
    ("rules", "rows", "outcome"),
    [
        pytest.param(WITHIN, (row(),), Outcome.GO, id="within"),
        pytest.param(WITHIN, (row(probability=3, impact=5),), Outcome.NO_GO, id="10 is above medium"),
        pytest.param(WITHIN, (row(limit=5),), Outcome.NO_GO, id="above its own limit"),
        pytest.param(WITHIN, (row(probability=3, impact=5, limit=25),), Outcome.NO_GO,
                     id="its own limit never loosens the policy's"),
        pytest.param(WITHIN, (), Outcome.NO_GO, id="no register"),
        pytest.param(policy(FLOOR_LINE, Line("risks_within", 6)), (row(),), Outcome.GO, id="a score"),
        pytest.param(policy(FLOOR_LINE, Line("risks_within", 5)), (row(),), Outcome.NO_GO,
                     id="a lower score"),
        pytest.param(policy(FLOOR_LINE, Line("risks_within", "huge")), (row(),), Outcome.NO_GO,
                     id="an unreadable class"),
        pytest.param(OWNED, (row(),), Outcome.GO, id="owned"),
        pytest.param(OWNED, (row(owner=None),), Outcome.NO_GO, id="no owner"),
        pytest.param(OWNED, (row(mitigation=None),), Outcome.NO_GO, id="no mitigation"),
        pytest.param(OWNED, (row(checks=[]),), Outcome.NO_GO, id="no check"),
        pytest.param(OWNED, (row(checks=["data.gone"]),), Outcome.NO_GO, id="a check that is not there"),
        pytest.param(OWNED, (), Outcome.NO_GO, id="nobody's register"),
    ],
)  # fmt: skip
def test_the_gate_holds_risks_against_their_limits(
    rules: Any, rows: tuple[RiskRow, ...], outcome: Outcome
) -> None:
    verdict = judged(CLEAN, rules=rules, declared=Declared(risks=rows)).verdict

    assert verdict.outcome is outcome
    assert all(render(rule.text, language) for rule in verdict.rules for language in Language)


def test_a_part_of_a_run_need_not_have_the_checks_of_every_risk() -> None:
    rows = (row(checks=["data.gone"]),)
    verdict = judged(CLEAN[:2], rules=OWNED, declared=Declared(risks=rows), scope=("area=data",)).verdict

    assert [rule.passed for rule in verdict.rules if rule.rule == "risks_owned"] == [True]


def test_a_risk_that_rises_above_its_limit_is_no_go() -> None:
    rules = policy(Line("risks_within", "high"), Line("no_open_findings", 0, severity="critical"))
    declared = Declared(risks=(row(probability=2, impact=4),))
    checks = broken(MINOR, Severity.CRITICAL)

    verdict = judged(checks, rules=rules, declared=declared).verdict

    (result,) = [rule for rule in verdict.rules if rule.rule == "risks_within"]
    assert (result.passed, result.actual, result.limit, result.evidence) == (False, 20, 14, ("R1",))
    assert verdict.outcome is Outcome.NO_GO


def test_what_is_not_verified_is_said() -> None:
    verdict = judged(CLEAN, declared=Declared(risks=(row(checks=["data.gone"]), row(id="R2")))).verdict

    said = [each for each in verdict.not_verified if each.key == "risk.not_verified"]
    assert [each["id"] for each in said] == ["R1"]
    assert "data.gone" in render(said[0], Language.EN)


def test_the_register_is_stored_with_the_judgement_and_has_a_digest() -> None:
    judgement = judged(CLEAN, declared=Declared(risks=(row(),)))
    content = to_bytes(judgement)

    assert from_bytes(content) == judgement
    assert risks_of(content) == judgement.risks
    assert "risks" in judgement.verdict.digests
    stored = json.loads(content)
    for name in ("risks", "parity"):
        del stored["object"]["judgement"]["object"][name]
    assert from_bytes(json.dumps(stored).encode()).risks == ()  # as an earlier version wrote it
    assert risks_of(b"{}") == risks_of(b"") == risks_of(to_bytes(judged(CLEAN))) == ()


def test_the_runs_before_make_a_trend() -> None:
    now = measured(CLEAN, row())
    before = replace(now, measured=Level(5, 3))

    (told,) = with_trend(
        (now,), (("run-1", (before,)), ("run-2", (replace(now, id="R9"),)), ("run-3", (now,)))
    )

    assert [(each.run, each.level.score) for each in told.trend] == [("run-1", 15), ("run-3", 6)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, []),
        ({"measured": Level(1, 3)}, ["risen"]),
        ({"measured": Level(5, 3)}, []),
        ({"declared": Level(5, 5)}, ["estimate"]),
        ({"id": "R9"}, ["dropped"]),
    ],
)
def test_a_register_cannot_be_lowered_in_silence(change: dict[str, Any], said: list[str]) -> None:
    now = measured(CLEAN, row())

    found = tuple(risks_since((("run-1", (replace(now, **change),)),), (now,)))

    assert [each.key.removeprefix("risk.since.") for each in found] == said
    assert all(render(each, language) for each in found for language in Language)
    assert list(risks_since((), (now,))) == []


@pytest.mark.parametrize(
    ("score", "name"), [(1, "low"), (4, "low"), (5, "medium"), (9, "medium"), (10, "high"), (12, "high"),
                        (15, "extreme"), (25, "extreme")],
)  # fmt: skip
def test_every_score_has_one_class(score: int, name: str) -> None:
    levels = [Level(p, i) for p in range(1, 6) for i in range(1, 6) if p * i == score]

    assert {level.name for level in levels} == {RiskClass(name)}


@pytest.mark.parametrize(("probability", "impact"), [(0, 1), (1, 6), (6, 1), (1, 0)])
def test_a_cell_outside_the_matrix_is_refused(probability: int, impact: int) -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        Level(probability, impact)
