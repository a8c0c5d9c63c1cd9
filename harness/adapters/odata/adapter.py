"""The OData adapter: records of any service; and, where a mapping says which they are, business documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from harness.adapters.guard import WriteGuard
from harness.adapters.odata import offered
from harness.adapters.odata.access import Access
from harness.adapters.odata.mapping import Mapped, load
from harness.adapters.odata.records import Records
from harness.adapters.odata.sales import Sales
from harness.adapters.odata.service import Described, ODataService
from harness.adapters.odata.session import ODataSession
from harness.adapters.options import account_of, known_options
from harness.adapters.wire.http import HttpSession
from harness.config.problems import Problem
from harness.config.sources import Source
from harness.errors import ConfigError
from harness.model import Environment, text

# `documents`: the file of the mapping. `reader`: the role that looks documents up. `language`: of messages.
# `query`: what every address ends in, such as a client's number.
OPTIONS = ("documents", "language", "reader", "query", "timeout")


@dataclass(slots=True)
class _Connection:
    """What all roles of one environment share."""

    environment: Environment
    guard: WriteGuard
    transport: httpx.BaseTransport | None
    mapped: Mapped | None = None
    source: Source | None = None
    described: Described = field(default_factory=Described)
    adapters: dict[str, ODataAdapter] = field(default_factory=dict)
    _problems: list[Problem] | None = None

    def role(self, name: str) -> ODataAdapter:
        """The adapter of a role; the same object for the same role."""
        kind = ODataAdapter if self.mapped is None else ODataSales
        return self.adapters.get(name) or kind(self, name)

    def not_offered(self, service: ODataService) -> list[Problem]:
        """What the mapping names and the service does not have; found once."""
        if self._problems is None:
            assert self.mapped is not None
            assert self.source is not None
            self._problems = offered.problems(self.mapped, self.source, service.typed)
        return self._problems


class ODataAdapter(Records, Access):
    """A service as one role. Each role has its own login, so its own cookies and its own token."""

    def __init__(self, connection: _Connection, role: str) -> None:
        environment = connection.environment
        account = account_of(environment, role)
        self._connection: _Connection = connection
        self._role = role
        http = HttpSession(
            environment.url,
            transport=connection.transport,
            timeout=float(str(environment.options.get("timeout", 60))),
            auth=(account.user, account.password.reveal()),
        )
        language = environment.options.get("language")
        session = ODataSession(
            http,
            connection.guard,
            language=None if language is None else str(language),
            query=_query(environment),
        )
        self._service = ODataService(session, connection.described)
        connection.adapters[role] = self

    @classmethod
    def open(
        cls, environment: Environment, role: str, guard: WriteGuard, transport: httpx.BaseTransport | None
    ) -> ODataAdapter:
        """A session as `role`; nothing is sent yet. Business documents need the option `documents`."""
        known_options(environment, OPTIONS)
        connection = _Connection(environment, guard, transport)
        file = environment.options.get("documents")
        if file is not None:
            connection.mapped, connection.source = load(Path(environment.folder) / str(file))
        return connection.role(role)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.environment.side.value}, {self._role!r})"

    @property
    def role(self) -> str:
        """The role it is logged in as."""
        return self._role

    def version(self) -> str:
        """The ERP's own version where the mapping says where it is; else the protocol's."""
        mapped = self._connection.mapped
        if mapped is not None and mapped.version is not None:
            return str(self._service.single(mapped.version))
        return f"{self._service.typed.dialect.version} (OData)"

    def as_role(self, role: str) -> ODataAdapter:
        """The same environment as another role; the same object for the same role."""
        return self._connection.role(role)

    def close(self) -> None:
        """Releases the connections of every role."""
        for adapter in self._connection.adapters.values():
            adapter._service.close()


class ODataSales(ODataAdapter, Sales):
    """The same with business documents."""


def _query(environment: Environment) -> Mapping[str, str]:
    given = environment.options.get("query", {})
    if not isinstance(given, Mapping):
        side = environment.side.value
        raise ConfigError(text("adapters.odata.query", side=side))
    return {name: str(value) for name, value in given.items()}
