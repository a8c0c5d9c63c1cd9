"""What an ERP adapter may be able to do: small protocols, asked with `isinstance`, never by name.

An adapter is opened for one environment and one role. It returns typed values (Decimal, date, bytes),
raises `Unreachable` when nothing usable answers, `Refused` when the ERP says no, and `WriteRefused`
before anything is sent when the write guard has not unlocked the environment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from harness.model import Environment
from harness.values import Value


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of a search: `operator` is one of = != < <= > >= in like."""

    field: str
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back for a request; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@runtime_checkable
class Adapter(Protocol):
    """A session with one ERP environment as one role."""

    @property
    def environment(self) -> Environment:
        """Where this adapter speaks to."""

    @property
    def role(self) -> str:
        """The role it is logged in as."""

    def version(self) -> str:
        """The ERP's own version, read from the ERP."""

    def as_role(self, role: str) -> Adapter:
        """The same environment as another role of the configuration; the same object for the same role."""

    def close(self) -> None:
        """Log out and release connections, of every role opened from it; never raises for a dead server."""


@runtime_checkable
class ReadsRecords(Protocol):
    """Reads records of a model by the ERP's own names."""

    def count(self, model: str, where: Sequence[Condition] = ()) -> int:
        """How many records match."""

    def read(
        self,
        model: str,
        fields: Sequence[str],
        where: Sequence[Condition] = (),
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
    ) -> Iterator[Mapping[str, Value]]:
        """The records that match, typed; large results are paged underneath.

        `-name` in `order` sorts descending. An unknown name is an AdapterError at once, not on iteration.
        """


@runtime_checkable
class WritesRecords(Protocol):
    """Changes records. Every method demands the write guard."""

    def create(self, model: str, values: Mapping[str, Value]) -> str:
        """A new record's id."""

    def write(self, model: str, id: str, values: Mapping[str, Value]) -> None:
        """Changes one record."""

    def delete(self, model: str, id: str) -> None:
        """Deletes one record."""

    def press(self, model: str, id: str, button: str) -> None:
        """Runs a button or bound action of one record."""


@runtime_checkable
class AnswersRequests(Protocol):
    """Can be sent the requests that partners send, as they send them."""

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
        """The answer, whatever its status and without following a redirection.

        `logged_in` sends it as the role, by the role's own way in; otherwise nobody is logged in. Unless it
        only `reads`, and the adapter knows nothing else of it, the write guard is asked first.
        """


@runtime_checkable
class QueriesSql(Protocol):
    """Gives a SQLAlchemy engine whose sessions the server itself holds read-only."""

    def sql_engine(self) -> object:
        """A `sqlalchemy.Engine`; ConfigError when the environment names no database."""


@runtime_checkable
class HasWebClient(Protocol):
    """Has a web client, and knows its page objects."""

    def web_url(self) -> str:
        """Where the browser starts."""

    def pages(self, page: object) -> object:
        """The page objects for a Playwright page: see `harness.ux.pages.WebClient`."""


@runtime_checkable
class ChecksSetup(Protocol):
    """Has settings of its own that only the ERP can tell to be right."""

    def check_setup(self) -> None:
        """ConfigError with everything in them that the ERP does not have."""


@runtime_checkable
class GeneratesLoad(Protocol):
    """Can be loaded: names an importable class of load sessions for the load generator's own process."""

    def load_sessions(self) -> str:
        """`module:Class` implementing `harness.performance.sessions.LoadSession`."""
