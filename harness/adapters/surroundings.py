"""Reads what an environment is like: its database, its modules, and the machine if it is this one.

What cannot be read is left out, and later said as not verified: no run ends because of it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import psutil
import sqlalchemy
from sqlalchemy.exc import SQLAlchemyError

from harness.adapters.inventory import NamesModules
from harness.adapters.protocol import Adapter, QueriesSql
from harness.errors import AdapterError, HarnessError
from harness.surroundings import DECLARED, Fact
from harness.values import Value

# Each by itself: a login may read one and not the other. A table that was never counted makes rows unknown.
QUERIES: Mapping[str, Mapping[Fact, str]] = {
    "postgresql": {
        Fact.DATABASE: "SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1)",
        Fact.ENCODING: "SELECT current_setting('server_encoding')",
        # With the ICU locale and the version of the rules, where this version of PostgreSQL has them.
        Fact.COLLATION: "SELECT concat_ws(' ', datcollate, coalesce(to_jsonb(d)->>'datlocale',"
        " to_jsonb(d)->>'daticulocale'), to_jsonb(d)->>'datcollversion')"
        " FROM pg_database d WHERE datname = current_database()",
        Fact.LOCALE: "SELECT datctype FROM pg_database WHERE datname = current_database()",
        Fact.TIME_ZONE: "SELECT reset_val FROM pg_settings WHERE name = 'TimeZone'",
        Fact.EXTENSIONS: "SELECT extname || ' ' || extversion FROM pg_extension ORDER BY 1",
        Fact.TABLES: "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'",
        Fact.ROWS: "SELECT CASE WHEN bool_or(c.reltuples < 0 AND pg_relation_size(c.oid) > 0) THEN NULL"
        " ELSE sum(greatest(c.reltuples, 0))::bigint END FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'",
        Fact.SIZE_MB: "SELECT (pg_database_size(current_database()) + 1048575) / 1048576",
    },
    "mysql": {
        Fact.DATABASE: "SELECT concat('MySQL ', version())",
        Fact.ENCODING: "SELECT @@character_set_database",
        Fact.COLLATION: "SELECT @@collation_database",
        Fact.TIME_ZONE: "SELECT if(@@global.time_zone = 'SYSTEM', @@system_time_zone, @@global.time_zone)",
        Fact.TABLES: "SELECT count(*) FROM information_schema.tables"
        " WHERE table_schema = database() AND table_type = 'BASE TABLE'",
        Fact.ROWS: "SELECT cast(sum(table_rows) AS unsigned) FROM information_schema.tables"
        " WHERE table_schema = database()",
        Fact.SIZE_MB: "SELECT cast(ceiling(sum(data_length + index_length) / 1048576) AS unsigned)"
        " FROM information_schema.tables WHERE table_schema = database()",
    },
    "sqlite": {
        Fact.DATABASE: "SELECT 'SQLite ' || sqlite_version()",
        Fact.ENCODING: "PRAGMA encoding",
        Fact.TABLES: "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    },
}
"""By dialect: the question that each fact is the answer of."""
_LISTS = (Fact.EXTENSIONS,)


def surroundings(adapter: Adapter, declared: Mapping[str, Value]) -> Mapping[str, Value]:
    """What is known of the adapter's environment, read where it can be, and as declared in the gaps."""
    read = {**_of_erp(adapter), **_of_database(adapter), **_of_machine(adapter.environment.url)}
    gaps = {name: value for name, value in declared.items() if name not in read}
    known: dict[str, Value] = {**read, **gaps}
    return known | {DECLARED: sorted(gaps)} if gaps else known


def _of_erp(adapter: Adapter) -> dict[str, Value]:
    found: dict[str, Value] = {}
    try:
        found[Fact.VERSION.value] = adapter.version()
        if isinstance(adapter, NamesModules):
            found[Fact.MODULES.value] = sorted(adapter.modules())
    except AdapterError:  # a server that is down is found by the checks, with their own words
        return found
    return found


def _of_database(adapter: Adapter) -> dict[str, Value]:
    if not isinstance(adapter, QueriesSql):
        return {}
    try:
        engine = adapter.sql_engine()
    except HarnessError:  # no address of a database is configured, or its driver is not there
        return {}
    assert isinstance(engine, sqlalchemy.Engine)
    dialect = "mysql" if engine.dialect.name == "mariadb" else engine.dialect.name
    return {fact.value: value for fact, value in _answers(engine, QUERIES.get(dialect, {}))}


def _answers(engine: sqlalchemy.Engine, queries: Mapping[Fact, str]) -> Iterator[tuple[Fact, Value]]:
    for fact, query in queries.items():
        try:
            with engine.connect() as connection:
                rows = [row[0] for row in connection.exec_driver_sql(query)]
        except (SQLAlchemyError, HarnessError):
            continue
        if fact in _LISTS:
            yield fact, [str(row) for row in rows]
        elif rows and rows[0] is not None:
            yield fact, rows[0] if isinstance(rows[0], int) else str(rows[0])


def _of_machine(url: str) -> dict[str, Value]:
    """What the server runs on, if that is this machine."""
    if not _is_local(url):
        return {}
    cpus = psutil.cpu_count()
    found: dict[str, Value] = {Fact.MEMORY_MB.value: psutil.virtual_memory().total // 1048576}
    return found | {Fact.CPUS.value: cpus} if cpus else found


def _is_local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name: another machine's, as far as this one can know without asking
        return False
