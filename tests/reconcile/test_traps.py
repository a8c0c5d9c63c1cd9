"""What has fooled other comparisons, each trap a case: equal data gives nothing, a change is found."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from harness.messages import Language, render
from harness.model import FindingKind, Status
from tests.reconcile.conftest import Pair, mapping_of, table

Rows = list[tuple[Any, ...]]
Items = Callable[..., Pair]

MISSING, SURPLUS, MISMATCH = (
    FindingKind.MISSING_IN_TARGET,
    FindingKind.MISSING_IN_SOURCE,
    FindingKind.MISMATCH,
)


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        pytest.param([(1, "a", "1")], [(1, "a", "1")], [], id="equal"),
        pytest.param([(1, None, "1")], [(1, None, "1")], [], id="nulls are equal"),
        pytest.param([(1, None, "1")], [(1, "", "1")], [(MISMATCH, "id=1", "name")], id="NULL is not ''"),
        pytest.param([(1, "a", "1.10")], [(1, "a", "1.1000")], [], id="numeric scale"),
        pytest.param([(1, "a", "0.00")], [(1, "a", "-0")], [], id="minus zero"),
        pytest.param(
            [(1, "a", "12345678.90")],
            [(1, "a", "12345679.40")],
            [(MISMATCH, "id=1", "amount")],
            id="not in single precision",
        ),
        pytest.param(
            [(1, "a", "12345678901234567.89")],
            [(1, "a", "12345678901234567.88")],
            [(MISMATCH, "id=1", "amount")],
            id="beyond double precision",
        ),
        pytest.param([(1, "a ", "1")], [(1, "a", "1")], [(MISMATCH, "id=1", "name")], id="padding counts"),
        pytest.param([(1, "ab", "1")], [(1, "aB", "1")], [(MISMATCH, "id=1", "name")], id="case counts"),
        pytest.param(
            [(1, "a", "1"), (2, "b", "1")],
            [(1, "b", "1"), (2, "a", "1")],
            [(MISMATCH, "id=1", "name"), (MISMATCH, "id=2", "name")],
            id="swapped",
        ),
        pytest.param(
            [(1, "a", "1"), (2, "b", "2")],
            [(1, "a", "2"), (2, "b", "1")],
            [(MISMATCH, "id=1", "amount"), (MISMATCH, "id=2", "amount")],
            id="two errors that cancel in the total",
        ),
        pytest.param([(1, "a", "1")], [], [(MISSING, "id=1", None)], id="missing"),
        pytest.param([], [(1, "a", "1")], [(SURPLUS, "id=1", None)], id="extra"),
        pytest.param(
            [(1, "a", "1"), (1, "a", "1")], [(1, "a", "1")], [(MISSING, "id=1", None)], id="one copy lost"
        ),
        pytest.param(
            [(1, "a", "1")], [(1, "a", "1"), (1, "a", "1")], [(SURPLUS, "id=1", None)], id="doubled"
        ),
        pytest.param(
            [(1, "a", "1"), (1, "b", "1")],
            [(1, "a", "1"), (1, "c", "1")],
            [(MISMATCH, "id=1", "name")],
            id="change under a double key",
        ),
        pytest.param(
            [(None, "a", "1")], [(None, "b", "1")], [(MISMATCH, "id=NULL", "name")], id="NULL as key"
        ),
    ],
)
def test_rows(
    items: Items, source: Rows, target: Rows, found: list[tuple[FindingKind, str, str | None]]
) -> None:
    """Live and stored alike."""
    findings = items(source, target).both(mapping_of())

    assert [(finding.kind, finding.key, finding.field) for finding in findings] == found


@pytest.mark.parametrize(
    ("field", "source", "target", "differs"),
    [
        ({"empty_is_null": True}, None, "", False),
        ({"empty_is_null": True}, None, " ", True),
        ({"form": "nfc"}, "M\u00fcller", "Mu\u0308ller", False),
        ({}, "M\u00fcller", "Mu\u0308ller", True),
        ({"form": "trimmed"}, "ab  ", "ab", False),
        ({"form": "trimmed"}, "  ab", "ab", True),
        ({"type": "number", "tolerance": "0.01", "unit": "EUR", "reason": "rounding"}, "1.00", "1.01", False),
        ({"type": "number", "tolerance": "0.01", "unit": "EUR", "reason": "rounding"}, "1.00", "1.011", True),
        ({"type": "number", "tolerance": "0.01", "unit": "EUR", "reason": "rounding"}, None, "0.00", True),
        ({"type": "timestamp"}, "2025-01-01 08:00:00+08:00", "2025-01-01 00:00:00", False),
        ({"type": "timestamp"}, "2025-01-01 08:00:00", "2025-01-01 00:00:00", True),
        ({"type": "timestamp"}, "2025-01-01 00:00:00.000001", "2025-01-01 00:00:00", True),
        ({"type": "json"}, '{"a": 1, "b": 2.0}', '{"b": 2.00, "a": 1}', False),
        ({"type": "json"}, '{"a": 1}', '{"a": "1"}', True),
        ({"type": "number"}, "1", "one", True),
        ({"type": "boolean"}, "1", "true", False),
    ],
)
def test_declared_rules(
    items: Items, field: dict[str, Any], source: str | None, target: str | None, differs: bool
) -> None:
    """Values are equal only as far as the mapping declares."""
    mapping = mapping_of(fields={"id": "integer", "name": field}, amount=None)

    findings = items([(1, source, "1")], [(1, target, "1")]).both(mapping)

    assert [finding.field for finding in findings] == (["name"] if differs else [])


def test_a_composite_key_does_not_run_together(databases: Callable[[str, str], Pair]) -> None:
    """('ab', 'c') and ('a', 'bc') are two keys; order and collation do not matter."""
    columns = "one TEXT, two TEXT"
    mapping = mapping_of(key=["one", "two"], fields={"one": "text", "two": "text"}, amount=None)

    findings = databases(
        table([("ab", "c"), ("Z", "1"), ("a", "1"), ("Ä", "1")], columns),
        table([("a", "bc"), ("a", "1"), ("Ä", "1"), ("Z", "1")], columns),
    ).both(mapping)

    assert [(finding.kind, finding.key) for finding in findings] == [
        (SURPLUS, "one=a, two=bc"),
        (MISSING, "one=ab, two=c"),
    ]


def test_a_table_without_a_key_is_a_multiset(items: Items) -> None:
    """Two equal rows are two rows; a lost one is counted."""
    row = (1, "a", "5")

    findings = items([row, row, row, (2, "b", "1")], [row, (2, "b", "1")]).both(mapping_of(key=[]))

    (finding,) = findings
    assert (finding.kind, finding.count, finding.amount) == (MISSING, 2, Decimal(10))


def test_renamed_and_retyped_columns(databases: Callable[[str, str], Pair]) -> None:
    """Expressions on either side bring both to the same fields."""
    mapping = mapping_of(
        target={"table": "article"},
        fields={
            "id": {"type": "integer", "target": "cast(substr(code, 2) as integer)"},
            "name": {"target": "label"},
            "amount": {"type": "number", "target": "cents / 100.0"},
        },
    )

    findings = databases(
        table([(1, "a", "1.50"), (2, "b", "2")]),
        table([("A1", "a", 150), ("A2", "B", 200)], "code TEXT, label TEXT, cents INTEGER", "article"),
    ).both(mapping)

    assert [(finding.key, finding.field) for finding in findings] == [("id=2", "name")]


def test_double_keys_are_said_even_when_nothing_differs(items: Items) -> None:
    """A key that is none weakens the evidence."""
    rows = [(1, "a", "1"), (1, "b", "1")]

    conclusion = items(rows, rows).live(mapping_of())

    assert conclusion.status is Status.PASSED
    assert [text.key for text in conclusion.caveats] == ["reconcile.caveat.double_keys"]


def test_no_rows_on_either_side_is_no_pass(items: Items) -> None:
    """Nothing was compared, so nothing is covered."""
    pair = items([], [])

    for conclusion in (pair.live(mapping_of()), pair.stored(mapping_of())):
        assert conclusion.status is Status.UNKNOWN
        assert conclusion.covers == ()
        assert conclusion.reason and render(conclusion.reason, Language.EN)
