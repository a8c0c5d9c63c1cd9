"""Rights of both sides compared: what is said, how seriously, and what stays not verified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from harness.access.comparison import compare
from harness.access.duties import Conflict, Duties, Duty, Sensitive
from harness.access.matrix import Matrix, RoleAnswers, read_matrix
from harness.messages import Language, render
from harness.model import Area, Capture, CheckSpec, Conclusion, Mode, Part, Status, Title
from harness.redact import Redactor
from harness.rights import Answer, Door, Grant, Subject

SPEC = CheckSpec("rights.roles", Title("Rights", "权限"), Area.RIGHTS, "system", Mode.SIDE, "rights")
ALL = ("read", "create", "write", "delete")
SUBJECTS = (
    Subject("sale.sale", Title("Sale", "销售"), "sale", ("read", "delete", "button:quote"), ("id", "total")),
    Subject("sale.line", Title("Sale Line", "销售明细"), "sale", ("read", "delete")),
    Subject("account.move", Title("Entry", "凭证"), "account", ALL),
    Subject("staff", Title("Employee", "员工"), "company", ("read",), ("name", "salary"), ("salary",)),
)
DUTIES = Duties(
    critical=("account.*",),
    duty=(
        Duty(id="sell", en="sell", zh="销售", operations=("sale.sale delete",)),
        Duty(id="book", en="book", zh="记账", operations=("account.move write",)),
    ),
    conflict=(Conflict(duties=("sell", "book")),),
    sensitive=(Sensitive(model="staff", fields=("salary",)),),
)
YES, NO = Answer.ALLOWED, Answer.REFUSED


def role(name: str, *, without: Mapping[str, tuple[str, ...]] | None = None) -> RoleAnswers:
    """A role that may do everything but what is named by model."""
    refused = without or {}
    answers = {
        subject.model: {
            operation: NO if operation in refused.get(subject.model, ()) else YES
            for operation in subject.operations
        }
        for subject in SUBJECTS
    }
    return RoleAnswers(name, YES, ("Group",), answers)


def side(*roles: RoleAnswers, **changed: object) -> Matrix:
    """One side's matrix."""
    samples = {"sale.sale": {"1": "company=1", "2": "company=2"}}
    door = Door("rpc users", Title("read the users", "读取用户"), NO)
    made = Matrix(SUBJECTS, roles, (Grant("sale.sale", "Group", ("read",)),), samples, (door,))
    return replace(made, **changed)  # type: ignore[arg-type]  # the fields of a matrix


def compared(source: Matrix, target: Matrix, duties: Duties = DUTIES) -> Conclusion:
    """The conclusion on both, as stored captures give it."""
    captures = {
        part: Capture({"matrix": matrix.stored(), "duties": duties.model_dump(mode="json")})
        for part, matrix in ((Part.SOURCE, source), (Part.TARGET, target))
    }
    return compare(SPEC, captures)


def said(conclusion: Conclusion) -> list[tuple[str, str, str, str, int]]:
    """The findings in short; every sentence is there in both languages."""
    for finding in conclusion.findings:
        assert all(render(finding.text, language) for language in Language)
    return [
        (item.kind.value, item.severity.value, str(item.key), str(item.field), item.count)
        for item in conclusion.findings
    ]


def test_the_same_rights_pass_and_are_all_covered() -> None:
    one = side(role("clerk"), role("boss"))
    conclusion = compared(one, one)

    assert (conclusion.status, said(conclusion)) == (Status.PASSED, [])
    assert len(conclusion.covers) == 2 * sum(len(subject.operations) for subject in SUBJECTS)


