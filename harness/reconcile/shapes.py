"""How a value changed, as a person would say it: cut off, rounded, shifted, read in the wrong encoding.

Pure and exact: a shape is only named when the target's value is precisely what that accident makes of the
source's. Everything else is *changed*.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from harness.reconcile.kinds import Kind


class ShapeKind(StrEnum):
    """What happened to a value."""

    CHANGED = "changed"
    UNMAPPED = "unmapped"
    MAPPED_TWICE = "mapped_twice"
    NOT_MAPPED = "not_mapped"
    SWAPPED = "swapped"
    OVERWRITTEN = "overwritten"
    CLEARED = "cleared"
    FILLED = "filled"
    EMPTIED = "emptied"
    NULL_TO_EMPTY = "null_to_empty"
    EMPTY_TO_NULL = "empty_to_null"
    NULL_TO_ZERO = "null_to_zero"
    ZERO_TO_NULL = "zero_to_null"
    SWITCHED_ON = "switched_on"
    SWITCHED_OFF = "switched_off"
    BLANKS_LOST = "blanks_lost"
    BLANKS_ADDED = "blanks_added"
    CASE = "case"
    UNICODE_FORM = "unicode_form"
    WIDTH = "width"
    ZEROS_LOST = "zeros_lost"
    ZEROS_ADDED = "zeros_added"
    LOST_LAST = "lost_last"
    TRUNCATED = "truncated"
    LOST_START = "lost_start"
    MOJIBAKE = "mojibake"
    MOJIBAKE_UNDONE = "mojibake_undone"
    REPLACED = "replaced"
    ACCENTS_LOST = "accents_lost"
    ZEROED = "zeroed"
    SIGN = "sign"
    SCALED = "scaled"
    ROUNDED = "rounded"
    IMPRECISE = "imprecise"
    DAY_OFF = "day_off"
    DAY_AND_MONTH = "day_and_month"
    CENTURY = "century"
    SHIFTED = "shifted"
    TIME_LOST = "time_lost"
    FRACTION_LOST = "fraction_lost"


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of change with its measure: the length cut to, the hours shifted, the other column."""

    kind: ShapeKind
    detail: str = ""


Cell: TypeAlias = "str | None"
_Test: TypeAlias = "Callable[[str, str], Iterator[Shape]]"

CHANGED = Shape(ShapeKind.CHANGED)
_NO_MAP: Mapping[str, str] = MappingProxyType({})
_FARTHEST = timedelta(hours=26)  # between the two ends of the date line
_QUARTER = timedelta(minutes=15)


def shape(
    source: Cell, target: Cell, kind: Kind, *, swapped: str | None = None, known: Mapping[str, str] = _NO_MAP
) -> Shape:
    """How `source` became `target`, two unequal cells of one kind.

    `swapped` names the column that holds the source's value now, if there is one; `known` is the value map
    that made the source's cell.
    """
    if source is None or target is None:
        return _of_null(source, target, kind)
    if known and known.get(source) == target:
        return Shape(ShapeKind.MAPPED_TWICE)
    if known and known.get(target) == source:
        return Shape(ShapeKind.NOT_MAPPED)
    if swapped is not None:
        return Shape(ShapeKind.SWAPPED, swapped)
    return next(_TESTS.get(kind, _nothing)(source, target), CHANGED)


def _of_null(source: Cell, target: Cell, kind: Kind) -> Shape:
    present = target if source is None else source
    became = source is None
    if present == "":
        return Shape(ShapeKind.NULL_TO_EMPTY if became else ShapeKind.EMPTY_TO_NULL)
    if present == "0" and kind.is_numeric:
        return Shape(ShapeKind.NULL_TO_ZERO if became else ShapeKind.ZERO_TO_NULL)
    return Shape(ShapeKind.FILLED if became else ShapeKind.CLEARED)


def _nothing(source: str, target: str) -> Iterator[Shape]:
    return iter(())


def _of_boolean(source: str, target: str) -> Iterator[Shape]:
    yield Shape(ShapeKind.SWITCHED_ON if target == "true" else ShapeKind.SWITCHED_OFF)


