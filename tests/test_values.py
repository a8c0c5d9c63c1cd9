"""Values read back as the same type with the same digits."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.values import Value, dumps, from_json, loads, to_json


def _unfolded(moment: Any) -> Any:
    """Which of two equal hours was meant is not stored."""
    return moment.replace(fold=0)


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False),
        st.text(),
        st.decimals(allow_nan=False),
        st.datetimes(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=8))])).map(_unfolded),
        st.dates(),
        st.times().map(_unfolded),
        st.timedeltas(),
        st.binary(),
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(VALUES)
def test_a_value_reads_back_as_it_was(value: Any) -> None:
    assert _typed(loads(dumps(value))) == _typed(value)


@given(st.dictionaries(st.text(), st.integers(), max_size=5))
def test_equal_values_give_equal_bytes(value: dict[str, int]) -> None:
    assert dumps(value) == dumps(dict(reversed(value.items())))


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (Decimal("1.10"), '{"decimal":"1.10"}'),
        (Decimal("0E-8"), '{"decimal":"0E-8"}'),
        (1.1, '{"float":"1.1"}'),
        (True, "true"),
        (date(2026, 1, 2), '{"date":"2026-01-02"}'),
        (datetime(2026, 1, 2), '{"datetime":"2026-01-02T00:00:00"}'),
        (time(1, 2), '{"time":"01:02:00"}'),
        (timedelta(days=-1), '{"seconds":"-86400000000"}'),
        (b"\x00", '{"bytes":"AA=="}'),
        ({"decimal": "1"}, '{"object":{"decimal":"1"}}'),
        ("订单", '"订单"'),
        ((1, 2), "[1,2]"),
    ],
)
def test_the_stored_form(value: Value, stored: str) -> None:
    assert dumps(value).decode() == stored


@pytest.mark.parametrize("data", [{"unknown": "1"}, {}, {"decimal": 1}, {"object": 1}, {"a": "1", "b": "2"}])
def test_what_is_no_tagged_value_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match="tag"):
        from_json(data)


@pytest.mark.parametrize("value", [object(), {1, 2}, 1j])
def test_what_has_no_stored_form_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="no tagged JSON"):
        to_json(value)


def _typed(value: Any) -> Any:
    """The value with its types spelled out: True is not 1, and 1.10 is not 1.1."""
    if isinstance(value, dict):
        return {name: _typed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    return type(value).__name__, repr(value)
