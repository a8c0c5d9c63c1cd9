"""SQL sessions only read: what the statement check lets through, and what holds the session itself."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.exc import OperationalError

from harness.adapters.wire.sql import (
    read_only_engine,
    refuse_writing,
    session_statements,
    transaction_statements,
)
from harness.errors import ConfigError, WriteRefused
from harness.model import Secret

READING = [
    ("SELECT 1", "postgresql"),
    ("  select 1 ;", "postgresql"),
    ("-- a comment\nSELECT ';' || $$a;b$$", "postgresql"),
    ("/* a */ WITH a AS (SELECT 1) SELECT * FROM a", "postgresql"),
    ("(SELECT 1) UNION (SELECT 2)", "postgresql"),
    ("VALUES (1)", "postgresql"),
    ("TABLE account", "postgresql"),
    ("SHOW server_version", "postgresql"),
    ("EXPLAIN SELECT 1", "postgresql"),
    ("SELECT `a;b` FROM t", "mysql"),
    ("PRAGMA table_info('t')", "sqlite"),
    ('PRAGMA main.table_xinfo("t")', "sqlite"),
]
WRITING = [
    ("", "empty"),
    (";", "empty"),
    ("INSERT INTO t VALUES (1)", "INSERT"),
    ("/* SELECT */ DELETE FROM t", "DELETE"),
    ("UPDATE t SET a = 1", "UPDATE"),
    ("DROP TABLE t", "DROP"),
    ("SET TRANSACTION READ WRITE", "SET"),
    ("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE", "SET"),
    ("RESET ALL", "RESET"),
    ("COMMIT", "COMMIT"),
    ("BEGIN READ WRITE", "BEGIN"),
    ("ROLLBACK", "ROLLBACK"),
    ("DO $$ BEGIN DELETE FROM t; END $$", "DO"),
    ("CALL wipe()", "CALL"),
    ("COPY t FROM '/tmp/x'", "COPY"),
    ("SELECT 1; DELETE FROM t", "several statements"),
    ("SELECT 1; COMMIT; BEGIN READ WRITE; DELETE FROM t", "several statements"),
    ("SELECT 'a' -- ;\n; DELETE FROM t", "several statements"),
    ("SELECT 'open", "unreadable"),
]
PRAGMAS = [
    "PRAGMA query_only = OFF",
    "PRAGMA query_only(0)",
    "PRAGMA journal_mode = WAL",
    "PRAGMA table_info=t",
]


@pytest.mark.parametrize(("statement", "dialect"), READING)
def test_reading_statements_pass(statement: str, dialect: str) -> None:
    """Comments, semicolons inside texts and odd spacing do not confuse it."""
    refuse_writing(statement, dialect)


@pytest.mark.parametrize(("statement", "reason"), WRITING)
@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "mariadb", "sqlite"])
def test_everything_else_is_refused(statement: str, reason: str, dialect: str) -> None:
    """What is not known to read is refused, so is what cannot be read."""
    with pytest.raises(WriteRefused) as caught:
        refuse_writing(statement, dialect)
    if dialect == "postgresql":
        assert f"({reason})" in str(caught.value)


@pytest.mark.parametrize(
    ("statement", "sent"),
    [
        pytest.param("SET LOCAL TIME ZONE 'UTC'", True, id="how times show"),
        pytest.param("SET LOCAL extra_float_digits = 1", True, id="how numbers show"),
        pytest.param("SAVEPOINT one", True, id="a part of a transaction"),
        pytest.param("ROLLBACK TO SAVEPOINT one", True, id="back to its start"),
        pytest.param("ROLLBACK", False, id="the end of the transaction"),
        pytest.param("SET LOCAL transaction_read_only = off", False, id="the lock itself"),
        pytest.param("SET LOCAL role = postgres", False, id="another role"),
        pytest.param("SET TIME ZONE 'UTC'", False, id="beyond the transaction"),
        pytest.param("SET LOCAL TIME ZONE 'UTC'; SET LOCAL role = postgres", False, id="two at once"),
    ],
)
def test_a_transaction_may_choose_how_values_show_and_nothing_else(statement: str, sent: bool) -> None:
    """A comparison makes both sides show values alike; what lets a session write is out of reach."""
    if sent:
        refuse_writing(statement, "postgresql")
        return
    with pytest.raises(WriteRefused):
        refuse_writing(statement, "postgresql")


@pytest.mark.parametrize("statement", PRAGMAS)
def test_pragmas_that_set_something_are_refused(statement: str) -> None:
    """One of them would lift the protection itself."""
    with pytest.raises(WriteRefused):
        refuse_writing(statement, "sqlite")


def test_each_server_is_told_to_hold_the_session() -> None:
    """PostgreSQL is told when the connection is opened, by an option; its transactions are pinned."""
    assert (
        session_statements("mysql") == session_statements("mariadb") == ("SET SESSION TRANSACTION READ ONLY",)
    )
    assert session_statements("sqlite") == ("PRAGMA query_only = ON",)
    assert transaction_statements("postgresql") == ("SET TRANSACTION READ ONLY", "SELECT 1")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with one table of one row."""
    file = tmp_path / "data.sqlite"
    engine = sqlalchemy.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE t (a INTEGER)"))
        connection.execute(sqlalchemy.text("INSERT INTO t VALUES (1)"))
    engine.dispose()
    return file


@pytest.fixture
def engine(file: Path) -> Iterator[sqlalchemy.Engine]:
    """A read-only engine for it."""
    engine = read_only_engine(Secret(f"sqlite:///{file}"))
    yield engine
    engine.dispose()


def test_sqlite_refuses_below_the_statement_check(engine: sqlalchemy.Engine) -> None:
    """Even by the driver's own cursor, with the protection of the session switched off."""
    raw = engine.raw_connection()
    cursor = raw.cursor()
    for statement in ("DELETE FROM t", "CREATE TABLE u (a)"):
        with pytest.raises(Exception, match="readonly"):
            cursor.execute(statement)
    cursor.execute("PRAGMA query_only = OFF")
    with pytest.raises(Exception, match="readonly"):
        cursor.execute("DELETE FROM t")
    raw.close()


def test_tables_can_be_described_and_read(engine: sqlalchemy.Engine) -> None:
    """The check does not stand in the way of reflection."""
    assert sqlalchemy.inspect(engine).get_columns("t")[0]["name"] == "a"
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.text("SELECT count(*) FROM t")).scalar() == 1


def test_a_file_that_is_missing_is_not_created(tmp_path: Path) -> None:
    """Reading leaves no trace."""
    engine = read_only_engine(Secret(f"sqlite:///{tmp_path}/none.sqlite"))
    with pytest.raises(OperationalError):
        engine.connect()

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url", ["", "no url s3cret", "nosuchdb://user:s3cret@host/db", "postgresql://u:s3cret@h:x/d"]
)
def test_a_url_that_is_none_does_not_show_itself(url: str) -> None:
    """The error says what it should look like, not what it is."""
    with pytest.raises(ConfigError) as caught:
        read_only_engine(Secret(url))

    shown = "".join(
        traceback.format_exception(caught.value, chain=caught.value.__suppress_context__ is False)
    )
    assert "s3cret" not in shown
