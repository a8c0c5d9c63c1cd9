"""The requests of partners at a Tryton server: what a contract says of itself is not simply believed."""

from __future__ import annotations

import json

import pytest

from harness.adapters.registry import open_adapter
from harness.adapters.tryton.adapter import TrytonAdapter
from harness.errors import WriteRefused
from harness.model import Account, Environment, Secret, Side
from tests.fakes.tryton import DATABASE, PASSWORD, TrytonServer

ENVIRONMENT = Environment(
    Side.SOURCE,
    "tryton",
    "http://erp.example",
    options={"database": DATABASE},
    accounts={"sales": Account("sales", "seller", Secret(PASSWORD))},
    allow_writes=True,
)
HEADERS = {"Content-Type": "application/json"}


def opened(*, writes: bool = False) -> tuple[TrytonAdapter, str]:
    adapter = open_adapter(ENVIRONMENT, "sales", writes=writes, transport=TrytonServer("7.0").transport())
    assert isinstance(adapter, TrytonAdapter)
    return adapter, f"/{DATABASE}/"


def call(method: str) -> bytes:
    return json.dumps({"id": 1, "method": method, "params": [[], 0, None, {}]}).encode()


@pytest.mark.parametrize(
    ("method", "content", "reads"),
    [
        ("POST", call("model.party.party.create"), True),
        ("POST", call("model.party.party.search_count"), False),
        ("DELETE", b"", False),
    ],
    ids=["it says that it reads, and calls what writes", "it does not say that it reads", "it deletes"],
)
def test_what_may_write_asks_the_guard(method: str, content: bytes, reads: bool) -> None:
    adapter, path = opened()
    with pytest.raises(WriteRefused):
        adapter.exchange(method, path, content=content, headers=HEADERS, reads=reads)


def test_a_call_is_sent_as_the_role_or_as_nobody() -> None:
    adapter, path = opened()
    content = call("model.party.party.search_count")
    somebody = adapter.exchange("POST", path, content=content, headers=HEADERS, reads=True)
    nobody = adapter.exchange("POST", path, content=content, headers=HEADERS, reads=True, logged_in=False)
    assert (somebody.status, nobody.status) == (200, 401)
