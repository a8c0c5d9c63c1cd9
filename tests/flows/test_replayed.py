"""Past documents of the source against the same ones entered again in the target."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from harness.compare import conclude
from harness.flows.replay import comparable
from harness.model import Area, Capture, CheckSpec, FindingKind, Mode, Part, Status, Title
from harness.values import Value

KEY = b"key"
SPEC = CheckSpec(
    id="function.past_sales",
    title=Title("Past orders", "历史订单"),
    area=Area.FUNCTION,
    module="sale",
    mode=Mode.SIDE,
    comparator="replay",
)


def invoice(day: date = date(2026, 3, 2), due: date = date(2026, 4, 1), **changes: Value) -> Value:
    content: dict[str, Value] = {
        "number": "7",
        "customer": "Müller GmbH",
        "date": day,
        "currency": "CNY",
        "total": Decimal("113.00"),
        "lines": [{"account": "1122", "party": "Müller GmbH", "due": due}],
    }
    return comparable(content | changes, KEY)


def source(*invoices: Value) -> Capture:
    past: list[Value] = [{"key": f"S{n}", "invoices": [each]} for n, each in enumerate(invoices)]
    return Capture(value={"steps": [], "documents": [], "past": past, "passed_over": 2})


def target(*invoices: Value, outcome: str = "done") -> Capture:
    step: Value = {"name": "invoice", "en": "Invoice", "zh": "开票", "outcome": outcome, "message": "No."}
    documents: list[Value] = [
        {"step": 0, "name": f"S{n}/invoices", "content": [each]} for n, each in enumerate(invoices)
    ]
    return Capture(value={"steps": [step], "documents": documents})


def judged(past: Capture, now: Capture, again: Capture) -> Any:
    captures: Mapping[Part, Capture] = {Part.SOURCE: past, Part.TARGET: now, Part.TARGET_REPEAT: again}
    return conclude(SPEC, captures)


TODAY, IN_30_DAYS = date(2026, 11, 23), date(2026, 12, 23)


def test_the_same_but_for_numbers_and_days_passes_as_weaker_evidence() -> None:
    now = [target(invoice(TODAY, IN_30_DAYS, number=number)) for number in ("81", "82")]

    conclusion = judged(source(invoice()), *now)

    assert conclusion.status is Status.PASSED
    assert [caveat.key for caveat in conclusion.caveats] == ["flows.replay.weaker"]
    assert dict(conclusion.caveats[0].params) == {"count": 1, "over": 2}


@pytest.mark.parametrize(
    ("now", "field"),
    [
        (invoice(TODAY, IN_30_DAYS, total=Decimal("112.99")), "[].total"),
        (invoice(TODAY, TODAY), "[].lines[].due"),
        (invoice(TODAY, IN_30_DAYS, currency="EUR"), "[].currency"),
        (invoice(TODAY, IN_30_DAYS, customer="Another"), "[].customer"),
    ],
    ids=["another total", "due at once", "another currency", "another customer"],
)
def test_what_differs_from_the_past_is_found(now: Value, field: str) -> None:
    conclusion = judged(source(invoice()), target(now), target(now))

    assert field in [finding.field for finding in conclusion.findings]
    assert {finding.kind for finding in conclusion.findings} == {FindingKind.MISMATCH}
    assert {finding.step for finding in conclusion.findings} == {"invoice"}


def test_due_by_the_same_terms_on_another_day_is_no_difference() -> None:
    past = source(invoice(date(2026, 2, 10), date(2026, 3, 31)))
    now = target(invoice(TODAY, date(2026, 12, 31)))

    assert judged(past, now, now).status is Status.PASSED


@pytest.mark.parametrize(
    ("past", "now", "status", "why"),
    [
        (source(), target(), Status.UNKNOWN, "flows.replay.nothing"),
        (source(invoice(), invoice()), target(invoice(TODAY, IN_30_DAYS)), Status.UNKNOWN,
         "flows.replay.left_out"),
        (source(invoice()), target(outcome="refused"), Status.FAILED, "flows.differs"),
    ],
    ids=["no past document", "one was not entered", "the target refuses"],
)  # fmt: skip
def test_what_was_not_entered_again_is_no_pass(past: Capture, now: Capture, status: Status, why: str) -> None:
    conclusion = judged(past, now, now)

    assert (conclusion.status, conclusion.reason.key) == (status, why)


def test_no_name_is_kept() -> None:
    assert "Müller" not in str(invoice())
