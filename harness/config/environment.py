"""The tables [source] and [target]: one ERP system each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import AfterValidator, Field

from harness.config.metrics import MetricsTable
from harness.config.surroundings import FactsTable
from harness.config.table import Hidden, Line, Options, Password, Switch, Table, wrong
from harness.config.ways import AccountTable, LoginTable, Proxy, TlsTable
from harness.model import Environment, Secret, Side

_SECRET_NAME = re.compile(r"pass(word|wd|phrase)|secret|token|credential|api_?key|private", re.I)
_SQL = re.compile(r"^[a-z][a-z0-9]*(\+[a-z0-9_]+)?://\S*$")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise wrong("url") from None
    return parts


def _url(url: str) -> str:
    parts = _split(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", url):
        raise wrong("url")
    if parts.username is not None or parts.password is not None:
        raise wrong("url_login")
    if parts.query or parts.fragment:
        raise wrong("url_query")
    return url


def _sql(secret: Secret) -> Secret:
    if not _SQL.match(secret.reveal()):
        raise wrong("sql")
    _split(secret.reveal())
    return secret


def _masked(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options, with all text under a name like `password` or `api_token` hidden."""
    masked: dict[str, Any] = _named(options, False)
    return masked


def _named(item: Any, secret: bool) -> Any:
    if isinstance(item, Mapping):
        return {
            name: _named(inner, secret or bool(_SECRET_NAME.search(name))) for name, inner in item.items()
        }
    if isinstance(item, list):
        return [_named(inner, secret) for inner in item]
    return Hidden(item) if secret and isinstance(item, str) else item


class EnvironmentTable(Table):
    """One ERP system as the harness may use it."""

    adapter: Line
    url: Annotated[Line, AfterValidator(_url)] | None = None
    sql: Annotated[Password, AfterValidator(_sql)] | None = None
    synthetic: Switch = False
    production: Switch = False
    allow_writes: Switch = False
    load: Switch = False
    options: Annotated[Options, AfterValidator(_masked)] = Field(default_factory=dict)
    proxy: Proxy | None = None
    tls: TlsTable = TlsTable()
    login: LoginTable = LoginTable()
    accounts: Mapping[str, AccountTable] = Field(default_factory=dict)
    metrics: MetricsTable | None = None
    declared: FactsTable = FactsTable()

    @property
    def host(self) -> str | None:
        """The host that the ERP answers on."""
        return urlsplit(self.url).hostname if self.url else None

    def environment(self, side: Side, folder: Path = Path()) -> Environment:
        """The environment as every other part of the harness knows it; files are found from `folder`."""
        accounts = {role: account.account(role, folder) for role, account in self.accounts.items()}
        return Environment(
            side,
            self.adapter,
            self.url or "",
            MappingProxyType(dict(self.options)),
            self.sql,
            MappingProxyType(accounts),
            production=self.production,
            synthetic=self.synthetic,
            allow_writes=self.allow_writes,
            load=self.load,
            network=self.tls.network(folder, self.proxy),
            login=self.login.login(),
            folder=str(folder),
            metrics=self.metrics.metrics() if self.metrics else None,
        )

    def secrets(self) -> Iterator[str]:
        """Every password, and every form in which one stands in the database's URL."""
        for account in self.accounts.values():
            yield from account.secrets()
        if self.tls.key_password is not None:
            yield self.tls.key_password.reveal()
        if self.metrics is not None:
            yield from self.metrics.secrets()
        yield from _hidden(self.options)
        if self.sql is not None:
            yield from secrets_of_url(self.sql.reveal())
        if self.proxy is not None and "@" in self.proxy.reveal():
            yield from secrets_of_url(self.proxy.reveal())


def _hidden(item: object) -> Iterator[str]:
    if isinstance(item, Hidden):
        yield str(item)
    elif isinstance(item, Mapping):
        for inner in item.values():
            yield from _hidden(inner)
    elif isinstance(item, list | tuple):
        for inner in item:
            yield from _hidden(inner)


def secrets_of_url(url: str) -> Iterator[str]:
    """Every form in which a secret stands in a database's URL."""
    yield url
    parts = urlsplit(url)
    login = parts.netloc.rpartition("@")[0]
    if login:
        yield login
    if parts.password:
        yield parts.password
        yield unquote(parts.password)
