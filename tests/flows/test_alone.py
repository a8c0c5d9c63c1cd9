"""Flows without an oracle: what the flow expects and what holds of every document decide, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from harness.compare import conclude
from harness.flows.invariants import broken, checked
from harness.model import Area, Capture, CheckSpec, FindingKind, Mode, Part, Status, Title
from harness.values import Value

SPEC = CheckSpec(
    id="function.credit_limit",
    title=Title("Credit limit", "信用额度"),
    area=Area.FUNCTION,
    module="sale",
    mode=Mode.SIDE,
    comparator="flow",
    new=True,
)


def step(name: str, outcome: str = "done", message: str = "") -> dict[str, Value]:
    return {"name": name, "en": name, "zh": name, "outcome": outcome, "code": "UserError", "message": message}


def expected(name: str, found: Value, wanted: Value) -> dict[str, Value]:
    return {"step": 0, "name": name, "found": found, "expected": wanted}


def order(**changes: str) -> Value:
    amounts = {"untaxed": "100.00", "tax": "13.00", "total": "113.00"} | changes
    lines: list[Value] = [{"amount": Decimal("60.00")}, {"amount": Decimal("40.00")}]
    return {**{name: Decimal(amount) for name, amount in amounts.items()}, "lines": lines}


def entry(credit: str = "113.00") -> Value:
    lines: list[Value] = [
        {"account": "1122", "debit": Decimal("113.00"), "credit": Decimal(0)},
        {"account": "6001", "debit": Decimal(0), "credit": Decimal(credit)},
    ]
    return {"lines": lines}


def capture(*steps: dict[str, Value], kept: tuple[Value, ...] = (), expects: tuple[Any, ...] = ()) -> Capture:
    documents: list[Value] = [{"step": 0, "name": "order", "content": each} for each in kept]
    value: Value = {
        "steps": list(steps or (step("enter"),)),
        "documents": documents,
        "expectations": list(expects),
    }
    return Capture(value=value)


def judged(target: Capture, repeat: Capture | None = None, spec: CheckSpec = SPEC) -> Any:
    captures: Mapping[Part, Capture] = {Part.TARGET: target, Part.TARGET_REPEAT: repeat or target}
    return conclude(spec, captures)


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(capture(expects=(expected("limit", Decimal("5"), Decimal("5.00")),)), id="as expected"),
        pytest.param(capture(kept=(order(),)), id="an order that adds up"),
        pytest.param(capture(kept=(entry(),)), id="a balanced entry"),
        pytest.param(capture(step("over", "declined", "Over the limit.")), id="a refusal that comes"),
    ],
)
def test_what_proves_something_passes_and_says_that_it_had_no_oracle(target: Capture) -> None:
    conclusion = judged(target)

    assert conclusion.status is Status.PASSED
    assert [caveat.key for caveat in conclusion.caveats] == ["flows.alone.new"]
    assert conclusion.measures == {"expectations": 1}


def test_a_production_source_is_another_reason_for_having_no_oracle() -> None:
    conclusion = judged(capture(kept=(order(),)), spec=replace(SPEC, new=False))

    assert [caveat.key for caveat in conclusion.caveats] == ["flows.alone.production"]


@pytest.mark.parametrize(
    ("target", "repeat", "why"),
    [
        (capture(kept=({"number": "7"},)), None, "flows.alone.nothing_expected"),
        (capture(kept=(order(),)), capture(kept=(order(), order())), "flows.alone.repeat_differs"),
        (capture(kept=(order(),)), capture(step("enter", "refused")), "flows.alone.repeat_differs"),
    ],
    ids=["nothing could have been wrong", "other documents the second time", "refused the second time"],
)
def test_what_proves_nothing_is_unknown(target: Capture, repeat: Capture | None, why: str) -> None:
    conclusion = judged(target, repeat)

    assert conclusion.status is Status.UNKNOWN
    assert conclusion.reason.key == why


@pytest.mark.parametrize(
    ("target", "field", "key"),
    [
        (capture(expects=(expected("limit", Decimal("5"), Decimal("6")),)), "limit", "flows.unexpected"),
        (capture(step("over", "accepted")), "over", "flows.alone.accepts"),
        (capture(step("over", "declined", "")), "over", "flows.alone.message.empty"),
        (capture(step("over", "declined", "KeyError: 7")), "over", "flows.alone.message.technical"),
        (capture(step("enter", "refused", "No.")), "enter", "flows.alone.refuses"),
        (capture(kept=(order(total="112.00"),)), "total", "flows.alone.does_not_add_up"),
        (capture(kept=(order(untaxed="99.00", total="112.00"),)), "lines", "flows.alone.does_not_add_up"),
        (capture(kept=(entry("112.99"),)), "lines.credit", "flows.alone.does_not_add_up"),
    ],
    ids=[
        "a value that is not as expected",
        "what must be refused is accepted",
        "a refusal without a word",
        "a refusal in words of programmers",
        "a step that is refused",
        "a total that is not untaxed plus tax",
        "lines that do not add up",
        "an entry that does not balance",
    ],
)
def test_what_breaks_an_expectation_is_one_finding(target: Capture, field: str, key: str) -> None:
    conclusion = judged(target)

    assert conclusion.status is Status.FAILED
    assert [(finding.field, finding.text.key) for finding in conclusion.findings] == [(field, key)]


def test_with_a_source_only_what_it_meets_is_expected_of_the_target() -> None:
    right, wrong = (capture(kept=(order(),), expects=(expected("n", n, 1),)) for n in (1, 2))
    spec = replace(SPEC, new=False)

    def compared(source: Capture, target: Capture) -> Any:
        return conclude(spec, {Part.SOURCE: source, Part.SOURCE_REPEAT: source, Part.TARGET: target})

    assert [finding.kind for finding in compared(right, wrong).findings] == [FindingKind.VIOLATION]
    assert compared(wrong, wrong).findings == ()
    assert [caveat.key for caveat in compared(wrong, wrong).caveats] == ["flows.source_unexpected"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"untaxed": Decimal(1), "tax": None, "total": Decimal(3)}, id="without a tax"),
        pytest.param({"lines": [{"amount": Decimal(1)}, {"text": "note"}]}, id="with a line of text"),
        pytest.param(order() | {"lines": []} if isinstance(order(), dict) else None, id="without lines"),
        pytest.param([{"debit": Decimal(1), "credit": Decimal(0)}, {"note": "x"}], id="a mixed list"),
    ],
)
def test_what_no_rule_is_about_breaks_none(content: Value) -> None:
    assert list(broken(content)) == []


@pytest.mark.parametrize(
    ("content", "count"),
    [
        pytest.param(
            {"untaxed": Decimal(1), "tax": None, "total": Decimal(3)}, 0, id="a total without a tax"
        ),
        pytest.param({"total": "12.00"}, 0, id="a total that is text"),
        pytest.param([{"debit": Decimal(1), "credit": Decimal(0)}, {"note": "x"}], 0, id="a mixed list"),
        pytest.param([order(), entry()], 2, id="an order and an entry"),
    ],
)
def test_only_what_a_rule_applies_to_counts_as_proof(content: Value, count: int) -> None:
    assert checked(content) == count
