"""Rows merged in the order of their keys: the same outcome as by digests, whatever the rows are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from harness.model import FindingKind, Side
from harness.reconcile import EntityMapping, engine, ordered
from harness.reconcile.differences import Collector
from harness.reconcile.engine import compare_live
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
        },
        "amount": {"field": "amount", "currency": "EUR"},
        "totals": [{"sum": "amount", "by": ["name"]}, {"sum": "on_hand"}],
    }
)
FORM = RowForm(MAPPING, b"a key of the tests")
Table = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def engines() -> Iterator[Mapping[Side, Engine]]:
    with ExitStack() as stack:
        made = {side: _in_memory() for side in Side}
        for database in made.values():
            stack.callback(database.dispose)
            with database.begin() as connection:
                connection.exec_driver_sql("CREATE TABLE item (id, name, amount, on_hand)")
        yield made


@pytest.fixture(autouse=True)
def a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordered, "_AT_A_TIME", 3)


def _in_memory() -> Engine:
    # Both ways are taken: one of them reads from a thread of its own.
    return create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


def fill(engines: Mapping[Side, Engine], tables: Mapping[Side, Table]) -> None:
    for side, rows in tables.items():
        with engines[side].begin() as connection:
            connection.exec_driver_sql("DELETE FROM item")
            for row in rows:
                connection.exec_driver_sql("INSERT INTO item VALUES (?, ?, ?, ?)", row)


def outcomes(engines: Mapping[Side, Engine]) -> tuple[Outcome, Outcome]:
    """As it is used, and with every row made canonical and sorted by its digest."""
    with ExitStack() as stack:
        views = {side: stack.enter_context(snapshot(engines[side], side)) for side in Side}
        used = compare_live(MAPPING, views, FORM).outcome
        return used, engine._streamed(MAPPING, views, FORM, Watch("ordered_item")).outcome


names = st.sampled_from([None, "", "a", "a ", "A", "余额", 1, 1.0])
numbers = st.sampled_from([None, 0, 1, 1.0, -2.5, "1", "1.10", "none"])
cells = st.tuples(names, numbers, numbers)
keyed = st.dictionaries(st.integers(-5, 30), cells, max_size=25)
edits = st.dictionaries(st.integers(-5, 30), st.one_of(st.none(), cells), max_size=5)


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

    used, by_digests = outcomes(engines)

    assert used == by_digests


@pytest.mark.parametrize(
    "keys",
    [[1, 1, 2], [None, 1], ["1", 2], [1.5, 2], [3, 3, 3, 3, 3]],
    ids=["double", "null", "text", "fraction", "over batches"],
)
def test_keys_that_do_not_ascend_as_whole_numbers_are_compared_by_digests(
    engines: Mapping[Side, Engine], keys: list[Any]
) -> None:
    rows = [(key, "a", 1, None) for key in keys]
    fill(engines, {Side.SOURCE: rows, Side.TARGET: rows[1:]})

    used, by_digests = outcomes(engines)

    assert used == by_digests
    assert used.count(FindingKind.MISSING_IN_TARGET) == 1
    with ExitStack() as stack:
        views = {side: stack.enter_context(snapshot(engines[side], side)) for side in Side}
        with pytest.raises(ordered.OutOfOrder):
            ordered.merge(MAPPING, views, FORM, Watch("ordered_item"), Collector(MAPPING))


def test_rows_that_are_equal_as_they_came_are_not_made_canonical(
    engines: Mapping[Side, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: Table = [(key, f"n{key}", key, None) for key in range(100)]
    fill(engines, {Side.SOURCE: rows, Side.TARGET: [*rows[:50], (50, "other", 50, None), *rows[51:]]})
    seen: list[Any] = []
    canonical = FORM.row
    monkeypatch.setattr(FORM, "row", lambda values: seen.append(values[0]) or canonical(values))

    with ExitStack() as stack:
        views = {side: stack.enter_context(snapshot(engines[side], side)) for side in Side}
        found = compare_live(MAPPING, views, FORM).outcome

    assert found.count(FindingKind.MISMATCH) == 1
    assert seen == [50, 50]
