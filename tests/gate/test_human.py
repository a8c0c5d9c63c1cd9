"""What the project's lists come to: counts, scores, times, and the decision beside the verdict."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from harness.config.human import AnswerRow, BudgetRow, DecisionRow, IncidentRow, TaskRow, TrainingRow
from harness.gate import Against, Declared, Judgement, from_bytes, to_bytes
from harness.gate.human import IncidentState, human_evidence
from harness.gate.human.usability import sus, umux_lite
from harness.messages import Language, render
from harness.model import Outcome, Status
from harness.reporting import human as told
from tests.gate.people import cost, decision, human, incident, person, sheets, task, trained
from tests.gate.runs import AS_OF, FLOOR_LINE, Line, changed, judged, manifest, passing, policy

CLEAN = passing()
RED = changed(CLEAN, 0, status=Status.BROKEN)
TOMORROW = AS_OF.date() + timedelta(days=1)
EVERYTHING = Declared(
    training=(person("1"), trained("sales", 5, 4, 4)),
    usability=tuple(sheets(6)),
    incidents=(incident(1, 1), incident(2, None), incident(3, 1, opened=AS_OF + timedelta(hours=1))),
    budget=(cost("100", "120"),),
    runbook=(task("a", 0, 60), task("b", 60, None, depends_on=("a",))),
    decisions=(decision(),),
)


@pytest.mark.parametrize(
    ("rows", "counts"),
    [
        pytest.param((trained("it", 20, 19, 17),), (20, 19, 19, 17), id="a group"),
        pytest.param((person("1"), person("2", score="59.9")), (2, 2, 2, 1), id="two persons"),
        pytest.param((person("1", score="60"),), (1, 1, 1, 1), id="just passed"),
        pytest.param((person("1", completed="no"),), (1, 0, 0, 0), id="a score without the course"),
        pytest.param((person("1", completed="否"),), (1, 0, 0, 0), id="no in Chinese"),
        pytest.param((person("1", passed="no"),), (1, 1, 1, 0), id="the score passes, the examiner does not"),
        pytest.param((person("1", score="10"), person("1")), (1, 1, 1, 1), id="taken again"),
        pytest.param((person("1"), person("1", score="10")), (1, 1, 1, 1), id="the better end counts"),
        pytest.param((person("1", course="A"), person("1", course="B")), (2, 2, 2, 2), id="two courses"),
        pytest.param((person("1", day=TOMORROW),), (1, 0, 0, 0), id="to come"),
        pytest.param((trained("it", 20, 20, None),), (20, 20, 0, 0), id="no assessment"),
        pytest.param((trained("IT", 2, 2, 2), trained("it", 3, 1, 0)), (5, 3, 3, 2), id="one department"),
    ],
)
def test_trained_people_are_counted_once(rows: tuple[TrainingRow, ...], counts: tuple[int, ...]) -> None:
    (found,) = human_evidence(Declared(training=rows), AS_OF).training

    assert (found.planned, found.completed, found.assessed, found.passed) == counts


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        pytest.param((5, 4, 2, 1, 2, 3, 2, 4, 5, 2), "55", id="the example of Brooke 1996"),
        pytest.param((5, 1) * 5, "100", id="best"),
        pytest.param((1, 5) * 5, "0", id="worst"),
        pytest.param((3,) * 10, "50", id="the middle"),
    ],
)
def test_sus_is_scored_as_published(answers: tuple[int, ...], score: str) -> None:
    assert sus(answers) == Decimal(score)


@pytest.mark.parametrize(
    ("answers", "score"), [((7, 7), "87.9"), ((1, 1), "22.9"), ((4, 4), "55.4"), ((6, 7), "82.48")]
)
def test_umux_lite_is_scored_as_published(answers: tuple[int, ...], score: str) -> None:
    assert umux_lite(answers).quantize(Decimal("0.01")) == Decimal(score)


def test_the_interval_is_that_of_student() -> None:
    """Three sheets at 70, 75 and 80: a mean of 75, a deviation of 5, t = 4.3027 with 2 degrees of freedom."""
    low = AnswerRow.model_validate({**_answers(sheets(1)[0]), "sus_1": 2})
    high = AnswerRow.model_validate({**_answers(sheets(1)[0]), "sus_1": 5, "sus_3": 5})
    (found,) = (
        each
        for each in human_evidence(Declared(usability=(low, *sheets(1), high)), AS_OF).usability
        if each.instrument == "sus"
    )

    assert (found.mean, found.low, found.high) == (Decimal("75.00"), Decimal("62.58"), Decimal("87.42"))


def _answers(row: AnswerRow) -> dict[str, Any]:
    return row.model_dump()


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        pytest.param(sheets(6, department="sales"), [None, "sales"], id="enough of a department"),
        pytest.param(sheets(4, department="sales"), [None], id="too few would say who answered what"),
        pytest.param(sheets(6, day=TOMORROW), [], id="dated tomorrow"),
    ],
)
def test_a_department_is_shown_alone_only_with_enough_sheets(
    rows: list[AnswerRow], shown: list[str | None]
) -> None:
    found = human_evidence(Declared(usability=tuple(rows)), AS_OF).usability

    assert [each.department for each in found if each.instrument == "sus"] == shown


@pytest.mark.parametrize(
    ("row", "state"),
    [
        pytest.param(incident(1, 1.9), IncidentState.LATE, id="late"),
        pytest.param(incident(1, 2), IncidentState.OPEN, id="due now"),
        pytest.param(incident(1, None), IncidentState.NO_SLA, id="no time"),
        pytest.param(incident(1, 1, closed=1), IncidentState.SOLVED, id="solved in time"),
        pytest.param(incident(1, 1, closed=1.1), IncidentState.SOLVED_LATE, id="solved late"),
        pytest.param(incident(1, None, closed=1), IncidentState.SOLVED, id="solved without a time"),
        pytest.param(incident(1, 1, closed=2.5), IncidentState.LATE, id="solved after the judgement"),
        pytest.param(incident(1, 9, due=AS_OF - timedelta(hours=1)), IncidentState.LATE, id="earlier of two"),
        pytest.param(incident(1, 1, due=AS_OF + timedelta(1)), IncidentState.LATE, id="hours are earlier"),
        pytest.param(incident(1, 1, opened=AS_OF + timedelta(hours=1)), None, id="opened later"),
    ],
)  # fmt: skip
def test_an_incident_stands_as_of_the_judgement(row: IncidentRow, state: IncidentState | None) -> None:
    found = human_evidence(Declared(incidents=(row,)), AS_OF).incidents

    assert found is not None
    counted = {name: 1 for each in found.priorities for name in IncidentState if getattr(each, name)}
    assert counted == ({state: 1} if state else {})
    assert found.to_come == (0 if state else 1)
    assert bool(found.past) == (state in (IncidentState.LATE, IncidentState.NO_SLA))


@pytest.mark.parametrize(
    ("rows", "whole", "path", "critical"),
    [
        pytest.param((task("a", 0, 60), task("b", 60, 120)), (120, 120), (None, None), "", id="no links"),
        pytest.param(
            (task("a", 0, 70), task("b", 70, 120, depends_on=("a",)), task("c", 70, 100, depends_on=("a",))),
            (180, 120), (120, 120), "ab", id="one is longer, one shorter",
        ),
        pytest.param(
            (task("a", 0, 90), task("b", 90, 150, depends_on=("a",)), task("c", 0, 30)),
            (180, 150), (120, 150), "ab", id="the path slips",
        ),
        pytest.param(
            (task("a", 0, 30), task("b", 30, 60, depends_on=("a",)), task("c", 0, 100)),
            (180, 100), (120, 100), "c", id="another path became the longest",
        ),
        pytest.param(
            (task("a", 0, 60), task("b", 60, None, depends_on=("a",))),
            (120, None), (120, None), "ab", id="not done",
        ),
        pytest.param((task("a", 0, 60.1),), (60, 61), (None, None), "", id="minutes that have begun count"),
    ],
)  # fmt: skip
def test_a_rehearsal_is_measured_in_minutes(
    rows: tuple[TaskRow, ...],
    whole: tuple[int, int | None],
    path: tuple[int | None, int | None],
    critical: str,
) -> None:
    found = human_evidence(Declared(runbook=rows), AS_OF).runbook

    assert found is not None
    assert (found.planned, found.actual) == whole
    assert (found.path_planned, found.path_actual) == path
    assert [each.id for each in found.tasks if each.critical] == list(critical)


@pytest.mark.parametrize(
    ("rows", "point"),
    [
        pytest.param((task("a", 0, 70), task("b", 70, 125, place="no_return")), (120, 125), id="met"),
        pytest.param((task("a", 0, 70), task("b", 70, None, place="no_return")), (120, None), id="not yet"),
        pytest.param(
            (task("a", 5, 70, place="no_return"), task("b", 70, 80, place="no_return")), (60, 65),
            id="the first of two, from the first start",
        ),
        pytest.param((task("a", 0, 70),), None, id="none"),
    ],
)  # fmt: skip
def test_the_point_of_no_return_is_a_time_after_the_beginning(
    rows: tuple[TaskRow, ...], point: tuple[int, int | None] | None
) -> None:
    found = human_evidence(Declared(runbook=rows), AS_OF).runbook

    assert found is not None
    assert found.no_return == point


def test_what_the_rehearsal_did_after_the_judgement_has_not_happened() -> None:
    row = task("a", 0, 60)
    found = human_evidence(Declared(runbook=(row,)), AS_OF - timedelta(days=9)).runbook

    assert found is not None
    assert (found.undone, found.actual) == (("a",), None)


@pytest.mark.parametrize(
    ("rows", "sums"),
    [
        pytest.param((cost("100", "90"), cost("50", "70")), [("CNY", "150", "160")], id="added up"),
        pytest.param(
            (cost("100", "90", "cny"), cost("1", "2", "EUR")), [("CNY", "100", "90"), ("EUR", "1", "2")],
            id="currencies are not",
        ),
    ],
)  # fmt: skip
def test_money_is_added_up_by_currency(rows: tuple[BudgetRow, ...], sums: list[tuple[str, str, str]]) -> None:
    found = human_evidence(Declared(budget=rows), AS_OF).budget

    assert [(each.currency, str(each.planned), str(each.actual)) for each in found] == sums


@pytest.mark.parametrize(
    ("rows", "standings", "against"),
    [
        pytest.param((decision(),), ["valid"], Against.SAME, id="as recommended"),
        pytest.param((decision(Outcome.NO_GO),), ["valid"], Against.CAREFUL, id="more careful"),
        pytest.param((decision(run="another"),), ["other_run"], None, id="another run"),
        pytest.param((decision(day=TOMORROW),), ["to_come"], None, id="dated tomorrow"),
        pytest.param(
            (decision(), decision(name="Li Wei", role="COO")), ["valid"], Against.SAME, id="two members",
        ),
        pytest.param(
            (decision(), decision(Outcome.NO_GO, name="Li Wei", role="COO")),
            ["superseded", "valid"], Against.CAREFUL, id="two minds on one day",
        ),
        pytest.param(
            (decision(Outcome.NO_GO, day=date(2026, 11, 19)), decision()),
            ["superseded", "valid"], Against.SAME, id="the later day counts",
        ),
    ],
)  # fmt: skip
def test_the_decision_counts_for_its_own_run(
    rows: tuple[DecisionRow, ...], standings: list[str], against: Against | None
) -> None:
    judgement = judged(CLEAN, **human(decisions=rows))

    counting = [each for each in judgement.decisions if each.standing == "valid"]
    assert [each.standing for each in judgement.decisions] == standings
    assert [each.against for each in counting] == ([against] if against else [])
    assert judgement.verdict.outcome is Outcome.GO


@pytest.mark.parametrize("decided", Outcome)
def test_no_decision_changes_the_recommendation(decided: Outcome) -> None:
    plain, with_it = judged(RED), judged(RED, **human(decisions=[decision(decided)]))

    assert with_it.verdict.rules == plain.verdict.rules
    assert with_it.verdict.conditions == plain.verdict.conditions
    assert with_it.verdict.outcome is plain.verdict.outcome is Outcome.NO_GO
    override = Against.SAME if decided is Outcome.NO_GO else Against.OVERRIDE
    assert [each.against for each in with_it.decisions] == [override]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("checks", "scope", "word"),
    [(CLEAN, (), "as recommended"), (RED, (), "AGAINST"), (CLEAN, ("area=data",), "recommends nothing")],
)
def test_a_decision_is_said_beside_the_recommendation(
    checks: Any, scope: tuple[str, ...], word: str, language: Language
) -> None:
    judgement = judged(checks, scope=scope, **human(decisions=[decision()]))

    sentence = told.decision_of(judgement)
    assert sentence is not None
    assert render(sentence, language)
    assert word in render(sentence, Language.EN)


def test_everything_is_stored_with_the_judgement_and_has_a_digest() -> None:
    judgement = judged(CLEAN, declared=EVERYTHING)

    assert from_bytes(to_bytes(judgement)) == judgement
    names = {"training", "usability", "incidents", "budget", "runbook", "decisions"}
    assert (
        names
        <= set(judgement.verdict.digests)
        == set(EVERYTHING.contents())
        | {
            "evidence",
            "policy",
            "waivers",
        }
    )
    assert to_bytes(judgement) == to_bytes(judged(CLEAN, declared=EVERYTHING))


@pytest.mark.parametrize("language", Language)
def test_every_list_has_its_block_and_every_sentence_can_be_said(language: Language) -> None:
    judgement = judged(CLEAN, declared=EVERYTHING)
    found = [*told.blocks(judgement), told.decisions(judgement)]

    assert len(found) == 6
    for block in found:
        assert block is not None
        assert block.rows
        assert all(len(row) == len(block.columns) for row in block.rows)
        cells = [cell for row in block.rows for cell in row if not isinstance(cell, str)]
        assert all(render(sentence, language) for sentence in (block.heading, *block.notes))
        assert all(render(cell, language) is not None for cell in cells)


@pytest.mark.parametrize(
    ("judgement", "absent"),
    [
        pytest.param(judged(CLEAN), 5, id="nothing provided, nothing asked for"),
        pytest.param(judged(CLEAN, declared=EVERYTHING), 0, id="everything provided"),
        pytest.param(
            judged(CLEAN, rules=policy(FLOOR_LINE, Line("runbook_done"), Line("budget_overrun", "0.1"))), 3,
            id="what a criterion asks for says so itself",
        ),
    ],
)  # fmt: skip
def test_what_is_not_provided_is_said_once(judgement: Judgement, absent: int) -> None:
    sentence = told.absent(judgement)

    assert (0 if sentence is None else len(sentence["lists"])) == absent  # type: ignore[arg-type]


def test_a_judgement_from_before_there_was_any_of_it_can_be_read() -> None:
    judgement = judged(CLEAN)
    stored = json.loads(to_bytes(judgement))
    inner = stored["object"]["judgement"]["object"]
    for name in ("human", "decisions"):
        del inner[name]

    assert from_bytes(json.dumps(stored).encode()) == judgement


def test_a_run_has_only_its_own_decision() -> None:
    assert decision().run == manifest().run_id
    assert told.decision_of(judged(CLEAN, **human(decisions=[decision(run="another")]))) is None
