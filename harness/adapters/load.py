"""What a class of load sessions offers, and what the load generator gives it.

Such a class lives in the adapter's package (`load.py`) and is imported by the load generator's own process
only. It is plain synchronous code: the generator makes `Http` cooperative underneath.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, TypeAlias, runtime_checkable

from harness.model import Account, Environment
from harness.written import Entered, Write


class LoadFault(Exception):
    """The ERP answered wrongly or not at all. `code` is short and holds no data: `http.500`, `refused.X`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request. Its headers are pairs: one that came twice is there twice."""

    status: int
    body: bytes
    headers: Sequence[tuple[str, str]] = ()


class Http(Protocol):
    """One user's connections to one server."""

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] = MappingProxyType({})
    ) -> Answer:
        """The answer, whatever its status; LoadFault when there is none."""


class Stopwatch(Protocol):
    """Times the transactions of one scenario, in the order in which the scenario opens them."""

    def __call__(self, transaction: str, write: Write | None = None) -> AbstractContextManager[None]:
        """Times what is inside as `transaction`. The first one counts from the intended start.

        `write` is noted before anything is sent, and as acknowledged when the inside ends without a fault.
        """


Scenario: TypeAlias = Callable[[Stopwatch], None]


@dataclass(frozen=True, slots=True)
class Seat:
    """Which of the simulated users this is: `run` and `number` together occur once in the ERP's life.

    `scenarios` is what the user will be asked to do.
    """

    run: str
    number: int
    account: Account = field(repr=False)
    scenarios: tuple[str, ...] = ()


@runtime_checkable
class AccountsForLoad(Protocol):
    """Tells afterwards what a load has entered, through the harness's own session and not a user's."""

    def entered_by(self, run: str) -> Sequence[Entered]:
        """Every document that the simulated users of this run entered; one that is there twice, twice."""


@runtime_checkable
class NumbersWithoutGaps(Protocol):
    """Tells which numbers are missing where the law, or the company, allows no gaps."""

    def missing_numbers(self, run: str) -> Sequence[str]:
        """Those between the first and the last that documents of this run have, and that no document has."""


class LoadSession(Protocol):
    """One simulated user, logged in. Construct with no argument, `login` once, then run scenarios."""

    def login(self, environment: Environment, http: Http, seat: Seat) -> None:
        """Logs in as the account of `seat` and reads what the scenarios need; LoadFault when refused."""

    def scenarios(self) -> Mapping[str, Scenario]:
        """What this user can do, by name. A scenario raises LoadFault when an answer is wrong or empty."""
