"""What has fooled other comparisons, on real PostgreSQL and SQLite, in each pairing where it can occur.

Representation never matters, values always do; a live comparison and two stored sides say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from harness.model import Finding, FindingKind, Part, Side, Status
from harness.reconcile import gather
from harness.reconcile.comparison import compare
from tests.reconcile.conftest import KEY, Pair, mapping_of
from tests.reconcile.databases import fill, postgres

pytestmark = [pytest.mark.real_pair, pytest.mark.qualify]

PG, LITE = "postgresql", "sqlite"
PAIRINGS = tuple(product((PG, LITE), repeat=2))
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


@dataclass(frozen=True)
class Cell:
    """One value as each kind of database holds it: `type literal`; without one it cannot occur there."""

    postgresql: str = ""
    sqlite: str = ""

    def on(self, kind: str) -> tuple[str, str]:
        """Its column's type and its literal."""
        declared, _, literal = (self.postgresql if kind == PG else self.sqlite).partition(" = ")
        return declared, literal


def same(declared: str, literal: str) -> Cell:
    """A value that is written alike for both."""
    return Cell(f"{declared} = {literal}", f"{declared} = {literal}")


@dataclass(frozen=True)
class Trap:
    """Two values, the field that compares them, and whether they differ."""

    name: str
    source: Cell
    target: Cell
    field: Any
    differs: bool = False

    def pairings(self) -> Iterator[tuple[str, str]]:
        """Where it can occur."""
        return (
            pairing for pairing in PAIRINGS if self.source.on(pairing[0])[1] and self.target.on(pairing[1])[1]
        )


NFC, NFD = same("text", "'Mü'"), same("text", "'Mu\u0308'")
EURO_TEXT = Cell("numeric = 12345678901234567.89", "TEXT = '12345678901234567.89'")
NULL, EMPTY, BLANK = same("text", "NULL"), same("text", "''"), same("text", "' '")
PADDED = Cell("char(5) = 'ab'")
LOOSE, TRIMMED = {"empty_is_null": True}, {"form": "trimmed"}
EIGHT_IN_SHANGHAI = Cell("timestamptz = '2025-01-01 08:00+08'", "TEXT = '2025-01-01T08:00:00+08:00'")
MIDNIGHT = Cell("timestamp = '2025-01-01 00:00'", "TEXT = '2025-01-01 00:00:00.000000'")
HALF_HOUR = Cell("interval = '30 minutes'", "INTEGER = 1800")

