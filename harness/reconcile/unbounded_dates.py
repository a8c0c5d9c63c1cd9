"""Dates that PostgreSQL holds and Python does not: 'infinity', before our era, after the year 9999.

An ERP that holds one is compared like any other; the driver alone would refuse to read the row.
"""

from __future__ import annotations

from typing import Any

from psycopg import Connection, DataError, adapters
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

_KINDS = ("date", "time", "timestamp", "timestamptz")


def read_unbounded(connection: Connection[Any]) -> None:
    """Lets a connection give the text of a date or time that Python has no value for."""
    for name in _KINDS:
        connection.adapters.register_loader(name, _or_text(adapters.types[name].oid))


def _or_text(oid: int) -> type[Loader]:
    found = adapters.get_loader(oid, Format.TEXT)
    assert found is not None, "psycopg reads every kind of date"
    usual = found

    class OrText(Loader):
        """The driver's own loader, and the text where it gives up."""

        def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
            super().__init__(oid, context)
            self._usual = usual(oid, context)

        def load(self, data: Buffer) -> Any:
            try:
                return self._usual.load(data)
            except DataError:
                return bytes(data).decode()

    return OrText
