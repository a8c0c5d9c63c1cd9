"""The fault proxy, over socket pairs: no network is used."""

from __future__ import annotations

import gzip
import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from harness.testing.proxy import (
    Delay,
    Fault,
    FaultProxy,
    Pretend,
    Repeat,
    Replace,
    Reset,
    Swallow,
    Truncate,
    matching,
)


class Echo(BaseHTTPRequestHandler):
    """Answers with the method, the path and the body it got."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        if self.path == "/not-by-the-first" and self.client_address[1] == 1:
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.arrived.append(body)  # type: ignore[attr-defined]
        answer = b"%s %s %s" % (self.command.encode(), self.path.encode(), body)
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            answer = gzip.compress(answer)
        self.send_response(200)
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)
        self.close_connection = self.path == "/last"

    do_GET = do_POST = do_HEAD = _answer

    def log_message(self, *_args: object) -> None:
        """Nothing to say."""


class Link:
    """A client connection through a proxy to `Echo`, all over socket pairs."""

    def __init__(self, proxy: FaultProxy) -> None:
        self.opened = 0
        self.arrived: list[bytes] = []
        self.threads: list[threading.Thread] = []
        mine, theirs = socket.socketpair()
        mine.settimeout(5)
        self.client = http.client.HTTPConnection("proxy")
        self.client.sock = mine
        self.client.auto_open = 0
        self._start(proxy.converse, theirs, self.connect)

    def connect(self) -> socket.socket:
        """A new connection to the server."""
        self.opened += 1
        mine, theirs = socket.socketpair()
        self._start(self._serve, theirs)
        return mine

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body of one exchange on the same connection as those before."""
        self.client.request(method, path, body or None, headers or {})
        response = self.client.getresponse()
        return response.status, response.read()

    def close(self) -> None:
        """Hangs up and waits for both ends."""
        self.client.close()
        for thread in self.threads:
            thread.join(5)
            assert not thread.is_alive()

    def _serve(self, connection: socket.socket) -> None:
        Echo(connection, ("pair", self.opened), self)  # type: ignore[arg-type]
        connection.close()

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()


@pytest.fixture
def proxy() -> FaultProxy:
    """A proxy that is not listening: its conversations are started by hand."""
    return FaultProxy("http://127.0.0.1:1")


@pytest.fixture
def link(proxy: FaultProxy) -> Iterator[Link]:
    """A connection through the proxy."""
    link = Link(proxy)
    yield link
    link.close()


def test_requests_pass_unchanged_on_one_connection(proxy: FaultProxy, link: Link) -> None:
    """Method, path and body arrive; the connection to the server is kept."""
    answers = [link.ask("POST", f"/a?n={number}", b"body") for number in range(3)]

    assert answers == [(200, b"POST /a?n=%d body" % number) for number in range(3)]
    assert (link.opened, proxy.requests) == (1, 3)


def test_delay_holds_back_only_the_matching_request_of_a_connection(proxy: FaultProxy, link: Link) -> None:
    """300 ms on every confirm, nothing on the rest."""
    rule = proxy.add(matching(method="POST", body=b"sale.confirm"), Delay(0.3))
    seconds = []
    for body in (b"sale.read", b"sale.confirm", b"sale.read"):
        started = time.perf_counter()
        link.ask("POST", "/rpc/", body)
        seconds.append(time.perf_counter() - started)

    assert [second > 0.29 for second in seconds] == [False, True, False]
    assert rule.count == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Reset(), (ConnectionError, http.client.RemoteDisconnected)),
        (Truncate(4), http.client.IncompleteRead),
    ],
)
def test_a_broken_answer_breaks_the_client(
    proxy: FaultProxy, link: Link, fault: Fault, error: type[Exception]
) -> None:
    """The client sees what it would see of a broken network, not a shorter answer."""
    rule = proxy.add(matching(path="^/broken$"), fault)
    with pytest.raises(error):
        link.ask("GET", "/broken")

    assert rule.count == 1


