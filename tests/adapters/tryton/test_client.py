"""Sessions at a Tryton server: discovery, login, refusals, and what an old session does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from harness.adapters.registry import open_adapter
from harness.adapters.tryton.adapter import TrytonAdapter
from harness.adapters.tryton.client import TrytonClient
from harness.errors import AdapterError, ConfigError, Refused, Unreachable
from harness.model import Account, Environment, Secret, Side
from harness.values import Value
from tests.fakes.tryton import DATABASE, PASSWORD, TrytonServer

ENVIRONMENT = Environment(
    Side.TARGET,
    "tryton",
    "http://erp.example",
    options={"database": DATABASE},
    accounts={
        "admin": Account("admin", "admin", Secret(PASSWORD)),
        "sales": Account("sales", "seller", Secret(PASSWORD)),
        "wrong": Account("wrong", "seller", Secret("not it")),
    },
    allow_writes=True,
)


def _open(
    server: TrytonServer | httpx.BaseTransport, role: str = "admin", environment: Environment = ENVIRONMENT
) -> TrytonAdapter:
    transport = server.transport() if isinstance(server, TrytonServer) else server
    adapter = open_adapter(environment, role, writes=True, transport=transport)
    assert isinstance(adapter, TrytonAdapter)
    return adapter


def _client(adapter: TrytonAdapter) -> TrytonClient:
    return adapter._client


@pytest.mark.parametrize(
    ("series", "version", "path", "button", "number"),
    [
        ("7.0", "7.0.59", f"/{DATABASE}/", "done", "post_number"),
        ("8.0", "8.0", f"/{DATABASE}/rpc/", "do", "number"),
    ],
)
def test_the_server_says_which_tryton_it_is(
    series: str, version: str, path: str, button: str, number: str
) -> None:
    """Wire form and renamed names follow from its answer, not from the configuration."""
    server = _client(_open(TrytonServer(series))).server

    assert (server.version, server.path) == (version, path)
    assert (server.finishing_button, server.entry_number) == (button, number)


@pytest.mark.parametrize("content", [b"<html>It works!</html>", b'{"result": null}', b'{"result": 7}'])
def test_a_server_that_is_no_tryton_is_named(content: bytes) -> None:
    """Something else listens there."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=content))
    with pytest.raises(AdapterError, match=r"http://erp\.example answers, but not as a Tryton"):
        _open(transport).version()


def test_one_login_serves_all_calls_of_a_role() -> None:
    """And logging out ends it."""
    server = TrytonServer()
    adapter = _open(server)
    adapter.count("party.party")
    adapter.count("party.party")
    adapter.as_role("sales").count("party.party")
    adapter.close()

    assert server.calls.count("common.server.version") == 2
    assert server.calls.count("common.db.login") == server.calls.count("common.db.logout") == 2


def test_a_session_that_is_too_old_is_renewed_once() -> None:
    """The server ran nothing when it answered 401; asking again is safe even for a write."""
    server = TrytonServer()
    adapter = _open(server)
    adapter.count("party.party")
    server.expire()
    key = adapter.create("party.party", {"name": "x"})

    assert (key, adapter.count("party.party")) == ("6", 6)
    server.answers["model.party.party.create"] = 401
    with pytest.raises(Refused) as caught:
        adapter.create("party.party", {"name": "y"})
    assert caught.value.code == "login"


def test_a_wrong_password_is_refused_with_role_and_user() -> None:
    """The password itself is in no part of it."""
    with pytest.raises(Refused) as caught:
        _open(TrytonServer(), "wrong").count("party.party")

    assert str(caught.value) == "The target refused the login of role 'wrong' (user 'seller')."
    assert caught.value.code == "login"


