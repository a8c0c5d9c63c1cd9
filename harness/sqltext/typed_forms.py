"""The PostgreSQL forms that two sides of one field are hashed by, chosen from the types of its columns.

Two values with the same form are equal wherever the rows are compared one by one; the reverse need not
hold. What differs in form only costs a look at the rows and nothing else.

A side's text forms come in families. Sides of one family have comparable texts (12 and 12.00 as numeric,
'12' as text); sides of two families are marked, so that no value of one equals a value of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

INTEGERS = frozenset({"int2", "int4", "int8"})
FLOATS = frozenset({"float4", "float8"})
LIMITED = "numeric limited"
"""A numeric of declared precision: it holds no infinity."""
NUMERICS = frozenset({"numeric", LIMITED})
TEXTS = frozenset({"text", "varchar", "bpchar", "name", "other"})
"""What a driver gives as text; `other` is any type that it does not know."""

Forms: TypeAlias = "Mapping[frozenset[str], tuple[str, str]]"
"""By type: the family and the template of its text form."""

_PLAIN = "({0})::text"
_WHOLE = "CASE WHEN ({0}) = trunc({0}) THEN trim_scale({0})::text ELSE ({0})::text END"
_TRIMMED = "trim_scale(({0})::numeric)::text"
_NUMERAL = (
    "CASE WHEN ({0})::text ~ '^[+-]?[0-9]+([.][0-9]+)?$'"
    " THEN trim_scale(({0})::text::numeric)::text ELSE ({0})::text END"
)
_MIDNIGHT = "CASE WHEN ({0}) = date_trunc('day', {0}) THEN ({0})::date::text ELSE ({0})::text END"
_BIT = "CASE ({0}) WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE ({0})::text END"
_WORD = (
    "CASE WHEN lower(({0})::text) IN ('t', 'true', '1') THEN 'true'"
    " WHEN lower(({0})::text) IN ('f', 'false', '0') THEN 'false' ELSE ({0})::text END"
)
_MOMENT = "(({0})::timestamptz)::text"
_CLOCKS = frozenset({"timestamp", "timestamptz"})
_MOMENTS = _CLOCKS | {"date"}
_NUMBERS: Forms = {
    INTEGERS: ("number", _PLAIN),
    NUMERICS: ("number", _TRIMMED),
    FLOATS: ("number", "trim_scale(({0})::text::numeric)::text"),
    TEXTS: ("number", _NUMERAL),
}
_TEXT_FORMS: Mapping[str, Forms] = MappingProxyType(
    {
        "text": {
            TEXTS | INTEGERS | {"uuid", "date"}: ("text", _PLAIN),
            NUMERICS: ("text", _TRIMMED),
        },
        "integer": {INTEGERS | FLOATS | TEXTS: ("integer", _PLAIN), NUMERICS: ("integer", _WHOLE)},
        "number": _NUMBERS,
        "float": _NUMBERS,
        "boolean": {
            frozenset({"bool"}): ("boolean", _PLAIN),
            INTEGERS: ("boolean", _BIT),
            TEXTS: ("boolean", _WORD),
        },
        "date": {TEXTS | {"date"}: ("date", _PLAIN), _CLOCKS: ("date", _MIDNIGHT)},
        "time": {TEXTS | {"time"}: ("time", _PLAIN)},
        "timestamp": {_MOMENTS: ("timestamp", _MOMENT), TEXTS: ("timestamp", _PLAIN)},
        "interval": {TEXTS | {"interval"}: ("interval", _PLAIN)},
        "json": {frozenset({"json", "jsonb"}): ("json", "(({0})::jsonb)::text"), TEXTS: ("json", _PLAIN)},
        "bytes": {},
    }
)


def text_templates(kind: str, types: Sequence[str]) -> tuple[str, ...]:
    """Per side the template of the text form of a field of `kind` whose columns are of `types`."""
    found = [_text_form(kind, type_) for type_ in types]
    if len({family for family, _ in found}) == 1:
        return tuple(template for _, template in found)
    return tuple(f"'{side}:' || {template}" for side, (_, template) in enumerate(found))


def typed_templates(kind: str, types: Iterable[str]) -> tuple[str, ...] | None:
    """Templates of expressions that PostgreSQL's own hash tells apart whenever the values differ.

    None when only the text form does: for values that the types' own equality calls equal and the
    comparison does not, such as a month and 30 days.
    """
    held = frozenset(types)
    if kind in {"integer", "number", "float"}:
        return _typed_number(kind, held)
    if kind == "timestamp" and held <= _MOMENTS:
        return (_typed_moment(held),)
    native = _NATIVE.get(kind)
    return (native[1],) if native and held == {native[0]} else None


_NATIVE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "boolean": ("bool", "{0}"),
        "date": ("date", "{0}"),
        "time": ("time", "time_send({0})"),
        "bytes": ("bytea", "{0}"),
    }
)


_NUMBER_AS_TEXT = {
    INTEGERS: _PLAIN,
    NUMERICS: _TRIMMED,
    FLOATS: "trim_scale(({0})::text::numeric)::text",
}
_CANONICAL: Mapping[str, Mapping[frozenset[str], str]] = MappingProxyType(
    {
        "text": {TEXTS | INTEGERS: _PLAIN},
        "integer": {INTEGERS: _PLAIN},
        "number": _NUMBER_AS_TEXT,
        "float": _NUMBER_AS_TEXT,
        "boolean": {frozenset({"bool"}): _PLAIN},
        "date": {frozenset({"date"}): _PLAIN},
        "timestamp": {
            # to_char leaves out the era, and what Python cannot hold is compared by the server's own text.
            _CLOCKS: "CASE WHEN ({0}) >= '0001-01-01' AND ({0}) < '10000-01-01'"
            " THEN to_char({0}, 'YYYY-MM-DD HH24:MI:SS.US') ELSE replace(({0})::text, '+00', '') END"
        },
        "bytes": {frozenset({"bytea"}): "encode({0}, 'hex')"},
    }
)


def canonical_template(kind: str, type_: str) -> str | None:
    """The template of the very text that a row is compared by; None where only the value itself gives it."""
    forms = _CANONICAL.get(kind, {})
    return next((template for types, template in forms.items() if type_ in types), None)


def _text_form(kind: str, type_: str) -> tuple[str, str]:
    for types, form in _TEXT_FORMS[kind].items():
        if type_ in types:
            return form
    return f"only {type_}", _PLAIN


def _typed_number(kind: str, held: frozenset[str]) -> tuple[str, ...] | None:
    """The hash of a bigint folds its halves together; that of a numeric drops its sign: both are added."""
    if held <= {"int2", "int4"}:
        return ("({0})::int4",)
    if held <= INTEGERS:
        return ("({0})::int8", "({0})::int8 >> 32")
    if kind == "integer":
        return None
    if held <= INTEGERS | {LIMITED}:
        return ("({0})::numeric", "({0}) < 0")
    if held <= INTEGERS | NUMERICS:  # the numeric's hash knows no NaN or infinity either
        return ("({0})::numeric", "({0}) < 0", "({0})::numeric > 'Infinity'::numeric")
    if held <= FLOATS and len(held) == 1:  # its hash of 0 is that of NULL
        return (f"{next(iter(held))}send({{0}})",)
    return None


def _typed_moment(held: frozenset[str]) -> str:
    """Eight bytes: the hash of a timestamp would fold them into four."""
    return "timestamp_send({0})" if held == {"timestamp"} else "timestamptz_send(({0})::timestamptz)"
