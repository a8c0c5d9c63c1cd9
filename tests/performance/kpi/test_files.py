"""The file of the business figures: what it says, and every mistake by its file, line, key and reason."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from harness.errors import ConfigError
from harness.model import Severity, Side
from harness.performance.kpi import load_kpis
from harness.performance.kpi.target import Limits

RIGHT = """
[[kpi]]
id = "age"
name = { en = "Age of the stock", zh = "库龄" }
unit = { en = "days", zh = "天" }
module = "stock"
department = "logistics"
severity = "critical"
requirements = ["S29"]
max = 30
max_increase = "0.10"
query = "select 1"
"""
OWN = RIGHT.replace(
    'query = "select 1"', '[kpi.source]\nquery = "select 1"\n[kpi.target]\nquery = "select 2"'
)


def written(folder: Path, content: str) -> Path:
    path = folder / "kpis.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_file_is_read(tmp_path: Path) -> None:
    (kpi,) = load_kpis(written(tmp_path, RIGHT))

    assert kpi.limits == Limits(max=Decimal(30), max_increase=Decimal("0.10"))
    assert kpi.queries == dict.fromkeys(Side, "select 1")
    spec = kpi.spec()
    assert (spec.id, spec.severity, spec.department) == (
        "performance.kpi_age",
        Severity.CRITICAL,
        "logistics",
    )
    assert spec.requirements == ("S29",)


def test_each_side_may_have_a_query_of_its_own(tmp_path: Path) -> None:
    (kpi,) = load_kpis(written(tmp_path, OWN))

    assert kpi.queries == {Side.SOURCE: "select 1", Side.TARGET: "select 2"}
    assert kpi.keys[Side.TARGET] == "kpi.0.target.query"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "kpi"),
        ("kpi = []", "kpi"),
        ("[[kpi", "kpis.toml"),
        (RIGHT.replace('id = "age"\n', ""), "kpi[0].id"),
        (RIGHT.replace('"age"', '"Age of it"'), "kpi[0].id"),
        (RIGHT + RIGHT, "kpis.toml:15  kpi[1].id: Two figures have the id age"),
        (RIGHT.replace("zh = ", "cn = "), "kpi[0].name"),
        (RIGHT.replace("max_increase", "max_incraese"), '"max_increase"'),
        (
            RIGHT.replace("max = 30\n", "").replace('max_increase = "0.10"\n', ""),
            "Give max, min, max_increase",
        ),
        (RIGHT.replace("max = 30", "max = 30\nmin = 31"), "kpi[0].min: It is more than max"),
        (RIGHT.replace("max = 30", 'max = "many"'), "kpi[0].max"),
        (RIGHT.replace('"0.10"', '"-0.10"'), "kpi[0].max_increase"),
        (RIGHT.replace("critical", "awful"), "kpi[0].severity"),
        (RIGHT.replace('query = "select 1"\n', ""), "kpi[0].query: There is no query for one of the systems"),
        (OWN.replace('[kpi.target]\nquery = "select 2"', ""), "kpi[0].query: There is no query"),
        (RIGHT.replace("select 1", "delete from stock"), "kpi[0].query: It cannot be used as a query"),
        (RIGHT.replace("select 1", "select 1; select 2"), "kpi[0].query: It cannot be used as a query"),
        (RIGHT.replace("select 1", "select from where"), "kpi[0].query: It cannot be used as a query"),
        (OWN.replace("select 2", "drop table stock"), "kpi[0].target.query: It cannot be used as a query"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(ConfigError) as problem:
        load_kpis(written(tmp_path, content))

    assert "kpis.toml" in str(problem.value)
    assert said in str(problem.value)


def test_no_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"kpis\.toml"):
        load_kpis(tmp_path / "kpis.toml")


def test_the_shipped_figures_can_be_read() -> None:
    found = load_kpis(Path(__file__).parents[3] / "fixtures/kpis/tryton.toml")

    assert [each.id for each in found] == ["order_processing_time", "inventory_age"]