def test_names_and_messages_come_in_the_configured_language() -> None:
    """A user's own language would make two systems differ."""
    assert _client(_open(TrytonServer())).context["language"] == "en"
    chinese = replace(ENVIRONMENT, options={"database": DATABASE, "language": "zh_CN"})
    assert _client(_open(TrytonServer(), environment=chinese)).context["language"] == "zh_CN"


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (["UserError", ["No stock.", "", None]], Refused, "UserError"),
        (["boom", ""], Refused, "server_error"),
        (500, Refused, "http_500"),
        (403, Refused, "access"),
        (503, Unreachable, None),
    ],
)
def test_a_failing_button_says_how(answer: object, error: type[Exception], code: str | None) -> None:
    """What the ERP answers is about the ERP; that nothing answers is not a refusal."""
    server = TrytonServer()
    server.answers["model.party.party.confirm"] = answer
    with pytest.raises(error) as caught:
        _open(server).press("party.party", "1", "confirm")

    assert getattr(caught.value, "code", None) == code


def test_an_answer_that_is_no_json_is_no_answer() -> None:
    """A maintenance page with status 200 is not an empty result."""
    server = TrytonServer()

    def answer(request: httpx.Request) -> httpx.Response:
        known = server.handle(request)
        return httpx.Response(200, content=b"<html>") if server.calls[-1].endswith("search_count") else known

    with pytest.raises(Unreachable):
        _open(httpx.MockTransport(answer)).count("party.party")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "[target.options] needs 'database' for the adapter 'tryton'."),
        (
            {"database": "x", "langauge": "en"},
            (
                "[target.options] has 'langauge', which the adapter 'tryton' does not know. It knows:"
                " database, language, payment_method, reader, timeout."
            ),
        ),
    ],
)
def test_wrong_options_are_configuration_errors(options: Mapping[str, Value], said: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ConfigError) as caught:
        _open(TrytonServer(), environment=replace(ENVIRONMENT, options=options))

    assert str(caught.value) == said


def test_an_unknown_role_lists_the_known_ones() -> None:
    """They are those of the configuration."""
    with pytest.raises(ConfigError) as caught:
        _open(TrytonServer()).as_role("boss")

    assert str(caught.value) == "[target.accounts] has no role 'boss'. Roles there: admin, sales, wrong."


def test_a_misspelled_field_has_suggestions() -> None:
    """Behind a link too."""
    adapter = _open(TrytonServer())
    for field, said in (
        ("nmae", "'party.party' on the target has no field 'nmae'. Nearest: name"),
        ("lang.kode", "'ir.lang' on the target has no field 'kode'. Nearest: code"),
    ):
        with pytest.raises(AdapterError) as caught:
            adapter.read("party.party", [field])
        assert str(caught.value).startswith(said)


def test_an_id_that_is_no_number_is_an_error_of_ours() -> None:
    """It is not sent."""
    server = TrytonServer()
    with pytest.raises(AdapterError, match=r"'x' is not an identifier of 'party\.party'"):
        _open(server).delete("party.party", "x")

    assert server.calls == []


class _Asking(TrytonServer):
    """Asks whether the user is sure, until that is answered; or goes on asking."""

    def __init__(self, content: int | None) -> None:
        super().__init__("8.0")
        self.left = content
        self.answered: list[str] = []

    def _result(self, method: str, params: list[Any]) -> Any:
        if method == "model.res.user.warning.skip":
            self.answered.append(params[0])
            self.left = None if self.left is None else self.left - 1
            self.answers.clear()
            return None
        if self.left == 0:
            return "done"
        return super()._result(method, params)

    def handle(self, request: httpx.Request) -> httpx.Response:
        if b"stock.shipment.in.receive" in request.content and self.left != 0:
            self.answers["model.stock.shipment.in.receive"] = ["UserWarning", ["w.1", "Sure?", ""]]
        return super().handle(request)


def test_a_warning_is_answered_once_as_a_user_does_who_is_sure() -> None:
    """By the name that it came with; then the same is asked for again."""
    server = _Asking(1)

    assert _client(_open(server)).call_sure("model.stock.shipment.in.receive", [1]) == "done"
    assert server.answered == ["w.1"]


def test_a_warning_that_comes_back_is_a_refusal() -> None:
    """Nothing is answered for ever."""
    server = _Asking(None)
    with pytest.raises(Refused, match="Sure") as caught:
        _client(_open(server)).call_sure("model.stock.shipment.in.receive", [1])

    assert (caught.value.code, server.answered) == ("UserWarning", ["w.1"])
