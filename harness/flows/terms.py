"""Whether two documents of different days fall due by the same terms.

What is kept of a due date is the interval from its document to it (ISO 8601: `2026-03-02/2026-04-01`).
Terms count days, or months, or go on to a fixed day or the end of a month; which of these it was cannot be
read off one document, so that two intervals are the same where one such rule makes both of them.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from harness.values import Value

_WINDOW = 30  # days: what "so many days, then the end of the month" may differ by


def interval(document_date: date, due: date) -> str:
    """From the day of the document to the day when it is due."""
    return f"{document_date.isoformat()}/{due.isoformat()}"


def same_terms(one: Value, other: Value) -> bool:
    """Whether one rule gives both intervals; False for what is not an interval."""
    first, second = _read(one), _read(other)
    if first is None or second is None:
        return False
    return _same(*first, *second)


def _same(one: date, due: date, other: date, other_due: date) -> bool:
    days, other_days = due - one, other_due - other
    if days == other_days:
        return True
    if due - _end(one) == other_due - _end(other):
        return True  # so many days after the month of the document
    months = _months(one, due) == _months(other, other_due)
    if _keeps_day(one, due) and _keeps_day(other, other_due) and (months or not _is_end(due)):
        return months
    fixed = due.day == other_due.day or (_is_end(due) and _is_end(other_due))
    return fixed and (months or abs(days - other_days) <= timedelta(days=_WINDOW))


def _read(value: Value) -> tuple[date, date] | None:
    if not isinstance(value, str):
        return None
    one, _, due = value.partition("/")
    try:
        return date.fromisoformat(one), date.fromisoformat(due)
    except ValueError:
        return None


def _months(one: date, due: date) -> int:
    return (due.year - one.year) * 12 + due.month - one.month


def _end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _is_end(day: date) -> bool:
    return day == _end(day)


def _keeps_day(one: date, due: date) -> bool:
    """The same day of another month, or its last where that month has no such day."""
    return due.day == min(one.day, _end(due).day)
