"""Findings say what, where and how much money, group like with like, and keep personal data masked."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from harness.messages import Language, render
from harness.model import FindingKind, Severity, fingerprint_of
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


def crowd(number: int, source: str, target: str, start: int = 0) -> tuple[list[Any], list[Any]]:
    """So many rows whose name changed in the same way; every row has its own name."""
    keys = range(start, start + number)
    return (
        [(key, source.format(key), "1") for key in keys],
        [(key, target.format(key), "1") for key in keys],
    )


def joined(*parts: tuple[list[Any], list[Any]]) -> tuple[list[Any], list[Any]]:
    """Crowds as one pair of tables."""
    return [row for part in parts for row in part[0]], [row for part in parts for row in part[1]]


def test_a_crowd_says_how_it_changed(items: Items) -> None:
    """One sentence instead of thousands of rows."""
    (finding,) = items(*crowd(100, "street no. {0} x", "street no. {0} ")).both(mapping_of())

    assert render(finding.text, Language.EN).startswith(
        "Items: name of 100 records lost its last character, for example id="
    )
    assert render(finding.text, Language.ZH).startswith("物料：100 条记录的 name 丢失最后一个字符")
    assert finding.count == 100


def test_a_mixed_crowd_is_one_finding_a_shape(items: Items) -> None:
    """The largest first; one row alone is named."""
    pair = items(
        *joined(
            crowd(30, "name {0}", "NAME {0}"),
            crowd(40, "a long name number {0}", "a long nam", 100),
            crowd(25, "x{0}", "quite {0} different", 200),
            crowd(1, "y{0}", "?y{0}y", 300),
        )
    )

    findings = pair.both(mapping_of())

    assert [(item.key, item.count) for item in findings] == [
        ("change=truncated 10", 40),
        ("change=case", 30),
        (None, 26),
    ]
    assert "was cut off after 10 characters" in render(findings[0].text, Language.EN)
    assert "name differs in 26 records" in render(findings[2].text, Language.EN)


def test_a_cut_at_one_length_is_one_finding(items: Items) -> None:
    """Those that lost but one character were cut at the same place."""
    cut = crowd(60, "0123456{0:03d} and more", "0123456{0:03d}")
    by_one = crowd(9, "0123456{0:03d}x", "0123456{0:03d}", 500)

    (finding,) = items(*joined(cut, by_one)).both(mapping_of())

    assert (finding.key, finding.count) == ("change=truncated 10", 69)


def test_cuts_at_many_lengths_are_still_one_finding(items: Items) -> None:
    """Without a length that would be true of some of them only."""
    source = [(key, "x" * (key + 10), "1") for key in range(40)]
    target = [(key, "x" * (key + 5), "1") for key in range(40)]

    (finding,) = items(source, target).both(mapping_of())

    assert (finding.key, finding.count) == ("change=truncated", 40)
    assert "was cut off at the end" in render(finding.text, Language.EN)


def test_two_shifts_are_summer_and_winter(items: Items) -> None:
    """Each with its hours; a row that landed on midnight belongs to its shift."""
    mapping = mapping_of(fields={"id": "integer", "name": "timestamp"}, amount=None)
    moments = [
        (key, f"2026-0{1 + 6 * (key % 2)}-{1 + key % 28:02d} {key % 12 + 2:02d}:00:00", "1")
        for key in range(90)
    ]
    moved = [
        (key, f"{moment[:11]}{int(moment[11:13]) - 1 - key % 2:02d}:00:00", "1") for key, moment, _ in moments
    ]

    findings = items(moments, moved).both(mapping)

    assert [(item.key, item.count) for item in findings] == [
        ("change=shifted -1:00", 45),
        ("change=shifted -2:00", 45),
    ]


def test_rounding_finds_the_digits_that_fit_all(items: Items) -> None:
    """2.00 may be rounded to any number of digits; the others say to how many."""
    source = [(key, "a", f"{key}.{996 if key % 5 == 0 else 341 + key % 3}") for key in range(1, 61)]
    target = [(key, "a", f"{Decimal(amount).quantize(Decimal('0.01'))}") for key, _, amount in source]

    (finding,) = items(source, target).both(mapping_of())

    assert finding.key == "change=rounded 2"
    assert "amount of 60 records was rounded to 2 decimals" in render(finding.text, Language.EN)


def test_a_default_that_overwrote_everything(items: Items) -> None:
    """Different values that became one and the same."""
    (finding,) = items(*crowd(50, "payment term {0}", "30 days")).both(mapping_of())

    assert finding.key == "change=overwritten"
    assert "name of 50 records all became 30 days" in render(finding.text, Language.EN)


def test_an_overwritten_part_among_other_changes(items: Items) -> None:
    """What became one value is said apart from what did not."""
    findings = items(*joined(crowd(50, "name {0}", "30 days"), crowd(30, "xx {0}", "XX {0}", 100))).both(
        mapping_of()
    )

    assert [(item.key, item.count) for item in findings] == [("change=overwritten", 50), ("change=case", 30)]


def test_swapped_columns_are_named(items: Items) -> None:
    """Two fields of a row that exchanged their values."""
    columns = "id INTEGER, name TEXT, amount TEXT, code TEXT"
    mapping = mapping_of(fields={"id": "integer", "name": "text", "code": "text"}, amount=None)

    code, name = items([(1, "a", "1", "b")], [(1, "b", "1", "a")], columns).both(mapping)

    assert "code of id=1 was swapped with name: b in the current system, a in the upgraded one" in render(
        code.text, Language.EN
    )
    assert "was swapped with code" in render(name.text, Language.EN)


def test_personal_crowds_are_explained_too(items: Items) -> None:
    """A digest of the shortened name is enough; no name is stored."""
    mapping = mapping_of(fields={"id": "integer", "name": {"personal": True}, "amount": "number"})

    (finding,) = items(*crowd(60, "Zhang Wei {0}x", "Zhang Wei {0}")).both(mapping)

    assert "name of 60 records lost its last character" in render(finding.text, Language.EN)
    assert "Zhang" not in repr(finding)


def test_the_name_of_a_crowd_does_not_depend_on_its_values(items: Items) -> None:
    """A waiver by fingerprint survives a rerun with other rows."""
    one, other = (
        items(*crowd(40, f"{word} {{0}}x", f"{word} {{0}}")).both(mapping_of())[0]
        for word in ("one", "another")
    )

    assert fingerprint_of(one, b"key") == fingerprint_of(other, b"key")
