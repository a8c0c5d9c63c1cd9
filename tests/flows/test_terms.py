"""Due dates of documents of different days: by the same terms or not."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.flows.terms import interval, same_terms

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def later(day: date, months: int, on: int | None = None) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(on or day.day, monthrange(year, month + 1)[1]))


TERMS = {
    "at once": lambda day: day,
    "30 days": lambda day: day + timedelta(30),
    "one month": lambda day: later(day, 1),
    "the end of the month": lambda day: later(day, 0, 31),
    "the end of the next month": lambda day: later(day, 1, 31),
    "the 15th of the next month": lambda day: later(day, 1, 15),
    "10 days after the month": lambda day: later(day, 0, 31) + timedelta(10),
    "30 days, then the end of the month": lambda day: later(day + timedelta(30), 0, 31),
}


@pytest.mark.parametrize("terms", TERMS.values(), ids=TERMS)
@given(one=DAYS, other=DAYS)
def test_the_same_terms_are_recognised_whatever_the_days(terms, one: date, other: date) -> None:  # type: ignore[no-untyped-def]
    assert same_terms(interval(one, terms(one)), interval(other, terms(other)))


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("30 days", "at once"),
        ("30 days", "one month"),
        ("one month", "at once"),
        ("one month", "the end of the next month"),
        ("the end of the month", "at once"),
        ("the 15th of the next month", "the end of the next month"),
        ("the 15th of the next month", "one month"),
    ],
)
def test_other_terms_are_a_difference(before: str, now: str) -> None:
    one, other = date(2026, 3, 3), date(2026, 10, 22)

    assert not same_terms(interval(one, TERMS[before](one)), interval(other, TERMS[now](other)))


@given(one=DAYS.filter(lambda day: day.day <= 27), other=DAYS)
def test_a_month_too_late_is_a_difference(one: date, other: date) -> None:
    assert not same_terms(interval(one, later(one, 1)), interval(other, later(other, 2)))


@pytest.mark.parametrize("value", [None, 7, "", "soon", "2026-01-01", "2026-01-01/never"])
def test_what_is_no_interval_is_never_the_same(value: object) -> None:
    assert not same_terms(value, value)  # type: ignore[arg-type]
