"""Rows merged in the order of their keys: the same outcome as by digests, whatever the rows are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from harness.model import FindingKind, Side
from harness.reconcile import EntityMapping, engine, ordered, sqlite_columns
from harness.reconcile.differences import Collector
from harness.reconcile.engine import Compared, compare_live
from harness.reconcile.outcome import Outcome
from harness.reconcile.progress import Watch
from harness.reconcile.rows import RowForm
from harness.reconcile.snapshot import snapshot

MAPPING = EntityMapping.model_validate(
    {
        "entity": "ordered_item",
        "title": {"en": "Items", "zh": "物料"},
        "module": "stock",
        "key": ["id"],
        "source": {"table": "item"},
        "target": {"table": "item"},
        "fields": {
            "id": "integer",
            "name": "text",
            "amount": {"type": "number", "money": True},
            "on_hand": "float",
            "day": "date",
        },
        "amount": {"field": "amount", "currency": "EUR"},
        "totals": [{"sum": "amount", "by": ["name"]}, {"sum": "on_hand"}],
    }
)
FORM = RowForm(MAPPING, b"a key of the tests")
Table = list[tuple[Any, ...]]


@pytest.fixture(scope="module", params=["in memory", "in files"])
def engines(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[Side, Engine]]:
    """Only the rows of files can be read in columns."""
    folder = tmp_path_factory.mktemp("sqlite")
    with ExitStack() as stack:
        in_files = request.param == "in files"
        made = {
            side: create_engine(f"sqlite:///{folder / side.value}.db") if in_files else _in_memory()
            for side in Side
        }
        for database in made.values():
            stack.callback(database.dispose)
            event.listen(database, "connect", _unhurried)
            with database.begin() as connection:
                connection.exec_driver_sql("CREATE TABLE item (id, name, amount, on_hand, day)")
        yield made


def _unhurried(connection: Any, _: object) -> None:
    # Hundreds of small tables are written, none of which need outlive a loss of power.
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = MEMORY")


@pytest.fixture(autouse=True)
def a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordered, "_AT_A_TIME", 3)
    monkeypatch.setattr(sqlite_columns, "_BATCH", 3)


def _in_memory() -> Engine:
    # Both ways are taken: one of them reads from a thread of its own.
    return create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


def fill(engines: Mapping[Side, Engine], tables: Mapping[Side, Table]) -> None:
    for side, rows in tables.items():
        with engines[side].begin() as connection:
            connection.exec_driver_sql("DELETE FROM item")
            for row in rows:
                connection.exec_driver_sql("INSERT INTO item VALUES (?, ?, ?, ?, ?)", row)


def compared(engines: Mapping[Side, Engine]) -> tuple[Compared, Outcome]:
    """As it is used, and with every row made canonical and sorted by its digest."""
    with ExitStack() as stack:
        views = {side: stack.enter_context(snapshot(engines[side], side)) for side in Side}
        used = compare_live(MAPPING, views, FORM)
        return used, engine._streamed(MAPPING, views, FORM, Watch("ordered_item")).outcome


names = st.sampled_from([None, "", "a", "a ", "A", "余额", 1, 1.0])
numbers = st.sampled_from([None, 0, 1, 1.0, -2.5, "1", "1.10", "none"])
days = st.sampled_from([None, "2024-02-29", "2024-02-29 00:00:00", "2024-03-01", "soon", 5])
mixed = st.tuples(names, numbers, numbers, days)
# As columns usually are: of one kind, which Arrow can hold.
fractions = st.sampled_from([None, 0, 1, 1.0, -2.5])
plain = st.tuples(
    st.sampled_from([None, "", "a", "a ", "A", "余额"]),
    fractions,
    fractions,
    st.sampled_from([None, "2024-02-29", "2024-02-29 00:00:00", "soon"]),
)
cells = st.one_of(plain, mixed)
keyed = st.one_of(*(st.dictionaries(st.integers(-5, 30), each, max_size=25) for each in (plain, cells)))
edits = st.one_of(
    *(st.dictionaries(st.integers(-5, 30), st.one_of(st.none(), each), max_size=5) for each in (plain, cells))
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=keyed, edited=edits)
def test_any_rows_and_any_edits_come_out_as_by_digests(
    engines: Mapping[Side, Engine], rows: dict[int, Any], edited: dict[int, Any]
) -> None:
    now = {key: cells for key, cells in (rows | edited).items() if cells is not None}
    tables = {
        side: [(key, *cells) for key, cells in held.items()]
        for side, held in zip(Side, (rows, now), strict=True)
    }
    fill(engines, tables)

    used, by_digests = compared(engines)

    assert used.outcome == by_digests


@pytest.mark.parametrize(
    "keys",
    [[1, 1, 2], [None, 1], ["1", 2], [1.5, 2], [3, 3, 3, 3, 3]],
    ids=["double", "null", "text", "fraction", "over batches"],
)
def test_keys_that_do_not_ascend_as_whole_numbers_are_compared_by_digests(
    engines: Mapping[Side, Engine], keys: list[Any]
) -> None:
    rows = [(key, "a", 1, None, None) for key in keys]
    fill(engines, {Side.SOURCE: rows, Side.TARGET: rows[1:]})

    used, by_digests = compared(engines)

    assert used.outcome == by_digests
    assert by_digests.count(FindingKind.MISSING_IN_TARGET) == 1
    with ExitStack() as stack:
        views = {side: stack.enter_context(snapshot(engines[side], side)) for side in Side}
        with pytest.raises(ordered.Unfit):
            ordered.merge(MAPPING, views, FORM, Watch("ordered_item"), Collector(MAPPING))


def test_rows_that_are_equal_as_they_came_are_not_made_canonical(
    engines: Mapping[Side, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: Table = [(key, f"n{key}", key, None, None) for key in range(100)]
    fill(engines, {Side.SOURCE: rows, Side.TARGET: [*rows[:50], (50, "other", 50, None, None), *rows[51:]]})
    seen: list[Any] = []
    canonical = FORM.row
    monkeypatch.setattr(FORM, "row", lambda values: seen.append(values[0]) or canonical(values))

    with ExitStack() as stack:
        views = {side: stack.enter_context(snapshot(engines[side], side)) for side in Side}
        collector = Collector(MAPPING)
        ordered.merge(MAPPING, views, FORM, Watch("ordered_item"), collector)
        found = collector.found()

    assert found.count(FindingKind.MISMATCH) == 1
    assert seen == [50, 50]


@pytest.mark.parametrize("engines", ["in files"], indirect=True)
@pytest.mark.parametrize(
    ("column", "before", "now", "transport"),
    [
        ("name", ["a"] * 9, ["a"] * 8 + ["b"], "arrow"),
        ("name", [None] * 8 + ["a"], [None] * 8 + ["b"], "arrow"),
        ("name", ["0.1", 0.1, 0.30000000000000004], ["0.1", 0.1, 0.3], "driver"),
        ("name", ["a"] * 8 + [5], ["a"] * 8 + ["5.0"], "driver"),
        ("name", [5] * 8 + ["a"], [5] * 8 + ["b"], "driver"),
        ("name", [b"a"] * 9, [b"a"] * 8 + ["b"], "driver"),
        ("name", [b"a"] * 9, [b"a"] * 8 + [b"b"], "arrow"),
        ("amount", [1] * 9, [1] * 8 + [2.5], "arrow"),
        ("amount", [1] * 8 + [2.5], [1] * 8 + [1.5], "arrow"),
        ("amount", [1] * 9, [1.0] * 8 + [1.5], "arrow"),
        ("amount", [None] * 9, [None] * 8 + ["5"], "arrow"),
        ("amount", ["1.10"] * 9, ["1.1"] * 8 + ["1.2"], "arrow"),
        ("amount", [2**53 + 1, 1], [2**53, 1], "arrow"),
        ("amount", [2**53 + 1, 0.5], [2**53, 0.5], "driver"),
        ("amount", [2**53 + 1, 1], [2**53, 1.5], "driver"),
        ("day", [2460000.5, 2460000.5], [2460000.5, 2460001.5], "driver"),
        ("day", ["2024-02-29", "2024-02-29"], ["2024-02-29 00:00:00", "2024-03-01"], "arrow"),
    ],
)
def test_a_column_that_arrow_would_change_is_read_by_the_driver(
    engines: Mapping[Side, Engine], column: str, before: list[Any], now: list[Any], transport: str
) -> None:
    names = [field.name for field in MAPPING.fields[1:]]
    tables = {
        side: [
            (key, *[value if name == column else None for name in names]) for key, value in enumerate(values)
        ]
        for side, values in zip(Side, (before, now), strict=True)
    }
    fill(engines, tables)

    used, by_digests = compared(engines)

    assert used.how["transport"] == transport
    assert used.outcome == by_digests
    assert by_digests.count(FindingKind.MISMATCH) >= 1


@pytest.mark.thorough
@pytest.mark.parametrize("engines", ["in files"], indirect=True)
@given(source=st.sets(st.integers(0, 40)), target=st.sets(st.integers(0, 40)))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_batches_that_end_at_other_keys_are_put_side_by_side(
    engines: Mapping[Side, Engine], source: set[int], target: set[int]
) -> None:
    tables = {
        side: [(key, "a", 1, None, None) for key in keys]
        for side, keys in zip(Side, (source, target), strict=True)
    }
    fill(engines, tables)

    used, by_digests = compared(engines)

    assert used.how["transport"] == "arrow"
    assert used.outcome == by_digests
    assert (used.outcome.source_rows, used.outcome.target_rows) == (len(source), len(target))
