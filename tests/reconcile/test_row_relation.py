"""Rows that the new version ships are expected by rule: counted, shown, and not found."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from harness.model import FindingKind, Status
from tests.reconcile.conftest import Pair, mapping_of

Items = Callable[..., Pair]
SHIPPED: dict[str, Any] = {
    "relation": "shipped",
    "rule": "name LIKE 'std%'",
    "reason": "the standard chart of the new version",
}


def test_shipped_rows_are_no_finding_and_counted(items: Items) -> None:
    """Their sums are explained too."""
    mapping = mapping_of(rows=SHIPPED, totals=[{"sum": "amount"}])
    pair = items([(1, "a", "1")], [(1, "a", "1"), (2, "std one", "5"), (3, "std two", "6")])

    assert pair.both(mapping) == ()
    for conclusion in (pair.live(mapping), pair.stored(mapping)):
        assert conclusion.status is Status.PASSED
        assert conclusion.measures["rows_shipped"] == 2
        assert conclusion.measures["rows_compared"] == 1


def test_a_row_that_no_rule_expects_is_found(items: Items) -> None:
    """The rule covers what it says and nothing else."""
    (finding,) = items([], [(2, "std one", "5"), (3, "other", "6")]).both(mapping_of(rows=SHIPPED))

    assert (finding.kind, finding.key) == (FindingKind.MISSING_IN_SOURCE, "id=3")


def test_a_row_that_was_there_is_compared(items: Items) -> None:
    """That it matches the rule does not excuse a change, or a loss."""
    pair = items([(1, "std one", "5"), (2, "std two", "5")], [(1, "std one", "6")])

    changed, missing = pair.both(mapping_of(rows=SHIPPED))

    assert (changed.kind, missing.kind) == (FindingKind.MISMATCH, FindingKind.MISSING_IN_TARGET) or (
        missing.kind,
        changed.kind,
    ) == (FindingKind.MISMATCH, FindingKind.MISSING_IN_TARGET)


def test_at_least_expects_any_more(items: Items) -> None:
    """More is allowed, fewer is not."""
    mapping = mapping_of(rows={"relation": "at_least", "reason": "the target is in use already"})

    (finding,) = items([(1, "a", "1"), (2, "b", "1")], [(2, "b", "1"), (3, "c", "9")]).both(mapping)

    assert (finding.kind, finding.key, finding.amount) == (FindingKind.MISSING_IN_TARGET, "id=1", Decimal(1))


def test_without_a_key_shipped_rows_are_told_by_rule(items: Items) -> None:
    """A multiset has extra rows like any other."""
    mapping = mapping_of(key=[], rows=SHIPPED)

    assert items([(1, "a", "1")], [(1, "a", "1"), (9, "std", "1"), (9, "std", "1")]).both(mapping) == ()


def test_shipped_rows_do_not_hide_lost_ones(items: Items) -> None:
    """Two in, two out: the counts agree and the loss is said."""
    findings = items([(1, "a", "1"), (2, "b", "1")], [(8, "std", "1"), (9, "std", "1")]).both(
        mapping_of(rows=SHIPPED)
    )

    assert [item.key for item in findings] == ["id=1", "id=2"]


def test_the_rule_is_not_shown_as_a_label(items: Items) -> None:
    """Nobody finds a row by it."""
    (finding,) = items([(1, "a", "1")], [(1, "b", "1")]).both(mapping_of(rows=SHIPPED))

    assert "rows.rule" not in repr(finding)


@pytest.mark.parametrize("relation", ["shipped", "at_least"])
def test_an_empty_source_is_no_pass(items: Items, relation: str) -> None:
    """Nothing was compared, however much was expected."""
    rows = SHIPPED if relation == "shipped" else {"relation": relation, "reason": "a test"}

    conclusion = items([], [(1, "std", "1")]).live(mapping_of(rows=rows))

    assert conclusion.status is Status.UNKNOWN
    assert conclusion.measures["rows_compared"] == 0
