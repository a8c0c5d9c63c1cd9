"""The ways in of an HTTP session: keys, OAuth2 tokens, kept sessions, certificates and the proxy.

    http = open_session(environment, account)

Every adapter that speaks HTTP opens its session here and needs to know none of it.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Generator
from urllib.parse import quote

import httpx

from harness.adapters.wire.http import HttpSession
from harness.adapters.wire.kept import SessionStore, not_logged_in
from harness.errors import ConfigError, Refused
from harness.model import Account, Environment, Secret, text
from harness.ways import ApiKey, BrowserSession, Certificate, ClientCredentials, Network

_EARLY_SECONDS = 30.0
_DEFAULT_SECONDS = 300.0  # of a token whose server does not say how long it lasts


def open_session(
    environment: Environment,
    account: Account | None = None,
    *,
    transport: httpx.BaseTransport | None = None,
    timeout: float = 60.0,
    store: SessionStore | None = None,
) -> HttpSession:
    """A session with the environment through its network, as the account if its way in is one of HTTP.

    A user with a password logs in by the adapter's own means: nothing is sent for it here.
    """
    auth: httpx.Auth | None = None
    cookies: httpx.Cookies | None = None
    match account.way if account else None:
        case ApiKey() as key if account is not None:
            auth = _KeyAuth(key, environment, account.role)
        case ClientCredentials() as client if account is not None:
            auth = TokenAuth(client, environment, account.role)
        case BrowserSession() if account is not None:
            kept = (store or SessionStore.of_user()).kept(environment, account.role)
            auth, cookies = _KeptAuth(environment, account.role), kept.cookies()
    network = environment.network
    context = None if transport else tls_context(network, account.certificate if account else None)
    return HttpSession(
        environment.url, transport=transport, timeout=timeout, auth=auth, cookies=cookies, tls=context,
        proxy=None if transport else network.proxy,
    )  # fmt: skip


def tls_context(network: Network, own: Certificate | None = None) -> ssl.SSLContext | None:
    """What TLS trusts and shows; None where the machine's own settings are all there is."""
    certificate = own or network.certificate
    if network.ca is None and certificate is None:
        return None
    context = httpx.create_ssl_context(trust_env=False)
    if network.ca is not None:
        try:
            context.load_verify_locations(network.ca)
        except (OSError, ssl.SSLError):
            raise ConfigError(text("adapters.tls.bad_ca", file=network.ca)) from None
    if certificate is not None:
        _show(context, certificate)
    return context


def _show(context: ssl.SSLContext, certificate: Certificate) -> None:
    # Without a password of ours OpenSSL would ask at the terminal and wait for ever.
    password = certificate.password.reveal() if certificate.password else ""
    try:
        context.load_cert_chain(certificate.file, certificate.key, password)
    except (OSError, ssl.SSLError, ValueError):
        raise ConfigError(text("adapters.tls.bad_certificate", file=certificate.file)) from None


class _KeyAuth(httpx.Auth):
    """The key with every request. An answer of 401 means that it is wrong or revoked."""

    def __init__(self, key: ApiKey, environment: Environment, role: str) -> None:
        self._key, self._environment, self._role = key, environment, role

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        key = self._key.key.reveal()
        request.headers[self._key.header or "Authorization"] = key if self._key.header else f"Bearer {key}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            raise _refused("adapters.way.key_refused", self._environment, self._role, "api_key")


class TokenAuth(httpx.Auth):
    """OAuth2 client credentials: a token bought when needed, before it expires, and again after 401."""

    requires_response_body = True

    def __init__(
        self,
        client: ClientCredentials,
        environment: Environment,
        role: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._environment, self._role, self._clock = client, environment, role, clock
        self._token: Secret | None = None
        self._until = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The request with a token, and once more with a fresh one when the server wants it."""
        if self._token is None or self._clock() >= self._until:
            self._take((yield self._asking()))
        response = yield self._signed(request)
        if response.status_code == httpx.codes.UNAUTHORIZED:
            self._take((yield self._asking()))
            response = yield self._signed(request)
            if response.status_code == httpx.codes.UNAUTHORIZED:
                raise _refused("adapters.way.token_refused", self._environment, self._role, "token")

    def _signed(self, request: httpx.Request) -> httpx.Request:
        assert self._token is not None
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return request

    def _asking(self) -> httpx.Request:
        data = {"grant_type": "client_credentials"}
        if self._client.scope is not None:
            data["scope"] = self._client.scope
        asking = httpx.Request(
            "POST", self._client.token_url, data=data, headers={"Accept": "application/json"}
        )
        # RFC 6749, 2.3.1: both parts are form-encoded before they become Basic
        user, word = quote(self._client.client_id, ""), quote(self._client.client_secret.reveal(), "")
        return next(httpx.BasicAuth(user, word).auth_flow(asking))

    def _take(self, response: httpx.Response) -> None:
        """Keeps the token; Refused, with the server's own word for why, when there is none."""
        try:
            answer = response.json()
        except ValueError:
            answer = None
        answer = answer if isinstance(answer, dict) else {}
        token = answer.get("access_token")
        if response.status_code != httpx.codes.OK or not isinstance(token, str) or not token:
            word = str(answer.get("error", ""))
            why = word if word.isidentifier() else f"status {response.status_code}"
            raise _refused("adapters.way.no_token", self._environment, self._role, why)
        lasting = answer.get("expires_in")
        seconds = float(lasting) if isinstance(lasting, int | float) else _DEFAULT_SECONDS
        self._token, self._until = Secret(token), self._clock() + max(seconds - _EARLY_SECONDS, seconds / 2)


class _KeptAuth(httpx.Auth):
    """The cookies are the login; an answer of 401 means that the server has ended the session."""

    def __init__(self, environment: Environment, role: str) -> None:
        self._environment, self._role = environment, role

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            raise not_logged_in(self._environment, self._role, "ended")


def _refused(key: str, environment: Environment, role: str, why: str) -> Refused:
    side = environment.side.value
    return Refused(text(key, side=side, role=role, why=why), code="login", message=why)
