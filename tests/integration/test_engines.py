"""Every engine against every other, on real servers and files: equal data is equal, an edit is named.

The same rows are stored as each engine stores them: German numbers in CSV, typed cells in a workbook,
padded CHAR, DATETIME, tinyint, text in SQLite. `item` is the data, `same` other spellings of the same
values, `changed` the data with edits.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from sqlalchemy import Engine, create_engine

from harness.cli import invoke
from harness.demo import cluster as clusters
from harness.demo import processes
from harness.demo.postgres_programs import find_programs
from harness.demo.state import StateFile
from harness.demo.steps import Work
from harness.errors import ConfigError, ExitCode
from harness.model import Conclusion, FindingKind, Part, Side, Status
from harness.reconcile import EntityMapping, gather
from harness.reconcile.comparison import compare
from harness.reconcile.files import opened_file
from harness.reconcile.snapshot import snapshot
from harness.reconcile.view import Place
from harness.testing.mariadb import mariadb_server

pytestmark = pytest.mark.real_pair

KEY = b"a key of the tests"
ENGINES = ("postgresql", "mariadb", "sqlite", "duckdb", "parquet", "csv", "xlsx")
PAIRS = list(product(ENGINES, ENGINES))
COLUMNS = ("code", "line", "name", "unit", "amount", "rate", "booked", "created", "active")
D = Decimal
Row = tuple[Any, ...]

# Keys: leading zeros, case, a separator inside, and letters that collations order differently.
ITEM: list[Row] = [
    ("0010", 1, "Müller", "kg", D("1234.50"), 0.1, date(2026, 1, 31), datetime(2026, 1, 31, 8, 0, 5), True),
    ("0010", 2, "现金", "kg", D("-0.01"), 2.5, date(2025, 12, 31), datetime(2025, 12, 31, 23, 59, 59), False),
    ("a", 11, 'O\'Neil; "x"', "m", D("999999999.99"), 0.0000001, None, datetime(2026, 2, 1), True),
    ("A", 11, None, "m", D("0.00"), 0.0, date(1999, 2, 28), None, False),
    ("a1", 1, "é", "pce", None, 1.0, date(2026, 3, 1), datetime(2026, 3, 1, 12, 30), None),
    ("Ä", 7, "ab,c", None, D("1000.00"), -1234567.25, date(2024, 2, 29), datetime(2024, 2, 29, 1), True),
    ("z|9", 7, "100%", "kg", D("0.10"), 3.0, date(2026, 3, 2), datetime(2026, 3, 2, 0, 0, 1), True),
]
# The same values: letters decomposed, a scale of four, -0.0.
SAME: list[Row] = [
    (code, line, {"Müller": "Mu\u0308ller", "é": "e\u0301"}.get(name, name), unit,
     None if amount is None else amount.quantize(D("0.0001")), -0.0 if rate == 0 else rate, *rest)
    for code, line, name, unit, amount, rate, *rest in reversed(ITEM)
]  # fmt: skip
CHANGED: list[Row] = [
    (*ITEM[0][:4], D("1234.51"), *ITEM[0][5:]),
    (*ITEM[1][:2], "现 金", *ITEM[1][3:]),
    (*ITEM[2][:6], date(2026, 1, 1), *ITEM[2][7:]),
    ITEM[3],
    (*ITEM[4][:7], datetime(2026, 3, 1, 4, 30), *ITEM[4][8:]),
    ("Ä", 8, *ITEM[5][2:]),
    (*ITEM[6][:5], 3.0000001, *ITEM[6][6:8], False),
]
EDITS = {
    (FindingKind.MISMATCH, "code=0010, line=1", "amount"),
    (FindingKind.MISMATCH, "code=0010, line=2", "name"),
    (FindingKind.MISMATCH, "code=a, line=11", "booked"),
    (FindingKind.MISMATCH, "code=a1, line=1", "created"),
    (FindingKind.MISSING_IN_TARGET, "code=Ä, line=7", None),
    (FindingKind.MISSING_IN_SOURCE, "code=Ä, line=8", None),
    (FindingKind.MISMATCH, "code=z|9, line=7", "rate"),
    (FindingKind.MISMATCH, "code=z|9, line=7", "active"),
}
TABLES = {"item": ITEM, "same": SAME, "changed": CHANGED}


@dataclass(frozen=True)
class Store:
    """Where an engine keeps each of the tables."""

    places: dict[str, Place]

    def place(self, table: str) -> Place:
        return self.places[table]


@pytest.fixture(scope="module")
def stack() -> Iterator[ExitStack]:
    """What the module opens and closes."""
    with ExitStack() as opened:
        yield opened


@pytest.fixture(scope="module")
def postgresql(stack: ExitStack, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """A private PostgreSQL whose sessions are in another time zone unless told otherwise."""
    folder = tmp_path_factory.mktemp("engines-postgresql")
    programs = find_programs(os.environ)
    cluster = clusters.place_cluster(folder)
    programs = clusters.within_reach(programs, cluster)
    state = StateFile(folder)
    password, port = secrets.token_hex(8), processes.free_port()
    work = Work(folder / "log", state, "postgres")
    clusters.create(cluster, programs, password, work)
    server = clusters.start(cluster, programs, port, password, work)
    stack.callback(lambda: clusters.remove({"data": str(cluster.data)}))
    stack.callback(lambda: processes.stop(state.read().processes["postgres"]))
    engine = create_engine(server.url("postgres", driver="+psycopg"))
    stack.callback(engine.dispose)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ALTER DATABASE postgres SET timezone = 'Asia/Shanghai'")
    engine.dispose()
    return engine


@pytest.fixture(scope="module")
def mariadb(stack: ExitStack, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """A private MariaDB."""
    url = stack.enter_context(mariadb_server(tmp_path_factory.mktemp("engines-mariadb")))
    engine = create_engine(url)
    stack.callback(engine.dispose)
    return engine


@pytest.fixture(scope="module")
def stores(
    postgresql: Engine, mariadb: Engine, stack: ExitStack, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Store]:
    """Every engine with all the tables."""
    folder = tmp_path_factory.mktemp("engines")
    return {
        "postgresql": in_postgresql(postgresql),
        "mariadb": in_mariadb(mariadb),
        "sqlite": in_sqlite(folder / "items.db", stack),
        "duckdb": in_duckdb(folder / "items.duckdb", stack),
        "parquet": in_parquet(folder, stack),
        "csv": in_csv(folder, stack),
        "xlsx": in_xlsx(folder / "items.xlsx", stack),
    }


def in_postgresql(engine: Engine) -> Store:
    with engine.begin() as connection:
        connection.exec_driver_sql("SET TIME ZONE 'UTC'")
        for table, rows in TABLES.items():
            scale = 4 if table == "same" else 2
            connection.exec_driver_sql(
                f"CREATE TABLE {table} (code text, line int, name text, unit char(5),"
                f" amount numeric(20,{scale}),"
                " rate double precision, booked date, created timestamptz, active boolean)"
            )
            marks = ", ".join(["%s"] * len(COLUMNS))
            connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", rows)
    return Store(dict.fromkeys(TABLES, engine))


def in_mariadb(engine: Engine) -> Store:
    with engine.begin() as connection:
        for table, rows in TABLES.items():
            scale = 4 if table == "same" else 2
            connection.exec_driver_sql(
                f"CREATE TABLE {table} (code varchar(20) COLLATE utf8mb4_bin, line int, name varchar(50),"
                f" unit char(5), amount decimal(20,{scale}), rate double, booked date, created datetime(6),"
                " active tinyint(1), PRIMARY KEY (code, line))"
            )
            marks = ", ".join(["%s"] * len(COLUMNS))
            connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", rows)
    return Store(dict.fromkeys(TABLES, engine))


def in_sqlite(path: Path, stack: ExitStack) -> Store:
    raw = sqlite3.connect(path)
    for table, rows in TABLES.items():
        raw.execute(f"CREATE TABLE {table} (code TEXT, line INTEGER, name TEXT, unit TEXT, amount TEXT,"
                    " rate REAL, booked TEXT, created TEXT, active INTEGER)")  # fmt: skip
        marks = ", ".join("?" * len(COLUMNS))
        raw.executemany(f"INSERT INTO {table} VALUES ({marks})", [tuple(map(_sqlite, row)) for row in rows])
    raw.commit()
    raw.close()
    engine = create_engine(f"sqlite:///{path}")
    stack.callback(engine.dispose)
    return Store(dict.fromkeys(TABLES, engine))


def _sqlite(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | date) else value


def in_duckdb(path: Path, stack: ExitStack) -> Store:
    with duckdb.connect(str(path)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for table, rows in TABLES.items():
            connection.execute(
                f"CREATE TABLE {table} (code VARCHAR, line INT, name VARCHAR, unit VARCHAR,"
                " amount DECIMAL(20,4),"
                " rate DOUBLE, booked DATE, created TIMESTAMPTZ, active BOOLEAN)"
            )
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(COLUMNS))})", rows)
    return Store(dict.fromkeys(TABLES, stack.enter_context(opened_file(path))))


def in_parquet(folder: Path, stack: ExitStack) -> Store:
    kinds = (pa.string(), pa.int64(), pa.string(), pa.string(), pa.decimal128(20, 4), pa.float64(),
             pa.date32(), pa.timestamp("us", tz="UTC"), pa.bool_())  # fmt: skip
    places: dict[str, Place] = {}
    for table, rows in TABLES.items():
        arrays = [
            pa.array([_scaled(value) for value in values], kind)
            for values, kind in zip(zip(*rows, strict=True), kinds, strict=True)
        ]
        pq.write_table(pa.table(arrays, names=list(COLUMNS)), folder / f"{table}.parquet")
        places[table] = stack.enter_context(opened_file(folder / f"{table}.parquet"))
    return Store(places)


def _scaled(value: Any) -> Any:
    return value.quantize(D("0.0001")) if isinstance(value, Decimal) else value


def in_csv(folder: Path, stack: ExitStack) -> Store:
    places: dict[str, Place] = {}
    for table, rows in TABLES.items():
        lines = [";".join(COLUMNS), *(";".join(map(_german, row)) for row in rows)]
        (folder / f"{table}.csv").write_text("\r\n".join(lines), encoding="utf-16")
        places[table] = stack.enter_context(opened_file(folder / f"{table}.csv"))
    return Store(places)


def _german(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case Decimal() | float():
            return _german_number(value)
        case datetime():
            return value.strftime("%d.%m.%Y %H:%M:%S")
        case date():
            return value.strftime("%d.%m.%Y")
    content = str(value)
    return '"' + content.replace('"', '""') + '"' if ";" in content or '"' in content else content


def _german_number(value: Decimal | float) -> str:
    digits = f"{abs(Decimal(repr(value)) if isinstance(value, float) else value):,f}"
    swapped = digits.translate(str.maketrans(",.", ".,"))
    return f"{swapped}-" if value < 0 else swapped


def in_xlsx(path: Path, stack: ExitStack) -> Store:
    with xlsxwriter.Workbook(path) as book:
        formats = [book.add_format({"num_format": code}) for code in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss")]
        for table, rows in TABLES.items():
            sheet = book.add_worksheet(table)
            for number, row in enumerate([COLUMNS, *rows]):
                for place, value in enumerate(row):
                    _write_cell(sheet, number, place, value, formats)
    return Store(dict.fromkeys(TABLES, stack.enter_context(opened_file(path))))


def _write_cell(sheet: Any, row: int, place: int, value: Any, formats: list[Any]) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, place, value)
        case datetime():
            sheet.write_datetime(row, place, value, formats[1])
        case date():
            sheet.write_datetime(row, place, value, formats[0])
        case Decimal() | float() | int():
            sheet.write_number(row, place, float(value))
        case _:
            sheet.write_string(row, place, value)


def mapping(source: str, target: str, **changes: Any) -> EntityMapping:
    """The mapping of one table to another, with the rules that these representations need."""
    data: dict[str, Any] = {
        "entity": "item",
        "title": {"en": "Items", "zh": "物料"},
        "module": "stock",
        "key": ["code", "line"],
        "source": {"table": source},
        "target": {"table": target},
        "fields": {
            "code": "text",
            "line": "integer",
            "name": {"form": "nfc", "empty_is_null": True},
            "unit": {"form": "trimmed"},
            "amount": {"type": "number", "money": True},
            "rate": "float",
            "booked": "date",
            "created": "timestamp",
            "active": "boolean",
        },
        "amount": {"field": "amount", "currency": "EUR"},
        "totals": [{"sum": "amount"}],
    }
    return EntityMapping.model_validate(data | changes)


def concluded(found: EntityMapping, source: Place, target: Place) -> Conclusion:
    """The conclusion of a live comparison."""
    capture = gather(found, {Side.SOURCE: source, Side.TARGET: target}, Part.PAIR, mask_key=KEY)
    return compare(found.spec(), {Part.PAIR: capture})


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_equal_data_is_equal(stores: dict[str, Store], source: str, target: str) -> None:
    """However each engine spells it; all rows were compared."""
    conclusion = concluded(
        mapping("item", "same"), stores[source].place("item"), stores[target].place("same")
    )

    assert [
        (item.key, item.field, item.source_value, item.target_value) for item in conclusion.findings
    ] == []
    assert conclusion.status is Status.PASSED
    assert conclusion.measures["rows_compared"] == len(ITEM)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_findings_are_exactly_the_edits(stores: dict[str, Store], source: str, target: str) -> None:
    """Key, column and the cent; not one more."""
    conclusion = concluded(
        mapping("item", "changed"), stores[source].place("item"), stores[target].place("changed")
    )

    assert {(item.kind, item.key, item.field) for item in conclusion.findings} == EDITS
    assert len(conclusion.findings) == len(EDITS)
    assert {item.amount for item in conclusion.findings if item.field == "amount"} == {D("0.01")}


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_without_a_key_rows_are_a_multiset(stores: dict[str, Store], source: str, target: str) -> None:
    """Each changed row is one that is missing and one that is new."""
    keyless = mapping("item", "changed", key=[])

    conclusion = concluded(keyless, stores[source].place("item"), stores[target].place("changed"))

    kinds = [item.kind for item in conclusion.findings]
    assert kinds.count(FindingKind.MISSING_IN_TARGET) == len(ITEM) - 1
    assert kinds.count(FindingKind.MISSING_IN_SOURCE) == len(ITEM) - 1


# Traps that only some engines can hold.


@dataclass(frozen=True)
class Values:
    """A table `trap (id, value)` in any engine, from SQL type and rows."""

    postgresql: Engine
    mariadb: Engine
    folder: Path
    stack: ExitStack

    def store(self, engine: str, name: str, kind: str, values: list[Any]) -> Place:
        rows = list(enumerate(values, 1))
        if engine in {"postgresql", "mariadb"}:
            found: Engine = getattr(self, engine)
            with found.begin() as connection:
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
                connection.exec_driver_sql(f"CREATE TABLE {name} (id int, value {kind})")
                connection.exec_driver_sql(f"INSERT INTO {name} VALUES (%s, %s)", rows)
            return found
        # a folder each: DuckDB opens a file once in a process
        path = Path(tempfile.mkdtemp(dir=self.folder)) / f"{name}.{engine}"
        return self._in_file(engine, path, name, kind, rows)

    def _in_file(self, engine: str, path: Path, name: str, kind: str, rows: list[tuple[int, Any]]) -> Place:
        if engine == "sqlite":
            raw = sqlite3.connect(path)
            raw.execute(f"CREATE TABLE {name} (id INTEGER, value {kind})")
            raw.executemany(
                f"INSERT INTO {name} VALUES (?, ?)", [(number, _sqlite(item)) for number, item in rows]
            )
            raw.commit()
            raw.close()
            made = create_engine(f"sqlite:///{path}")
            self.stack.callback(made.dispose)
            return made
        if engine == "duckdb":
            with duckdb.connect(str(path)) as connection:
                connection.execute(f"CREATE TABLE {name} (id INT, value {kind})")
                connection.executemany(f"INSERT INTO {name} VALUES (?, ?)", rows)
        elif engine == "parquet":
            numbers, values = zip(*rows, strict=True)
            pq.write_table(pa.table({"id": list(numbers), "value": list(values)}), path)
        else:
            lines = ["id,value", *(f"{number},{_quoted(item)}" for number, item in rows)]
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return self.stack.enter_context(opened_file(path))


def _quoted(value: Any) -> str:
    return '""' if value == "" else "" if value is None else str(value)


@pytest.fixture(scope="module")
def values(
    postgresql: Engine, mariadb: Engine, stack: ExitStack, tmp_path_factory: pytest.TempPathFactory
) -> Values:
    """Makes small tables."""
    return Values(postgresql, mariadb, tmp_path_factory.mktemp("traps"), stack)


def differing(
    source: Place, target: Place, field: Any, tables: tuple[str, str] = ("trap_s", "trap_t")
) -> list[str]:
    """The keys whose value differs."""
    found = mapping(*tables, key=["id"], fields={"id": "integer", "value": field}, amount=None, totals=[])
    return [str(item.key) for item in concluded(found, source, target).findings]


TEXT = {"postgresql": "text", "mariadb": "varchar(40)", "sqlite": "TEXT", "duckdb": "VARCHAR"}
EXACT = {
    "postgresql": "numeric(24,4)",
    "mariadb": "decimal(24,4)",
    "sqlite": "TEXT",
    "duckdb": "DECIMAL(24,4)",
}
DOUBLE = {"postgresql": "float8", "mariadb": "double", "sqlite": "REAL", "duckdb": "DOUBLE"}
NULLS = ("postgresql", "mariadb", "sqlite", "duckdb", "parquet", "csv")


@pytest.mark.parametrize(("source", "target"), list(product(NULLS, NULLS)))
def test_null_is_not_the_empty_text(values: Values, source: str, target: str) -> None:
    """Wherever both can be stored; equal only when the mapping says so."""
    places = (
        values.store(source, "trap_s", TEXT.get(source, ""), ["x", None, "", ""]),
        values.store(target, "trap_t", TEXT.get(target, ""), ["x", "", None, ""]),
    )

    assert differing(*places, "text") == ["id=2", "id=3"]
    assert differing(*places, {"empty_is_null": True}) == []


@pytest.mark.parametrize(("source", "target"), list(product(NULLS, NULLS)))
def test_money_beyond_double_precision(values: Values, source: str, target: str) -> None:
    """Nineteen digits and a cent: equal where stored exactly, found where it differs."""
    large = [D("12345678901234567.89"), D("-0.01"), D("99999999999999999.99")]
    places = (
        values.store(source, "trap_s", EXACT.get(source, ""), large),
        values.store(target, "trap_t", EXACT.get(target, ""), [*large[:2], large[2] - D("0.01")]),
    )

    assert differing(*places, "number") == ["id=3"]


@pytest.mark.parametrize("target", ["postgresql", "mariadb", "duckdb", "csv"])
def test_sqlite_real_loses_large_money(values: Values, target: str) -> None:
    """It is lost in the database: the comparison says so and invents no equality."""
    money = [D("1234.10"), D("12345678901234567.89")]
    places = (
        values.store("sqlite", "trap_s", "REAL", [float(item) for item in money]),
        values.store(target, "trap_t", EXACT.get(target, ""), money),
    )

    assert differing(*places, "number") == ["id=2"]


@pytest.mark.parametrize(("source", "target"), list(product(DOUBLE, DOUBLE)))
def test_floats(values: Values, source: str, target: str) -> None:
    """By their shortest exact text: -0.0 is 0, 0.1 + 0.2 is not 0.3 until a tolerance says so."""
    tolerance = {"type": "float", "tolerance": "0.000001", "unit": "kg", "reason": "computed"}
    places = (
        values.store(source, "trap_s", DOUBLE[source], [0.1, -0.0, 0.1 + 0.2, 1e15, 1e-7]),
        values.store(target, "trap_t", DOUBLE[target], [0.1, 0.0, 0.3, 1e15, 1e-7]),
    )

    assert differing(*places, "float") == ["id=3"]
    assert differing(*places, tolerance) == []


@pytest.mark.parametrize("source", ["postgresql", "sqlite", "duckdb"])
def test_datetime_without_fractions_drops_microseconds(values: Values, source: str) -> None:
    """MariaDB's DATETIME keeps seconds only; DATETIME(6) keeps all."""
    moments = [datetime(2026, 1, 1, 0, 0, 0, 123456), datetime(2026, 1, 1, 0, 0, 1)]
    kind = {"postgresql": "timestamptz", "sqlite": "TEXT", "duckdb": "TIMESTAMP"}[source]
    stored = [moment.isoformat(" ") for moment in moments] if source == "sqlite" else moments
    if source == "postgresql":
        stored = [f"{moment.isoformat(' ')}+00" for moment in moments]
    place = values.store(source, "trap_s", kind, stored)

    assert differing(place, values.store("mariadb", "trap_t", "datetime", moments), "timestamp") == ["id=1"]
    assert differing(place, values.store("mariadb", "trap_t", "datetime(6)", moments), "timestamp") == []