def _of_text(source: str, target: str) -> Iterator[Shape]:
    if not source or not target:
        yield Shape(ShapeKind.EMPTIED if source else ShapeKind.FILLED)
        return
    yield from _of_blanks(source, target)
    yield from _of_spelling(source, target)
    yield from _of_zeros(source, target)
    yield from _of_ends(source, target)
    if not (source.isascii() and target.isascii()):
        yield from _of_encodings(source, target)


def _of_blanks(source: str, target: str) -> Iterator[Shape]:
    if source.strip() == target.strip() and len(source) != len(target):
        yield Shape(ShapeKind.BLANKS_LOST if len(target) < len(source) else ShapeKind.BLANKS_ADDED)


def _of_spelling(source: str, target: str) -> Iterator[Shape]:
    if source.casefold() == target.casefold():
        yield Shape(ShapeKind.CASE)
    elif source.isascii() and target.isascii():
        return
    elif unicodedata.normalize("NFC", source) == unicodedata.normalize("NFC", target):
        yield Shape(ShapeKind.UNICODE_FORM)
    elif unicodedata.normalize("NFKC", source) == unicodedata.normalize("NFKC", target):
        yield Shape(ShapeKind.WIDTH)


def _of_zeros(source: str, target: str) -> Iterator[Shape]:
    if source.isdigit() and target.isdigit() and source.lstrip("0") == target.lstrip("0"):
        yield Shape(ShapeKind.ZEROS_LOST if len(target) < len(source) else ShapeKind.ZEROS_ADDED)


def _of_ends(source: str, target: str) -> Iterator[Shape]:
    if source.startswith(target):
        kind = ShapeKind.LOST_LAST if len(source) == len(target) + 1 else ShapeKind.TRUNCATED
        yield Shape(kind, str(len(target)))
    elif source.startswith(target.rstrip()) and target.strip():
        yield Shape(ShapeKind.TRUNCATED, str(len(target)))  # cut, then padded by a CHAR column
    elif source.endswith(target):
        yield Shape(ShapeKind.LOST_START)


# Written in, read as, what a person calls that, and how many characters a byte can become at the least:
# one each in a single-byte encoding, one of two in Chinese ones, none that can be told in UTF-8.
_ENCODINGS = (
    ("UTF-8", "latin-1", "Latin-1", 1.0),
    ("UTF-8", "cp1252", "Windows-1252", 1.0),
    ("UTF-8", "gb18030", "GB18030", 0.45),
    ("UTF-8", "gbk", "GBK", 0.45),
    ("UTF-8", "cp437", "CP437", 1.0),
    ("GB18030", "latin-1", "Latin-1", 1.0),
    ("GB18030", "utf-8", "UTF-8", 0.0),
    ("Latin-1", "utf-8", "UTF-8", 0.0),
)
_LOST_LETTERS = frozenset("?\ufffd\u25a1")


def _of_encodings(source: str, target: str) -> Iterator[Shape]:
    if not _LOST_LETTERS.isdisjoint(target) and re.fullmatch(_questioned(source), target):
        yield Shape(ShapeKind.REPLACED)
    for written, codec, read, least in _ENCODINGS:
        if _misread(source, written, codec, least, target):
            yield Shape(ShapeKind.MOJIBAKE, f"{written} → {read}")
        elif _misread(target, written, codec, least, source):
            yield Shape(ShapeKind.MOJIBAKE_UNDONE, f"{written} → {read}")
    if len(source) == len(target) and _bare(source) == target:
        yield Shape(ShapeKind.ACCENTS_LOST)


def _misread(content: str, written: str, codec: str, least: float, seen: str) -> bool:
    """Whether a reader sees `seen` who takes the bytes of the text for another encoding."""
    try:
        octets = content.encode(written)
    except UnicodeEncodeError:
        return False
    if not least * len(octets) <= len(seen) <= len(octets):
        return False  # cannot be: most pairs of texts are told apart here, without decoding
    if not least and _LOST_LETTERS.isdisjoint(seen):
        return False
    lossy = octets.decode(codec, "replace")
    if not lossy.strip("\ufffd? "):
        return False  # nothing but replacements: that says less than that letters were replaced
    return seen != content and seen in (lossy, lossy.replace("\ufffd", "?"))


