"""Not verified is the universe minus what was covered; leaving out is not covering."""

from __future__ import annotations

from decimal import Decimal

import pytest

from harness.coverage import KindCoverage, coverage, is_ignored
from harness.model import Cover, Item

SALE, LINE, LOG = Item("table", "sale", 20), Item("table", "sale_line", 40), Item("table", "log", 900)


def test_every_item_is_covered_left_out_or_a_gap() -> None:
    (found,) = coverage(
        [SALE, LINE, LOG],
        [
            Cover("table", "sale", "rows"),
            Cover("table", "log", "ignored: technical"),
            Cover("table", "typo", "rows"),
        ],
    )
    assert found == KindCoverage("table", 3, 1, (LINE,), ((LOG, "technical"),), ("typo",), 960)
    assert found.not_verified == 2
    assert found.size_not_verified == 940


def test_the_largest_gaps_come_first() -> None:
    (found,) = coverage([SALE, Item("table", "empty"), LOG, LINE], [])
    assert [item.item for item in found.gaps] == ["log", "sale_line", "sale", "empty"]


@pytest.mark.parametrize("order", [1, -1])
def test_one_check_that_verifies_outweighs_those_that_leave_out(order: int) -> None:
    covers = [Cover("table", "sale", "ignored: no need"), Cover("table", "sale", "totals")][::order]
    (found,) = coverage([SALE], covers)
    assert found.covered == 1


def test_a_table_does_not_cover_its_columns() -> None:
    columns, tables = coverage([Item("column", "sale.total"), SALE], [Cover("table", "sale", "rows")])
    assert (columns.kind, columns.covered, tables.kind, tables.covered) == ("column", 0, "table", 1)


def test_an_item_named_twice_counts_once_with_its_larger_size() -> None:
    (found,) = coverage([Item("table", "sale"), SALE, Item("table", "sale", 3)], [])
    assert found.gaps == (SALE,)


def test_nothing_known_is_nothing_covered() -> None:
    assert coverage([], []) == ()
    (found,) = coverage([], [Cover("screen", "sale.list", "opened")])
    assert (found.total, found.covered, found.strays) == (0, 0, ("sale.list",))


@pytest.mark.parametrize(
    ("how", "ignored"),
    [("ignored", True), ("ignored: why", True), ("rows", False), ("ignored_rows", False), ("", False)],
)
def test_ignoring_is_said_in_one_way(how: str, ignored: bool) -> None:
    assert is_ignored(how) is ignored


def test_shares_are_of_what_nobody_left_out() -> None:
    """What is ignored with a reason neither helps nor hurts; nothing at all has no share."""
    items = [Item("table", "a", 900), Item("table", "b", 100), Item("table", "log", 5000)]
    covers = [Cover("table", "a", "rows"), Cover("table", "log", "ignored: technical")]

    (found,) = coverage(items, covers)
    (empty,) = coverage(items[2:], covers)

    assert (found.share, found.size_share) == (Decimal("0.5"), Decimal("0.9"))
    assert (empty.share, empty.size_share) == (None, None)
