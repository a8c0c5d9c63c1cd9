"""One canonical text per value, whatever the driver gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.reconcile.kinds import Kind, NotOfKind, canonical, nfc, typed

D = Decimal


@pytest.mark.parametrize(
    ("kind", "values", "text"),
    [
        (Kind.NUMBER, [D("1.10"), D("1.1000"), "1.1", 1.1, D("0.11E+1")], "1.1"),
        (Kind.NUMBER, [D("-0.00"), 0, -0.0, "0"], "0"),
        (Kind.NUMBER, [D("1E+3"), 1000, "1000.000"], "1000"),
        (Kind.NUMBER, [D("12345678901234567.89"), "12345678901234567.89"], "12345678901234567.89"),
        (Kind.FLOAT, [0.1, D("0.1"), "0.1"], "0.1"),
        (Kind.INTEGER, [7, "007", D("7.0")], "7"),
        (Kind.BOOLEAN, [True, 1, "t", "TRUE"], "true"),
        (Kind.DATE, [date(2025, 1, 31), datetime(2025, 1, 31), "2025-01-31"], "2025-01-31"),
        (Kind.DATE, [datetime(2025, 1, 31, 1)], "2025-01-31T01:00:00"),
        (Kind.DATE, ["0044-03-15 BC", "0044-03-15 00:00:00+00 BC"], "0044-03-15 BC"),
        (Kind.DATE, ["0044-03-15 01:00:00 BC"], "0044-03-15 01:00:00 BC"),
        (Kind.DATE, ["10000-01-01"], "10000-01-01"),
        (Kind.TIMESTAMP, ["0044-03-15 BC", "0044-03-15 00:00:00+00 BC"], "0044-03-15 00:00:00 BC"),
        (Kind.TIMESTAMP, ["10000-01-01 12:00:00.5+00"], "10000-01-01 12:00:00.5"),
        (Kind.TIMESTAMP, ["infinity"], "infinity"),
        (Kind.TIME, [time(1, 2), "01:02:00"], "01:02:00.000000"),
        (
            Kind.TIMESTAMP,
            [
                datetime(2025, 1, 31, 1, 2, 3, 450000),
                datetime(2025, 1, 31, 9, 2, 3, 450000, timezone(timedelta(hours=8))),
                datetime(2025, 1, 31, 1, 2, 3, 450000, UTC),
                "2025-01-31 01:02:03.45",
            ],
            "2025-01-31 01:02:03.450000",
        ),
        (Kind.TIMESTAMP, [date(2025, 1, 31)], "2025-01-31 00:00:00.000000"),
        (Kind.INTERVAL, [timedelta(hours=1), 3600, 3600.0, "01:00:00"], "3600000000"),
        (Kind.INTERVAL, [timedelta(days=1), "1 day", "24:00:00"], "86400000000"),
        (Kind.INTERVAL, ["-1 days +23:00:00", "-01:00:00"], "-3600000000"),
        (Kind.INTERVAL, ["00:00:00.000001"], "1"),
        (Kind.JSON, ['{"b": 1, "a": [1.50]}', '{"a":[1.5],"b":1}'], '{"a":["\\u00001.5"],"b":1}'),
        (Kind.BYTES, [b"\x00\xff", memoryview(b"\x00\xff")], "00ff"),
        (Kind.TEXT, ["", b""], ""),
        (Kind.TEXT, [5], "5"),
    ],
)
def test_equal_values_have_one_text(kind: Kind, values: list[Any], text: str) -> None:
    """However a driver returns it, and however many zeros it carries."""
    assert {canonical(value, kind) for value in values} == {text}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.NUMBER, "abc"),
        (Kind.NUMBER, True),
        (Kind.INTEGER, "1.5x"),
        (Kind.DATE, "31.01.2025"),
        (Kind.DATE, 20250131),
        (Kind.DATE, "2025-13-01"),
        (Kind.DATE, "to infinity"),
        (Kind.BOOLEAN, 2),
        (Kind.TIMESTAMP, 5),
        (Kind.TIME, 5),
        (Kind.INTERVAL, "1 mon"),
        (Kind.INTERVAL, "1 year 2 days"),
        (Kind.JSON, "{"),
        (Kind.JSON, 5),
        (Kind.BYTES, "text"),
    ],
)
def test_a_value_of_another_kind_is_refused_unseen(kind: Kind, value: object) -> None:
    """The message does not repeat the value, which may be personal."""
    with pytest.raises(NotOfKind) as error:
        canonical(value, kind)

    assert str(value) not in str(error.value) or len(str(value)) < 3


def test_null_is_not_the_empty_text() -> None:
    """They are equal only where a mapping declares it."""
    assert canonical(None, Kind.TEXT) is None
    assert canonical("", Kind.TEXT) == ""


def test_composed_and_decomposed_letters_differ_until_asked() -> None:
    """NFC is a declared form, not a default."""
    composed, decomposed = "M\u00fcller", "Mu\u0308ller"

    assert canonical(composed, Kind.TEXT) != canonical(decomposed, Kind.TEXT)
    assert nfc(composed) == nfc(decomposed)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.integers(0, 6))
def test_scale_never_matters_and_digits_always_do(number: Decimal, zeros: int) -> None:
    """More zeros give the same text; the text gives the same number."""
    scaled = number.quantize(Decimal(1).scaleb(-6 - zeros)) if abs(number) < 10**15 else number

    assert canonical(number, Kind.NUMBER) == canonical(scaled, Kind.NUMBER)
    assert typed(canonical(number, Kind.NUMBER), Kind.NUMBER) == number


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.BOOLEAN, True),
        (Kind.DATE, date(2025, 1, 31)),
        (Kind.TIMESTAMP, datetime(2025, 1, 31, 1, 2, 3, 4)),
        (Kind.DATE, "-infinity"),
        (Kind.TIMESTAMP, "0044-03-15 12:00:00.5 BC"),
        (Kind.TIME, time(1, 2, 3)),
        (Kind.INTERVAL, timedelta(minutes=90)),
        (Kind.INTEGER, 12),
        (Kind.TEXT, "x"),
    ],
)
def test_the_typed_value_comes_back(kind: Kind, value: Any) -> None:
    """What a finding shows is a value again, not its canonical text."""
    assert typed(canonical(value, kind), kind) == value
