"""What has fooled other comparisons, on real PostgreSQL and SQLite, in each pairing where it can occur.

Representation never matters, values always do; a live comparison and two stored sides say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from harness.model import Finding, FindingKind, Part, Side, Status
from harness.reconcile import gather
from harness.reconcile.comparison import compare
from tests.reconcile.conftest import KEY, Pair, mapping_of
from tests.reconcile.databases import fill, postgres
from tests.reconcile.trap_values import LITE, PAIRINGS, PG, TRAPS, Trap

pytestmark = [pytest.mark.real_pair, pytest.mark.qualify]

MISSING, SURPLUS, MISMATCH = (
    FindingKind.MISSING_IN_TARGET,
    FindingKind.MISSING_IN_SOURCE,
    FindingKind.MISMATCH,
)
NAMES = {Side.SOURCE: "trap_source", Side.TARGET: "trap_target"}


@dataclass(frozen=True)
class Ground:
    """One engine per kind of database and side."""

    engines: Mapping[tuple[str, Side], Engine]

    def pair(self, pairing: tuple[str, str]) -> Pair:
        """Both sides on these kinds of database."""
        return Pair({side: self.engines[kind, side] for kind, side in zip(pairing, Side, strict=True)})


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A PostgreSQL database, with sessions in another time zone on either side, and two SQLite files."""
    folder = tmp_path_factory.mktemp("traps")
    with postgres(folder) as server:
        engines = {}
        for side, zone in zip(Side, ("Asia/Shanghai", "America/New_York"), strict=True):
            session = {"options": f"-c timezone={zone} -c datestyle=German -c extra_float_digits=0"}
            engines[PG, side] = create_engine(server.url, connect_args=session)
            engines[LITE, side] = create_engine(f"sqlite:///{folder / side.value}.db")
        yield Ground(engines)
        for engine in engines.values():
            engine.dispose()


CASES = [
    pytest.param(trap, pairing, id=f"{trap.name}: {pairing[0]} and {pairing[1]}")
    for trap in TRAPS
    for pairing in trap.pairings()
]


@pytest.mark.parametrize(("trap", "pairing"), CASES)
def test_values(ground: Ground, trap: Trap, pairing: tuple[str, str]) -> None:
    """One row of one value: found when it differs, and only then."""
    pair = ground.pair(pairing)
    for side, cell, kind in zip(Side, (trap.source, trap.target), pairing, strict=True):
        declared, literal = cell.on(kind)
        fill(pair.engines[side], NAMES[side], f"id integer, v {declared}", f"SELECT 1, {literal}")

    found = pair.both(trapped({"id": "integer", "v": trap.field}))

    assert [(finding.kind, finding.key, finding.field) for finding in found] == (
        [(MISMATCH, "id=1", "v")] if trap.differs else []
    )


def trapped(fields: dict[str, Any], key: tuple[str, ...] = ("id",), **more: Any) -> Any:
    """The mapping of the two tables."""
    tables = {side.value: {"table": name} for side, name in NAMES.items()}
    return mapping_of(key=list(key), fields=fields, amount=None, **tables, **more)


def found(
    pair: Pair, mapping: Any, columns: str, source: str, target: str
) -> list[tuple[FindingKind, str | None]]:
    """Kinds and keys of what two tables of the same columns differ in."""
    for side, rows in zip(Side, (source, target), strict=True):
        fill(pair.engines[side], NAMES[side], columns, rows)
    return [(finding.kind, finding.key) for finding in pair.both(mapping)]


@dataclass(frozen=True)
class Rows:
    """Two tables of the columns one, two and n, and which rows differ."""

    name: str
    source: str
    target: str
    differ: tuple[tuple[FindingKind, str], ...] = ()
    key: tuple[str, ...] = ("one", "two")
    extra: Mapping[str, Any] = field(default_factory=dict)


ROWS = (
    Rows(
        "keys that run together",
        "VALUES ('ab', 'c', 1), ('x|', 'y', 1)",
        "VALUES ('a', 'bc', 1), ('x', '|y', 1)",
        (
            (SURPLUS, "one=a, two=bc"),
            (SURPLUS, "one=x, two=|y"),
            (MISSING, "one=ab, two=c"),
            (MISSING, "one=x|, two=y"),
        ),
    ),
    Rows(
        "values that run together",
        "VALUES ('ab', 'c', 1), ('1:a', '2:', 2), (NULL, 'a', 3)",
        "VALUES ('a', 'bc', 1), ('1:', 'a2:', 2), ('a', NULL, 3)",
        tuple((MISMATCH, f"n={number}") for number in (1, 2, 3) for _ in range(2)),
        key=("n",),
    ),
    Rows(
        "NULL in a composite key",
        "VALUES (NULL, 'a', 1), ('a', NULL, 2), (NULL, NULL, 3)",
        "VALUES ('a', NULL, 2), (NULL, 'a', 9), (NULL, NULL, 3)",
        ((MISMATCH, "one=NULL, two=a"),),
    ),
    Rows(
        "NULL is not a key of its own name",
        "VALUES (NULL, 'a', 1)",
        "VALUES ('NULL', 'a', 1)",
        ((SURPLUS, "one=NULL, two=a"), (MISSING, "one=NULL, two=a")),
    ),
    Rows("a double key, equal", "VALUES ('a', 'b', 1), ('a', 'b', 2)", "VALUES ('a', 'b', 2), ('a', 'b', 1)"),
    Rows(
        "a double key, one of them changed",
        "VALUES ('a', 'b', 1), ('a', 'b', 2)",
        "VALUES ('a', 'b', 3), ('a', 'b', 1)",
        ((MISMATCH, "one=a, two=b"),),
    ),
    Rows(
        "a double key, one lost",
        "VALUES ('a', 'b', 1), ('a', 'b', 1), ('a', 'b', 1)",
        "VALUES ('a', 'b', 1), ('a', 'b', 1)",
        ((MISSING, "one=a, two=b"),),
    ),
    Rows(
        "a multiset without a key",
        "VALUES ('a', 'b', 1), ('a', 'b', 1), ('c', 'd', 2)",
        "VALUES ('c', 'd', 2), ('a', 'b', 1), ('e', 'f', 3)",
        ((SURPLUS, "one=e, two=f, n=3"), (MISSING, "one=a, two=b, n=1")),
        key=(),
    ),
    Rows(
        "two equal changes cancel under XOR, never under a sum",
        "VALUES ('a', 'b', 1), ('a', 'b', 1)",
        "VALUES ('c', 'd', 1), ('c', 'd', 1)",
        ((SURPLUS, "one=c, two=d, n=1"), (MISSING, "one=a, two=b, n=1")),
        key=(),
    ),
    Rows(
        "two errors that cancel in the total",
        "VALUES ('a', '', 100), ('b', '', 200)",
        "VALUES ('a', '', 150), ('b', '', 150)",
        ((MISMATCH, "one=a, two="), (MISMATCH, "one=b, two=")),
        extra={"totals": [{"sum": "n"}, {"sum": "n", "by": ["two"]}]},
    ),
    Rows("zero rows on the target", "VALUES ('a', 'b', 1)", "", ((MISSING, "one=a, two=b"),)),
    Rows("zero rows on the source", "", "VALUES ('a', 'b', 1)", ((SURPLUS, "one=a, two=b"),)),
)


