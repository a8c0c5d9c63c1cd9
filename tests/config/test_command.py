"""`harness config show`: what it prints for a right configuration, and that a wrong one starts nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli import invoke
from harness.errors import ExitCode
from tests.config.cases import ADAPTERS, CASES, RULES, Case

RIGHT = """\
schema = 1
[project]
name = "订单升级"
[source]
adapter = "tryton"
url = "http://erp-source.example"
[source.accounts.admin]
user = "admin"
password = "${ADMIN_PASSWORD}"
[target]
adapter = "tryton"
url = "http://erp-target.example"
[performance]
hosts = ["erp-target.example"]
"""


@pytest.fixture(autouse=True)
def known_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cases' own adapters and rules, so that new ones do not change their sentences."""
    monkeypatch.setattr("harness.project.registry.names", lambda: ADAPTERS)
    monkeypatch.setattr("harness.project.SHAPES", RULES)
    monkeypatch.setenv("HARNESS_LANG", "en")
    monkeypatch.delenv("HARNESS_CONFIG", raising=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.folder.name)
def test_broken_configuration_ends_with_four_and_starts_nothing(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = case.prepared(tmp_path / "project")
    for name, value in case.pairs("environ.txt").items():
        monkeypatch.setenv(name, value)
    before = sorted(tmp_path.rglob("*"))
    flags = [f"--set={key}={value}" for key, value in case.pairs("flags.txt").items()]
    code = invoke(["config", "show", "--config", str(file), *flags])
    printed = capsys.readouterr()
    assert code is ExitCode.USAGE_ERROR
    assert (printed.out, printed.err) == ("", case.expected("en"))
    assert sorted(tmp_path.rglob("*")) == before


@pytest.fixture
def right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ADMIN_PASSWORD", "kanarienvogel")
    monkeypatch.setenv("COLUMNS", "140")
    (tmp_path / "harness.toml").write_text(RIGHT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "harness.toml"


def test_table_shows_value_and_origin(right: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["config", "show", "--set", "ux.repeats=5"]) is ExitCode.GO
    rows = {
        cells[0].strip(): (cells[1].strip(), cells[2].strip())
        for line in capsys.readouterr().out.splitlines()
        if len(cells := line.strip("│").split("│")) == 3
    }
    assert rows["project.name"] == ("订单升级", "harness.toml:3")
    assert rows["source.accounts.admin.password"] == ("***", "environment ADMIN_PASSWORD")
    assert rows["performance.hosts"] == ("[erp-target.example]", "harness.toml:14")
    assert rows["ux.repeats"] == ("5", "--set")
    assert rows["ux.headless"] == ("true", "default")
    assert rows["source.sql"] == ("—", "default")


def test_json(right: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["config", "show", "--json"]) is ExitCode.GO
    shown = json.loads(capsys.readouterr().out)
    settings = {item["key"]: item for item in shown["settings"]}
    assert settings["performance.margin"]["value"] == "0.20"
    assert settings["source.accounts.admin.password"] == {
        "key": "source.accounts.admin.password",
        "value": "***",
        "origin": "variable",
        "place": "ADMIN_PASSWORD",
    }
    assert len(shown["digest"]) == 64


@pytest.mark.parametrize("form", [[], ["--json"], ["--lang", "zh"]], ids=["table", "json", "chinese"])
def test_no_secret_is_printed(right: Path, form: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["config", "show", *form]) is ExitCode.GO
    printed = capsys.readouterr()
    assert "kanarienvogel" not in printed.out + printed.err


def test_chinese(right: Path, capsys: pytest.CaptureFixture[str]) -> None:
    invoke(["config", "show", "--lang", "zh"])
    assert "环境变量 ADMIN_PASSWORD" in capsys.readouterr().out
    invoke(["config", "show", "--lang", "zh", "--set", "ux.repeats=0"])
    assert "ux.repeats:必须大于 0。" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["ux.repeats", "=5"])
def test_flag_of_another_form(right: Path, given: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["config", "show", "--set", given]) is ExitCode.USAGE_ERROR
    assert "KEY=VALUE" in capsys.readouterr().err


def test_no_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert invoke(["config", "show"]) is ExitCode.USAGE_ERROR
    assert "harness.toml" in capsys.readouterr().err
