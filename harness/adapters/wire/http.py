"""A small synchronous HTTP session whose transport tests replace, and whose errors never show a secret."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit, urlunsplit

import httpx

from harness.errors import ConfigError, Unreachable
from harness.model import Secret, Text, text

# Answers of something between us and the ERP, or of an ERP that cannot work at all.
_NO_SERVER = frozenset({502, 503, 504})
# Below the 2 s after which common servers close an idle connection: a write is never sent into a closed one.
_KEEP_ALIVE_SECONDS = 1.0
# OpenSSL's codes of verification (X509_V_ERR_...), and its words for what the server said of our certificate.
_EXPIRED, _NOT_YET, _OTHER_HOST = 10, 9, {62, 64}
_UNKNOWN_CA = {18, 19, 20, 21}
_OF_OURS = (
    "CERTIFICATE_REQUIRED",
    "UNKNOWN_CA",
    "BAD_CERTIFICATE",
    "CERTIFICATE_EXPIRED",
    "HANDSHAKE_FAILURE",
)


class HttpSession:
    """Connections to one server. User and password in the URL become an authorization, never a text."""

    def __init__(
        self,
        url: str,
        *,
        transport: httpx.BaseTransport | None = None,
        timeout: float = 60.0,
        headers: Mapping[str, str] | None = None,
        auth: httpx.Auth | tuple[str, str] | None = None,
        cookies: httpx.Cookies | None = None,
        tls: ssl.SSLContext | None = None,
        proxy: Secret | None = None,
    ) -> None:
        self.url, self._userinfo = _without_userinfo(url)
        self._timeout = timeout
        self._proxy = None if proxy is None else _without_userinfo(proxy.reveal())
        self._client = httpx.Client(
            base_url=self.url,
            headers=dict(headers or {}),
            auth=auth or self._userinfo,
            cookies=cookies,
            timeout=timeout,
            trust_env=False,  # a proxy or netrc of the machine must not change what is measured
            transport=transport
            or httpx.HTTPTransport(
                verify=tls or True,
                limits=httpx.Limits(keepalive_expiry=_KEEP_ALIVE_SECONDS),
                trust_env=False,
                proxy=None if self._proxy is None else _proxy(self._proxy, tls),
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
        own: Callable[[httpx.Response], bool] = lambda response: False,
    ) -> httpx.Response:
        """The answer, whatever its status; Unreachable when there is none that the ERP itself gave.

        `own` knows the ERP's own answers among those that usually come from what stands before it.
        """
        try:
            response = self._client.request(
                method, path, content=content, headers=dict(headers or {}), params=params
            )
        except httpx.TimeoutException as silence:
            sentence = text("adapters.http.timeout", url=self.url, seconds=int(self._timeout))
            raise Unreachable(sentence) from silence
        except httpx.RequestError as problem:
            raise Unreachable(self._why(problem)) from problem
        if response.status_code == httpx.codes.PROXY_AUTHENTICATION_REQUIRED and self._proxy:
            raise Unreachable(text("adapters.proxy.refused", proxy=self._proxy[0]))
        if response.status_code in _NO_SERVER and not own(response):
            raise Unreachable(text("adapters.http.no_server", url=self.url, status=response.status_code))
        return response

    def _why(self, problem: httpx.RequestError) -> Text:
        """What lies behind an error, in our words: the message of some repeats parts of the request."""
        for cause in _causes(problem):
            if isinstance(cause, ssl.SSLError):
                return text(_tls_key(cause), url=self.url)
        if self._proxy is not None and isinstance(problem, httpx.ProxyError):
            return text("adapters.proxy.refused", proxy=self._proxy[0])
        if self._proxy is not None and isinstance(problem, httpx.ConnectError):
            return text("adapters.proxy.down", proxy=self._proxy[0])
        return text("adapters.http.no_answer", url=self.url, reason=type(problem).__name__)

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


def _proxy(known: tuple[str, tuple[str, str] | None], tls: ssl.SSLContext | None) -> httpx.Proxy:
    url, user = known
    return httpx.Proxy(url, auth=user, ssl_context=tls if url.startswith("https") else None)


def _causes(problem: BaseException) -> Iterator[BaseException]:
    at: BaseException | None = problem
    while at is not None:
        yield at
        at = at.__cause__ or at.__context__


def _tls_key(problem: ssl.SSLError) -> str:
    """Which sentence tells what is wrong with a certificate, theirs or ours."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        code = problem.verify_code
        if code in (_EXPIRED, _NOT_YET):
            return "adapters.tls.expired"
        if code in _OTHER_HOST:
            return "adapters.tls.other_host"
        return "adapters.tls.unknown_ca" if code in _UNKNOWN_CA else "adapters.tls.not_trusted"
    if any(word in (problem.reason or "") for word in _OF_OURS):
        return "adapters.tls.ours_refused"
    return "adapters.tls.failed"
