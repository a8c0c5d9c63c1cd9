"""What is read of an environment, and what is left out because nobody could read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy

from harness.adapters.registry import open_adapter
from harness.adapters.surroundings import QUERIES, surroundings
from harness.adapters.wire.sql import refuse_writing
from harness.errors import ConfigError, Unreachable
from harness.model import Environment, Secret, Side, text


@dataclass
class Silent:
    """An ERP that tells no more than it is asked to by a test."""

    url: str = "http://erp.example"
    down: bool = False
    database: bool = True
    environment: Environment = field(init=False)
    role: str = "admin"

    def __post_init__(self) -> None:
        self.environment = Environment(Side.TARGET, "silent", self.url)

    def version(self) -> str:
        if self.down:
            raise Unreachable(text("adapters.bad_sql"))
        return "8.0"

    def modules(self) -> tuple[str, ...]:
        return ("stock", "sale")

    def sql_engine(self) -> object:
        raise ConfigError(text("adapters.no_sql", side="target"))

    def as_role(self, role: str) -> Silent:
        return self

    def close(self) -> None:
        """Nothing is open."""


def test_a_database_tells_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "erp.sqlite"
    engine = sqlalchemy.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE a (id INTEGER)")
        connection.exec_driver_sql("CREATE TABLE b (id INTEGER)")
    engine.dispose()
    adapter = open_adapter(Environment(Side.SOURCE, "database", "", sql=Secret(f"sqlite:///{file}")), "")

    found = surroundings(adapter, {"cpus": 4, "tables": 99})
    adapter.close()

    assert str(found["database"]).startswith("SQLite 3.")
    assert (found["encoding"], found["tables"], found["cpus"]) == ("UTF-8", 2, 4)
    assert found["declared"] == ["cpus"]
    assert "rows" not in found


def test_a_database_that_does_not_answer_leaves_nothing_but_what_is_declared(tmp_path: Path) -> None:
    missing = Secret(f"sqlite:///{tmp_path}/none/erp.sqlite")
    adapter = open_adapter(Environment(Side.SOURCE, "database", "", sql=missing), "")

    with_nothing, with_some = surroundings(adapter, {}), surroundings(adapter, {"rows": 5})
    adapter.close()

    assert with_nothing == {}
    assert with_some == {"rows": 5, "declared": ["rows"]}


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("http://[::1]:80", True),
        ("http://erp.example", False),
        ("http://10.0.0.7", False),
        ("", False),
    ],
)
def test_the_machine_is_known_where_the_server_is_on_this_one(url: str, here: bool) -> None:
    found = surroundings(Silent(url), {})

    assert (found["version"], found["modules"]) == ("8.0", ["sale", "stock"])
    assert ("cpus" in found, "memory_mb" in found) == (here, here)
    assert all(isinstance(found[name], int) for name in ("cpus", "memory_mb") if here)


@pytest.mark.parametrize("dialect", QUERIES)
def test_every_question_only_reads(dialect: str) -> None:
    for query in QUERIES[dialect].values():
        refuse_writing(query, dialect)


def test_a_server_that_is_down_is_no_reason_to_end_a_run() -> None:
    assert surroundings(Silent(down=True), {}) == {}
