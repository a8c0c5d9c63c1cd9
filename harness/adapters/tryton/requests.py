"""The requests of partners, as they send them: to the calls, to the REST interface, to the web client."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from harness.adapters.protocol import HttpAnswer
from harness.adapters.tryton.methods import only_reads
from harness.adapters.tryton.speaking import Speaking
from harness.adapters.wire import jsonrpc

# Calls outside a model that change no document.
_OUTSIDE = frozenset({"common.db.login", "common.db.logout", "common.db.list", "common.server.version"})


class Requests(Speaking):
    """Sends requests as they are."""

    def exchange(
        self,
        method: str,
        path: str,
        *,
        content: bytes = b"",
        headers: Mapping[str, str] = MappingProxyType({}),
        logged_in: bool = True,
        reads: bool = False,
    ) -> HttpAnswer:
        """The answer to a request. A call of a method that is not known to only read asks the guard."""
        called = _called(content)
        if not reads or not (called is None or called in _OUTSIDE or only_reads(called)):
            self._demand(called or f"{method} {path}")
        if logged_in:
            response = self._client.send(method, path, content, headers)
        else:
            response = self._connection.nobody().send(method, path, content=content, headers=headers)
        named = {name.lower(): value for name, value in response.headers.items()}
        return HttpAnswer(response.status_code, named, response.content)


def _called(content: bytes) -> str | None:
    """The method that a body calls; None when it is no call."""
    try:
        body = jsonrpc.loads(content)
    except ValueError:
        return None
    return str(body["method"]) if isinstance(body, dict) and "method" in body else None
