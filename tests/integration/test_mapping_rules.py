"""What a mapping can say, on real PostgreSQL: pushed down, and the same as from stored sides.

`HARNESS_TEST_SOURCE_SQL` and `HARNESS_TEST_TARGET_SQL` name two scratch databases; otherwise copies of the
demo's pair are made. Only tables of the schema `mapping_rules` are made, and dropped again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from harness import demo
from harness.messages import Language, render
from harness.model import Finding, FindingKind, Part, Side, Status
from harness.reconcile import gather
from tests.reconcile.conftest import Pair, mapping_of

pytestmark = pytest.mark.real_pair

SCHEMA = "mapping_rules"
ROWS = 20_000
MOMENT = "timestamp '2026-03-28 00:30' + n * interval '97 min'"
Made = Callable[[str, str], Pair]


@pytest.fixture(scope="module")
def scratch(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Two databases that this module may change."""
    with ExitStack() as stack:
        given = [os.environ.get(f"HARNESS_TEST_{side.name}_SQL") for side in Side]
        if not all(given):
            pair = request.getfixturevalue("pair")
            copies = (demo.source_copy, demo.target_copy)
            given = [stack.enter_context(copy(pair, "rules")).sql for copy in copies]
        engines = {side: create_engine(str(url)) for side, url in zip(Side, given, strict=True)}
        for engine in engines.values():
            stack.callback(engine.dispose)
        yield Pair(engines)


@pytest.fixture
def made(scratch: Pair) -> Iterator[Made]:
    """Fills an empty schema on both sides from two scripts."""

    def fill(source: str, target: str) -> Pair:
        for side, script in ((Side.SOURCE, source), (Side.TARGET, target)):
            with scratch.engines[side].begin() as connection:
                connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
                connection.execute(text(f"SET LOCAL search_path = {SCHEMA}"))
                connection.exec_driver_sql(script, execution_options={"no_parameters": True})
        return scratch

    _drop(scratch)
    yield fill
    _drop(scratch)


def _drop(scratch: Pair) -> None:
    for engine in scratch.engines.values():
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))


def of_item(**changes: Any) -> Any:
    """A mapping of the schema's table `item`."""
    where = {"table": f"{SCHEMA}.item"}
    return mapping_of(**({"source": where, "target": where} | changes))


def items(name: str, *, amount: str = "n * 1.25", columns: str = "") -> str:
    """A table of many rows whose name is an expression of their number `n`."""
    return (
        f"CREATE TABLE item AS SELECT n::int AS id, ({name})::text AS name, ({amount})::numeric(16,2)"
        f" AS amount{columns} FROM generate_series(1, {ROWS}) AS n; ALTER TABLE item ADD PRIMARY KEY (id);"
    )


def measures(pair: Pair, mapping: Any) -> Any:
    """What the comparison had to do."""
    return gather(mapping, pair.engines, Part.PAIR, mask_key=b"k").measures


def said(findings: tuple[Finding, ...]) -> list[tuple[FindingKind, str | None, str | None, int]]:
    """What matters of the findings."""
    return [(item.kind, item.field, item.key, item.count) for item in findings]


@pytest.mark.parametrize("size", [3, 60])
def test_a_map_stays_where_the_rows_are(made: Made, size: int) -> None:
    """Equal rows are not read, with a short map and with a long one; what differs is found."""
    codes = {f"it's {number}": f'n"{number}\\' for number in range(size)}
    mapping = of_item(fields={"id": "integer", "name": {"map": codes}, "amount": "number"})
    source = items(f"'it''s ' || n % {size}")
    target = items(f"""'n"' || n % {size} || '\\'""")

    pair = made(source, target)

    assert pair.both(mapping) == ()
    assert measures(pair, mapping)["rows_read"] == 0


def test_what_the_map_does_not_know_is_found_where_both_sides_look_equal(made: Made) -> None:
    """The source's code is on the target too: that is not the map's doing."""
    mapping = of_item(fields={"id": "integer", "name": {"map": {"a": "b"}}, "amount": "number"})

    pair = made(
        items("CASE WHEN n IN (7, 7000) THEN 'zz' ELSE 'a' END"),
        items("CASE WHEN n IN (7, 7000) THEN 'zz' WHEN n = 9 THEN 'a' ELSE 'b' END"),
    )

    assert said(pair.both(mapping)) == [
        (FindingKind.MISMATCH, "name", "id=9", 1),
        (FindingKind.VIOLATION, "name", "name=zz", 2),
    ]


