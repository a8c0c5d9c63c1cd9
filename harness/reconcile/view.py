"""What reconciliation needs of one side, whatever holds its rows: a database, or a file read as one.

A view is one moment of one side: whatever is written elsewhere meanwhile, it does not change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias, runtime_checkable

from sqlalchemy import Engine

from harness.model import Side


class View(Protocol):
    """One side, read-only, at one moment."""

    @property
    def side(self) -> Side:
        """Which side it is."""
        ...

    @property
    def dialect(self) -> str:
        """SQLAlchemy's name of the dialect that its statements are written in."""
        ...

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, streamed: memory stays bounded."""
        ...

    def all(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query that gives few of them."""
        ...

    def number(self, sql: str) -> int:
        """The one whole number that a query gives."""
        ...

    def attempt(self) -> AbstractContextManager[None]:
        """Statements that may fail without ending the view."""
        ...

    def catalogue(self) -> Mapping[str, tuple[str, ...]]:
        """The columns of every table of the side's own schema, by the tables' names in order."""
        ...

    def columns(self, table: str) -> tuple[str, ...] | None:
        """The columns of `table` (or `schema.table`) in their order; None when there is no such table."""
        ...

    def primary_key(self, table: str) -> tuple[str, ...]:
        """The columns that the database itself keeps unique; empty when it does not."""
        ...


@runtime_checkable
class Origin(Protocol):
    """Where a view is opened: a file, or anything else that is not an SQLAlchemy engine."""

    def open(self, side: Side) -> AbstractContextManager[View]:
        """A view of it; `snapshot.SideUnreachable` when it does not answer."""
        ...


Place: TypeAlias = Engine | Origin
"""What a caller may give as a side."""
