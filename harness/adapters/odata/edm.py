"""The types of OData V4 and V2: what `$metadata` declares decides how a value reads, never its look.

V2 declares a date as a moment that is displayed as a date; here both are `Edm.Date`, see `description.py`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from harness.values import Value

_DURATION = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_TICKS = re.compile(r"/Date\((-?\d+)([+-]\d+)?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Version(StrEnum):
    """Which OData a service speaks; one says values, addresses and errors unlike the other."""

    V2 = "2.0"
    V4 = "4.0"


def is_known(edm: str, version: Version) -> bool:
    """Whether values of this type can be read."""
    return edm in _DECODERS or (version is Version.V2 and edm in _DECODERS_V2)


def decode(value: object, edm: str, version: Version = Version.V4) -> Value:
    """A JSON value of this type; numbers must have been read as Decimal. ValueError when it does not fit."""
    if value is None:
        return None
    decoder = (_DECODERS_V2 if version is Version.V2 else {}).get(edm) or _DECODERS.get(edm)
    if decoder is None:
        raise ValueError(f"the type {edm} is not supported")
    return decoder(value)


def typed_text(value: Value, edm: str) -> Value:
    """A text for something of another type, read as that type: keys and configuration are texts."""
    return decode(value, edm) if isinstance(value, str) and edm != "Edm.String" else value


def encode(value: Value, edm: str, version: Version = Version.V4) -> object:
    """The value as it stands in a JSON body: what a binary float cannot hold travels as text."""
    if value is None or isinstance(value, bool):
        return value
    if version is Version.V2 and isinstance(value, date):  # a datetime is one, too
        return _ticks(value)
    match value:
        case Decimal():
            return f"{value:f}"
        case int() if edm in {"Edm.Int64", "Edm.Decimal"}:
            return str(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case time() if version is Version.V2:
            return _time_as_duration(value)
        case date() | time():
            return value.isoformat()
        case timedelta():
            return _duration_text(value)
        case bytes():
            return _base64(value, version)
    return value


def literal(value: Value, edm: str, version: Version = Version.V4) -> str:
    """The value as it stands in `$filter`, in keys and among the parameters of an address."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal) and edm != "Edm.String":
        number = f"{value:f}" if isinstance(value, Decimal) else str(value)
        return number + (_SUFFIXES_V2.get(edm, "") if version is Version.V2 else "")
    if version is Version.V2:
        return _literal_v2(value, edm)
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return f"duration'{_duration_text(value)}'"
        case bytes():
            return f"binary'{_base64(value, version)}'"
    quoted = str(value).replace("'", "''")
    return quoted if edm == "Edm.Guid" else f"'{quoted}'"


def _literal_v2(value: Value, edm: str) -> str:
    match value:
        case datetime() if edm == "Edm.DateTimeOffset":
            return f"datetimeoffset'{value.isoformat().replace('+00:00', 'Z')}'"
        case datetime():
            return f"datetime'{value.replace(tzinfo=None).isoformat()}'"
        case date():
            return f"datetime'{value.isoformat()}T00:00:00'"
        case time():
            return f"time'{_time_as_duration(value)}'"
        case bytes():
            return f"binary'{value.hex().upper()}'"
    quoted = str(value).replace("'", "''")
    return f"guid'{quoted}'" if edm == "Edm.Guid" else f"'{quoted}'"


def _ticks(value: date) -> str:
    """`/Date(ms)/` without an offset for dates and local moments, with one for a moment of the world."""
    offset = ""
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    elif value.tzinfo is not None:
        offset = "+0000"
    moment = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    return f"/Date({(moment - _EPOCH) // timedelta(milliseconds=1)}{offset})/"


def _moment_of_ticks(value: object) -> datetime:
    found = _TICKS.fullmatch(str(value))
    if found is None:
        raise ValueError(f"{value!r} is not a date of V2")
    try:  # the offset says where it was written; the ticks are of UTC whatever it is
        return _EPOCH + timedelta(milliseconds=int(found[1]))
    except OverflowError as problem:
        raise ValueError(f"{value!r} is beyond the calendar") from problem


def _base64(value: bytes, version: Version) -> str:
    coder = base64.b64encode if version is Version.V2 else base64.urlsafe_b64encode
    return coder(value).decode()


def _time_as_duration(value: time) -> str:
    fraction = f".{value.microsecond:06}" if value.microsecond else ""
    return f"PT{value.hour:02}H{value.minute:02}M{value.second:02}{fraction}S"


def _duration_text(value: timedelta) -> str:
    length = abs(value)
    seconds = Decimal(length.seconds) + Decimal(length.microseconds) / 1_000_000
    return f"{'-' if value < timedelta(0) else ''}P{length.days}DT{seconds.normalize():f}S"


def _whole(value: object) -> int:
    number = Decimal(str(value))
    if number != number.to_integral_value():
        raise ValueError(f"{value} is not a whole number")
    return int(number)


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is not a truth value")
    return value


def _duration(value: object) -> timedelta:
    found = _DURATION.fullmatch(str(value))
    if found is None:
        raise ValueError(f"{value!r} is not a duration")
    sign, days, hours, minutes, seconds = found.groups()
    microseconds = int(Decimal(seconds or 0) * 1_000_000)
    length = timedelta(
        days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0), microseconds=microseconds
    )
    return -length if sign else length


def _time_of_duration(value: object) -> time:
    length = _duration(value)
    if not timedelta(0) <= length < timedelta(days=1):
        raise ValueError(f"{value!r} is not a time of the day")
    return (datetime.min + length).time()


def _moment(value: object) -> datetime:
    return datetime.fromisoformat(str(value).replace("Z", "+00:00"))


def _decimal(value: object) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(f"{value!r} is not an amount")
    return number


def _bytes(value: object) -> bytes:
    """Both alphabets are read: V4 writes one, V2 the other, and services mix them up."""
    written = str(value).replace("+", "-").replace("/", "_")
    return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))


_DECODERS: Mapping[str, Callable[[object], Value]] = {
    "Edm.Binary": _bytes,
    "Edm.Boolean": _truth,
    "Edm.Byte": _whole,
    "Edm.Date": lambda value: date.fromisoformat(str(value)),
    "Edm.DateTimeOffset": _moment,
    "Edm.Decimal": _decimal,
    "Edm.Double": lambda value: float(str(value)),
    "Edm.Duration": _duration,
    "Edm.Guid": str,
    "Edm.Int16": _whole,
    "Edm.Int32": _whole,
    "Edm.Int64": _whole,
    "Edm.SByte": _whole,
    "Edm.Single": lambda value: float(str(value)),
    "Edm.String": str,
    "Edm.TimeOfDay": lambda value: time.fromisoformat(str(value)),
}
_DECODERS_V2: Mapping[str, Callable[[object], Value]] = {
    "Edm.Date": lambda value: _moment_of_ticks(value).date(),
    "Edm.DateTime": lambda value: _moment_of_ticks(value).replace(tzinfo=None),
    "Edm.DateTimeOffset": _moment_of_ticks,
    "Edm.Time": _time_of_duration,
}
_SUFFIXES_V2: Mapping[str, str] = {
    "Edm.Decimal": "M",
    "Edm.Double": "d",
    "Edm.Int64": "L",
    "Edm.Single": "f",
}
