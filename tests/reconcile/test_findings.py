"""Findings say what, where and how much money, group like with like, and keep personal data masked."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from harness.messages import Language, render
from harness.model import FindingKind, Severity
from tests.reconcile.conftest import Pair, mapping_of

Items = Callable[..., Pair]


def test_a_changed_amount(items: Items) -> None:
    """The cent is the amount affected, in the entity's currency."""
    (finding,) = items([(1, "a", "100.00")], [(1, "a", "100.01")]).both(mapping_of())

    assert (finding.amount, finding.currency) == (Decimal("0.01"), "EUR")
    assert (finding.source_value, finding.target_value) == (Decimal(100), Decimal("100.01"))
    assert render(finding.text, Language.EN) == (
        "Items: amount of id=1 is 100 in the current system and 100.01 in the upgraded one."
    )
    assert "id=1 的 amount 在原系统中为 100，在新系统中为 100.01" in render(finding.text, Language.ZH)


def test_a_missing_row_is_worth_its_amount(items: Items) -> None:
    """Not its sign: a lost credit note is as bad as a lost invoice."""
    (finding,) = items([(1, "a", "-7.50"), (2, "b", "1")], [(2, "b", "1")]).both(mapping_of())

    assert (finding.kind, finding.amount) == (FindingKind.MISSING_IN_TARGET, Decimal("7.5"))


def test_many_alike_are_one_finding_with_an_honest_count(items: Items) -> None:
    """Above twenty they are grouped; the money is that of all of them."""
    source = [(number, "name", "1.00") for number in range(1, 101)]
    target = [(number, "nam", "1.01" if number <= 21 else "1.00") for number in range(1, 101)]

    amounts, names = items(source, target).both(mapping_of())

    assert (names.field, names.count, names.key, names.amount) == ("name", 100, "change=lost_last", None)
    assert (amounts.field, amounts.count, amounts.amount) == ("amount", 21, Decimal("0.21"))
    assert render(names.text, Language.EN).count("name became nam") == 3


def test_twenty_are_still_single(items: Items) -> None:
    """The limit is a limit, not an estimate."""
    source = [(number, "a", "1") for number in range(20)]

    findings = items(source, []).both(mapping_of())

    assert [finding.key for finding in findings] == [f"id={number}" for number in range(20)]


def test_groups_in_several_currencies_do_not_add_up(items: Items) -> None:
    """Each currency has its own finding and its own key, so its own fingerprint."""
    columns = "id INTEGER, name TEXT, amount TEXT, currency TEXT"
    rows = [(number, "a", "2", "EUR" if number % 2 else "CNY") for number in range(30)]
    mapping = mapping_of(
        labels={"currency": "currency"}, amount={"field": "amount", "currency_from": "currency"}
    )

    findings = items(rows, rows[:1], columns).both(mapping)

    assert [(item.key, item.count, item.amount, item.currency) for item in findings] == [
        ("currency=CNY", 14, Decimal(28), "CNY"),
        ("currency=EUR", 15, Decimal(30), "EUR"),
    ]


def test_personal_data_is_masked_before_anything_else(items: Items) -> None:
    """A changed name is found, in the capture and in the finding only as masks."""
    mapping = mapping_of(
        fields={"id": "integer", "name": {"personal": True}, "amount": "number"},
        labels={"who": {"source": "name", "target": "name", "personal": True}},
    )
    pair = items([(1, "Zhang Wei", "1"), (2, "Li Na", "1")], [(1, "Zhang Wai", "1"), (2, "Li Na", "1")])

    (finding,) = pair.both(mapping)

    captures = [pair.gather(mapping), *(pair.gather(mapping, part) for part in ("source", "target"))]  # type: ignore[arg-type]
    stored = repr(captures) + repr([item.content for capture in captures for item in capture.attachments])
    assert "Zhang" not in repr(finding) + stored
    assert finding.source_value != finding.target_value
    assert str(finding.source_value).startswith("<text")


def test_a_label_is_shown_and_never_compared(items: Items) -> None:
    """What a row mentions is another entity's business."""
    columns = "id INTEGER, name TEXT, amount TEXT, note TEXT"
    mapping = mapping_of(labels={"note": "note"})

    assert items([(1, "a", "1", "x")], [(1, "a", "1", "y")], columns).both(mapping) == ()
    (finding,) = items([(1, "a", "1", "x")], [(1, "b", "1", "y")], columns).both(mapping)
    assert "id=1 (note=x)" in render(finding.text, Language.EN)


def test_a_computed_amount_is_said_once_a_row(items: Items) -> None:
    """Quantity and price both changed: the money of the line is counted once."""
    columns = "id INTEGER, quantity TEXT, price TEXT"
    money: dict[str, Any] = {"type": "number", "money": True}
    line = {"type": "number", "source": "quantity * price", "target": "quantity * price"}
    mapping = mapping_of(
        fields={"id": "integer", "quantity": money, "price": money},
        labels={"line": line},
        amount={"field": "line", "currency": "EUR"},
    )

    findings = items([(1, "2", "10")], [(1, "3", "20")], columns).both(mapping)

    assert [(item.field, item.amount) for item in findings] == [("price", None), ("quantity", Decimal(40))]


@pytest.mark.parametrize(
    ("target", "kinds"),
    [
        ([(1, "a", "1"), (2, "b", "2")], []),
        ([(1, "a", "1")], [FindingKind.MISSING_IN_TARGET]),
        ([(1, "a", "1"), (2, "a", "2")], [FindingKind.MISMATCH]),
    ],
)
def test_a_total_that_rows_explain_is_not_said_twice(
    items: Items, target: list[tuple[Any, ...]], kinds: list[FindingKind]
) -> None:
    """A missing row changes its total; the row is the finding."""
    mapping = mapping_of(totals=[{"sum": "amount"}, {"sum": "amount", "by": ["name"]}])

    findings = items([(1, "a", "1"), (2, "b", "2")], target).both(mapping)

    assert [finding.kind for finding in findings] == kinds


def test_tolerated_differences_that_add_up_are_a_total(items: Items) -> None:
    """Each row is within its tolerance; what they make together is not hidden."""
    mapping = mapping_of(
        fields={
            "id": "integer",
            "amount": {
                "type": "number",
                "money": True,
                "tolerance": "0.01",
                "unit": "EUR",
                "reason": "rounding",
            },
        },
        totals=[{"sum": "amount"}],
    )
    source = [(number, "a", "1.00") for number in range(50)]
    target = [(number, "a", "1.01") for number in range(50)]

    (finding,) = items(source, target).both(mapping)

    assert (finding.kind, finding.field, finding.amount) == (
        FindingKind.TOTAL_MISMATCH,
        "amount",
        Decimal("0.5"),
    )


def test_a_field_may_have_its_own_severity(items: Items) -> None:
    """The entity's severity is only the default."""
    mapping = mapping_of(fields={"id": "integer", "name": {"severity": "minor"}, "amount": "number"})

    findings = items([(1, "a", "1")], [(1, "b", "2")]).both(mapping)

    assert [(item.field, item.severity) for item in findings] == [
        ("amount", Severity.CRITICAL),
        ("name", Severity.MINOR),
    ]


def test_a_compared_field_may_describe_the_row(items: Items) -> None:
    """A number that the key is not made of is still what people look for."""
    mapping = mapping_of(describe=["name"])

    (finding,) = items([(1, "SO-17", "1")], []).both(mapping)

    assert "id=1 (name=SO-17) is missing" in render(finding.text, Language.EN)
