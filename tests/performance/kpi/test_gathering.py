"""One number of each side: what counts as one, what as none, and what is a wrong query."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from harness.adapters.wire.sql import read_only_engine
from harness.compare import conclude
from harness.errors import ConfigError
from harness.model import Part, Secret, Side, Status
from harness.performance.kpi import Kpi, gather
from harness.performance.kpi.target import Limits
from tests.performance.kpi.test_comparison import KPI

LIMITED = replace(KPI, limits=Limits(max=Decimal(100)))


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Mapping[Side, sqlalchemy.Engine]]:
    """Two small databases."""
    made = {}
    for side in Side:
        path = tmp_path / f"{side}.db"
        with sqlite3.connect(path) as connection:
            connection.execute("create table stock (product text, age)")
            connection.executemany("insert into stock values (?, ?)", [("a%b", 4), ("b", 8)])
        made[side] = read_only_engine(Secret(f"sqlite:///{path}"))
    yield made
    for engine in made.values():
        engine.dispose()


def asking(query: str) -> Kpi:
    return replace(LIMITED, queries=dict.fromkeys(Side, query))


@pytest.mark.parametrize(
    ("query", "value", "why"),
    [
        ("select avg(age) from stock", Decimal("6.0"), ""),
        ("select count(*) from stock where product like 'a%'", Decimal(2 - 1), ""),
        ("select max(age) from stock where product = 'c'", None, "null"),
        ("select age from stock where product = 'c'", None, "none"),
        ("select age from stock", None, "many"),
    ],
)
def test_one_number_is_measured_and_all_else_is_not(
    engines: Mapping[Side, sqlalchemy.Engine], query: str, value: Decimal | None, why: str
) -> None:
    capture = gather(asking(query), engines, Part.PAIR)

    found: Any = capture.value
    assert [found["measured"][side] for side in Side] == [{"value": value, "why": why}] * 2
    conclusion = conclude(LIMITED.spec(), {Part.PAIR: capture})
    assert conclusion.status is (Status.UNKNOWN if value is None else Status.PASSED)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select age, product from stock", "gives 2 columns"),
        ("select product from stock limit 1", "value of the type str"),
        ("select no_such from stock", "no_such"),
        ("select age from no_such_table", "no_such_table"),
    ],
)
def test_a_wrong_query_is_an_error_that_names_file_and_key(
    engines: Mapping[Side, sqlalchemy.Engine], query: str, said: str
) -> None:
    with pytest.raises(ConfigError) as problem:
        gather(asking(query), engines, Part.PAIR)

    assert "kpis.toml  kpi[0].query" in str(problem.value)
    assert said in str(problem.value)


def test_a_side_of_its_own_asks_that_side_alone(engines: Mapping[Side, sqlalchemy.Engine]) -> None:
    capture = gather(asking("select 5"), {Side.TARGET: engines[Side.TARGET]}, Part.TARGET)

    found: Any = capture.value
    assert list(found["measured"]) == ["target"]
    assert capture.measures == {"age.target": 5}


def test_a_database_that_does_not_answer_is_undecided(tmp_path: Path) -> None:
    away = read_only_engine(Secret(f"sqlite:///{tmp_path}/nothing/there.db"))
    capture = gather(asking("select 5"), dict.fromkeys(Side, away), Part.PAIR)

    assert capture.failure is not None
    assert conclude(LIMITED.spec(), {Part.PAIR: capture}).status is Status.UNKNOWN
