"""For random tables and random edits the findings are exactly the edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.model import FindingKind
from harness.reconcile.differences import Differences, compare_rows
from harness.reconcile.rows import Row, RowForm, sorted_rows
from tests.reconcile.conftest import KEY, mapping_of

MAPPING = mapping_of(totals=[{"sum": "amount", "by": ["name"]}])
texts = st.one_of(
    st.none(), st.text(st.characters(codec="utf-8", exclude_characters="\x00\x01\x1f"), max_size=4)
)
amounts = st.decimals(-(10**12), 10**12, places=2, allow_nan=False)
tables = st.dictionaries(st.integers(-5, 60), st.tuples(texts, amounts), max_size=40)


def compared(source: list[tuple[Any, ...]], target: list[tuple[Any, ...]], in_memory: int = 7) -> Differences:
    """Both sides through the sort, with so little memory that it spills."""
    form = RowForm(MAPPING, KEY)

    def rows(side: list[tuple[Any, ...]]) -> list[Row]:
        with sorted_rows(map(form.row, side), in_memory=in_memory) as found:
            return list(found)

    return compare_rows(MAPPING, rows(source), rows(target))


def flat(table: dict[int, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """A table as rows."""
    return [(key, *values) for key, values in table.items()]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables, tables)
def test_counts_are_exactly_the_edits(source: dict[int, Any], target: dict[int, Any]) -> None:
    """Missing, extra and changed, no more and no fewer; every total is explained by them."""
    found = compared(flat(source), flat(target))

    both = source.keys() & target.keys()
    edits = {
        (FindingKind.MISSING_IN_TARGET, None): len(source.keys() - target.keys()),
        (FindingKind.MISSING_IN_SOURCE, None): len(target.keys() - source.keys()),
        (FindingKind.MISMATCH, "name"): sum(source[key][0] != target[key][0] for key in both),
        (FindingKind.MISMATCH, "amount"): sum(source[key][1] != target[key][1] for key in both),
    }
    counted = Counter[tuple[FindingKind, str | None]]()
    for tally in found.tallies:
        counted[tally.kind, tally.field] += tally.count
    assert counted == {name: count for name, count in edits.items() if count}
    for name in {values[0] for values in (*source.values(), *target.values())}:
        moved = sum((item[1] for item in target.values() if item[0] == name), Decimal(0))
        moved -= sum((item[1] for item in source.values() if item[0] == name), Decimal(0))
        assert found.explained[0].get((name,), Decimal(0)) == moved


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), texts, amounts), max_size=30), st.randoms())
def test_order_and_representation_never_matter(rows: list[tuple[Any, ...]], random: Any) -> None:
    """The same multiset, shuffled and with more zeros, gives no finding, double keys or not."""
    shuffled = [(key, name, f"{amount}00") for key, name, amount in rows]
    random.shuffle(shuffled)

    assert compared(rows, shuffled).tallies == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), texts, amounts), max_size=20), st.integers(0, 19))
def test_a_lost_copy_is_counted(rows: list[tuple[Any, ...]], place: int) -> None:
    """One row fewer is one row missing, however many are like it."""
    fewer = rows[:place] + rows[place + 1 :]

    counted = Counter({tally.kind: tally.count for tally in compared(rows, fewer).tallies})

    assert counted == ({FindingKind.MISSING_IN_TARGET: 1} if place < len(rows) else {})


def test_the_spilled_sort_is_the_sort(tmp_path_factory: Callable[..., Any]) -> None:
    """Memory is a limit, not a result."""
    rows = [(number, "x", Decimal(number)) for number in range(1000)]

    small = compared(rows, rows[:-30], in_memory=10)

    assert small == compared(rows, rows[:-30], in_memory=10**6)
