"""Tryton gives up where others write at the same moment: it is asked again where nothing has happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from harness.adapters.registry import open_adapter
from harness.adapters.tryton import busy
from harness.adapters.wire import jsonrpc
from harness.errors import Refused, Unreachable
from tests.adapters.tryton.test_client import ENVIRONMENT
from tests.fakes.tryton import TrytonServer

PAGE = b"<!doctype html>\n<html lang=en>\n<title>503 Service Unavailable</title>\n"
OWN = httpx.Response(503, content=PAGE + b"<h1>Service Unavailable</h1>\n<p>could not obtain lock</p>\n")


def error(message: str) -> httpx.Response:
    return httpx.Response(200, content=jsonrpc.dumps({"id": 1, "error": [message, ""]}))


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(busy.time, "sleep", waits.append)
    return waits


def opened(answer: httpx.Response, times: int, series: str = "8.0") -> tuple[Any, TrytonServer]:
    """An adapter whose first writes are answered so."""
    server = TrytonServer(series)
    left = [answer] * times

    def handle(request: httpx.Request) -> httpx.Response:
        writes = jsonrpc.loads(request.content)["method"] == "model.party.party.create"  # type: ignore[index, call-overload]
        if writes and left:
            server.calls.append("too busy")
            given = left.pop()
            return httpx.Response(given.status_code, content=given.content)
        return server.handle(request)

    adapter = open_adapter(ENVIRONMENT, "admin", writes=True, transport=httpx.MockTransport(handle))
    return adapter, server


@pytest.mark.parametrize(
    ("series", "answer"),
    [
        ("8.0", OWN),
        ("7.0", error("could not serialize access due to concurrent update\n")),
        ("7.0", error('could not obtain lock on relation "account_move"\n')),
        ("7.0", error("deadlock detected\nDETAIL: ...")),
    ],
)
def test_a_write_that_came_too_early_is_done_once(
    series: str, answer: httpx.Response, waited: list[float]
) -> None:
    adapter, server = opened(answer, 2, series)
    adapter.create("party.party", {"name": "x"})

    assert server.calls.count("too busy") == 2
    assert server.calls.count("model.party.party.create") == 1
    assert waited == [0.25, 0.5]


def test_an_erp_that_stays_busy_is_named_as_that(waited: list[float]) -> None:
    adapter, server = opened(OWN, 99)
    with pytest.raises(Unreachable, match="because others were writing"):
        adapter.create("party.party", {"name": "x"})

    assert server.calls.count("too busy") == 6
    assert sum(waited) == 7.75


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (httpx.Response(503, content=b"upstream connect error"), Unreachable),
        (httpx.Response(503, content=b"<head><title>503 Service Unavailable</title></head>"), Unreachable),
        (error("The lock on the door is broken."), Refused),
        (error("KeyError: 'deadlock'"), Refused),
    ],
    ids=["a proxy's answer", "a web server's page", "another error", "another error with such a word"],
)
def test_nothing_else_is_sent_a_second_time(
    answer: httpx.Response, raised: type[Exception], waited: list[float]
) -> None:
    adapter, server = opened(answer, 1)
    with pytest.raises(raised):
        adapter.create("party.party", {"name": "x"})

    assert server.calls.count("model.party.party.create") == 0
    assert waited == []


@pytest.mark.parametrize("content", [b'{"result": "deadlock detected"}', b"deadlock detected"])
def test_data_that_only_reads_like_a_conflict_is_none(content: bytes) -> None:
    gave_up: Callable[[httpx.Response], bool] = busy.gave_up

    assert not gave_up(httpx.Response(200, content=content))