@pytest.mark.parametrize("source", ["postgresql", "sqlite", "duckdb", "csv"])
def test_a_collation_hides_nothing(values: Values, source: str) -> None:
    """Case, accents and padding, all equal to MariaDB's collation, are differences."""
    kind = "varchar(40) COLLATE utf8mb4_general_ci"
    place = values.store(source, "trap_s", TEXT.get(source, ""), ["ab", "é", "x", "same"])
    target = values.store("mariadb", "trap_t", kind, ["AB", "e", "x ", "same"])

    assert differing(place, target, "text") == ["id=1", "id=2", "id=3"]
    assert differing(place, target, {"form": "trimmed"}) == ["id=1", "id=2"]


def test_char_padding(values: Values) -> None:
    """PostgreSQL pads CHAR, MariaDB strips it: equal where the mapping declares the trimmed form."""
    places = (
        values.store("postgresql", "trap_s", "char(6)", ["ab", "c d", None]),
        values.store("mariadb", "trap_t", "char(6)", ["ab", "c d", None]),
    )

    assert differing(*places, {"form": "trimmed"}) == []


def test_mariadb_is_read_at_one_moment_and_never_written(values: Values) -> None:
    """What is written meanwhile is not seen; the session refuses to write."""
    engine = values.store("mariadb", "trap_s", "int", [1])
    assert isinstance(engine, Engine)
    with snapshot(engine, Side.SOURCE) as view:
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO trap_s VALUES (2, 2)")
        assert view.number("SELECT count(*) FROM trap_s") == 1
        with pytest.raises(ConfigError):
            view.all("DELETE FROM trap_s")
    with snapshot(engine, Side.SOURCE) as view:
        assert view.number("SELECT count(*) FROM trap_s") == 2