def _questioned(content: str) -> str:
    """A pattern of the text with each run of letters outside ASCII become question marks."""
    parts = re.split(r"([^\x00-\x7f]+)", content)
    return "".join(
        f"[?\ufffd\u25a1]{{1,{4 * len(part)}}}" if place % 2 else re.escape(part)
        for place, part in enumerate(parts)
    )


def _bare(content: str) -> str:
    decomposed = unicodedata.normalize("NFKD", content)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _of_number(source: str, target: str) -> Iterator[Shape]:
    before, now = _finite(source), _finite(target)
    if before is None or now is None:
        return
    if not now:
        yield Shape(ShapeKind.ZEROED)
    elif before == -now:
        yield Shape(ShapeKind.SIGN)
    elif before and before.scaleb(power := now.adjusted() - before.adjusted()) == now and power:
        yield Shape(ShapeKind.SCALED, f"{power:+d}")
    elif digits := _rounded(before, now):
        yield Shape(ShapeKind.ROUNDED, digits)
    elif abs(before - now) <= abs(before).scaleb(-12):
        yield Shape(ShapeKind.IMPRECISE)


def _finite(cell: str) -> Decimal | None:
    try:
        number = Decimal(cell)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def _rounded(source: Decimal, target: Decimal) -> str:
    """To how many decimals the source must be rounded to give the target: `2`, or `0-2`; empty for none."""
    if abs(source - target) >= 1:
        return ""
    had, has = _decimals(source), _decimals(target)
    fits = [places for places in range(has, min(had, 20)) if target in _roundings(source, places)]
    if not fits:
        return ""
    return str(fits[0]) if len(fits) == 1 else f"{fits[0]}-{fits[-1]}"


def _roundings(number: Decimal, places: int) -> set[Decimal]:
    unit = Decimal(1).scaleb(-places)
    try:
        return {number.quantize(unit, how) for how in (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)}
    except ArithmeticError:  # more digits than the context holds
        return set()


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _of_moment(source: str, target: str) -> Iterator[Shape]:
    before, now = _moment(source), _moment(target)
    if before is None or now is None:
        return
    distance = now - before
    hours = _hours(distance) if abs(distance) <= _FARTHEST and not distance % _QUARTER else ""
    if now == datetime.combine(before.date(), datetime.min.time()):
        yield Shape(ShapeKind.TIME_LOST, hours)
    if _shortened(before, now):
        yield Shape(ShapeKind.FRACTION_LOST)
    yield from _of_calendar(before, now)
    if hours:
        yield Shape(ShapeKind.SHIFTED, hours)


def _of_calendar(before: datetime, now: datetime) -> Iterator[Shape]:
    days = now - before
    if abs(days) == timedelta(days=1):
        yield Shape(ShapeKind.DAY_OFF, "+1" if days > timedelta(0) else "-1")
    if before.time() != now.time():
        return
    if (before.year, before.month, before.day) == (now.year, now.day, now.month):
        yield Shape(ShapeKind.DAY_AND_MONTH)
    if (before.month, before.day) == (now.month, now.day) and abs(before.year - now.year) == 100:
        yield Shape(ShapeKind.CENTURY)


def _shortened(before: datetime, now: datetime) -> bool:
    if before.replace(microsecond=0) != now.replace(microsecond=0):
        return False
    return any(now.microsecond == before.microsecond // unit * unit for unit in (10, 1_000, 1_000_000))


def _moment(cell: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        return None
    return found.replace(tzinfo=None)


def _hours(distance: timedelta) -> str:
    minutes = distance // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60}:{abs(minutes) % 60:02d}"


_TESTS: Mapping[Kind, _Test] = MappingProxyType(
    {
        Kind.TEXT: _of_text,
        Kind.BOOLEAN: _of_boolean,
        Kind.INTEGER: _of_number,
        Kind.NUMBER: _of_number,
        Kind.FLOAT: _of_number,
        Kind.DATE: _of_moment,
        Kind.TIMESTAMP: _of_moment,
    }
)
