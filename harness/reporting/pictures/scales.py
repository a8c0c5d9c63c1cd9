"""From figures to pixels, and the round figures that are written along an axis."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

_ROUND = (1, 2, 5, 10)


class Form(StrEnum):
    """How distances on a scale grow. TAIL gives each further nine of a percentile the same room."""

    LINEAR = "linear"
    LOG = "log"
    TAIL = "tail"


_TURN: Mapping[Form, Callable[[float], float]] = {
    Form.LINEAR: lambda value: value,
    Form.LOG: math.log10,
    Form.TAIL: lambda value: -math.log10(1 - value),
}


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` on pixels from `start` to `end`; what lies beyond is put at the edge."""

    low: float
    high: float
    start: float
    end: float
    form: Form = Form.LINEAR

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError("a scale runs from a value to a larger one")

    def __call__(self, value: float) -> float:
        """The pixel of a value."""
        turn = _TURN[self.form]
        low, high = turn(self.low), turn(self.high)
        share = (turn(min(max(value, self.low), self.high)) - low) / (high - low)
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int = 6) -> tuple[float, ...]:
        """At most so many round values within the scale."""
        if self.form is Form.LOG:
            found = _decades(self.low, self.high, most)
            if len(found) >= 3:
                return found
        return _even(self.low, self.high, most)


def _even(low: float, high: float, most: int) -> tuple[float, ...]:
    power = 10 ** math.floor(math.log10((high - low) / most))
    step = next(step * power for step in (*_ROUND, 20) if (high - low) / (step * power) < most)
    first, last = math.ceil(round(low / step, 6)), math.floor(round(high / step, 6))
    return tuple(round(index * step, 12) for index in range(first, last + 1))


def _decades(low: float, high: float, most: int) -> tuple[float, ...]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found: tuple[float, ...] = ()
    for digits in ((1, 2, 5), (1, 3), (1,)):
        values = (digit * 10.0**power for power in powers for digit in digits)
        found = tuple(round(value, 12) for value in values if low <= value <= high)
        if len(found) <= most:
            return found
    return found[:: math.ceil(len(found) / most)]


def spanning(values: Iterable[float], start: float, end: float, form: Form) -> Scale:
    """A scale that shows all these values with some air; a linear one begins at 0."""
    known = [value for value in values if value > 0 or form is Form.LINEAR]
    if not known:
        return Scale(0.5, 1, start, end, form)
    low, high = min(known), max(known)
    if form is Form.LINEAR:
        return Scale(min(0.0, low), high * 1.06 or 1, start, end, form)
    return Scale(low / 1.15, high * 1.15, start, end, form)


def latency_form(fields: Iterable[Iterable[float]]) -> Form:
    """Logarithmic for all fields where the slowest of one would press its usual ones flat."""
    known = [[value for value in values if value > 0] for values in fields]
    return Form.LOG if any(each and max(each) > 25 * min(each) for each in known) else Form.LINEAR
