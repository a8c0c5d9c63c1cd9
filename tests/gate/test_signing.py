"""What a department's signature is worth, and what a wrong line of the file says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harness.config.lists import SIGN_OFFS, Consent, SignOffRow, load_list
from harness.errors import ConfigError
from harness.gate import Declared, Signature, from_bytes, to_bytes
from harness.messages import Language, render
from harness.model import Outcome, Severity, Status
from tests.gate.runs import FLOOR_LINE, Line, changed, finding, judged, passing, policy

RUN = "20261120-070000"
FINANCE = tuple(replace(check, spec=replace(check.spec, department="finance")) for check in passing())
TWO_OPEN = changed(
    FINANCE,
    0,
    status=Status.FAILED,
    findings=tuple(finding(FINANCE[0].spec, Severity.MINOR, key=key) for key in ("a", "b")),
)
MUST = policy(FLOOR_LINE, Line("signed_off", ["finance"]))


def row(**more: Any) -> SignOffRow:
    """A line by the head of finance."""
    values = {
        "department": "finance",
        "name": "Chen Jing",
        "day": date(2026, 11, 20),
        "run": RUN,
        "decision": Consent.APPROVED,
        "outstanding": 0,
    }
    return SignOffRow.model_validate(values | more)


@pytest.mark.parametrize(
    ("rows", "standings", "outcome"),
    [
        pytest.param((row(),), ["valid"], Outcome.GO, id="approved"),
        pytest.param((row(department="Finance"),), ["valid"], Outcome.GO, id="another spelling"),
        pytest.param(
            (row(decision="conditional", remark="print layout"),), ["valid"],
            Outcome.GO_WITH_CONDITIONS, id="conditions",
        ),
        pytest.param((row(decision="rejected", remark="no"),), ["rejected"], Outcome.NO_GO, id="rejected"),
        pytest.param((row(run="20261101-070000"),), ["other_run"], Outcome.NO_GO, id="an older run"),
        pytest.param((row(day=date(2026, 11, 21)),), ["to_come"], Outcome.NO_GO, id="dated tomorrow"),
        pytest.param((row(department="sales"),), ["valid"], Outcome.NO_GO, id="another department"),
        pytest.param((), [], Outcome.NO_GO, id="nothing provided"),
        pytest.param(
            (row(day=date(2026, 11, 18), decision="rejected", remark="no"), row()),
            ["superseded", "valid"], Outcome.GO, id="rejected, then approved",
        ),
        pytest.param(
            (row(decision="rejected", remark="no"), row()),
            ["rejected", "superseded"], Outcome.NO_GO, id="both on one day",
        ),
    ],
)  # fmt: skip
def test_a_signature_counts_for_its_run_and_department(
    rows: tuple[SignOffRow, ...], standings: list[str], outcome: Outcome
) -> None:
    judgement = judged(FINANCE, rules=MUST, declared=Declared(sign_offs=rows))

    assert [each.standing for each in judgement.sign_offs] == standings
    assert judgement.verdict.outcome is outcome


@pytest.mark.parametrize(("known", "standing"), [(1, Signature.UNINFORMED), (2, Signature.VALID)])
def test_a_signature_counts_while_no_more_is_open_than_the_signer_knew(
    known: int, standing: Signature
) -> None:
    judgement = judged(TWO_OPEN, rules=MUST, declared=Declared(sign_offs=(row(outstanding=known),)))

    (signed,) = judgement.sign_offs
    assert (signed.standing, signed.actual) == (standing, 2)
    assert (judgement.verdict.outcome is Outcome.NO_GO) == (standing is Signature.UNINFORMED)


@pytest.mark.parametrize(
    ("department", "told"), [("finance", False), ("Finance", False), ("sales", True)], ids=str
)
def test_a_signature_for_what_nobody_tested_is_said(department: str, told: bool) -> None:
    declared = Declared(sign_offs=(row(department=department),))
    judgement = judged(FINANCE, rules=policy(FLOOR_LINE), declared=declared)

    said = [sentence for sentence in judgement.verdict.not_verified if "untested" in sentence.key]
    assert bool(said) is told
    assert [each.tested for each in judgement.sign_offs] == [not told]


def test_a_department_whose_checks_came_to_no_conclusion_was_not_tested() -> None:
    undecided = tuple(replace(check, status=Status.UNKNOWN) for check in FINANCE)

    (signed,) = judged(undecided, rules=MUST, declared=Declared(sign_offs=(row(),))).sign_offs

    assert not signed.tested


def test_what_consent_depends_on_is_a_condition_with_its_owner() -> None:
    rows = (row(decision="conditional", remark="Print layout by Friday"),)
    verdict = judged(FINANCE, rules=MUST, declared=Declared(sign_offs=rows)).verdict

    (condition,) = verdict.conditions
    assert condition.owner == "Chen Jing"
    assert "Print layout by Friday" in render(condition.text, Language.EN)


def test_sign_offs_are_stored_with_the_judgement_and_have_a_digest() -> None:
    judgement = judged(FINANCE, rules=MUST, declared=Declared(sign_offs=(row(role="Finance lead"),)))

    assert from_bytes(to_bytes(judgement)) == judgement
    assert "sign_offs" in judgement.verdict.digests


@pytest.mark.parametrize("standing", Signature)
@pytest.mark.parametrize("language", Language)
def test_every_reason_can_be_said(standing: Signature, language: Language) -> None:
    rows = {
        Signature.VALID: (row(decision="conditional", remark="x", outstanding=2),),
        Signature.REJECTED: (row(decision="rejected", remark="x"),),
        Signature.UNINFORMED: (row(),),
        Signature.OTHER_RUN: (row(run="other"),),
        Signature.TO_COME: (row(day=date(2027, 1, 1)),),
        Signature.SUPERSEDED: (row(day=date(2026, 1, 1)), row()),
    }[standing]
    judgement = judged(TWO_OPEN, rules=MUST, declared=Declared(sign_offs=rows))

    assert standing in {each.standing for each in judgement.sign_offs}
    assert all(render(rule.text, language) for rule in judgement.verdict.rules)


def test_a_file_in_either_language_says_the_same(tmp_path: Path) -> None:
    lines = {
        "en.csv": "Department,Name,Role,Date,Run,Decision,Outstanding,Remark\n"
        "finance,Chen Jing,,2026-11-20,r1,approved with conditions,2,layout\n",
        "zh.csv": "部门,姓名,职务,签字日期,运行编号,意见,未关闭差异数,备注\n"
        "finance,Chen Jing,,2026年11月20日,r1,有条件同意,2,layout\n",
    }
    for name, content in lines.items():
        (tmp_path / name).write_text(content, encoding="utf-8")

    english, chinese = (load_list(SIGN_OFFS, tmp_path / name, name) for name in lines)

    assert english == chinese == (row(run="r1", decision="conditional", outstanding=2, remark="layout"),)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("finance,Chen,2026-11-20,r1,perhaps,0,", "decision"),
        ("finance,Chen,20/11/2026,r1,approved,0,", "day"),
        ("finance,Chen,2026-11-20,r1,approved,-1,", "outstanding"),
        ("finance,Chen,2026-11-20,r1,approved,many,", "outstanding"),
        ("finance,Chen,2026-11-20,,approved,0,", "run"),
        ("finance,,2026-11-20,r1,approved,0,", "name"),
        ("finance,Chen,2026-11-20,r1,rejected,0,", ""),
    ],
)
def test_a_wrong_cell_is_named_by_file_line_and_column(line: str, column: str, tmp_path: Path) -> None:
    file = tmp_path / "sign_offs.csv"
    file.write_text(f"department,name,day,run,decision,outstanding,remark\n{line}\n", encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_list(SIGN_OFFS, file, "sign_offs.csv")

    said = str(caught.value)
    assert "sign_offs.csv:2" in said
    assert column in said
    assert "pydantic" not in said
    assert "reason" not in said
