"""For random tables and random edits the findings are exactly the edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.evidence.codec import from_value
from harness.model import FindingKind
from harness.reconcile.differences import Differences, compare_rows
from harness.reconcile.outcome import Outcome
from harness.reconcile.rows import Row, RowForm, sorted_rows
from harness.reconcile.shapes import ShapeKind
from tests.reconcile.conftest import KEY, mapping_of, table

pytestmark = pytest.mark.thorough

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


CODES = {f"old {number}": f"new {number % 7}" for number in range(12)}  # several become one
MAPPED = mapping_of(
    fields={"id": "integer", "name": {"map": CODES}, "amount": {"type": "number", "money": True}},
    rows={"relation": "shipped", "rule": "id > 100", "reason": "a test"},
)
codes = st.sampled_from([*CODES, "unknown", "new 1", None])
coded = st.dictionaries(st.integers(-5, 40), st.tuples(codes, amounts), max_size=30)
edits = st.dictionaries(
    st.integers(-5, 40), st.one_of(st.none(), st.tuples(st.sampled_from(["new 2", "old 1", None]), amounts))
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(coded, edits, st.integers(0, 5))
def test_maps_and_shipped_rows_find_exactly_the_edits(
    items: Callable[..., Any], source: dict[int, Any], changes: dict[int, Any], shipped: int
) -> None:
    """Through real SQL: unknown codes, changed values, lost and shipped rows, no more and no fewer."""
    target = {key: (CODES.get(name, name), amount) for key, (name, amount) in source.items()}
    for key, change in changes.items():
        if change is None:
            target.pop(key, None)
        else:
            target[key] = change
    more = [(200 + number, "new 1", Decimal(1)) for number in range(shipped)]

    capture = items(flat(source), flat(target) + more).gather(MAPPED)

    outcome = from_value(Outcome, capture.value["outcome"])  # type: ignore[call-overload,index]
    both = source.keys() & target.keys()
    unknown = {key for key in both if source[key][0] not in {*CODES, None}}
    expected = {
        (FindingKind.MISSING_IN_TARGET, None): len(source.keys() - target.keys()),
        (FindingKind.MISSING_IN_SOURCE, None): len(target.keys() - source.keys()),
        (FindingKind.VIOLATION, "name"): len(unknown),
        (FindingKind.MISMATCH, "name"): sum(
            CODES.get(source[key][0]) != target[key][0] for key in both - unknown
        ),
        (FindingKind.MISMATCH, "amount"): sum(source[key][1] != target[key][1] for key in both),
    }
    counted = Counter[tuple[FindingKind, str | None]]()
    for tally in outcome.tallies:
        counted[tally.kind, tally.field] += tally.count
    assert counted == {name: count for name, count in expected.items() if count}
    assert (outcome.shipped, outcome.uncounted) == (shipped, 0)


accidents: dict[ShapeKind, Callable[[str], str]] = {
    ShapeKind.CASE: str.upper,
    ShapeKind.BLANKS_ADDED: lambda content: f" {content} ",
    ShapeKind.LOST_LAST: lambda content: content[:-1],
    ShapeKind.MOJIBAKE: lambda content: content.encode().decode("latin-1"),
    ShapeKind.EMPTIED: lambda content: "",
}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(list(accidents)), min_size=1, max_size=80))
def test_every_row_is_counted_under_its_shape(kinds: list[ShapeKind]) -> None:
    """However accidents are mixed, their counts are theirs."""
    values = [f"größe {number} abc" for number in range(len(kinds))]
    source = [(number, value, Decimal(1)) for number, value in enumerate(values)]
    target = [(number, accidents[kind](values[number]), Decimal(1)) for number, kind in enumerate(kinds)]

    found = compared(source, target)

    counted = Counter[ShapeKind]()
    for tally in found.tallies:
        assert tally.shape is not None
        counted[tally.shape.kind] += tally.count
    assert counted == Counter(kinds)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 12)), max_size=25),
    st.sets(st.integers(0, 12)),
    st.sets(st.integers(0, 12)),
)
def test_orphans_are_exactly_those_that_the_target_lost(
    databases: Callable[..., Any], refers: list[int | None], known: set[int], kept: set[int]
) -> None:
    """Rows whose parent was there and is not; never one that had none before."""
    mapping = mapping_of(
        fields={"id": "integer", "name": "integer"},
        amount=None,
        references=[{"field": "name", "table": "parent", "optional": True}],
        ignore=[{"column": "amount", "reason": "a test"}],
    )
    rows = [(number, parent, "1") for number, parent in enumerate(refers)]

    def script(parents: set[int]) -> str:
        return table(rows, "id INTEGER, name INTEGER, amount TEXT") + table(
            [(number,) for number in sorted(parents)], "id INTEGER", "parent"
        )

    conclusion = databases(script(known), script(known & kept)).live(mapping)

    lost = [number for number, parent in enumerate(refers) if parent in known - kept]
    assert sum(finding.count for finding in conclusion.findings) == len(lost)
