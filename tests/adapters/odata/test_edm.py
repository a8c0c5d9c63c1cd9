"""OData types: the description decides, not the look of the JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from harness.adapters.wire.edm import decode, encode, literal, parse_metadata

from harness.values import Value
from tests.fakes.odata import metadata

DECODED: list[tuple[object, str, Value]] = [
    ("1.10", "Edm.Decimal", Decimal("1.10")),
    (Decimal("1.10"), "Edm.Decimal", Decimal("1.10")),
    (3, "Edm.Decimal", Decimal(3)),
    ("9223372036854775807", "Edm.Int64", 9223372036854775807),
    (Decimal("1.5"), "Edm.Double", 1.5),
    (True, "Edm.Boolean", True),
    ("007", "Edm.String", "007"),
    ("2026-02-28", "Edm.Date", date(2026, 2, 28)),
    ("2026-02-28T23:59:59.5Z", "Edm.DateTimeOffset", datetime(2026, 2, 28, 23, 59, 59, 500000, UTC)),
    ("08:30:00", "Edm.TimeOfDay", time(8, 30)),
    ("P1DT2H3M4.5S", "Edm.Duration", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
    ("-PT1H", "Edm.Duration", timedelta(hours=-1)),
    ("AP8", "Edm.Binary", b"\x00\xff"),
    (None, "Edm.Decimal", None),
]


@pytest.mark.parametrize(("sent", "edm", "value"), DECODED)
def test_values_read_as_their_declared_type(sent: object, edm: str, value: Value) -> None:
    """The same decimal arrives as text or as a number."""
    found = decode(sent, edm)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("sent", "edm"),
    [
        ("1.5", "Edm.Int32"),
        ("yes", "Edm.Boolean"),
        (1, "Edm.Boolean"),
        ("1 day", "Edm.Duration"),
        ("NaN", "Edm.Decimal"),
        ("2026-02-30", "Edm.Date"),
        ("POINT(1 2)", "Edm.GeographyPoint"),
    ],
)
def test_what_does_not_fit_its_type_is_an_error(sent: object, edm: str) -> None:
    """Never rounded, never guessed."""
    with pytest.raises(ValueError, match=r".+"):
        decode(sent, edm)


@pytest.mark.parametrize(
    ("value", "edm", "written"),
    [
        ("O'Neil", "Edm.String", "'O''Neil'"),
        ("007", "Edm.String", "'007'"),
        (7, "Edm.String", "'7'"),
        (7, "Edm.Int32", "7"),
        (Decimal("1E+2"), "Edm.Decimal", "100"),
        (date(2026, 2, 28), "Edm.Date", "2026-02-28"),
        (datetime(2026, 2, 28, tzinfo=UTC), "Edm.DateTimeOffset", "2026-02-28T00:00:00Z"),
        (True, "Edm.Boolean", "true"),
        (None, "Edm.String", "null"),
        ("0f", "Edm.Guid", "0f"),
    ],
)
def test_literals_of_filters_and_keys(value: Value, edm: str, written: str) -> None:
    """A quote inside a text ends nothing."""
    assert literal(value, edm) == written


def test_bodies_keep_every_digit() -> None:
    """A decimal travels as text."""
    body = {"a": Decimal("0.10"), "b": [{"c": date(2026, 1, 1), "d": b"\x00"}], "e": None}
    assert encode(body) == {"a": "0.10", "b": [{"c": "2026-01-01", "d": "AA=="}], "e": None}


def test_the_description_gives_sets_keys_types_and_links() -> None:
    """All that reading needs."""
    orders = parse_metadata(metadata().encode())["SalesOrders"]

    assert (orders.name, orders.keys) == ("SalesOrder", ("OrderNumber",))
    assert (orders.properties["NetAmount"], orders.properties["DocumentDate"]) == ("Edm.Decimal", "Edm.Date")
    assert orders.links == {"Items": "Collection(Sales.SalesOrderItem)"}


@pytest.mark.parametrize("content", [b"", b"<html>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_what_describes_no_service_is_refused(content: bytes) -> None:
    """An XML bomb is not even parsed."""
    with pytest.raises(ValueError, match="description"):
        parse_metadata(content)
