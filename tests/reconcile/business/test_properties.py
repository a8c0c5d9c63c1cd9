"""For random balance lists and random edits: what follows is left out, and never everything."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.reconcile.business.differences import compare_lines, differing
from harness.reconcile.business.lists import Line, side_by_side
from harness.reconcile.business.rules import consequences, gaps
from harness.reconcile.rows import Cells
from tests.reconcile.business.ledger import BALANCE

pytestmark = pytest.mark.thorough

PERIODS = ("2026-01", "2026-02", "2026-03", "2026-04")
ACCOUNTS = ("1002", "1122")
COLUMNS = ("opening", "debit", "credit", "closing")
small = st.integers(0, 3)
Movements = list[tuple[int, int]]
movements = st.lists(st.tuples(small, small), min_size=8, max_size=8)
edits = st.lists(
    st.tuples(st.integers(0, 7), st.sampled_from(COLUMNS), st.integers(-2, 2)), min_size=1, max_size=4
)


def books(of: Movements) -> tuple[Cells, ...]:
    """A list whose rules hold, from the debit and credit of every account and period."""
    lines, moved = [], iter(of)
    for account in ACCOUNTS:
        balance = 0
        for period in PERIODS:
            debit, credit = next(moved)
            figures = (balance, debit, credit, balance + debit - credit)
            lines.append((account, period, "CNY", *map(str, figures)))
            balance += debit - credit
    return tuple(lines)


def edited(lines: tuple[Cells, ...], changes: list[tuple[int, str, int]]) -> tuple[Cells, ...]:
    """The list with single figures changed, whatever the rules say."""
    made = [list(line) for line in lines]
    for at, name, by in changes:
        place = BALANCE.places[name]
        made[at][place] = str(int(made[at][place] or 0) + by)
    return tuple(tuple(line) for line in made)


def causes(lines: tuple[Line, ...]) -> set[tuple[Cells, str]]:
    """The figures that are reported, by line and column."""
    changed = {line: columns for line in lines if (columns := differing(BALANCE, line))}
    follow = consequences(BALANCE, lines, changed)
    return {
        (line.key_side[:2], name)
        for line, columns in changed.items()
        for name in columns - follow.get(line, frozenset())
    }


@settings(deadline=None)
@given(movements, movements)
def test_only_movements_are_causes_while_the_rules_hold(source: Movements, target: Movements) -> None:
    """Of two lists that keep their rules, balances differ only because movements do."""
    of_source, of_target = books(source), books(target)
    expected = {
        (one[:2], name)
        for one, other in zip(of_source, of_target, strict=True)
        for name in ("debit", "credit")
        if one[BALANCE.places[name]] != other[BALANCE.places[name]]
    }

    found = causes(side_by_side(BALANCE, of_source, of_target))

    assert {item for item in found if item[1] in ("debit", "credit")} == expected
    assert found == expected


@settings(deadline=None)
@given(movements, edits)
def test_a_difference_is_never_hidden(of: Movements, changes: list[tuple[int, str, int]]) -> None:
    """Lists that differ have a finding, and every figure of an edited line is a cause or follows from one."""
    source = books(of)
    target = edited(source, changes)
    lines = side_by_side(BALANCE, source, target)

    found = compare_lines(BALANCE, lines)

    assert bool(found.tallies) == (source != target)
    by_account = {line.key_side[0] for line in lines if line.source != line.target}
    assert {key[0] for key, _ in causes(lines)} == by_account


@settings(deadline=None)
@given(movements)
def test_the_gap_of_a_rule_is_exact(of: Movements) -> None:
    """A closing balance that is wrong by two breaks its own line by two, and the next one's opening."""
    lines = edited(books(of), [(1, "closing", 2)])

    found = {gap.rule: gap.gap for gap in gaps(BALANCE, lines).values() if gap.rule != "balanced"}

    assert found == {"closing": Decimal(2), "carried": Decimal(-2)}
