"""Tryton's typed JSON, byte for byte."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.adapters.wire.jsonrpc import dumps, loads
from harness.values import Value

TYPED: list[tuple[Value, str]] = [
    (Decimal("1.10"), '{"__class__":"Decimal","decimal":"1.10"}'),
    (date(2026, 2, 28), '{"__class__":"date","year":2026,"month":2,"day":28}'),
    (
        datetime(2026, 2, 28, 1, 2, 3, 4),
        '{"__class__":"datetime","year":2026,"month":2,"day":28,"hour":1,"minute":2,"second":3,"microsecond":4}',
    ),
    (time(1, 2, 3, 4), '{"__class__":"time","hour":1,"minute":2,"second":3,"microsecond":4}'),
    (timedelta(days=1, microseconds=1), '{"__class__":"timedelta","seconds":86400.000001}'),
    (b"\x00\xff", '{"__class__":"bytes","base64":"AP8="}'),
    ({"名": [None, True, 1, 1.5, "Łódź"]}, '{"名":[null,true,1,1.5,"Łódź"]}'),
]


@pytest.mark.parametrize(("value", "written"), TYPED)
def test_each_type_has_its_form(value: Value, written: str) -> None:
    """What Tryton documents is what travels, and it comes back as the same type."""
    assert dumps(value).decode() == written
    assert loads(written.encode()) == value
    assert type(loads(written.encode())) is type(value)


def test_bytes_wrapped_in_lines_are_read() -> None:
    """Tryton breaks base64 into lines."""
    assert loads(b'{"__class__":"bytes","base64":"AP8A\\n/w==\\n"}') == b"\x00\xff\x00\xff"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"NaN",
        b'{"a": Infinity}',
        b'{"__class__":"Money","amount":"1"}',
        b'{"__class__":"Decimal"}',
        b'{"__class__":"Decimal","decimal":"one"}',
        b'{"__class__":"date","year":2026,"month":13,"day":1}',
    ],
)
def test_what_is_not_its_json_is_refused(content: bytes) -> None:
    """Never a value that merely looks right."""
    with pytest.raises(ValueError):
        loads(content)


def test_a_type_without_a_form_is_refused() -> None:
    """Nothing is sent as its repr."""
    with pytest.raises(TypeError, match="set"):
        dumps({1, 2})  # type: ignore[arg-type]


# no deadline: on a busy machine slowness is no failure
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text()
        | st.decimals(allow_nan=False, allow_infinity=False)
        | st.dates()
        | st.datetimes().map(lambda moment: moment.replace(fold=0))
        | st.times().map(lambda moment: moment.replace(fold=0))
        | st.binary(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.text().filter(lambda key: key != "__class__"), inner)
        ),
        max_leaves=8,
    )
)
def test_values_survive_the_wire(value: Value) -> None:
    """Digits, microseconds and bytes are kept."""
    assert repr(loads(dumps(value))) == repr(value)
