"""Equal rows are taken away before Python sees them: the outcome is that of all rows, whatever they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.model import FindingKind, Side
from harness.reconcile import EntityMapping, engine
from harness.reconcile.engine import Compared, compare_live
from harness.reconcile.files.view import DuckView
from harness.reconcile.outcome import Outcome
from harness.reconcile.progress import Watch
from harness.reconcile.rows import RowForm

Table = list[tuple[Any, ...]]
Connections = Mapping[Side, duckdb.DuckDBPyConnection]
COLUMNS = (
    "code VARCHAR, name VARCHAR, amount DECIMAL(18,2), number INTEGER, rate DOUBLE, day DATE, ok BOOLEAN"
)
FIELDS = {
    "code": "text",
    "name": "text",
    "amount": {"type": "number", "money": True},
    "number": "integer",
    "rate": "float",
    "day": "date",
    "ok": "boolean",
}


def mapping_of(**changes: Any) -> EntityMapping:
    data: dict[str, Any] = {
        "entity": "line",
        "title": {"en": "Lines", "zh": "明细"},
        "module": "account",
        "key": ["code"],
        "source": {"table": "item"},
        "target": {"table": "item"},
        "fields": FIELDS,
        "amount": {"field": "amount", "currency": "CNY"},
        "totals": [{"sum": "amount", "by": ["name", "day"]}, {"sum": "rate"}],
    }
    return EntityMapping.model_validate(data | changes)


@pytest.fixture(scope="module")
def connections() -> Iterator[Connections]:
    with ExitStack() as stack:
        yield {side: stack.enter_context(duckdb.connect()) for side in Side}


def fill(connections: Connections, tables: Mapping[Side, Table], **columns: str) -> None:
    for side, rows in tables.items():
        connections[side].execute(f"CREATE OR REPLACE TABLE item ({columns.get(side, COLUMNS)})")
        for row in rows:
            connections[side].execute(f"INSERT INTO item VALUES ({', '.join('?' * len(row))})", row)


def compared(mapping: EntityMapping, connections: Connections) -> tuple[Compared, Outcome]:
    """As it is used, and with every row made canonical and sorted."""
    views = {side: DuckView(side, connection, {}) for side, connection in connections.items()}
    form = RowForm(mapping, b"a key of the tests")
    return compare_live(mapping, views, form), engine._streamed(mapping, views, form, Watch("line")).outcome


codes = st.sampled_from([None, "", "a", "a ", "b", "余额", "c", "d"])
rows = st.tuples(
    codes,
    st.sampled_from([None, "", "x", "X", "x ", "备注"]),
    st.sampled_from([None, Decimal("0.00"), Decimal("1.10"), Decimal("-1.10")]),
    st.sampled_from([None, 0, 1]),
    st.sampled_from([None, 0.0, -0.0, 0.1, 1e300]),
    st.sampled_from([None, "2024-02-29", "infinity", "0044-03-15 (BC)"]),
    st.sampled_from([None, True, False]),
)
tables = st.lists(rows, max_size=12)
TRIMMED = {"code": {"type": "text", "form": "trimmed", "empty_is_null": True}}


@pytest.mark.thorough
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"key": []},
        {"key": ["code", "number"]},
        {"fields": FIELDS | TRIMMED},
        {"fields": FIELDS | {"name": {"type": "text", "personal": True}}},
    ],
    ids=["text key", "no key", "composite key", "trimmed key", "personal"],
)
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(common=tables, source=tables, target=tables, again=st.integers(1, 2))
def test_any_rows_come_out_as_if_all_were_read(
    connections: Connections,
    changes: dict[str, Any],
    common: Table,
    source: Table,
    target: Table,
    again: int,
) -> None:
    fill(connections, {Side.SOURCE: common + source, Side.TARGET: target + common * again})

    used, of_all = compared(mapping_of(**changes), connections)

    assert used.outcome == of_all
    assert used.how["transport"] == "arrow"


def row(number: int) -> tuple[Any, ...]:
    return (f"c{number}", "x", Decimal(number), number, 0.5, "2024-02-29", True)


@pytest.mark.parametrize(
    ("changes", "columns", "transport"),
    [
        ({}, {}, "arrow"),
        ({}, {"target": COLUMNS.replace("DECIMAL(18,2)", "DECIMAL(20,4)")}, "arrow"),
        ({}, {"target": COLUMNS.replace("number INTEGER", "number BIGINT")}, "arrow"),
        ({}, {"target": COLUMNS.replace("DECIMAL(18,2)", "DOUBLE")}, "driver"),
        ({}, {"target": COLUMNS.replace("number INTEGER", "number VARCHAR")}, "driver"),
        ({}, {side: COLUMNS.replace("number INTEGER", "number HUGEINT") for side in Side}, "driver"),
        ({"fields": FIELDS | {"code": {"type": "text", "ignore_case": True}}}, {}, "driver"),
        ({"fields": FIELDS | {"code": {"type": "text", "form": "nfc"}}}, {}, "driver"),
    ],
    ids=["alike", "other scale", "other width", "float", "text", "huge", "key in any case", "key in NFC"],
)
def test_what_could_be_made_alike_by_mistake_is_read_row_by_row(
    connections: Connections, changes: dict[str, Any], columns: dict[str, str], transport: str
) -> None:
    source = [row(number) for number in range(9)]
    fill(connections, {Side.SOURCE: source, Side.TARGET: source[1:]}, **columns)

    used, of_all = compared(mapping_of(**changes), connections)

    assert used.how["transport"] == transport
    assert used.outcome == of_all
    assert of_all.count(FindingKind.MISSING_IN_TARGET) == 1


def test_equal_rows_are_not_made_canonical(connections: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    source = [row(number) for number in range(100)]
    changed = [*source[:50], ("c50", "y", *source[50][2:]), *source[51:]]
    fill(connections, {Side.SOURCE: source, Side.TARGET: changed})
    seen: list[Any] = []
    canonical = RowForm.row
    monkeypatch.setattr(
        RowForm, "row", lambda form, values: seen.append(values[0]) or canonical(form, values)
    )
    mapping = mapping_of()
    views = {side: DuckView(side, connection, {}) for side, connection in connections.items()}

    found = compare_live(mapping, views, RowForm(mapping, b"key")).outcome

    assert found.count(FindingKind.MISMATCH) == 1
    assert seen == ["c50", "c50"]
