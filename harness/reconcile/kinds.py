"""The kinds of values: one canonical text per value, whatever the driver, and the typed value back.

Equal values of one kind have equal texts, so a comparison, a digest and a stored capture need nothing
but text. NULL is None and stays apart from the empty text unless a field declares them equal.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType

from harness.values import Value


class Kind(StrEnum):
    """What a column holds in business terms; the two sides may store it differently."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    TIMESTAMP = "timestamp"
    INTERVAL = "interval"
    JSON = "json"
    BYTES = "bytes"

    @property
    def is_numeric(self) -> bool:
        """True when values can be summed and may have a tolerance."""
        return self in {Kind.INTEGER, Kind.NUMBER, Kind.FLOAT}


class NotOfKind(ValueError):
    """A value that cannot be read as the kind its field declares."""


def canonical(value: object, kind: Kind) -> str | None:
    """The one text of a value; NotOfKind when it is of another kind. None (NULL) stays None."""
    if value is None:
        return None
    try:
        return _CANONICAL[kind](value)
    except (ValueError, TypeError, InvalidOperation, ArithmeticError):
        # The value may be personal: it is not in the message.
        raise NotOfKind(f"a {type(value).__name__} that is no {kind}") from None


def typed(content: str | None, kind: Kind) -> Value:
    """The value whose canonical text `content` is."""
    return None if content is None else _TYPED[kind](content)


def nfc(content: str) -> str:
    """The text with letters and their accents composed, as most systems store them."""
    return unicodedata.normalize("NFC", content)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, float | Decimal):
        return _number(value)
    return str(value)


_NUMERAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?")


def _number(value: object) -> str:
    if type(value) is str and _NUMERAL.fullmatch(value):  # as databases write it: nothing to work out
        content = value.rstrip("0").rstrip(".") if "." in value else value
        return "0" if content == "-0" else content
    if type(value) is Decimal:
        number = value
    elif isinstance(value, float):  # repr is its shortest exact text: no digit is invented and none is lost
        number = Decimal(repr(value))
    else:
        number = Decimal(_plain(value))
    if not number.is_finite():
        return str(number)
    if number == 0:
        return "0"  # -0 and 0.00 too
    content = format(number, "f")
    return content.rstrip("0").rstrip(".") if "." in content else content


def _plain(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    return str(value).strip()


def _integer(value: object) -> str:
    if type(value) is int:
        return str(value)
    content = _number(value)
    return str(int(content))  # '1.5' is refused, not rounded


def _boolean(value: object) -> str:
    match value:
        case bool() | 0 | 1:
            return "true" if value else "false"
        case str() if value.lower() in {"t", "true", "1", "f", "false", "0"}:
            return "true" if value.lower() in {"t", "true", "1"} else "false"
    raise TypeError


# What PostgreSQL holds beyond Python's years 1 to 9999, as it writes it in UTC.
_UNBOUNDED = re.compile(
    r"(?P<day>-?infinity|(?:\d{5,}|\d{4}(?=.* BC))-[01]\d-[0-3]\d)"
    r"(?P<time> \d\d:\d\d:\d\d(?:\.\d+)?)?(?:\+00)?(?P<era> BC)?"
)


def _unbounded(value: object) -> re.Match[str] | None:
    return _UNBOUNDED.fullmatch(value) if isinstance(value, str) else None


def _date(value: object) -> str:
    if type(value) is date:
        return value.isoformat()
    beyond = _unbounded(value)
    if beyond:
        clock = beyond["time"] or ""
        return f"{beyond['day']}{clock if clock.strip(' 0:.') else ''}{beyond['era'] or ''}"
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    if isinstance(value, datetime):
        if value.time() != time():
            return value.isoformat()  # a time of day is not dropped: it differs from the bare date
        value = value.date()
    if not isinstance(value, date):
        raise TypeError
    return value.isoformat()


def _time(value: object) -> str:
    moment = time.fromisoformat(value.strip()) if isinstance(value, str) else value
    if not isinstance(moment, time):
        raise TypeError
    return moment.isoformat("microseconds")


def _timestamp(value: object) -> str:
    beyond = _unbounded(value)
    if beyond:
        clock = "" if "infinity" in beyond["day"] else beyond["time"] or " 00:00:00"
        return f"{beyond['day']}{clock}{beyond['era'] or ''}"
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    if not isinstance(value, datetime):
        if not isinstance(value, date):
            raise TypeError
        value = datetime(value.year, value.month, value.day)  # naive means UTC here
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


_INTERVAL = re.compile(
    r"(?:(?P<days>-?\d+) days?)?\s*(?:(?P<sign>-?)(?P<h>\d+):(?P<m>\d\d):(?P<s>\d\d(?:\.\d+)?))?"
)


def _interval(value: object) -> str:
    if isinstance(value, str):
        value = _parsed_interval(value)
    if isinstance(value, timedelta):
        return str(value // timedelta(microseconds=1))
    if isinstance(value, int | float | Decimal):  # seconds, as databases without intervals keep them
        return _integer(Decimal(_number(value)) * 1_000_000)
    raise TypeError


def _parsed_interval(content: str) -> timedelta:
    found = _INTERVAL.fullmatch(content.replace("+", "").strip())
    if found is None:
        raise ValueError  # months and years have no fixed length
    clock = timedelta(hours=int(found["h"] or 0), minutes=int(found["m"] or 0))
    clock += timedelta(microseconds=int(Decimal(found["s"] or 0) * 1_000_000))
    return timedelta(days=int(found["days"] or 0)) + (-clock if found["sign"] else clock)


def _json(value: object) -> str:
    if not isinstance(value, str | bytes):
        raise TypeError
    content = json.loads(value, parse_float=_marked)
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _marked(digits: str) -> str:
    # A binary float would lose digits; no database stores a NUL in JSON, so no text looks like this.
    return f"\0{_number(digits)}"


def _bytes(value: object) -> str:
    if not isinstance(value, bytes | bytearray | memoryview):
        raise TypeError
    return bytes(value).hex()


_CANONICAL: Mapping[Kind, Callable[[object], str]] = MappingProxyType(
    {
        Kind.TEXT: _text,
        Kind.INTEGER: _integer,
        Kind.NUMBER: _number,
        Kind.FLOAT: _number,
        Kind.BOOLEAN: _boolean,
        Kind.DATE: _date,
        Kind.TIME: _time,
        Kind.TIMESTAMP: _timestamp,
        Kind.INTERVAL: _interval,
        Kind.JSON: _json,
        Kind.BYTES: _bytes,
    }
)


def _typed_date(content: str) -> Value:
    return date.fromisoformat(content) if len(content) == len("2000-01-31") else content


def _typed_timestamp(content: str) -> Value:
    return content if _unbounded(content) else datetime.fromisoformat(content)


_TYPED: Mapping[Kind, Callable[[str], Value]] = MappingProxyType(
    {
        Kind.TEXT: str,
        Kind.INTEGER: int,
        Kind.NUMBER: Decimal,
        Kind.FLOAT: Decimal,
        Kind.BOOLEAN: lambda content: content == "true",
        Kind.DATE: _typed_date,
        Kind.TIME: time.fromisoformat,
        Kind.TIMESTAMP: _typed_timestamp,
        Kind.INTERVAL: lambda content: timedelta(microseconds=int(content)),
        Kind.JSON: str,
        Kind.BYTES: str,
    }
)
