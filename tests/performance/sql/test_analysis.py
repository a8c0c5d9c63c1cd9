"""What is concluded from two databases' statistics of statements."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pytest

from harness.model import Conclusion, Part, Severity, Side, Status
from harness.performance.blocks import Series, blocks
from harness.performance.comparison import RANKED, compare
from harness.performance.sql import stored
from harness.performance.sql.reading import Plan, Scan, Work, difference, total
from tests.performance.recorded import PLAN, SPEC, TOO_SHORT, Seconds, capture, on_target, plain, slow_confirm

TEXTS = {
    "order": 'SELECT * FROM "sale_sale" WHERE "id" = $1',
    "lines": 'SELECT * FROM "sale_line" WHERE "sale" = $1',
    "tax": 'SELECT * FROM "tax" WHERE "id" = $1',
}
USUAL = {"order": 1, "lines": 2, "tax": 0}
INDEXED = Plan(
    (Scan("sale_line", "sale_line_sale_idx", ("sale",), 90_000),), "Index Scan (sale_line_sale_idx)"
)
WHOLE = Plan((Scan("sale_line", None, ("sale",), 90_000),), "Seq Scan (sale_line)")
SMALL = Plan((Scan("sale_line", None, ("sale",), 300),), "Seq Scan (sale_line)")
NO_PLANS: Mapping[Side, Mapping[str, Plan]] = {side: {} for side in Side}
PLANS = {side: {"lines": INDEXED} for side in Side}


def recorded(
    calls: Mapping[str, int] = USUAL,
    plans: Mapping[Side, Mapping[str, Plan]] = PLANS,
    *,
    background: int = 0,
    milliseconds: float = 1.0,
) -> str:
    """Statements as `USUAL` in each step of the source, and `calls` of the target."""
    return "".join(_lines(calls, plans, background, milliseconds))


def _lines(
    calls: Mapping[str, int], plans: Mapping[Side, Mapping[str, Plan]], background: int, milliseconds: float
) -> Iterator[str]:
    for block in blocks(PLAN, tuple(Side)):
        target = block.side is Side.TARGET
        usual = calls if target else USUAL
        each = milliseconds if target else 1.0
        for transaction in PLAN.transactions if block.series is Series.ALONE else ("",):
            work = {name: Work(count, each * count, count, 4) for name, count in usual.items() if count}
            if background and target and block.pair == 1:
                work["tax"] = Work(background, 0.1, 1, 1)
            yield stored.work_line(block.side, block.number, transaction, work)
    for side in Side:
        yield stored.texts_line(side, TEXTS)
        yield stored.plans_line(side, plans[side])


def concluded(statements: str, seconds: Seconds = plain) -> Conclusion:
    return compare(SPEC, {Part.PAIR: capture(seconds, statements=statements)})


@dataclass(frozen=True)
class Case:
    """Statistics, what is found, and what the ranked list says of each statement."""

    name: str
    statements: str
    findings: tuple[tuple[str, str | None], ...] = ()
    changes: tuple[str, ...] = ()


CASES = [
    Case("nothing has changed", recorded()),
    Case(
        "a statement for each row",
        recorded({**USUAL, "lines": 60}),
        tuple((step, "statements") for step in ("sale.confirm", "sale.create", "sale.open")),
        ("more_calls",),
    ),
    Case(
        "a few more are no finding, and are in the list",
        recorded({**USUAL, "lines": 13}),
        (),
        ("more_calls",),
    ),
    Case("three more are nothing", recorded({**USUAL, "lines": 5})),
    Case("what the ERP does in the background is no step's", recorded(background=80)),
    Case("a new statement is in the list", recorded({**USUAL, "tax": 2}), (), ("new",)),
    Case("one that is gone too", recorded({**USUAL, "lines": 0}, NO_PLANS), (), ("gone",)),
    Case(
        "an index is lost",
        recorded(plans={**PLANS, Side.TARGET: {"lines": WHOLE}}),
        (("sale_line", "index"),),
        ("lost_index other_plan scan",),
    ),
    Case(
        "a small table is read as a whole",
        recorded(plans={**PLANS, Side.TARGET: {"lines": SMALL}}),
        (),
        ("other_plan",),
    ),
    Case(
        "read as a whole before, too",
        recorded(plans={side: {"lines": WHOLE} for side in Side}),
        (),
        ("scan",),
    ),
    Case("slower under load", recorded(milliseconds=2), (), ("slower", "slower")),
    Case("a plan of one side alone says nothing", recorded(plans={**PLANS, Side.TARGET: {}})),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_found(case: Case) -> None:
    conclusion = concluded(case.statements)

    assert tuple(sorted((each.entity, each.field) for each in conclusion.findings)) == case.findings
    assert all(each.severity is Severity.MINOR for each in conclusion.findings)
    assert (conclusion.status is Status.FAILED) == bool(case.findings)
    content = next(each.content for each in conclusion.attachments if each.name == RANKED).decode()
    assert tuple(row["change"] for row in csv.DictReader(content.splitlines())) == case.changes


def test_a_cause_weighs_as_much_as_what_it_causes() -> None:
    found = concluded(recorded({**USUAL, "lines": 14}), on_target(slow_confirm)).findings

    assert {(each.entity, each.field, each.severity) for each in found} == {
        ("sale.confirm", "p50", SPEC.severity),
        ("sale.confirm", "statements", SPEC.severity),
    }


def test_what_costs_most_more_comes_first() -> None:
    conclusion = concluded(recorded({"order": 3, "lines": 60, "tax": 15}))

    rows = list(csv.DictReader(conclusion.attachments[0].content.decode().splitlines()))
    assert [row["statement"] for row in rows] == [TEXTS["lines"], TEXTS["tax"]]
    assert [row["rank"] for row in rows] == ["1", "2"]


@pytest.mark.parametrize("code", ["no_sql", "database", "extension", "preload", "right", "unreachable"])
def test_what_cannot_be_read_is_not_verified_and_says_why(code: str) -> None:
    conclusion = concluded(recorded() + stored.unreadable_line(Side.TARGET, code))

    assert conclusion.status is Status.PASSED
    assert [each.key for each in conclusion.caveats] == ["performance.caveat.statements", TOO_SHORT]
    assert conclusion.attachments == ()


def test_a_run_that_recorded_nothing_says_so_of_both_sides() -> None:
    caveats = [each for each in concluded("").caveats if each.key == "performance.caveat.statements"]

    assert len(caveats) == 2


def test_a_step_s_statements_and_pages_are_measures() -> None:
    measures = concluded(recorded({**USUAL, "lines": 60})).measures

    assert measures["sale.open.source.statements"] == 3
    assert measures["sale.open.target.statements"] == 61
    assert measures["sale.open.target.pages"] == 8


def test_what_was_read_is_read_back() -> None:
    found = stored.read(recorded() + stored.unreadable_line(Side.SOURCE, "right") + '{"side": "tar')

    assert found[Side.TARGET].texts == TEXTS
    assert found[Side.SOURCE].plans == {"lines": INDEXED}
    assert (found[Side.SOURCE].unreadable, found[Side.TARGET].unreadable) == ("right", None)
    assert found[Side.SOURCE].spans[0].work["lines"] == Work(2, 2.0, 2, 4)


def test_statistics_that_begin_anew_count_from_then_on() -> None:
    before = {"a": Work(5, 5.0, 5, 5), "b": Work(9, 9.0, 9, 9), "c": Work(1, 1.0, 1, 1)}
    after = {
        "a": Work(7, 8.0, 9, 6),
        "b": Work(2, 1.0, 2, 2),
        "c": Work(1, 1.0, 1, 1),
        "d": Work(1, 2.0, 3, 4),
    }

    assert difference(before, after) == {
        "a": Work(2, 3.0, 4, 1),
        "b": Work(2, 1.0, 2, 2),
        "d": Work(1, 2.0, 3, 4),
    }
    assert total(difference(before, after).values()) == Work(5, 6.0, 9, 7)


def test_an_index_is_missed_under_the_table_s_new_name() -> None:
    renamed = replace(PLAN, renamed=(("sale_line", "order_line"),))
    now = Plan(tuple(replace(scan, table="order_line") for scan in WHOLE.scans), WHOLE.shape)
    statements = recorded(plans={Side.SOURCE: {"lines": INDEXED}, Side.TARGET: {"lines": now}})
    statements += stored.texts_line(Side.TARGET, {"lines": TEXTS["lines"].replace("sale_line", "order_line")})

    for plan, found in ((renamed, ["order_line"]), (PLAN, [])):
        conclusion = compare(SPEC, {Part.PAIR: capture(plan=plan, statements=statements)})
        assert [each.entity for each in conclusion.findings] == found
