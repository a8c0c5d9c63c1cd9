"""Tryton's field values as the plain values that documents hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from harness.adapters.tryton.client import Row
from harness.adapters.tryton.records import value_at
from harness.values import Value


def ids(value: Value) -> tuple[int, ...]:
    """A list of links as numbers."""
    return tuple(int(item) for item in value or ())  # type: ignore[union-attr, arg-type]  # lists of links are ids


def name(row: Row, *paths: str) -> str:
    """The first of the fields that has a value: a code, or a name where no code is kept."""
    return next((str(value) for value in (value_at(row, path) for path in paths) if value), "")


def words(value: Value) -> str | None:
    """A text, or None where nothing was written."""
    return None if value in (None, "") else str(value)


def money(value: Value) -> Decimal:
    """An amount; nothing is zero."""
    return Decimal(0) if value is None else Decimal(str(value))


def quantity(value: Value) -> Decimal:
    """Tryton keeps quantities as binary floats; their shortest text is the number that was entered."""
    if isinstance(value, float) and value.is_integer():
        return Decimal(int(value))
    return Decimal(0) if value is None else Decimal(str(value))


def day(value: Value) -> date | None:
    """A date, or None."""
    return value if isinstance(value, date) else None


def required_day(value: Value) -> date:
    """A date that must be there."""
    if not isinstance(value, date):
        raise TypeError(f"Tryton keeps a date here, not {type(value).__name__}")
    return value
