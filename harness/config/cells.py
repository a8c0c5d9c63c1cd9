"""Cells as people fill them in: moments, yes or no, how many, priorities, places in a runbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BeforeValidator

from harness.config.table import wrong
from harness.config.words import one_of, words

_MOMENT = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?[T\s]*"
    r"(\d{1,2})[:：](\d{2})(?:[:：](\d{2})(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_NUMBERED = re.compile(
    r"(?:priority|prio|severity|sev|p|s|优先级)?\s*[-:：]?\s*([1-9])(?:级|\s*[-–:：].*)?", re.IGNORECASE
)
_PRIORITIES = {
    1: "critical urgent blocker 紧急 特急 致命 一级",
    2: "high major 高 严重 二级",
    3: "medium normal moderate 中 一般 三级",
    4: "low minor 低 轻微 四级",
}
_NAMED = {word: number for number, names in _PRIORITIES.items() for word in names.split()}
_NOTHING: Mapping[str, str] = MappingProxyType({})
_YES = frozenset(
    {"yes", "y", "true", "done", "completed", "passed", "√", "✓", "是", "已完成", "完成", "通过", "合格"}
)
_NO = frozenset({"no", "n", "false", "open", "failed", "×", "✗", "否", "未完成", "未通过", "不合格"})


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    found = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:  # a day alone could be its beginning or its end
        raise wrong("moment")
    *numbers, fraction, zone = found.groups(default="")
    year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
    stamp = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}"
    try:
        # A spreadsheet keeps times as shares of a day: half past eight is 08:29:59.999 there.
        return datetime.fromisoformat(stamp) + timedelta(seconds=round(float(fraction or 0)))
    except (ValueError, OverflowError):
        raise wrong("moment") from None


MomentCell = Annotated[datetime, BeforeValidator(_moment)]
"""A day and a time as people write it, the year first; without an offset it is in the project's zone."""


def _priority(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    spelling = " ".join(value.split()).casefold()
    numbered = _NUMBERED.fullmatch(spelling)
    found = int(numbered[1]) if numbered else _NAMED.get(spelling)
    if found is None:
        raise wrong("priority")
    return found


Priority = Annotated[int, BeforeValidator(_priority)]
"""1 is the most urgent: `1`, `P1`, `1 - Critical`, `critical`, 紧急."""


def yes_or_count(value: Any, all_of: int | None) -> Any:
    """A whole number, or yes and no for all and none of them."""
    if not isinstance(value, str):
        return value
    spelling = value.strip().casefold()
    if spelling in _YES:
        return all_of
    if spelling in _NO:
        return 0
    if not spelling.isdecimal():
        raise wrong("yes_or_count")
    return int(spelling)


def choice(prefix: str, codes: Iterable[str], also: Mapping[str, str] = _NOTHING) -> BeforeValidator:
    """One of the words of the catalogue below `prefix`, in either language, or of `also`, as its code."""
    return BeforeValidator(lambda value: one_of(prefix, value, also, tuple(codes)))


def choices(prefix: str) -> tuple[str, ...]:
    """The codes of all the words of the catalogue below `prefix`."""
    return tuple(dict.fromkeys(words(prefix).values()))
