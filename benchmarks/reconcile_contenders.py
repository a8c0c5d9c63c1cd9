"""Who compares: the harness, its rivals where they are installed, and the limits that nobody can beat.

Each runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unittest import mock

import adbc_driver_postgresql.dbapi as adbc
import psycopg
import pyarrow as pa
from sqlalchemy import create_engine

from benchmarks.reconcile_data import Scenario
from harness.model import Part, Side
from harness.reconcile import gather, postgres_pair
from harness.sqltext.native_hash import Hashing

Work = Callable[[Scenario, str, str], int | None]


def harness(scenario: Scenario, source: str, target: str) -> int:
    """Our engine as it is used; how many differences it found."""
    driver = "sqlite:///{}" if scenario.in_files else "{}"
    engines = {
        side: create_engine(driver.format(url).replace("postgresql://", "postgresql+psycopg://"))
        for side, url in ((Side.SOURCE, source), (Side.TARGET, target))
    }
    value: Any = gather(scenario.mapping, engines, Part.PAIR, mask_key=b"bench").value
    return sum(tally["count"] for tally in value["outcome"]["tallies"])


def harness_md5(scenario: Scenario, source: str, target: str) -> int:
    """The same, as if the servers did not agree on PostgreSQL's own hash."""
    with mock.patch.object(postgres_pair, "_hashing", return_value=Hashing.MD5):
        return harness(scenario, source, target)


def copy_limit(scenario: Scenario, source: str, target: str) -> None:
    """Reads both tables in binary and drops them: nobody who moves the rows is faster."""

    program = shutil.which("psql")

    def read(url: str, table: str) -> None:
        statement = f"COPY {table} TO STDOUT (FORMAT binary)"
        if program:  # a client without an interpreter is the fairer limit
            subprocess.run(
                [program, "-qX", "-d", url, "-c", statement], stdout=subprocess.DEVNULL, check=True
            )
            return
        with psycopg.connect(url) as connection, connection.cursor().copy(statement.encode()) as copy:
            for _ in copy:
                pass

    _both(read, scenario, source, target)


def c_scan(scenario: Scenario, source: str, target: str) -> None:
    """Has SQLite look at every cell of both files, without a thing leaving it."""
    cells = " + ".join(f"length({field.name})" for field in scenario.mapping.fields)

    def read(file: str, table: str) -> None:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            connection.execute(f"SELECT sum({cells}) FROM {table}").fetchone()

    _both(read, scenario, source, target)


def hash_limit(scenario: Scenario, source: str, target: str) -> None:
    """Hashes each row where it is, in the way that is blind to exchanged values and to signs."""
    _both(_summed("hash_record_extended(t, 0)"), scenario, source, target)


def md5_limit(scenario: Scenario, source: str, target: str) -> None:
    """The MD5 of each row's text where it is."""
    _both(_summed("('x' || substr(md5(t::text), 1, 16))::bit(64)::bigint"), scenario, source, target)


def duckdb_join(scenario: Scenario, source: str, target: str) -> int:
    """DuckDB's full join over its scanner of the other engine, counting what differs in each column."""
    import duckdb

    engine = "sqlite" if scenario.in_files else "postgres"
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    connection.execute(f"LOAD '{_extension(f'{engine}_scanner')}'")
    for name, url in (("s", source), ("t", target)):
        connection.execute(f"ATTACH '{url}' AS {name} (TYPE {engine}, READ_ONLY)")
    fields = scenario.mapping.fields
    sides = {
        side: ", ".join(f'{field.expression(side)} AS "{field.name}"' for field in fields) for side in Side
    }
    paired = "s.id IS NOT NULL AND t.id IS NOT NULL"
    changed = " + ".join(
        f'count(*) FILTER ({paired} AND s."{field.name}" IS DISTINCT FROM t."{field.name}")'
        for field in fields
        if field.name != "id"
    )
    row = connection.execute(
        f"SELECT count(*) FILTER (s.id IS NULL) + count(*) FILTER (t.id IS NULL) + {changed}"
        f" FROM (SELECT {sides[Side.SOURCE]} FROM s.{scenario.source}) s"
        f" FULL JOIN (SELECT {sides[Side.TARGET]} FROM t.{scenario.target}) t ON s.id = t.id"
    ).fetchone()
    assert row is not None
    return int(row[0])