def test_a_column_that_mariadb_does_not_have_is_the_mappings_fault(values: Values) -> None:
    """Its driver calls that an operational error; the server is there all the same."""
    place = values.store("mariadb", "trap_s", "int", [1])

    with pytest.raises(ConfigError, match=r"nothing was started|refuses"):
        differing(place, place, {"source": "nonsense(value)", "type": "integer"}, ("trap_s", "trap_s"))


def test_mariadb_that_is_gone_does_not_answer(values: Values) -> None:
    """A lost server is the environment's fault."""
    gone = create_engine(f"mysql+pymysql://nobody:x@127.0.0.1:{processes.free_port()}/none")
    place = values.store("mariadb", "trap_s", "int", [1])

    conclusion = concluded(
        mapping("trap_s", "trap_s", key=["id"], fields={"id": "integer"}, amount=None, totals=[]), place, gone
    )

    assert [item.kind for item in conclusion.findings] == [FindingKind.UNAVAILABLE]


def test_a_concatenation_means_the_same_everywhere(values: Values) -> None:
    """`||` joins texts on every engine, a backslash is a backslash, and a cast is rendered."""
    joined = {"source": "value || '\\' || cast(id as text)", "target": "value || '\\' || cast(id as text)"}
    places = {
        engine: values.store(engine, f"trap_{engine[0]}", TEXT.get(engine, ""), ["a", "b"])
        for engine in NULLS
    }
    for source, target in product(NULLS, NULLS):
        tables = (f"trap_{source[0]}", f"trap_{target[0]}")

        assert differing(places[source], places[target], joined, tables) == []
        assert differing(places[source], places[target], joined | {"target": "value"}, tables) == [
            "id=1",
            "id=2",
        ]


