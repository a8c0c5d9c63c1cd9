"""The PostgreSQL text forms that checksums are made of.

A form may be *stricter* than the comparison it serves and never more lenient: two values with the same
form are equal. What differs in form only (a number kept as text, a tolerance) costs a look at the rows
and nothing else.

    row  =  field field ...        field  =  length ":" text   |  "N" for NULL

Every length is written and every NULL is marked, so no two different rows give the same text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

SESSION: tuple[str, ...] = (
    "SET LOCAL TIME ZONE 'UTC'",
    "SET LOCAL DateStyle = 'ISO'",
    "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL bytea_output = 'hex'",
)
"""What a session must be told first, so that the forms depend on nothing but the values."""

_FORMS: Mapping[str, str] = MappingProxyType(
    {
        "number": "trim_scale(({0})::numeric)::text",
        "timestamp": "(({0})::timestamptz)::text",
        "json": "(({0})::jsonb)::text",
    }
)


def text_form(expression: str, kind: str, *, empty_is_null: bool = False) -> str:
    """The SQL text of one value; NULL stays NULL."""
    form = _FORMS.get(kind, "({0})::text").format(expression)
    return f"nullif({form}, '')" if empty_is_null else form


def row_form(forms: Sequence[str]) -> str:
    """The SQL text of one row from the text forms of its values."""
    return " || ".join(f"coalesce(length({form})::text || ':' || {form}, 'N')" for form in forms)


def digest(text: str) -> str:
    """The first eight bytes of the MD5 of an SQL text, as a signed 64-bit integer."""
    return f"('x' || substr(md5({text}), 1, 16))::bit(64)::bigint"


def bucket(text: str, buckets: int) -> str:
    """A number from 0 up to `buckets`, the same for the same SQL text, whatever the collation."""
    return f"(('x' || substr(md5({text}), 17, 8))::bit(32)::bigint % {buckets:d})"