def reladiff(scenario: Scenario, source: str, target: str) -> int:
    """Reladiff from its command line, with four threads."""
    program = _reladiff()
    assert program
    columns = [part for field in scenario.mapping.fields[1:] for part in ("-c", field.name)]
    done = subprocess.run(
        [program, source, scenario.source, target, scenario.target, "-k", "id", "-j", "4", *columns],
        capture_output=True,
        text=True,
        check=True,
    )
    return len(done.stdout.splitlines())


def datacompy(scenario: Scenario, source: str, target: str) -> int:
    """Datacompy on polars frames loaded over ADBC."""
    rival, polars = importlib.import_module("datacompy"), importlib.import_module("polars")

    frames = [
        polars.from_arrow(_arrow(url, table))
        for url, table in ((source, scenario.source), (target, scenario.target))
    ]
    compared = rival.PolarsCompare(*frames, join_columns="id")
    alone = len(compared.df1_unq_rows) + len(compared.df2_unq_rows)
    return int(alone + len(compared.intersect_rows) - compared.count_matching_rows())


def _arrow(url: str, table: str) -> pa.Table:
    """A whole table over ADBC; NUMERIC comes as an extension of text, which frames do not know."""
    with adbc.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        found = cursor.fetch_arrow_table()
    columns = [
        pa.chunked_array([getattr(chunk, "storage", chunk) for chunk in column.chunks])
        for column in found.columns
    ]
    return pa.table(columns, names=found.column_names)


def contenders(scenario: Scenario) -> dict[str, Work]:
    """Those that can do this scenario and are installed."""
    if scenario.in_files:
        in_files: dict[str, Work] = {"harness": harness, "C scan": c_scan}
        scanner = importlib.util.find_spec("duckdb_extension_sqlite_scanner")
        return in_files | ({"duckdb join": duckdb_join} if scanner else {})
    found: dict[str, Work] = {"harness": harness, "copy limit": copy_limit}
    same_names = scenario.name != "renamed"
    if scenario.name == "sparse":
        found |= {"harness md5": harness_md5, "hash limit": hash_limit, "md5 limit": md5_limit}
    if importlib.util.find_spec("duckdb_extension_postgres_scanner"):
        found["duckdb join"] = duckdb_join
    if _reladiff() and same_names and scenario.name != "50 percent":
        found["reladiff -j4"] = reladiff
    if importlib.util.find_spec("datacompy") and importlib.util.find_spec("polars") and same_names:
        found["datacompy polars"] = datacompy
    return found


def _reladiff() -> str | None:
    """The command beside this interpreter, or on the path."""
    return shutil.which("reladiff", path=str(Path(sys.executable).parent)) or shutil.which("reladiff")


def _extension(name: str) -> Path:
    found = importlib.util.find_spec(f"duckdb_extension_{name}")
    assert found is not None and found.origin is not None
    return next(Path(found.origin).parent.glob(f"extensions/*/{name}.duckdb_extension"))


def _summed(expression: str) -> Callable[[str, str], None]:
    def read(url: str, table: str) -> None:
        with psycopg.connect(url) as connection:
            connection.execute(f"SELECT sum({expression}) FROM {table} t".encode())

    return read


def _both(read: Callable[[str, str], None], scenario: Scenario, source: str, target: str) -> None:
    sides: Mapping[str, str] = MappingProxyType({source: scenario.source, target: scenario.target})
    with ThreadPoolExecutor(max_workers=2) as pool:
        for future in [pool.submit(read, url, table) for url, table in sides.items()]:
            future.result()
