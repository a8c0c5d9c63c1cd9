"""A right configuration: what it holds, where each value came from, and what is not in it by default."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pydantic
import pytest

from harness.config import (
    FILE,
    Config,
    Origin,
    OriginKind,
    Problem,
    find,
    load,
    load_policy,
    load_waivers,
    nearest,
    raise_problems,
)
from harness.errors import ConfigError
from harness.messages import Language
from harness.model import Area, FindingKind, Severity, Side, text
from tests.config.cases import ADAPTERS, RULES

MINIMAL = """\
schema = 1
[project]
name = "Upgrade"
[source]
adapter = "tryton"
url = "http://erp-source.example"
[source.accounts.sales]
user = "sales"
password = "${SALES_PASSWORD}"
[target]
adapter = "database"
sql = "sqlite:///books.db"
[performance]
margin = 0.1
hosts = ["${HOST}"]
"""
POLICY = """\
schema = 1
[materiality]
amount = "100.00"
currency = "CNY"
[milestones.SIT]
areas = ["data"]
[[milestones.SIT.rules]]
rule = "no_open_findings"
area = "data"
limit = 0
requirements = ["S02"]
set_by = "Finance lead"
set_on = 2026-11-01
"""
WAIVERS = """\
[[waiver]]
id = "W-1"
reason = "Renamed on purpose"
owner = "Li Na"
approver = "Chen Wei"
expires = "2026-12-31"
check = "data.tax"
kind = "mismatch"
key = "S-*"
limit = 3
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / FILE
    path.write_text(MINIMAL, encoding="utf-8")
    return path


def loaded(file: Path, **overrides: str) -> Config:
    environ = {"SALES_PASSWORD": "pw", "HOST": "127.0.0.1"}
    return load(file, environ=environ, overrides=overrides, known_adapters=ADAPTERS, known_rules=RULES)


def test_values_and_defaults(file: Path) -> None:
    config = loaded(file)
    assert config.language is Language.EN
    assert config.runs == file.parent / "runs"
    assert config.performance.margin == Decimal("0.1")
    assert config.profiles["smoke"].load_block_pairs == 10
    assert (config.policy, config.waivers, config.mappings) == (None, (), None)
    source = config.pair[Side.SOURCE]
    assert source.accounts["sales"].password.reveal() == "pw"
    assert not (source.allow_writes or source.load or source.production or source.synthetic)
    assert config.pair.target.sql is not None
    assert config.pair.target.sql.reveal() == "sqlite:///books.db"


def test_everything_is_frozen(file: Path) -> None:
    config = loaded(file)
    with pytest.raises(pydantic.ValidationError):
        config.source.allow_writes = True  # type: ignore[misc]
    with pytest.raises(pydantic.ValidationError):
        config.policy = None  # type: ignore[misc]


def test_origins(file: Path) -> None:
    (file.parent / ".env").write_text("HOST=127.0.0.2\n")
    config = load(file, environ={"SALES_PASSWORD": "pw"}, overrides={"ux.repeats": "5"})
    origins = {path: origin for path, _, origin in config.settings()}
    assert origins["source.url"] == Origin(OriginKind.FILE, "harness.toml:6")
    assert origins["source.accounts.sales.password"] == Origin(OriginKind.VARIABLE, "SALES_PASSWORD")
    assert origins["performance.hosts"] == Origin(OriginKind.DOTENV, "HOST")
    assert origins["ux.repeats"] == Origin(OriginKind.FLAG)
    assert origins["ux.locale"] == Origin(OriginKind.DEFAULT)


def test_environment_comes_before_the_dotenv_file(file: Path) -> None:
    (file.parent / ".env").write_text("HOST=127.0.0.2\nSALES_PASSWORD=other\n")
    assert loaded(file).performance.hosts == ("127.0.0.1",)


