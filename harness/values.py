"""Typed values as tagged JSON: what is stored reads back as the same type and the same digits.

JSON knows no decimal, date or bytes; a bare JSON number would lose digits of money. Every value that is
not text, whole number, truth value or null therefore carries its type: ``{"decimal": "1.10"}``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias

from harness.inert import cell

Value: TypeAlias = (
    "bool | int | float | str | Decimal | datetime | date | time | timedelta | bytes"
    " | Sequence[Value] | Mapping[str, Value] | None"
)
Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_DECODE: dict[str, Callable[[str], Value]] = {
    "decimal": Decimal,
    "float": float,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "seconds": lambda text: timedelta(microseconds=int(text)),
    "bytes": base64.b64decode,
}


def to_json(value: Value) -> Json:
    """The value as plain JSON data, tagged where JSON has no such type; TypeError for any other type."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return {"decimal": str(value)}
        case float():
            return {"float": repr(value)}
        case datetime():  # a datetime is a date too: it must come first
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case timedelta():
            return {"seconds": str(value // timedelta(microseconds=1))}
        case bytes():
            return {"bytes": base64.b64encode(value).decode()}
        case Mapping():
            return {"object": {str(name): to_json(item) for name, item in value.items()}}
        case Sequence():
            return [to_json(item) for item in value]
    raise TypeError(f"no tagged JSON for {type(value).__name__}")


def from_json(data: Json) -> Value:
    """The value that `to_json` stored; ValueError for an unknown tag."""
    if isinstance(data, list):
        return [from_json(item) for item in data]
    if not isinstance(data, dict):
        return data
    if len(data) != 1:
        raise ValueError(f"a tagged value has one key, this one has {sorted(data)}")
    ((tag, content),) = data.items()
    if tag == "object" and isinstance(content, dict):
        return {name: from_json(item) for name, item in content.items()}
    if tag in _DECODE and isinstance(content, str):
        return _DECODE[tag](content)
    raise ValueError(f"unknown tag {tag!r}")


def dumps(value: Value) -> bytes:
    """Canonical UTF-8 bytes of the value: equal values give equal bytes."""
    return _ENCODER.encode(to_json(value)).encode()


def loads(content: bytes) -> Value:
    """The value that `dumps` wrote; ValueError when it is not tagged JSON."""
    data: Json = json.loads(content)
    return from_json(data)


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula; wide forms where Chinese is spoken."""


def as_cell(content: str) -> str:
    """The text as a cell of a CSV file, which a spreadsheet then shows and does not work out."""
    return cell(content)
