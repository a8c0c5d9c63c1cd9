"""The load generator's HTTP: lean, cooperative, and never a write into a connection that may be closed.

Imported by the generator's process only.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import MappingProxyType

import gevent
from geventhttpclient import HTTPClient
from geventhttpclient.response import HTTPConnectionClosed, HTTPParseError

from harness.adapters.load import Answer, LoadFault

# Common servers close an idle connection after 2 s; a POST that meets a closed one cannot be repeated.
_IDLE_SECONDS = 1.0


class OneUserHttp:
    """One user's connection to one server; used by one scenario at a time, and given up after `timeout`."""

    def __init__(self, url: str, timeout: float) -> None:
        self._url, self.timeout = url, timeout
        self._client: HTTPClient | None = None
        self._used = 0.0

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] = MappingProxyType({})
    ) -> Answer:
        """The answer, whatever its status; LoadFault `timeout` or `connection` when there is none."""
        client = self._fresh()
        try:
            with gevent.Timeout(self.timeout):
                response = client.request(method, path, body=body, headers=dict(headers))
                body = bytes(response.read())
                answer = Answer(int(response.status_code), body, tuple(response.headers))
        except (gevent.Timeout, TimeoutError) as silence:
            self.close()
            raise LoadFault("timeout") from silence
        except (OSError, HTTPConnectionClosed, HTTPParseError) as problem:
            self.close()
            raise LoadFault("connection") from problem
        except BaseException:  # the scenario is being killed: a half-read connection is of no use
            self.close()
            raise
        self._used = time.monotonic()
        return answer

    def close(self) -> None:
        """Drops the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _fresh(self) -> HTTPClient:
        if self._client is not None and time.monotonic() - self._used > _IDLE_SECONDS:
            self.close()
        if self._client is None:
            self._client = HTTPClient.from_url(
                self._url, concurrency=1, connection_timeout=self.timeout, network_timeout=self.timeout
            )
        return self._client
