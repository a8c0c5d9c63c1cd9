"""One HTTP exchange seen from between: read from a client, carry to a server, answer the client."""

from __future__ import annotations

import gzip
import http.client
import select
import socket
import struct
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

# They belong to one connection, not to the message (RFC 9110, 7.6.1); lengths are set anew.
_HOP = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)
_LENGTH = "content-length"
_NO_BODY = frozenset({204, 304})
_POLL_SECONDS = 0.05


class ClientGone(Exception):
    """The client hung up in the middle of a request."""


class UpstreamGone(Exception):
    """The server cannot be reached, or hung up without an answer."""


@dataclass(frozen=True, slots=True)
class ProxiedRequest:
    """A request as it came in."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    stays_open: bool


@dataclass(frozen=True, slots=True)
class ProxiedResponse:
    """An answer as it came back."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def plain_body(self) -> bytes:
        """The body without its compression."""
        coding = dict(self.headers_lower()).get("content-encoding", "")
        try:
            if coding == "gzip":
                return gzip.decompress(self.body)
            return zlib.decompress(self.body) if coding == "deflate" else self.body
        except (OSError, zlib.error):
            return self.body  # announced as compressed, sent plain

    def headers_lower(self) -> list[tuple[str, str]]:
        """The headers with their names in lower case."""
        return [(name.lower(), value) for name, value in self.headers]

    def with_body(self, status: int, body: bytes | None) -> ProxiedResponse:
        """The same answer with another status, and another, uncompressed body unless it is None."""
        reason = http.client.responses.get(status, "")
        if body is None:
            return replace(self, status=status, reason=reason)
        headers = tuple(item for item in self.headers if item[0].lower() != "content-encoding")
        return ProxiedResponse(status, reason, headers, body)


class Client:
    """The side that asks."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._reader = connection.makefile("rb")
        if connection.family != socket.AF_UNIX:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def request(self) -> ProxiedRequest | None:
        """The next request of this connection; None when the client closes it between two."""
        try:
            line = self._reader.readline(65537)
            if not line:
                return None
            method, path, version = line.decode("latin-1").split()
            headers = self._headers()
            body = self._body(headers)
        except (OSError, ValueError, http.client.HTTPException) as problem:
            raise ClientGone from problem
        connection = _value(headers, "connection").lower()
        stays = connection != "close" if version == "HTTP/1.1" else connection == "keep-alive"
        return ProxiedRequest(method, path, headers, body, stays)

    def answer(self, request: ProxiedRequest, response: ProxiedResponse, keep: int | None) -> bool:
        """Sends the answer; `keep` bytes of its body only, if given. Whether the connection stays open."""
        bodiless = request.method == "HEAD" or response.status in _NO_BODY
        length = _value(response.headers, _LENGTH) if bodiless else str(len(response.body))
        kept = [item for item in response.headers if item[0].lower() not in _HOP | {_LENGTH}]
        if length:
            kept.append(("Content-Length", length))
        kept.append(("Connection", "keep-alive" if request.stays_open else "close"))
        head = f"HTTP/1.1 {response.status} {response.reason}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in kept) + "\r\n"
        try:
            self._socket.sendall(head.encode("latin-1") + (b"" if bodiless else response.body[:keep]))
        except OSError as problem:
            raise ClientGone from problem
        return request.stays_open and keep is None

    def wait_until_gone(self, stopped: threading.Event) -> None:
        """Returns when the client hangs up or the proxy stops."""
        while not stopped.is_set():
            readable, _, _ = select.select([self._socket], [], [], _POLL_SECONDS)
            if readable and not self._socket.recv(65536):
                return

    def reset(self) -> None:
        """Closes so that the client sees a broken connection, not an orderly end."""
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            return  # already closed
        self.close()

    def close(self) -> None:
        """Closes; again does nothing."""
        self._reader.close()
        self._socket.close()

    def _headers(self) -> tuple[tuple[str, str], ...]:
        parsed = http.client.parse_headers(self._reader)
        return tuple((name, value) for name, value in parsed.items())

    def _body(self, headers: tuple[tuple[str, str], ...]) -> bytes:
        if _value(headers, "expect").lower() == "100-continue":
            self._socket.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "chunked" in _value(headers, "transfer-encoding").lower():
            return self._chunks()
        return self._exactly(int(_value(headers, _LENGTH) or 0))

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self._reader.readline(1024).split(b";")[0], 16):
            body += self._exactly(size)
            self._reader.readline(1024)
        while self._reader.readline(65537).strip():
            pass  # trailers
        return body

    def _exactly(self, size: int) -> bytes:
        body = self._reader.read(size)
        if len(body) < size:
            raise ClientGone
        return body


class Upstream:
    """The side that answers; one connection, opened again when the server has closed it meanwhile."""

    def __init__(self, connect: Callable[[], socket.socket]) -> None:
        self._connect = connect
        self._connection: http.client.HTTPConnection | None = None

    def exchange(self, request: ProxiedRequest) -> ProxiedResponse:
        """The server's answer to this request.

        A server may close an idle connection just as a request is on its way. One that only reads is asked
        again on a new connection, as RFC 9110 (9.2.2) allows; any other may have been done already.
        """
        reused = self._connection is not None
        try:
            return self._once(request)
        except (ConnectionError, http.client.RemoteDisconnected) as problem:
            if not reused or request.method not in {"GET", "HEAD", "OPTIONS"}:
                raise UpstreamGone from problem
        except (OSError, http.client.HTTPException) as problem:
            raise UpstreamGone from problem
        self.close()
        try:
            return self._once(request)
        except (OSError, http.client.HTTPException) as problem:
            raise UpstreamGone from problem

    def _once(self, request: ProxiedRequest) -> ProxiedResponse:
        connection = self._open()
        connection.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers:
            if name.lower() not in _HOP | {_LENGTH, "expect"}:
                connection.putheader(name, value)
        if request.body or request.method in {"POST", "PUT", "PATCH"}:
            connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders(request.body)
        response = connection.getresponse()
        body = response.read()
        if response.will_close:
            self.close()
        return ProxiedResponse(response.status, response.reason, tuple(response.getheaders()), body)

    def close(self) -> None:
        """Closes the connection to the server, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> http.client.HTTPConnection:
        if self._connection is not None and self._is_stale(self._connection):
            self.close()
        if self._connection is None:
            self._connection = http.client.HTTPConnection("upstream")
            self._connection.sock = self._connect()
            self._connection.auto_open = 0
            if self._connection.sock.family != socket.AF_UNIX:
                self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._connection

    @staticmethod
    def _is_stale(connection: http.client.HTTPConnection) -> bool:
        # Nothing is owed to us between two requests: what is readable is the server's good-bye.
        return connection.sock is None or bool(select.select([connection.sock], [], [], 0)[0])


def _value(headers: tuple[tuple[str, str], ...], name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")
