"""A small synchronous HTTP session whose transport tests replace, and whose errors never show a secret."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

import httpx

from harness.errors import ConfigError, Unreachable
from harness.model import text

# Answers of something between us and the ERP, or of an ERP that cannot work at all.
_NO_SERVER = frozenset({502, 503, 504})
# Below the 2 s after which common servers close an idle connection: a write is never sent into a closed one.
_KEEP_ALIVE_SECONDS = 1.0


class HttpSession:
    """Connections to one server. User and password in the URL become an authorization, never a text."""

    def __init__(
        self,
        url: str,
        *,
        transport: httpx.BaseTransport | None = None,
        timeout: float = 60.0,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> None:
        self.url, self._userinfo = _without_userinfo(url)
        self._timeout = timeout
        self._client = httpx.Client(
            base_url=self.url,
            headers=dict(headers or {}),
            auth=auth or self._userinfo,
            timeout=timeout,
            trust_env=False,  # a proxy or netrc of the machine must not change what is measured
            transport=transport
            or httpx.HTTPTransport(
                limits=httpx.Limits(keepalive_expiry=_KEEP_ALIVE_SECONDS), trust_env=False
            ),
        )

    def __repr__(self) -> str:
        return f"HttpSession({self.url!r})"

    def send(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The answer, whatever its status; Unreachable when there is none that the ERP itself gave."""
        try:
            response = self._client.request(
                method, path, content=content, headers=dict(headers or {}), params=params
            )
        except httpx.TimeoutException as silence:
            sentence = text("adapters.http.timeout", url=self.url, seconds=int(self._timeout))
            raise Unreachable(sentence) from silence
        except httpx.RequestError as problem:
            # the class says enough; the message of some errors repeats parts of the request
            sentence = text("adapters.http.no_answer", url=self.url, reason=type(problem).__name__)
            raise Unreachable(sentence) from problem
        if response.status_code in _NO_SERVER:
            raise Unreachable(text("adapters.http.no_server", url=self.url, status=response.status_code))
        return response

    def close(self) -> None:
        """Releases the connections; again does nothing."""
        self._client.close()


def _without_userinfo(url: str) -> tuple[str, tuple[str, str] | None]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if host is None or parts.scheme not in {"http", "https"}:
        raise ConfigError(text("adapters.http.bad_url"))
    host = f"[{host}]" if ":" in host else host
    netloc = host if port is None else f"{host}:{port}"
    user = None if parts.username is None else (parts.username, parts.password or "")
    return urlunsplit((parts.scheme, netloc, parts.path.rstrip("/"), "", "")), user
