"""A recording becomes contracts: readable ones, without logins and secrets, that load."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.contracts import load_folder
from harness.contracts.har import proposals
from harness.errors import ConfigError

CANARY = "never-shown"


def entry(
    method: str, url: str, *, sent: Any = None, answer: Any = None, mime: str = "application/json"
) -> Any:
    headers = [
        {"name": "Accept", "value": "application/json"}, {"name": "Cookie", "value": f"session={CANARY}"},
        {"name": "Authorization", "value": f"Bearer {CANARY}"},
    ]  # fmt: skip
    post = {"postData": {"text": json.dumps(sent)}} if sent is not None else {}
    return {
        "request": {"method": method, "url": url, "headers": headers, **post},
        "response": {"status": 200, "content": {"mimeType": mime, "text": json.dumps(answer)}},
    }


def recorded(folder: Path, *entries: Any) -> Path:
    path = folder / "recorded.har"
    path.write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    return path


def test_a_recording_becomes_contracts_that_load(tmp_path: Path) -> None:
    rows = {"result": [{"code": "A", "price": 1.5, "name": CANARY}, {"code": "B", "price": None}]}
    login = {"method": "login", "params": ["me", {"password": CANARY}]}
    file = recorded(
        tmp_path,
        entry("GET", f"http://erp:8000/shop/prices?token={CANARY}&page=1", answer=rows),
        entry("GET", f"http://erp:8000/shop/prices?token={CANARY}&page=1", answer=rows),
        entry("POST", "http://erp:8000/shop/", sent=login, answer={"result": "x"}),
        entry("GET", "http://erp:8000/logo.png", answer="", mime="image/png"),
        entry("GET", "http://elsewhere/shop/prices", answer=rows),
    )
    folder = tmp_path / "contracts"
    folder.mkdir()
    for one in proposals(file, "erp:8000", database="shop"):
        assert CANARY not in one.content
        (folder / f"{one.name}.toml").write_text(one.content, encoding="utf-8")
    read, post = load_folder(folder)
    assert (read.contract, read.request.method) == ("get_shop_prices", "GET")
    assert read.request.path == "/{{database}}/prices?token=***&page=1"
    assert read.request.headers == {"Accept": "application/json"}
    assert read.answer.fields == {
        "result[].code": "text", "result[].name": "text", "result[].price": "null|number",
    }  # fmt: skip
    assert (post.writes, post.reads, "***" in post.request.body) == (True, False, True)


@pytest.mark.parametrize("content", ["", "[]", '{"log": {}}', "{", '{"log": {"entries": [{}]}}'])
def test_another_file_is_an_error(content: str, tmp_path: Path) -> None:
    (tmp_path / "x.har").write_text(content)
    with pytest.raises(ConfigError, match="is no HAR file"):
        proposals(tmp_path / "x.har", "erp")


def test_nothing_of_the_host_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="has no request to erp"):
        proposals(recorded(tmp_path, entry("GET", "http://other/x", answer={})), "erp")
