"""How a role gets into an ERP, and through which network: as configured, without doing any of it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TypeAlias


class Secret:
    """A value that never shows itself: repr, str and format are masked; only `reveal` gives it."""

    __slots__ = ("_content",)

    def __init__(self, content: str) -> None:
        self._content = content

    def reveal(self) -> str:
        """The value itself, for the one line that sends it."""
        return self._content

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(
            self._content.encode(), other._content.encode()
        )

    def __hash__(self) -> int:
        return hash((Secret, self._content))

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that goes with every request: as `Authorization: Bearer`, or bare in a header of its own."""

    key: Secret
    header: str | None = None


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """OAuth2's client credentials: they buy a token that goes with every request until it expires."""

    client_id: str
    client_secret: Secret
    token_url: str
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """The session that a person opened in a browser with `harness login`."""


@dataclass(frozen=True, slots=True)
class ByCertificate:
    """The client certificate alone says who it is."""


Way: TypeAlias = ApiKey | ClientCredentials | BrowserSession | ByCertificate


@dataclass(frozen=True, slots=True)
class Certificate:
    """A client certificate in PEM; its key in the same file unless `key` names another."""

    file: str
    key: str | None = None
    password: Secret | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """What lies between here and an ERP: a CA of one's own, a client certificate for all, a proxy."""

    ca: str | None = None
    certificate: Certificate | None = None
    proxy: Secret | None = None


@dataclass(frozen=True, slots=True)
class BrowserLogin:
    """How to tell that a person has logged in, by the address or by an entry; how long it lasts."""

    url: str | None = None
    done: str | None = None
    entry: str | None = None
    hours: int = 8


@dataclass(frozen=True, slots=True)
class Account:
    """A login of one role: user and password, unless `way` says another one (the password is then empty)."""

    role: str
    user: str
    password: Secret = Secret("")  # noqa: RUF009 - it is immutable
    way: Way | None = None
    certificate: Certificate | None = None
