"""`harness login` and `harness contracts`: what they do without a browser and without an ERP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli import invoke
from harness.contracts import load_folder
from harness.errors import ExitCode

CONFIG = """
schema = 1
[project]
name = "Doors"
[source]
adapter = "tryton"
url = "http://erp.example:8000"
options.database = "shop"
{source}
[target]
adapter = "tryton"
url = "http://erp.example:9000"
"""
PEOPLE = "[source.accounts.{}]\nbrowser = true\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, and a home of its own."""
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "HARNESS_SESSION_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HARNESS_LANG", "en")
    (tmp_path / "harness.toml").write_text(CONFIG.format(source=""), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("accounts", "words", "said"),
    [
        ("", [], "No account in [source.accounts] has browser = true."),
        (PEOPLE.format("one") + PEOPLE.format("two"), [], "Name the account by --role."),
        (PEOPLE.format("one"), ["--role", "two"], "Name the account by --role."),
    ],
)
def test_login_says_which_account_it_needs(
    folder: Path, accounts: str, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "harness.toml").write_text(CONFIG.format(source=accounts), encoding="utf-8")
    code = invoke(["login", "source", "--config", str(folder / "harness.toml"), *words])
    assert code is ExitCode.USAGE_ERROR
    assert said in capsys.readouterr().err


def test_contracts_are_written_beside_none_that_is_there(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = {"mimeType": "application/json", "text": '{"a": 1}'}
    request = {"method": "GET", "url": "http://erp.example:8000/shop/prices", "headers": []}
    entry = {"request": request, "response": {"status": 200, "content": content}}
    (folder / "x.har").write_text(json.dumps({"log": {"entries": [entry]}}), encoding="utf-8")
    words = ["contracts", "from-har", str(folder / "x.har"), "--config", str(folder / "harness.toml")]

    assert invoke(words) is ExitCode.USAGE_ERROR  # it does not know where to
    assert "Name a folder by --out" in capsys.readouterr().err
    for said in ("1 contract(s) written", "exists already"):
        assert invoke([*words, "--out", str(folder / "contracts")]) is ExitCode.GO
        assert said in capsys.readouterr().out
    assert [one.request.path for one in load_folder(folder / "contracts")] == ["/{{database}}/prices"]
