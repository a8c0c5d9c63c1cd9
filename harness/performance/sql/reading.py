"""The small protocol through which a database tells what it was asked and how it answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Unreadable(Exception):
    """The statistics cannot be read: `code` names the sentence `performance.sql.why.<code>`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Work(NamedTuple):
    """How often a statement was run, how long in all (ms), how many rows and pages (of the cache or disk)."""

    calls: int
    milliseconds: float
    rows: int
    pages: int


@dataclass(frozen=True, slots=True)
class Scan:
    """One way into a table that a plan takes: through `index`, or all of it when that is None.

    `columns` are those that it searches by; `rows` is how many the database believes the table has.
    """

    table: str
    index: str | None
    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How a statement would be run, whatever its values: its ways into tables, and its shape in a line."""

    scans: tuple[Scan, ...]
    shape: str


class StatementReader(Protocol):
    """One database's statistics of statements; reads only, and what the ERP asked only, not itself."""

    def read(self) -> Mapping[str, Work]:
        """Each statement's work since some point in the past, by a name of the database's own."""

    def texts(self, names: Iterable[str]) -> Mapping[str, str]:
        """The statements' texts without their values; what cannot be shown is left out."""

    def plan(self, statement: str) -> Plan | None:
        """How such a text would be run; None when that cannot be told. Nothing is run."""

    def close(self) -> None:
        """Ends the session; again does nothing."""


def difference(before: Mapping[str, Work], after: Mapping[str, Work]) -> dict[str, Work]:
    """What was done in between; a statement whose statistics were begun anew counts from then on."""
    found = {}
    for name, now in after.items():
        then = before.get(name, _NOTHING)
        if now.calls == then.calls:
            continue
        then = _NOTHING if now.calls < then.calls else then
        found[name] = Work(*(end - begun for end, begun in zip(now, then, strict=True)))  # type: ignore[arg-type]
    return found


def total(works: Iterable[Work]) -> Work:
    """The sum of all."""
    found = _NOTHING
    for work in works:
        found = Work(*(one + other for one, other in zip(found, work, strict=True)))  # type: ignore[arg-type]
    return found


_NOTHING = Work(0, 0.0, 0, 0)
