"""A server that takes exactly as long as it says, and load sessions that ask it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness.adapters.load import Http, LoadFault, Scenario, Seat, Stopwatch
from harness.model import Environment
from harness.written import Stage, Write, reference_of

OPEN_SECONDS, ENTER_SECONDS = 0.1, 0.25


class ServedSession:
    """Opens, in `OPEN_SECONDS`, and enters documents of its own, in `ENTER_SECONDS`."""

    def login(self, environment: Environment, http: Http, seat: Seat) -> None:
        self._http, self._seat, self._done = http, seat, 0
        self._ask("/login", seat.account.password.reveal().encode())

    def scenarios(self) -> Mapping[str, Scenario]:
        return {"sale.open": self._open, "sale.order": self._order}

    def _open(self, timed: Stopwatch) -> None:
        with timed("sale.open"):
            self._ask("/open", b"x")

    def _order(self, timed: Stopwatch) -> None:
        self._done += 1
        reference = reference_of(self._seat.run, self._seat.number, self._done)
        with timed("sale.order", Write(reference, Stage.ENTERED)):
            self._ask("/enter", reference.encode())

    def _ask(self, path: str, body: bytes) -> None:
        answer = self._http.send("POST", path, body)
        if answer.status != 200:
            raise LoadFault(f"http.{answer.status}")


class Served:
    """What the server was asked."""

    def __init__(self) -> None:
        self.url, self.password = "", b""
        self.entered: list[str] = []
        self.logins = 0

    def answer(self, path: str, body: bytes) -> int:
        if path == "/login":
            self.logins += 1
            return 200 if body == self.password else 403
        time.sleep(ENTER_SECONDS if path == "/enter" else OPEN_SECONDS)
        if path == "/enter":
            self.entered.append(body.decode())
        return 200


@contextmanager
def serving(password: str) -> Iterator[Served]:
    """The server, on this machine."""
    served = Served()
    served.password = password.encode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(served.answer(self.path, body))
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