TRAPS = (
    Trap("numeric scale", Cell("numeric = 1.10", "TEXT = '1.10'"), Cell("numeric(20,6) = 1.1", "REAL = 1.1"), "number"),
    Trap("a cent in a large sum", Cell("numeric = 12345678.90", "TEXT = '12345678.90'"), Cell("numeric = 12345678.91", "TEXT = '12345678.91'"), "number", True),
    Trap("beyond double precision", EURO_TEXT, Cell("numeric = 12345678901234567.88", "TEXT = '12345678901234567.88'"), "number", True),
    Trap("SQLite REAL lost digits of money", EURO_TEXT, Cell(sqlite="REAL = 12345678901234567.89"), "number", True),
    Trap("SQLite REAL that lost none", Cell("numeric = 1234567890.12", "TEXT = '1234567890.12'"), Cell(sqlite="REAL = 1234567890.12"), "number"),
    Trap("SQLite NUMERIC makes floats of texts", EURO_TEXT, Cell(sqlite="NUMERIC = '12345678901234567.89'"), "number", True),
    Trap("exponents", Cell("numeric = 1000000000000000000000", "REAL = 1e21"), Cell("double precision = 1e21", "TEXT = '1E+21'"), "number"),
    Trap("a number kept as text", Cell("numeric = 1.10", "REAL = 1.1"), same("text", "'1.1000'"), "number"),
    Trap("not a number", Cell("numeric = 'NaN'"), Cell("double precision = 'NaN'"), "number"),
    Trap("infinite", Cell("double precision = 'Infinity'", "REAL = 9e999"), Cell("double precision = 'Infinity'", "REAL = 9e999"), "float"),
    Trap("what is no number", same("text", "'1,5'"), same("text", "'1.5'"), "number", True),
    Trap("integers beyond 2^53", Cell("bigint = 9007199254740993", "INTEGER = 9007199254740993"), Cell("numeric = 9007199254740992", "REAL = 9007199254740992"), "integer", True),
    Trap("integers of any width", Cell("smallint = 7", "INTEGER = 7"), Cell("bigint = 7", "TEXT = '007'"), "integer"),
    Trap("leading zeros of a code", same("text", "'007'"), same("text", "'7'"), "text", True),
    Trap("minus zero", Cell("double precision = '-0'", "REAL = -0.0"), Cell("double precision = 0", "REAL = 0.0"), "float"),
    Trap("minus zero as a number", Cell("numeric = 0.00", "TEXT = '0.00'"), Cell("double precision = '-0'", "TEXT = '-0.0'"), "number"),
    Trap("the last bit of a float", Cell("double precision = 0.1", "REAL = 0.1"), Cell("double precision = 0.10000000000000002", "REAL = 0.10000000000000002"), "float", True),
    Trap("single precision", Cell("real = 0.1", "REAL = 0.1"), Cell("real = 0.1", "REAL = 0.1"), "float"),
    Trap("single beside double precision", Cell("double precision = 0.1", "REAL = 0.1"), Cell("real = 0.1"), "float"),
    Trap("a sum of floats", Cell("double precision = 0.1::float8 + 0.2::float8", "REAL = 0.1 + 0.2"), Cell("numeric = 0.3", "TEXT = '0.3'"), "number", True),
    Trap("NULL and NULL", NULL, NULL, "text"),
    Trap("NULL and the empty text", NULL, EMPTY, "text", True),
    Trap("the empty text and NULL", EMPTY, NULL, "text", True),
    Trap("NULL and the empty text by rule", NULL, EMPTY, LOOSE),
    Trap("a blank is not empty", NULL, BLANK, LOOSE, True),
    Trap("NULL and the word NULL", NULL, same("text", "'NULL'"), "text", True),
    Trap("NULL and its mark", NULL, same("text", "'N'"), "text", True),
    Trap("NULL and zero", Cell("numeric = NULL", "TEXT = NULL"), Cell("numeric = 0", "TEXT = '0'"), "number", True),
    Trap("CHAR padding by rule", PADDED, same("text", "'ab'"), TRIMMED),
    Trap("CHAR of two widths", PADDED, Cell("char(9) = 'ab'"), "text"),
    Trap("CHAR beside text", PADDED, same("text", "'ab'"), "text"),
    Trap("blanks that somebody typed", same("text", "'ab  '"), same("text", "'ab'"), "text", True),
    Trap("blanks at the beginning", same("text", "'  ab'"), same("text", "'ab'"), TRIMMED, True),
    Trap("a line end", Cell("text = E'ab\\n'", "TEXT = 'ab' || char(10)"), same("text", "'ab'"), TRIMMED, True),
    Trap("case", same("text", "'ab'"), same("text", "'aB'"), "text", True),
    Trap("case under a collation that ignores it", Cell('text COLLATE "und-x-icu" = \'ab\'', "TEXT COLLATE NOCASE = 'ab'"), Cell("text = 'AB'", "TEXT COLLATE NOCASE = 'AB'"), "text", True),
    Trap("composed and decomposed letters", NFC, NFD, "text", True),
    Trap("composed and decomposed letters by rule", NFC, NFD, {"form": "nfc"}),
    Trap("full-width digits", same("text", "'１２'"), same("text", "'12'"), {"form": "nfc"}, True),
    Trap("beyond the basic plane", same("text", "'𠮷野家😀'"), same("text", "'𠮷野家😀'"), "text"),
    Trap("the marks of the engine in a text", Cell("text = E'\\x01a\\x1f'", "TEXT = char(1) || 'a' || char(31)"), same("text", "'a'"), "text", True),
    Trap("timestamps with and without a zone", EIGHT_IN_SHANGHAI, MIDNIGHT, "timestamp"),
    Trap("a clock read as another zone's", Cell("timestamp = '2025-01-01 08:00'", "TEXT = '2025-01-01 08:00'"), MIDNIGHT, "timestamp", True),
    Trap("a microsecond", MIDNIGHT, Cell("timestamp = '2025-01-01 00:00:00.000001'", "TEXT = '2025-01-01 00:00:00.000001'"), "timestamp", True),
    Trap("digits of a second", Cell("timestamp(1) = '2025-01-01 00:00:00.5'", "TEXT = '2025-01-01 00:00:00.5'"), Cell("timestamptz = '2025-01-01 00:00:00.500000+00'", "TEXT = '2025-01-01T00:00:00.500000Z'"), "timestamp"),
    Trap("summer time", Cell("timestamptz = '2025-03-09 03:00-04'", "TEXT = '2025-03-09 03:00-04:00'"), Cell("timestamp = '2025-03-09 07:00'", "TEXT = '2025-03-09 07:00'"), "timestamp"),
    Trap("a day as a timestamp", Cell("date = '2025-01-01'", "TEXT = '2025-01-01'"), MIDNIGHT, "date"),
    Trap("a time of day that a date cannot hold", Cell("date = '2025-01-01'", "TEXT = '2025-01-01'"), Cell("timestamp = '2025-01-01 01:00'", "TEXT = '2025-01-01 01:00'"), "date", True),
    Trap("the end of time", Cell("date = 'infinity'"), Cell("date = '9999-12-31'", "TEXT = '9999-12-31'"), "date", True),
    Trap("the end of time on both sides", Cell("timestamp = 'infinity'"), Cell("timestamp = 'infinity'"), "timestamp"),
    Trap("before our era", Cell("date = '0044-03-15 BC'"), Cell("date = '0044-03-15'", "TEXT = '0044-03-15'"), "date", True),
    Trap("a time of day", Cell("time = '08:00'", "TEXT = '08:00'"), Cell("time = '08:00:00'", "TEXT = '08:00:00.000000'"), "time"),
    Trap("intervals", HALF_HOUR, Cell("interval = '00:30'", "REAL = 1800.0"), "interval"),
    Trap("a day and 24 hours", Cell("interval = '1 day'", "INTEGER = 86400"), Cell("interval = '24:00'", "TEXT = '24:00:00'"), "interval"),
    Trap("booleans", Cell("boolean = true", "INTEGER = 1"), Cell("integer = 1", "TEXT = 'true'"), "boolean"),
    Trap("JSON", Cell('json = \'{"b": 1, "a": 2.50}\'', 'TEXT = \'{"b": 1, "a": 2.50}\''), Cell('jsonb = \'{"a":2.5,"b":1}\'', 'TEXT = \'{"a":2.5,"b":1}\''), "json"),
    Trap("JSON NULL is not NULL", Cell("jsonb = 'null'", "TEXT = 'null'"), Cell("jsonb = NULL", "TEXT = NULL"), "json", True),
    Trap("bytes", Cell("bytea = '\\x00ff'", "BLOB = x'00ff'"), Cell("bytea = '\\x00fe'", "BLOB = x'00fe'"), "bytes", True),
    Trap("no bytes and NULL", Cell("bytea = ''", "BLOB = x''"), Cell("bytea = NULL", "BLOB = NULL"), "bytes", True),
    Trap("identifiers", Cell("uuid = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"), same("text", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"), "text"),
)  # fmt: skip
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
)  # fmt: skip


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
    """Many keys under another collation on either side, hyphens, cases and scripts among them: one is gone."""
    pair = ground.pair(pairing)
    columns = (f"id {ORDERS[pairing[0]][0]}", f"id {ORDERS[pairing[1]][order]}")
    many = ", ".join(f"('{chr(65 + number % 58)}-{number}')" for number in range(2000) if number % 58 != 27)
    rows = f"VALUES {STRANGE_KEYS}, {many.replace(chr(39) * 3, chr(39))}"
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
