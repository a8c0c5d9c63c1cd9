"""The HTTP session: every failure is an error of ours, and no secret is part of it."""

from __future__ import annotations

import gzip
import inspect
import traceback

import httpx
import pytest

from harness.adapters.wire.http import HttpSession
from harness.errors import ConfigError, Unreachable

URL = "http://user:s3cret@erp.example:8000/base/"


def _raising(error: type[Exception]) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("the message holds s3cret")

    return httpx.MockTransport(answer)


REQUEST_ERRORS = [
    error
    for _, error in inspect.getmembers(httpx, inspect.isclass)
    if issubclass(error, httpx.RequestError) and error is not httpx.RequestError
]


@pytest.mark.parametrize("error", REQUEST_ERRORS, ids=lambda error: error.__name__)
def test_every_error_of_httpx_means_unreachable(error: type[Exception]) -> None:
    """None of them passes through as itself, whatever httpx adds."""
    session = HttpSession(URL, transport=_raising(error))
    with pytest.raises(Unreachable) as caught:
        session.send("GET", "/")

    assert "s3cret" not in str(caught.value) + repr(caught.value) + repr(session)
    assert "http://erp.example:8000/base" in str(caught.value)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_without_a_server_is_unreachable(status: int) -> None:
    """The ERP did not answer, something in between did."""
    session = HttpSession(URL, transport=httpx.MockTransport(lambda _: httpx.Response(status)))
    with pytest.raises(Unreachable, match=str(status)):
        session.send("GET", "/")


def test_other_statuses_are_the_callers_to_judge() -> None:
    """An answer of the ERP is an answer."""
    session = HttpSession(URL, transport=httpx.MockTransport(lambda _: httpx.Response(500)))
    assert session.send("GET", "/").status_code == 500


def test_user_and_password_of_the_url_become_an_authorization() -> None:
    """They are sent, and shown nowhere."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    HttpSession(URL, transport=httpx.MockTransport(answer)).send("GET", "/path", params={"a": "1"})

    assert str(seen[0].url) == "http://erp.example:8000/base/path?a=1"
    assert seen[0].headers["authorization"].startswith("Basic ")
    assert "gzip" in seen[0].headers["accept-encoding"]


def test_compressed_answers_are_read() -> None:
    """Servers compress."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=gzip.compress(b"text"), headers={"Content-Encoding": "gzip"})

    assert HttpSession(URL, transport=httpx.MockTransport(answer)).send("GET", "/").content == b"text"


@pytest.mark.parametrize("url", ["", "erp.example", "ftp://erp", "http://", "http://erp:port", "http://[1"])
def test_a_url_that_is_none_is_a_configuration_error(url: str) -> None:
    """It is not repeated: it may hold a password."""
    with pytest.raises(ConfigError) as caught:
        HttpSession(url)

    assert "http://host:port" in "".join(traceback.format_exception(caught.value))