@pytest.mark.parametrize(
    ("key", "given", "expected"),
    [
        ("ux.repeats", "5", 5),
        ("ux.headless", "false", False),
        ("ux.margin", "0.30", Decimal("0.30")),
        ("ux.locale", "zh-CN", "zh-CN"),
        ("ux.locale", '"5"', "5"),
        ("ux.viewport", "[800, 600]", (800, 600)),
    ],
)
def test_flags_are_typed(file: Path, key: str, given: str, expected: object) -> None:
    config = loaded(file, **{key: given})
    assert getattr(config.ux, key.partition(".")[2]) == expected


def test_dollar_sign_is_doubled_to_be_one(file: Path) -> None:
    assert loaded(file, **{"project.name": "a$${b} $1"}).project.name == "a${b} $1"


def test_fingerprint_key_lasts(file: Path) -> None:
    key = loaded(file).fingerprint_key
    assert key == loaded(file, **{"ux.repeats": "9"}).fingerprint_key
    assert key != loaded(file, **{"project.name": "Another"}).fingerprint_key
    assert loaded(file, **{"project.fingerprint_key": "mine"}).fingerprint_key == b"mine"


def test_find_looks_upwards(file: Path) -> None:
    inner = file.parent / "suites" / "data"
    inner.mkdir(parents=True)
    assert find(inner) == file
    assert find(file.parent) == file


def test_policy_and_waivers_beside_it(file: Path) -> None:
    (file.parent / "policy.toml").write_text(POLICY)
    (file.parent / "waivers.toml").write_text(WAIVERS)
    config = loaded(file)
    assert config.policy is not None
    assert config.policy.materiality.amount == Decimal("100.00")
    (rule,) = config.policy.milestones["SIT"].rules
    assert (rule.rule, rule.area, rule.severity) == ("no_open_findings", Area.DATA, Severity.CRITICAL)
    assert (rule.limit, rule.set_on) == (0, date(2026, 11, 1))
    (waiver,) = config.waivers
    assert (waiver.kind, waiver.limit, waiver.expires) == (FindingKind.MISMATCH, 3, date(2026, 12, 31))
    assert load_policy(file.parent / "policy.toml", RULES) == config.policy
    assert load_waivers(file.parent / "waivers.toml") == config.waivers


@pytest.mark.parametrize("limit", ["0", '"0.95"', "1", "0.5"], ids=["zero", "quoted", "one", "decimal"])
def test_share_is_a_decimal_from_zero_to_one(file: Path, limit: str) -> None:
    rule = f'rule = "coverage_at_least"\nlimit = {limit}'
    path = file.parent / "policy.toml"
    path.write_text(POLICY.replace('rule = "no_open_findings"', rule).replace("limit = 0\n", "", 1)
                    if limit != "0" else POLICY.replace("no_open_findings", "coverage_at_least"))  # fmt: skip
    assert load_policy(path, RULES).milestones["SIT"].rules[0].rule == "coverage_at_least"


def test_policy_and_waivers_fail_closed_when_missing(tmp_path: Path) -> None:
    for loader in (load_policy, load_waivers):
        with pytest.raises(ConfigError, match="does not exist"):
            loader(tmp_path / "nowhere.toml")


def test_variables_belong_to_harness_toml_only(file: Path) -> None:
    """What judges a run must not depend on who judges it."""
    (file.parent / "waivers.toml").write_text(WAIVERS.replace("Renamed on purpose", "${REASON}"))
    assert loaded(file).waivers[0].reason == "${REASON}"


def test_adapter_may_be_a_class_of_ones_own(file: Path) -> None:
    assert loaded(file, **{"source.adapter": "my_erp.adapter:Adapter"}).source.adapter.startswith("my_erp")


@pytest.mark.parametrize(
    ("name", "valid", "expected"),
    [("sit", ("SIT", "UAT"), "SIT"), ("langauge", ("language", "name"), "language"), ("x", ("abc",), None)],
)
def test_nearest(name: str, valid: tuple[str, ...], expected: str | None) -> None:
    assert nearest(name, valid) == expected


def test_a_thousand_problems_are_all_told() -> None:
    problems = [Problem("m.toml", f"key.{i}", text("config.reason.missing")) for i in range(1000)]
    with pytest.raises(ConfigError) as raised:
        raise_problems(problems)
    assert str(raised.value).count("\n") == 1000
    raise_problems([])