@pytest.mark.parametrize("pairing", PAIRINGS, ids=" and ".join)
@pytest.mark.parametrize("rows", ROWS, ids=lambda rows: rows.name)
def test_rows(ground: Ground, rows: Rows, pairing: tuple[str, str]) -> None:
    """Keys, copies and NULLs, live and stored alike."""
    mapping = trapped({"one": "text", "two": "text", "n": "integer"}, rows.key, **rows.extra)

    differ = found(ground.pair(pairing), mapping, "one text, two text, n integer", rows.source, rows.target)

    assert sorted(differ) == sorted(rows.differ)


@pytest.mark.parametrize("pairing", PAIRINGS, ids=" and ".join)
def test_zero_rows_on_both_sides_is_no_pass(ground: Ground, pairing: tuple[str, str]) -> None:
    """Nothing was compared."""
    pair = ground.pair(pairing)
    for side in Side:
        fill(pair.engines[side], NAMES[side], "id integer", "")
    mapping = trapped({"id": "integer"})

    assert {pair.live(mapping).status, pair.stored(mapping).status} == {Status.UNKNOWN}


ORDERS = {
    PG: ('text COLLATE "C"', 'text COLLATE "und-x-icu"', 'text COLLATE "zh-x-icu"'),
    LITE: ("TEXT", "TEXT COLLATE NOCASE", "TEXT COLLATE RTRIM"),
}
STRANGE_KEYS = (
    "('a'), ('A'), ('ä'), ('Z'), ('a-b'), ('a b'), ('ab'), ('_'), ('10'), ('9'), ('张'), ('李'), ('')"
)


@pytest.mark.parametrize("pairing", PAIRINGS, ids=" and ".join)
@pytest.mark.parametrize("order", range(3))
def test_the_order_of_text_keys_never_matters(ground: Ground, pairing: tuple[str, str], order: int) -> None:
    """Many keys under other collations, with hyphens, cases and scripts among them: one is gone."""
    pair = ground.pair(pairing)
    columns = (f"id {ORDERS[pairing[0]][0]}", f"id {ORDERS[pairing[1]][order]}")
    many = ", ".join(f"('{chr(65 + number % 58)}-{number}')" for number in range(2000) if number % 58 != 27)
    rows = f"VALUES {STRANGE_KEYS}, {many}"
    for side, declared, values in zip(Side, columns, (rows, rows.replace("('ab'), ", "")), strict=True):
        fill(pair.engines[side], NAMES[side], declared, values)

    differ = [(item.kind, item.key) for item in pair.both(trapped({"id": "text"}))]

    assert differ == [(MISSING, "id=ab")]


@pytest.mark.parametrize("pairing", PAIRINGS, ids=" and ".join)
def test_data_that_moves_during_the_comparison_is_not_seen(ground: Ground, pairing: tuple[str, str]) -> None:
    """Each side is one moment: rows that come and go between the steps change nothing."""
    pair = ground.pair(pairing)
    steps: list[object] = []
    for side, kind in zip(Side, pairing, strict=True):
        if kind == LITE:
            with pair.engines[side].connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")  # who reads does not stop who writes
        fill(pair.engines[side], NAMES[side], "id integer, v text", "VALUES (1, 'a'), (2, 'b')")

    def meanwhile(*step: object) -> None:
        steps.append(step)
        with pair.engines[Side.TARGET].begin() as connection:
            connection.exec_driver_sql(f"UPDATE trap_target SET v = 'now {len(steps)}' WHERE id = 1")
            connection.exec_driver_sql(f"INSERT INTO trap_target VALUES ({100 + len(steps)}, 'new')")

    mapping = trapped({"id": "integer", "v": "text"})
    capture = gather(mapping, pair.engines, Part.PAIR, mask_key=KEY, report=meanwhile)
    differ: tuple[Finding, ...] = compare(mapping.spec(), {Part.PAIR: capture}).findings

    assert steps
    assert differ == ()
    assert pair.live(mapping).status is Status.FAILED  # the next comparison sees what was written
