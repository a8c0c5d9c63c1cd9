"""Which Tryton answers at a URL: its series decides the wire form and the few names that changed."""

from __future__ import annotations

import re
from dataclasses import dataclass

import httpx

from harness.adapters.wire import jsonrpc
from harness.adapters.wire.http import HttpSession
from harness.errors import AdapterError
from harness.model import text
from harness.values import Value

HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class Server:
    """A Tryton server as it describes itself."""

    version: str
    path: str  # where the calls of a database go

    @property
    def series(self) -> tuple[int, int]:
        """Major and minor version."""
        major, minor = self.version.split(".")[:2]
        return int(major), int(minor)

    @property
    def finishing_button(self) -> str:
        """The button that ends a shipment: renamed in 7.2, where `done` became a state only."""
        return "do" if self.series >= (7, 2) else "done"

    @property
    def invoice_delivered(self) -> str:
        """How an order says that only what is delivered is invoiced: renamed in 8.0."""
        return "fulfillment" if self.series >= (8, 0) else "shipment"

    @property
    def entry_number(self) -> str:
        """The field that numbers a posted entry: until 7.0 `number` was given to drafts too."""
        return "number" if self.series >= (7, 2) else "post_number"


def discover(http: HttpSession, database: str) -> Server:
    """Asks each wire form in turn for the server's version; AdapterError when none is understood."""
    for root, path in (("/", f"/{database}/"), ("/rpc/", f"/{database}/rpc/")):
        version = _version(http, root)
        if version is not None:
            return Server(version, path)
    raise AdapterError(text("adapters.tryton.no_server", url=http.url))


def _version(http: HttpSession, root: str) -> str | None:
    content = jsonrpc.dumps({"id": 0, "method": "common.server.version", "params": []})
    response = http.send("POST", root, content=content, headers=HEADERS)
    if response.status_code != httpx.codes.OK:
        return None
    version = _result(response)
    known = isinstance(version, str) and re.match(r"\d+\.\d+", version)
    return str(version) if known else None


def _result(response: httpx.Response) -> Value:
    try:
        answer = jsonrpc.loads(response.content)
    except ValueError:
        return None
    return answer.get("result") if isinstance(answer, dict) else answer
