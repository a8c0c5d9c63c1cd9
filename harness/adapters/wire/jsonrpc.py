"""Tryton's typed JSON: what JSON has no type for travels as an object with `__class__`."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from harness.values import Value

_DAY = ("year", "month", "day")
_CLOCK = ("hour", "minute", "second", "microsecond")

_DECODERS: dict[str, Callable[[dict[str, object]], Value]] = {
    "Decimal": lambda data: Decimal(str(data["decimal"])),
    "date": lambda data: date(*_numbers(data, _DAY)),
    "datetime": lambda data: datetime(*_numbers(data, _DAY + _CLOCK)),  # type: ignore[arg-type]
    "time": lambda data: time(*_numbers(data, _CLOCK)),  # type: ignore[arg-type]
    "timedelta": lambda data: timedelta(seconds=float(str(data["seconds"]))),
    "bytes": lambda data: base64.b64decode(str(data["base64"])),
}


def dumps(value: Value) -> bytes:
    """The value as Tryton reads it; TypeError for what it has no type for."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":")).encode()


def loads(content: bytes) -> Value:
    """What Tryton sent, typed; ValueError when it is not its JSON."""
    try:
        value: Value = json.loads(content, object_hook=_typed, parse_constant=_no_number)
    except (KeyError, TypeError, InvalidOperation, binascii.Error) as problem:
        raise ValueError(f"a typed value is malformed: {problem!r}") from problem
    return value


def _plain(value: Value) -> object:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return {"__class__": "Decimal", "decimal": str(value)}
        case datetime():  # a datetime is a date too: it must come first
            return {"__class__": "datetime", **_parts(value, _DAY + _CLOCK)}
        case date():
            return {"__class__": "date", **_parts(value, _DAY)}
        case time():
            return {"__class__": "time", **_parts(value, _CLOCK)}
        case timedelta():
            return {"__class__": "timedelta", "seconds": value.total_seconds()}
        case bytes():
            return {"__class__": "bytes", "base64": base64.b64encode(value).decode()}
        case Mapping():
            return {str(name): _plain(item) for name, item in value.items()}
        case Sequence():
            return [_plain(item) for item in value]
    raise TypeError(f"no JSON of Tryton for {type(value).__name__}")


def _typed(data: dict[str, object]) -> object:
    kind = data.get("__class__")
    if kind is None:
        return data
    decoder = _DECODERS.get(str(kind))
    if decoder is None:
        raise ValueError(f"unknown typed value {kind!r}")
    return decoder(data)


def _parts(moment: date | time, names: tuple[str, ...]) -> dict[str, int]:
    return {name: getattr(moment, name) for name in names}


def _numbers(data: Mapping[str, object], names: tuple[str, ...]) -> list[int]:
    return [int(str(data[name])) for name in names]


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is not a number that a business value can have")
