"""Figures and names as the pictures write them, in one language."""

from __future__ import annotations

from collections.abc import Callable

from harness.messages import Language
from harness.model import Param, Side, text
from harness.reporting.wording import say

_STEPS = ((1.0, "ms", 1000.0), (120.0, "s", 1.0), (7200.0, "min", 1 / 60), (float("inf"), "h", 1 / 3600))


def said(key: str, language: Language, **params: Param) -> str:
    """A sentence of the pictures."""
    return say(text(f"pictures.{key}", **params), language)


def side_name(side: Side, language: Language) -> str:
    """What a side is called in every report."""
    return say(text(f"report.column.{side}"), language)


def samples(count: Callable[[Side], int], language: Language) -> str:
    """How many samples both sides have."""
    return said("samples", language, source=count(Side.SOURCE), target=count(Side.TARGET))


def duration(seconds: float, language: Language) -> str:
    """Three digits and the unit that suits them: 21 ms, 1.25 s, 40 min."""
    if not seconds:
        return "0"
    unit, factor = next((unit, factor) for limit, unit, factor in _STEPS if abs(seconds) < limit)
    return said(f"unit.{unit}", language, value=figure(seconds * factor))


def time_unit(longest: float) -> tuple[str, float]:
    """The unit of a time axis that reaches so many seconds, and how many seconds it has."""
    unit, factor = next((unit, factor) for limit, unit, factor in _STEPS[1:] if longest <= limit)
    return unit, 1 / factor


def figure(value: float) -> str:
    """Three digits of a number, all of them before the point."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def ratio(value: float) -> str:
    """1.20 ×: how many times as long."""
    return f"{value:.2f} ×"
