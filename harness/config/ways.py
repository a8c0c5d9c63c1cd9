"""How a role gets in, and through which network: the tables of accounts, TLS and a browser's login."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator

from harness.config.sources import Source
from harness.config.table import Count, Hidden, Line, Password, Switch, Table, wrong
from harness.model import Account, Secret
from harness.ways import (
    ApiKey,
    BrowserLogin,
    BrowserSession,
    ByCertificate,
    Certificate,
    ClientCredentials,
    Network,
    Way,
)

# way -> the keys that it needs, and the keys that it may have
_WAYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "password": (("user", "password"), ()),
    "api_key": (("api_key",), ("header",)),
    "client_id": (("client_id", "client_secret", "token_url"), ("scope",)),
    "browser": (("browser",), ()),
}
_SECRETS = ("api_key", "client_secret", "key_password")
_FILES = ("ca", "certificate", "key")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def _header(name: str) -> str:
    if not _HEADER.fullmatch(name):
        raise wrong("header_name")
    return name


def address(url: str) -> str:
    """The address of a web server."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise wrong("url")
    return url


def _proxy(secret: Secret) -> Secret:
    try:
        address(secret.reveal())
    except ValueError:
        raise wrong("url") from None
    return secret


class _Certified(Table):
    """A client certificate, its key, and the key's password."""

    certificate: Line | None = None
    key: Line | None = None
    key_password: Password | None = None

    def found(self, folder: Path) -> Certificate | None:
        """The certificate with its files as they are found from `folder`."""
        if self.certificate is None:
            return None
        key = None if self.key is None else str(folder / self.key)
        return Certificate(str(folder / self.certificate), key, self.key_password)


class AccountTable(_Certified):
    """A login of one role, by one way."""

    user: Line | None = None
    password: Password | None = None
    api_key: Password | None = None
    header: Annotated[Line, AfterValidator(_header)] | None = None
    client_id: Line | None = None
    client_secret: Password | None = None
    token_url: Annotated[Line, AfterValidator(address)] | None = None
    scope: Line | None = None
    browser: Switch = False

    def account(self, role: str, folder: Path) -> Account:
        """The account as every other part of the harness knows it."""
        password = self.password or Secret("")
        return Account(role, self.user or self.client_id or "", password, self._way(), self.found(folder))

    def secrets(self) -> Iterator[str]:
        """Everything in it that must appear nowhere."""
        for secret in (self.password, self.api_key, self.client_secret, self.key_password):
            if secret is not None:
                yield secret.reveal()

    def _way(self) -> Way | None:
        if self.api_key is not None:
            return ApiKey(self.api_key, self.header)
        if self.client_id and self.client_secret and self.token_url:
            return ClientCredentials(self.client_id, self.client_secret, self.token_url, self.scope)
        if self.browser:
            return BrowserSession()
        return ByCertificate() if self.password is None else None


class TlsTable(_Certified):
    """What TLS trusts and shows. It is checked always; a CA of one's own is named here."""

    ca: Line | None = None

    def network(self, folder: Path, proxy: Secret | None) -> Network:
        """What lies between here and the ERP."""
        ca = None if self.ca is None else str(folder / self.ca)
        return Network(ca, self.found(folder), proxy)


class LoginTable(Table):
    """How `harness login` sees that a person has logged in."""

    url: Annotated[Line, AfterValidator(address)] | None = None
    done: Line | None = None
    entry: Line | None = None
    hours: Count = 8

    def login(self) -> BrowserLogin:
        """The same as every other part of the harness knows it."""
        return BrowserLogin(self.url, self.done, self.entry, self.hours)


Proxy = Annotated[Password, AfterValidator(_proxy)]
"""The address of a proxy, perhaps with a login in it."""


def check_ways(source: Source, side: str, data: Mapping[str, Any]) -> None:
    """Each account has one whole way in; every secret, that of the metrics too, came through a variable."""
    accounts = data.get("accounts")
    for role, account in accounts.items() if isinstance(accounts, dict) else ():
        if isinstance(account, dict):
            path = f"{side}.accounts.{role}"
            _one_way(source, path, account)
            _certified(source, path, account)
    tls = data.get("tls")
    if isinstance(tls, dict):
        _certified(source, f"{side}.tls", tls)
    metrics = data.get("metrics")
    if isinstance(metrics, dict) and isinstance(metrics.get("token"), str):
        _literal(source, f"{side}.metrics.token", metrics["token"])
    proxy = data.get("proxy")
    if isinstance(proxy, str) and "@" in proxy:
        _literal(source, f"{side}.proxy", proxy)


def check_files(source: Source, side: str, data: Mapping[str, Any], folder: Path) -> None:
    """The files of certificates exist."""
    tables = {f"{side}.tls": data.get("tls")}
    accounts = data.get("accounts")
    for role, account in accounts.items() if isinstance(accounts, dict) else ():
        tables[f"{side}.accounts.{role}"] = account
    for path, table in tables.items():
        for name in _FILES if isinstance(table, dict) else ():
            file = table.get(name) if isinstance(table, dict) else None
            if isinstance(file, str) and file.strip() and not (folder / file).is_file():
                source.problem(f"{path}.{name}", "no_such_file")


def _one_way(source: Source, path: str, account: Mapping[str, Any]) -> None:
    named = [way for way, keys in _WAYS.items() if any(account.get(key) for key in (*keys[0], *keys[1]))]
    if not named and "certificate" not in account:
        named = ["password"]
    if len(named) > 1 and not source.has_problem(path):
        source.problem(path, "two_ways", ways=tuple(named))
    for key in _WAYS[named[0]][0] if len(named) == 1 else ():
        if key not in account and not source.has_problem(f"{path}.{key}"):
            source.problem(f"{path}.{key}", "missing")


def _certified(source: Source, path: str, table: Mapping[str, Any]) -> None:
    for key in ("key", "key_password"):
        if key in table and "certificate" not in table:
            source.problem(f"{path}.certificate", "missing")
            break
    for key in _SECRETS:
        if isinstance(table.get(key), str):
            _literal(source, f"{path}.{key}", table[key])


def _literal(source: Source, path: str, value: str) -> None:
    if not isinstance(value, Hidden) and not source.has_problem(path):
        source.problem(path, "literal_secret")
