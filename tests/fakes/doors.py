"""Real servers with doors: TLS that wants certificates, keys, tokens, and a proxy to go through."""

from __future__ import annotations

import base64
import json
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

HERE = "127.0.0.1"


@dataclass
class Seen:
    """What a server saw, and whom it lets in."""

    keys: set[str] = field(default_factory=set)
    clients: dict[str, str] = field(default_factory=dict)
    lasting: int = 3600
    proxy_login: str | None = None
    issued: list[str] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    passed_on: list[str] = field(default_factory=list)

    def revoke(self) -> None:
        """No key and no token opens any more."""
        self.keys.clear()


class Server:
    """An HTTP server on a free port, in a thread."""

    def __init__(self, handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None = None) -> None:
        self.seen = Seen()
        self._http = ThreadingHTTPServer((HERE, 0), type("Bound", (handler,), {"seen": self.seen}))
        self._http.handle_error = lambda *_: None  # type: ignore[method-assign,assignment]
        self.scheme = "https" if tls else "http"
        if tls is not None:
            self._http.socket = tls.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )

    @property
    def url(self) -> str:
        return f"{self.scheme}://{HERE}:{self._http.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()


class Door(BaseHTTPRequestHandler):
    """Opens to a key or token it knows; `/token` issues tokens to clients it knows; `/open` is open."""

    seen: Seen
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""

    def _answer(self, status: int, content: Any, cookie: str | None = None) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if cookie is not None:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.seen.requests.append((self.path, self.headers.get("Host", "")))
        shown = self.headers.get("X-API-Key") or self.headers.get("Authorization", "").removeprefix("Bearer ")
        cookies = self.headers.get("Cookie", "")
        if self.path.startswith("/login"):
            self._page()
            return
        if self.path == "/open" or shown in self.seen.keys or any(key in cookies for key in self.seen.keys):
            self._answer(200, {"in": True})
        else:
            self._answer(401, {"in": False})

    def _page(self) -> None:
        """A page with one button; pressed, it comes back logged in, at another address and with a cookie."""
        pressed = self.path.startswith("/login/done")
        body = b"<p>in</p>" if pressed else b'<form action="/login/done"><button>Log in</button></form>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        if pressed:
            self.send_header("Set-Cookie", f"session={min(self.seen.keys)}; Path=/")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode())
        basic = base64.b64decode(self.headers.get("Authorization", "Basic ").removeprefix("Basic ")).decode()
        client, _, secret = basic.partition(":")
        known = self.seen.clients.get(unquote(client))
        if form.get("grant_type") != ["client_credentials"] or known is None or known != unquote(secret):
            self._answer(401, {"error": "invalid_client", "error_description": f"{client} {secret}"})
            return
        token = f"token-{len(self.seen.issued)}-never-shown"
        self.seen.issued.append(token)
        self.seen.keys.add(token)
        self._answer(200, {"access_token": token, "token_type": "bearer", "expires_in": self.seen.lasting})


class ForwardProxy(Door):
    """Passes plain requests on and opens tunnels for TLS, to those who log in if it wants that."""

    def _permitted(self) -> bool:
        wanted = self.seen.proxy_login
        given = self.headers.get("Proxy-Authorization", "").removeprefix("Basic ")
        if wanted is None or base64.b64decode(given).decode() == wanted:
            return True
        self._answer(407, {"proxy": "login"})
        return False

    def do_GET(self) -> None:
        if not self._permitted():
            return
        self.seen.passed_on.append(self.path)
        parts = urlsplit(self.path)
        with socket.create_connection((parts.hostname or HERE, parts.port or 80)) as upstream:
            lines = [f"GET {parts.path} HTTP/1.1", *(f"{n}: {v}" for n, v in self.headers.items())]
            upstream.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
            while content := upstream.recv(65536):
                self.wfile.write(content)
        self.close_connection = True

    def do_CONNECT(self) -> None:
        if not self._permitted():
            return
        self.seen.passed_on.append(self.path)
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port))) as upstream:
            self.send_response(200)
            self.end_headers()
            _pump(self.connection, upstream)
        self.close_connection = True


def _pump(one: socket.socket, other: socket.socket) -> None:
    while True:
        for ready in select.select([one, other], [], [], 5)[0]:
            content = ready.recv(65536)
            if not content:
                return
            (other if ready is one else one).sendall(content)


@contextmanager
def door(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server of doors."""
    with Server(Door, tls) as server:
        yield server


@contextmanager
def forward_proxy() -> Iterator[Server]:
    """A forward proxy."""
    with Server(ForwardProxy) as server:
        yield server
