"""A proxy on this machine that does to chosen requests what networks and servers do on bad days.

    with FaultProxy("http://127.0.0.1:8000") as proxy:
        slow = proxy.add(matching(body=b"sale.sale.confirm"), Delay(0.3))
        ...                                   # use proxy.url instead of the server's own
        assert slow.count == 12               # how often it was done

Every request that matches no rule passes unchanged, on connections that stay open.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from harness.testing.exchange import (
    Client,
    ClientGone,
    ProxiedRequest,
    ProxiedResponse,
    Upstream,
    UpstreamGone,
)

When = Callable[[ProxiedRequest], bool]
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Delay:
    """Holds the request back before it is passed on."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reset:
    """Breaks the connection instead of passing the request on."""


@dataclass(frozen=True, slots=True)
class Swallow:
    """Never answers: the request is not passed on and the connection stays open."""


@dataclass(frozen=True, slots=True)
class Truncate:
    """Passes the request on, then sends only the first `keep` bytes of the answer's body and hangs up."""

    keep: int


@dataclass(frozen=True, slots=True)
class Replace:
    """Passes the request on and changes the answer: its status, its body, or both; and sets `headers`."""

    status: int | None = None
    body: bytes | Callable[[bytes], bytes] | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Repeat:
    """Passes the request on so many times, as a gateway that tries again does; answers with the last."""

    times: int = 2


@dataclass(frozen=True, slots=True)
class Pretend:
    """Answers by itself, as JSON and with status 200, and passes nothing on."""

    body: bytes


Fault = Delay | Reset | Swallow | Truncate | Replace | Repeat | Pretend


@dataclass(slots=True)
class Rule:
    """One fault for the requests that `when` chooses. `count` says how often it was done."""

    when: When
    fault: Fault
    count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def _done(self) -> None:
        with self._lock:
            self.count += 1


def matching(*, method: str | None = None, path: str | None = None, body: bytes | None = None) -> When:
    """Chooses requests: exact method, regular expression found in the path, bytes found in the body."""
    pattern = None if path is None else re.compile(path)

    def when(request: ProxiedRequest) -> bool:
        return (
            (method is None or request.method == method)
            and (pattern is None or pattern.search(request.path) is not None)
            and (body is None or body in request.body)
        )

    return when


class FaultProxy:
    """Listens on a free port of this machine and passes requests to `upstream_url`, with faults."""

    def __init__(self, upstream_url: str) -> None:
        parts = urlsplit(upstream_url)
        if parts.scheme != "http" or parts.hostname is None:
            raise ValueError("the fault proxy speaks plain HTTP only")
        self._upstream = (parts.hostname, parts.port or 80)
        self._rules: list[Rule] = []
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._listener: socket.socket | None = None
        self._requests = 0

    @property
    def url(self) -> str:
        """Where to send requests instead of to the server itself."""
        if self._listener is None:
            raise RuntimeError("the fault proxy is not running")
        return f"http://{_LOOPBACK}:{self._listener.getsockname()[1]}"

    @property
    def requests(self) -> int:
        """How many requests have come in."""
        return self._requests

    def add(self, when: When, fault: Fault) -> Rule:
        """From now on, does `fault` to the requests that `when` chooses."""
        rule = Rule(when, fault)
        self._rules.append(rule)
        return rule

    def clear(self) -> None:
        """From now on, passes everything unchanged."""
        self._rules.clear()

    def __enter__(self) -> Self:
        self._stopped.clear()
        self._listener = socket.create_server((_LOOPBACK, 0), backlog=128)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        if self._listener is not None:
            _shut(self._listener)
            self._listener = None
        with self._lock:
            sockets = tuple(self._sockets)
        for item in sockets:
            _shut(item)

    def converse(self, connection: socket.socket, connect: Callable[[], socket.socket]) -> None:
        """Serves one connection until either end closes it; `connect` opens one to the server."""
        client, upstream = Client(connection), Upstream(connect)
        try:
            while (request := client.request()) is not None:
                self._count()
                if not self._serve(client, upstream, request):
                    break
        except (ClientGone, UpstreamGone):
            client.reset()  # a server that is gone must look gone
        finally:
            upstream.close()
            client.close()

    def _serve(self, client: Client, upstream: Upstream, request: ProxiedRequest) -> bool:
        rules = [rule for rule in self._rules if rule.when(request)]
        for rule in rules:
            rule._done()
            if isinstance(rule.fault, Delay):
                self._stopped.wait(rule.fault.seconds)
            elif isinstance(rule.fault, Reset):
                client.reset()
                return False
            elif isinstance(rule.fault, Swallow):
                client.wait_until_gone(self._stopped)
                return False
            elif isinstance(rule.fault, Pretend):
                return client.answer(request, _invented(rule.fault.body), keep=None)
            elif isinstance(rule.fault, Repeat):
                for _ in range(rule.fault.times - 1):
                    upstream.exchange(request)
        response = upstream.exchange(request)
        for rule in rules:
            if isinstance(rule.fault, Replace):
                response = _replaced(response, rule.fault)
        cut = [rule.fault.keep for rule in rules if isinstance(rule.fault, Truncate)]
        return client.answer(request, response, keep=min(cut) if cut else None)

    def _accept(self, listener: socket.socket) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._sockets.add(connection)
            threading.Thread(target=self._run, args=(connection,), daemon=True).start()

    def _run(self, connection: socket.socket) -> None:
        try:
            self.converse(connection, self._connect)
        finally:
            with self._lock:
                self._sockets.discard(connection)

    def _connect(self) -> socket.socket:
        return socket.create_connection(self._upstream)

    def _count(self) -> None:
        with self._lock:
            self._requests += 1


def _invented(body: bytes) -> ProxiedResponse:
    headers = (("Content-Type", "application/json"), ("Content-Length", str(len(body))))
    return ProxiedResponse(200, "OK", headers, body)


def _replaced(response: ProxiedResponse, fault: Replace) -> ProxiedResponse:
    status = response.status if fault.status is None else fault.status
    given = {name.lower() for name, _ in fault.headers}
    kept = tuple(item for item in response.headers if item[0].lower() not in given)
    response = replace(response, headers=(*kept, *fault.headers))
    if fault.body is None:
        return response.with_body(status, None)
    body = fault.body if isinstance(fault.body, bytes) else fault.body(response.plain_body())
    return response.with_body(status, body)


def _shut(item: socket.socket) -> None:
    try:
        item.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it was not connected any more
    finally:
        item.close()