def test_swallow_never_answers_and_never_asks_the_server(proxy: FaultProxy, link: Link) -> None:
    """The client gives up by itself."""
    proxy.add(matching(), Swallow())
    link.client.sock.settimeout(0.2)
    with pytest.raises(TimeoutError):
        link.ask("GET", "/")

    assert link.opened == 0


def test_repeat_asks_the_server_again_and_answers_once(proxy: FaultProxy, link: Link) -> None:
    """The next request on the connection gets its own answer."""
    proxy.add(matching(body=b"create"), Repeat(3))

    assert link.ask("POST", "/", b"create") == (200, b"POST / create")
    assert link.ask("POST", "/", b"read") == (200, b"POST / read")
    assert link.arrived == [b"create"] * 3 + [b"read"]


def test_pretend_answers_and_never_asks_the_server(proxy: FaultProxy, link: Link) -> None:
    proxy.add(matching(body=b"create"), Pretend(b'{"result": [7]}'))

    assert link.ask("POST", "/", b"create") == (200, b'{"result": [7]}')
    assert link.opened == 0
    assert link.ask("POST", "/", b"read") == (200, b"POST / read")


def test_replaced_answers_have_the_right_length(proxy: FaultProxy, link: Link) -> None:
    """The connection stays usable, so the length was right; compressed bodies are rewritten too."""
    proxy.add(matching(path="status"), Replace(status=503))
    proxy.add(matching(path="fixed"), Replace(status=500, body=b"no"))
    proxy.add(matching(path="rewritten"), Replace(body=lambda body: body.replace(b"GET", b"longer")))

    assert link.ask("GET", "/status") == (503, b"GET /status ")
    assert link.ask("GET", "/fixed") == (500, b"no")
    assert link.ask("GET", "/rewritten", headers={"Accept-Encoding": "gzip"}) == (200, b"longer /rewritten ")
    assert link.ask("GET", "/plain") == (200, b"GET /plain ")
    assert link.opened == 1


def test_a_server_that_closes_its_connection_is_opened_again(proxy: FaultProxy, link: Link) -> None:
    """An idle connection that the server closed is not an error of the next request."""
    assert link.ask("GET", "/last")[0] == 200
    assert link.ask("GET", "/next") == (200, b"GET /next ")
    assert link.opened == 2


@pytest.mark.parametrize(("method", "answered"), [("GET", True), ("POST", False)], ids=["reading", "writing"])
def test_a_server_that_closes_as_the_next_request_comes_is_asked_again_only_to_read(
    proxy: FaultProxy, link: Link, method: str, answered: bool
) -> None:
    assert link.ask("GET", "/first")[0] == 200

    if answered:
        assert link.ask(method, "/not-by-the-first") == (200, b"GET /not-by-the-first ")
    else:
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            link.ask(method, "/not-by-the-first")
    assert link.opened == 1 + answered


def test_a_server_that_is_gone_looks_gone(proxy: FaultProxy) -> None:
    """No answer is made up for it."""
    mine, theirs = socket.socketpair()

    def connect() -> socket.socket:
        raise ConnectionRefusedError

    thread = threading.Thread(target=proxy.converse, args=(theirs, connect), daemon=True)
    thread.start()
    client = http.client.HTTPConnection("proxy")
    client.sock = mine
    client.request("GET", "/")
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
        client.getresponse()
    client.close()
    thread.join(5)


def test_chunked_and_head_requests_pass(proxy: FaultProxy, link: Link) -> None:
    """A body without a length arrives whole, and HEAD has a length but no body."""
    link.client.request("POST", "/chunks", iter([b"ab", b"cd"]), {}, encode_chunked=True)
    assert link.client.getresponse().read() == b"POST /chunks abcd"
    assert link.ask("HEAD", "/head") == (200, b"")
    assert link.ask("GET", "/after") == (200, b"GET /after ")


def test_only_plain_http_and_only_while_running(proxy: FaultProxy) -> None:
    """What it cannot do it says."""
    with pytest.raises(ValueError, match="plain HTTP"):
        FaultProxy("https://example.com")
    with pytest.raises(RuntimeError, match="not running"):
        _ = proxy.url
