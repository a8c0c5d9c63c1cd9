"""OData types: the description decides, not the look of the JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from harness.adapters.odata.edm import Version, decode, encode, literal
from harness.values import Value

V2, V4 = Version.V2, Version.V4
DECODED: list[tuple[object, str, Version, Value]] = [
    ("1.10", "Edm.Decimal", V4, Decimal("1.10")),
    (Decimal("1.10"), "Edm.Decimal", V4, Decimal("1.10")),
    (3, "Edm.Decimal", V4, Decimal(3)),
    ("9223372036854775807", "Edm.Int64", V4, 9223372036854775807),
    (9007199254740993, "Edm.Int64", V4, 9007199254740993),
    (Decimal("1.5"), "Edm.Double", V4, 1.5),
    (True, "Edm.Boolean", V4, True),
    ("007", "Edm.String", V4, "007"),
    ("2026-02-28", "Edm.Date", V4, date(2026, 2, 28)),
    ("2026-02-28T23:59:59.5Z", "Edm.DateTimeOffset", V4, datetime(2026, 2, 28, 23, 59, 59, 500000, UTC)),
    ("08:30:00", "Edm.TimeOfDay", V4, time(8, 30)),
    ("P1DT2H3M4.5S", "Edm.Duration", V4, timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
    ("-PT1H", "Edm.Duration", V4, timedelta(hours=-1)),
    ("AP8", "Edm.Binary", V4, b"\x00\xff"),
    ("-_8=", "Edm.Binary", V4, b"\xfb\xff"),
    (None, "Edm.Decimal", V4, None),
    ("1.10", "Edm.Decimal", V2, Decimal("1.10")),
    ("9223372036854775807", "Edm.Int64", V2, 9223372036854775807),
    ("/Date(1774915200000)/", "Edm.Date", V2, date(2026, 3, 31)),
    ("/Date(-86400000)/", "Edm.Date", V2, date(1969, 12, 31)),
    ("/Date(253402214400000)/", "Edm.Date", V2, date(9999, 12, 31)),
    ("/Date(1774915200500)/", "Edm.DateTime", V2, datetime(2026, 3, 31, 0, 0, 0, 500000)),
    ("/Date(1774915200000+0480)/", "Edm.DateTimeOffset", V2, datetime(2026, 3, 31, tzinfo=UTC)),
    ("PT08H30M00S", "Edm.Time", V2, time(8, 30)),
    ("+/8=", "Edm.Binary", V2, b"\xfb\xff"),
    ("1.5E+01", "Edm.Double", V2, 15.0),
]


@pytest.mark.parametrize(("sent", "edm", "version", "value"), DECODED)
def test_values_read_as_their_declared_type(sent: object, edm: str, version: Version, value: Value) -> None:
    """The same decimal arrives as text or as a number."""
    found = decode(sent, edm, version)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("sent", "edm", "version"),
    [
        ("1.5", "Edm.Int32", V4),
        ("yes", "Edm.Boolean", V4),
        (1, "Edm.Boolean", V4),
        ("1 day", "Edm.Duration", V4),
        ("NaN", "Edm.Decimal", V4),
        ("2026-02-30", "Edm.Date", V4),
        ("POINT(1 2)", "Edm.GeographyPoint", V4),
        ("2026-02-28", "Edm.Date", V2),
        ("/Date(99999999999999999)/", "Edm.Date", V2),
        ("PT25H", "Edm.Time", V2),
        ("P1D", "Edm.Time", V4),
    ],
)
def test_what_does_not_fit_its_type_is_an_error(sent: object, edm: str, version: Version) -> None:
    """Never rounded, never guessed."""
    with pytest.raises(ValueError, match=r".+"):
        decode(sent, edm, version)


@pytest.mark.parametrize(
    ("value", "edm", "in_v4", "in_v2"),
    [
        ("O'Neil", "Edm.String", "'O''Neil'", "'O''Neil'"),
        ("007", "Edm.String", "'007'", "'007'"),
        (7, "Edm.String", "'7'", "'7'"),
        (7, "Edm.Int32", "7", "7"),
        (7, "Edm.Int64", "7", "7L"),
        (Decimal("1E+2"), "Edm.Decimal", "100", "100M"),
        (date(2026, 2, 28), "Edm.Date", "2026-02-28", "datetime'2026-02-28T00:00:00'"),
        (datetime(2026, 2, 28), "Edm.DateTime", "2026-02-28T00:00:00", "datetime'2026-02-28T00:00:00'"),
        (
            datetime(2026, 2, 28, tzinfo=UTC),
            "Edm.DateTimeOffset",
            "2026-02-28T00:00:00Z",
            "datetimeoffset'2026-02-28T00:00:00Z'",
        ),
        (time(8, 30), "Edm.Time", "08:30:00", "time'PT08H30M00S'"),
        (b"\xfb\xff", "Edm.Binary", "binary'-_8='", "binary'FBFF'"),
        (True, "Edm.Boolean", "true", "true"),
        (None, "Edm.String", "null", "null"),
        ("0f", "Edm.Guid", "0f", "guid'0f'"),
    ],
)
def test_literals_of_filters_and_keys(value: Value, edm: str, in_v4: str, in_v2: str) -> None:
    """A quote inside a text ends nothing."""
    assert literal(value, edm, V4) == in_v4
    assert literal(value, edm, V2) == in_v2


def test_a_duration_is_written_in_seconds() -> None:
    assert literal(timedelta(hours=-1), "Edm.Duration") == "duration'-P0DT3600S'"
    assert decode(encode(timedelta(days=2, seconds=1.5), "Edm.Duration"), "Edm.Duration") == timedelta(2, 1.5)


@pytest.mark.parametrize(
    ("value", "edm"),
    [
        (Decimal("0.10"), "Edm.Decimal"),
        (2**53 + 1, "Edm.Int64"),
        (7, "Edm.Int32"),
        (date(2026, 1, 1), "Edm.Date"),
        (date(1969, 7, 20), "Edm.Date"),
        (datetime(2026, 1, 1, 8, 30, tzinfo=UTC), "Edm.DateTimeOffset"),
        (b"\x00\xfb\xff", "Edm.Binary"),
        ("text", "Edm.String"),
        (True, "Edm.Boolean"),
        (None, "Edm.Decimal"),
    ],
)
@pytest.mark.parametrize("version", list(Version))
def test_what_is_written_is_what_is_read(value: Value, edm: str, version: Version) -> None:
    """And neither decimals nor long numbers travel as what a float would be made of."""
    written = encode(value, edm, version)

    assert decode(written, edm, version) == value
    assert not isinstance(written, float | Decimal)
    assert edm != "Edm.Int64" or isinstance(written, str)