MAPPING = """
entity = "trap"
title = {{ en = "Traps", zh = "陷阱" }}
module = "stock"
key = ["id"]
[source]
table = "{source}"
[target]
table = "{target}"
[fields]
id = "integer"
value = "number"
"""


def test_the_command_on_two_databases(
    values: Values, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By mapping, from MariaDB to PostgreSQL, without a run; a password is shown nowhere."""
    monkeypatch.setenv("HARNESS_LANG", "en")
    engines = {
        side: values.store(engine, f"trap_{engine[0]}", EXACT[engine], [D("1.10"), D("2.20")])
        for side, engine in (("source", "mariadb"), ("target", "postgresql"))
    }
    urls = {side: engine.url.render_as_string(hide_password=False) for side, engine in engines.items()}  # type: ignore[union-attr]
    monkeypatch.setenv("TARGET", urls["target"])
    path, out = tmp_path / "trap.toml", tmp_path / "out.json"
    path.write_text(MAPPING.format(source="trap_m", target="trap_p"), encoding="utf-8")

    def run(source: str) -> ExitCode:
        return invoke(
            ["reconcile", str(path), "--source", source, "--target", "${TARGET}", "--json", str(out)]
        )

    assert run(urls["source"]) == ExitCode.GO
    with values.postgresql.begin() as connection:
        connection.exec_driver_sql("UPDATE trap_p SET value = 2.21 WHERE id = 2")
    assert run(urls["source"]) == ExitCode.NO_GO
    assert (
        run(f"mysql+pymysql://me:Sesam42secret@127.0.0.1:{processes.free_port()}/x")
        == ExitCode.INTERNAL_ERROR
    )
    shown = capsys.readouterr()
    assert "id=2" in shown.out and "2.21" in shown.out
    assert "does not answer" in shown.err
    passwords = [str(engine.url.password) for engine in engines.values()]  # type: ignore[union-attr]
    for password in (*passwords, "Sesam42"):
        assert password not in shown.out + shown.err + out.read_text(encoding="utf-8")