def test_a_mapped_key(made: Made) -> None:
    """Rows meet under the new code, from the database's own segments."""
    codes = {f"K{number}": f"{number + 800000}" for number in range(1, ROWS)}
    mapping = of_item(
        key=["name"],
        fields={"name": {"map": codes}, "amount": {"type": "number", "money": True}},
        totals=[{"sum": "amount"}],
        ignore=[{"column": "id", "reason": "renumbered"}],
    )

    pair = made(items("'K' || n"), items("800000 + n", amount="n * 1.25 + CASE n WHEN 5 THEN 1 ELSE 0 END"))

    assert said(pair.both(mapping)) == [
        (FindingKind.MISMATCH, "amount", "name=800005", 1),
        (FindingKind.MISSING_IN_SOURCE, None, f"name={800000 + ROWS}", 1),
        (FindingKind.VIOLATION, "name", f"name=K{ROWS}", 1),
    ]


@pytest.mark.parametrize(
    ("source", "target", "zone"),
    [
        (MOMENT, "%s AT TIME ZONE 'Europe/Berlin' AT TIME ZONE 'UTC'", "Europe/Berlin"),
        (MOMENT, "%s - interval '8 hours'", "+08:00"),
        ("timestamptz '2026-03-28 00:30+00' + n * interval '97 min'", "%s", "+08:00"),
    ],
)  # fmt: skip
def test_time_zones(made: Made, source: str, target: str, zone: str) -> None:
    """Local time with its summer time, an offset, and a column that knows its own zone."""
    moment = f", {source} AS moment"
    mapping = of_item(
        fields={
            "id": "integer",
            "moment": {"type": "timestamp", "zone": {"source": zone}, "reason": "local time before"},
        },
        amount=None,
    )

    pair = made(items("n", columns=moment), items("n", columns=f", {target % f'({source})'} AS moment"))

    assert pair.both(mapping) == ()
    assert measures(pair, mapping)["rows_read"] == 0


def test_a_forgotten_time_zone_is_named(made: Made) -> None:
    """Thousands of rows, one sentence."""
    mapping = of_item(fields={"id": "integer", "moment": "timestamp"}, amount=None)

    pair = made(
        items("n", columns=f", {MOMENT} AS moment"),
        items("n", columns=f", {MOMENT} + interval '8 hours' AS moment"),
    )
    (finding,) = pair.both(mapping)

    assert finding.key == "change=shifted +8:00"
    assert f"moment of {ROWS:,} records was shifted by +8:00 hours" in render(finding.text, Language.EN)


def test_days_alone(made: Made) -> None:
    """A timestamp that became a date."""
    mapping = of_item(
        fields={"id": "integer", "moment": {"type": "timestamp", "date_only": True, "reason": "now a date"}},
        amount=None,
    )
    moment = "timestamp '2026-01-01 13:14:15.5' + n * interval '1 day'"

    pair = made(
        items("n", columns=f", {moment} AS moment"), items("n", columns=f", ({moment})::date AS moment")
    )

    assert pair.both(mapping) == ()
    assert measures(pair, mapping)["rows_read"] == 0


def test_shipped_rows(made: Made) -> None:
    """By rule, and only those."""
    rule = {"relation": "shipped", "rule": "name LIKE 'std %'", "reason": "the new chart"}
    mapping = of_item(rows=rule, totals=[{"sum": "amount"}])
    extra = "INSERT INTO item SELECT 90000 + n, 'std ' || n, 3 FROM generate_series(1, 500) AS n;"

    pair = made(items("n"), items("n") + extra + "INSERT INTO item VALUES (99999, 'mine', 4);")

    assert said(pair.both(mapping)) == [(FindingKind.MISSING_IN_SOURCE, None, "id=99999", 1)]
    assert pair.live(mapping).measures["rows_shipped"] == 500


def test_references(made: Made) -> None:
    """Orphans of the target that the source did not have; the join is the database's."""
    mapping = of_item(references=[{"field": "id", "table": f"{SCHEMA}.parent", "optional": True}])
    parents = "CREATE TABLE parent AS SELECT n AS id FROM generate_series(3, {}) AS n;"

    pair = made(items("n") + parents.format(ROWS), items("n") + parents.format(ROWS - 30))
    (finding,) = pair.both(mapping)

    assert (finding.kind, finding.field, finding.count) == (FindingKind.VIOLATION, "id", 30)
    assert pair.live(mapping).status is Status.FAILED