WITHOUT = {"sale.sale": ("delete",), "sale.line": ("delete",)}
ENTRIES = {"account.move": ("delete", "write")}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            [role("clerk")],
            [role("clerk", without=WITHOUT)],
            [("regression", "major", "clerk: sale.line, sale.sale", "delete", 2)],
        ),
        (
            [role("clerk"), role("boss")],
            [role("clerk", without=WITHOUT), role("boss", without=WITHOUT)],
            [("regression", "major", "clerk+boss: sale.line, sale.sale", "delete", 4)],
        ),
        (
            [role("clerk", without={**ENTRIES, "sale.sale": ("delete",)})],
            [role("clerk", without={"sale.sale": ("delete",)})],
            [("violation", "critical", "clerk: account.move", "write, delete", 2)],
        ),
        (
            [role("clerk", without={"sale.sale": ("button:quote",)})],
            [role("clerk")],
            [("violation", "major", "clerk: sale.sale", "button:quote", 1)],
        ),
        (
            [role("clerk")],
            [
                role(
                    "clerk",
                    without={item.model: item.operations for item in SUBJECTS if item.module == "sale"},
                )
            ],
            [("regression", "critical", "clerk: sale.line, sale.sale", "*", 5)],
        ),
        (
            [role("clerk", without={"staff": ("read",)})],
            [role("clerk")],
            [("violation", "critical", "clerk: staff", "read", 1)],
        ),
        (
            [role("clerk")],
            [replace(role("clerk"), log_in=NO)],
            [("regression", "critical", "clerk", "log_in", 1)],
        ),
        (
            [role("clerk", without={"account.move": ("write",)})],
            [role("clerk")],
            [
                ("violation", "critical", "clerk: account.move", "write", 1),
                ("violation", "critical", "clerk: sell + book", "conflict", 1),
            ],
        ),
        (
            [replace(role("clerk"), fields={"staff": {"salary": NO}})],
            [replace(role("clerk"), fields={"staff": {"salary": YES}})],
            [("violation", "critical", "clerk: staff", "fields: salary", 1)],
        ),
        (
            [replace(role("clerk"), fields={"staff": {"salary": NO}})],
            [role("clerk")],  # no rule speaks of the field any more, so that it was read with all others
            [("violation", "critical", "clerk: staff", "fields: salary", 1)],
        ),
        (
            [replace(role("clerk"), reach={"sale.sale": {"read": ("1",), "delete": ("1",)}})],
            [replace(role("clerk"), reach={"sale.sale": {"read": ("1", "2"), "delete": ("1", "2")}})],
            [("violation", "critical", "clerk: sale.sale", "records: read, delete", 1)],
        ),
    ],
    ids=[
        "one role lost the same on two models",
        "two roles lost alike",
        "writing and deleting in the books gained",
        "a button gained",
        "a whole module lost is one finding",
        "a model with sensitive fields can be read",
        "a user can no longer log in",
        "two duties held together",
        "a field that was kept back",
        "a field whose rule is gone",
        "records of another company",
    ],
)
def test_a_change_is_one_finding_with_its_weight(
    before: list[RoleAnswers], after: list[RoleAnswers], expected: list[tuple[str, str, str, str, int]]
) -> None:
    conclusion = compared(side(*before), side(*after))

    assert conclusion.status is Status.FAILED
    assert said(conclusion) == expected


def test_a_door_that_opens_without_a_login_is_critical() -> None:
    door = Door("rpc users", Title("read the users", "读取用户"), YES)
    conclusion = compared(side(role("clerk")), side(role("clerk"), doors=(door,)))

    assert said(conclusion) == [("violation", "critical", "rpc users", "door", 1)]


@pytest.mark.parametrize("answer", [Answer.UNCLEAR, Answer.LOCKED])
def test_what_is_not_known_is_no_difference_and_not_covered(answer: Answer) -> None:
    unknown = role("clerk")
    answers = {**unknown.operations, "sale.sale": {"read": YES, "delete": answer, "button:quote": YES}}
    conclusion = compared(side(unknown), side(replace(unknown, operations=answers)))

    assert said(conclusion) == []
    assert "clerk · sale.sale · delete" not in {cover.item for cover in conclusion.covers}
    assert "clerk · sale.sale · read" in {cover.item for cover in conclusion.covers}


def test_what_was_asked_counts_and_says_so() -> None:
    asked = role("clerk")
    answers = {**asked.operations, "sale.line": {"read": YES, "delete": Answer.SAID_ALLOWED}}
    conclusion = compared(side(replace(asked, operations=answers)), side(role("clerk")))

    assert conclusion.status is Status.PASSED
    assert [caveat.key for caveat in conclusion.caveats] == ["access.caveat.asked"]
    assert {cover.how for cover in conclusion.covers} == {"tried", "asked"}


def test_a_model_of_one_side_only_is_named_and_not_compared() -> None:
    conclusion = compared(side(role("clerk")), side(role("clerk"), subjects=SUBJECTS[1:]))

    assert said(conclusion) == []
    assert [caveat["models"] for caveat in conclusion.caveats] == [("sale.sale",)]


def test_records_looked_at_on_one_side_only_are_named() -> None:
    found = compared(side(role("clerk")), side(role("clerk"), samples={}))

    assert found.status is Status.PASSED
    assert [caveat.key for caveat in found.caveats] == ["access.caveat.sampled"]
    assert dict(found.caveats[0].params) == {"models": ("sale.sale",), "count": 1}


def test_nothing_compared_is_no_pass() -> None:
    gone = replace(role("clerk"), log_in=NO)
    assert compared(side(gone), side(gone)).status is Status.UNKNOWN


def test_other_duties_on_the_other_side_decide_nothing() -> None:
    one = side(role("clerk"))
    captures = {
        part: Capture({"matrix": one.stored(), "duties": duties.model_dump(mode="json")})
        for part, duties in ((Part.SOURCE, DUTIES), (Part.TARGET, Duties()))
    }
    assert compare(SPEC, captures).status is Status.UNKNOWN


def test_the_stored_rights_explain_a_finding() -> None:
    gained = compared(side(role("clerk", without={"sale.sale": ("read",)})), side(role("clerk"), grants=()))

    assert "Group (read)" in render(gained.findings[0].text, Language.EN)
    assert "no entry" in render(gained.findings[0].text, Language.EN)


def test_a_name_that_looks_like_a_secrets_hides_no_answer() -> None:
    one = replace(
        role("clerk"), fields={"res.user": {"password": NO}}, reach={"user.token": {"read": ("1",)}}
    )
    kept: Any = Redactor(()).value(side(one).stored())

    assert read_matrix(kept).roles == (one,)
