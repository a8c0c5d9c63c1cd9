"""Every operation has one state, the worst of its checks; every requirement knows what serves it."""

from __future__ import annotations

from typing import Any

import pytest

from harness.config.lists import OperationRow, RequirementRow
from harness.gate import CellState, Declared, Judgement, RequirementState
from harness.gate.covering import tally
from harness.manual import Result
from harness.messages import Language, render
from harness.model import Area, Cover, Finding, Item, Status, Text
from tests.gate.runs import (
    FLOOR_LINE,
    Check,
    Line,
    by_hand,
    finding,
    judged,
    passing,
    people_found,
    policy,
    spec,
    waiver,
)

CLEAN = passing()
ORDER = spec("order_to_cash", Area.FUNCTION, department="sales", requirements=("S10",))
OTHER = spec("returns", Area.FUNCTION)
POST, DELETE, PAY = "accounting/invoice/post", "accounting/entry/delete", "accounting/invoice/pay"
UNIVERSE = tuple(Item("operation", item) for item in (POST, DELETE, PAY))
COVERS = (
    (ORDER.id, Cover("operation", POST, "did: post")),
    (ORDER.id, Cover("operation", DELETE, "refused: delete_posted")),
)
ACCEPTING = (waiver(check=ORDER.id, limit=5),)


def at(step: str | None, check: Any = ORDER) -> Finding:
    return finding(check, step=step, key=step)


def states(judgement: Judgement) -> dict[str, CellState]:
    return {str(cell.operation): cell.state for cell in judgement.coverage.cells}


@pytest.mark.parametrize(
    ("order", "more", "post", "delete"),
    [
        (Check(ORDER), {}, CellState.VERIFIED, CellState.REFUSED),
        (Check(ORDER, Status.UNKNOWN), {}, CellState.NOT_VERIFIED, CellState.NOT_VERIFIED),
        (Check(ORDER, Status.BROKEN), {}, CellState.NOT_VERIFIED, CellState.NOT_VERIFIED),
        (Check(ORDER, Status.FAILED, (at("post"),)), {}, CellState.FAILED, CellState.REFUSED),
        (Check(ORDER, Status.FAILED, (at("delete_posted"),)), {}, CellState.VERIFIED, CellState.FAILED),
        (Check(ORDER, Status.FAILED, (at(None),)), {}, CellState.FAILED, CellState.FAILED),
        (Check(ORDER, Status.FAILED), {}, CellState.FAILED, CellState.FAILED),
        (
            Check(ORDER, Status.FAILED, (at("post"),)),
            {"waivers": ACCEPTING},
            CellState.WAIVED,
            CellState.REFUSED,
        ),
    ],
    ids=["passed", "undecided", "broken", "one step", "a refusal", "no step", "no finding", "accepted"],
)
def test_an_operation_stands_as_the_step_in_which_it_was_done(
    order: Check, more: dict[str, Any], post: CellState, delete: CellState
) -> None:
    found = judged((*CLEAN, order), universe=UNIVERSE, covers=COVERS, **more)

    assert states(found) == {POST: post, DELETE: delete, PAY: CellState.NOT_VERIFIED}
    assert sum(tally(found.coverage.cells).values()) == len(found.coverage.cells)


def test_where_two_checks_did_the_same_the_worst_counts() -> None:
    failing = Check(OTHER, Status.FAILED, (at(None, OTHER),))
    covers = (*COVERS, (OTHER.id, Cover("operation", POST, "did: post")))

    found = judged((*CLEAN, Check(ORDER), failing), universe=UNIVERSE, covers=covers)

    (cell,) = (cell for cell in found.coverage.cells if str(cell.operation) == POST)
    assert (cell.state, cell.checks) == (CellState.FAILED, (ORDER.id, OTHER.id))


def test_what_the_company_does_and_no_check_touches_is_not_verified() -> None:
    row = OperationRow(module="HR", document="pay slip", operation="approve", department="Personnel")

    found = judged(CLEAN, declared=Declared(operations=(row,)))

    (cell,) = found.coverage.cells
    assert (str(cell.operation), cell.state) == ("HR/pay slip/approve", CellState.NOT_VERIFIED)
    assert cell.departments == ("Personnel",)
    assert any("1 of 1: HR: approve pay slip" in said for said in sentences(found.verdict.not_verified))


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (Result.PASSED, CellState.VERIFIED),
        (Result.FAILED, CellState.FAILED),
        (Result.BLOCKED, CellState.NOT_VERIFIED),
        (Result.NOT_RUN, CellState.NOT_VERIFIED),
    ],
)
def test_a_case_by_hand_covers_what_it_is_about(result: Result, state: CellState) -> None:
    case = by_hand(result=result, module="sale", document="return", operation="create", department="sales")

    found = judged(CLEAN, declared=people_found(case))

    assert states(found) == {"sale/return/create": state}


def test_the_gaps_said_beside_the_recommendation_are_the_cells_not_verified() -> None:
    found = judged((*CLEAN, Check(ORDER)), universe=UNIVERSE, covers=COVERS)

    assert any("1 of 3: Accounting: pay invoice" in said for said in sentences(found.verdict.not_verified))


def sentences(texts: tuple[Text, ...]) -> list[str]:
    return [render(item, Language.EN) for item in texts]


LISTED = tuple(RequirementRow(id=name, title=f"Title {name}") for name in ("S01", "S10", "S50"))
PRICED = policy(FLOOR_LINE, Line("amount_within_materiality", more={"requirements": ["S50"]}))


def requirements(judgement: Judgement) -> dict[str, tuple[RequirementState, tuple[str, ...]]]:
    return {item.id: (item.state, item.checks) for item in judgement.coverage.requirements}


def test_requirements_lead_to_checks_and_back() -> None:
    found = judged((*CLEAN, Check(ORDER)), rules=PRICED, declared=Declared(requirements=LISTED))

    assert requirements(found) == {
        "S01": (RequirementState.NO_CHECK, ()),
        "S10": (RequirementState.VERIFIED, (ORDER.id,)),
        "S50": (RequirementState.VERIFIED, ()),
    }
    assert found.coverage.without_requirement == tuple(sorted(check.spec.id for check in CLEAN))
    assert any("1 of 3: S01" in said for said in sentences(found.verdict.not_verified))


def test_without_a_list_there_is_what_checks_and_criteria_name() -> None:
    found = judged((*CLEAN, Check(ORDER)), rules=PRICED)

    assert set(requirements(found)) == {"S10", "S50"}


@pytest.mark.parametrize(
    ("order", "waivers", "state"),
    [
        (Check(ORDER, Status.FAILED, (at("post"),)), (), RequirementState.FAILED),
        (Check(ORDER, Status.FAILED), (), RequirementState.FAILED),
        (Check(ORDER, Status.FAILED, (at("post"),)), ACCEPTING, RequirementState.WAIVED),
        (Check(ORDER, Status.SKIPPED), (), RequirementState.NOT_VERIFIED),
    ],
)
def test_a_requirement_stands_as_its_worst_check(order: Check, waivers: Any, state: RequirementState) -> None:
    found = judged((*CLEAN, order), waivers=waivers)

    assert requirements(found)["S10"] == (state, (ORDER.id,))


def test_a_sentence_about_many_requirements_stays_short() -> None:
    rows = tuple(RequirementRow(id=f"R{n:03}", title="x") for n in range(200))

    (said,) = (
        said
        for said in sentences(judged(CLEAN, declared=Declared(requirements=rows)).verdict.not_verified)
        if "R000" in said
    )
    assert "200 of 200" in said
    assert "R011" in said
    assert "R012" not in said
