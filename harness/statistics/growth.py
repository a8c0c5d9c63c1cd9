"""How long more of the same work takes: a trend through runs of growing volume, and what it says of the next.

    linear    seconds = a + b x volume                   each document costs the same
    bending   seconds = a + b x volume + c x volume^2    each document looks at others too, c > 0
    power     seconds = a x volume^b                     anything in between, without a fixed part

The noise is a share of the time it takes, so that all are compared on one scale: n log of the sum of squares
of log(seconds / fitted), and 2 more for the third parameter, is Akaike's criterion (Burnham and Anderson
2002, Model Selection, 2.2). What the runs cannot rule out counts: the interval is the widest of all trends
with an AIC within 4 of the best (ibid., 2.6). `bending` contains `linear`, so it is ruled out as little: how
far beyond the measured volumes one may look is thus part of the answer.

Fits and prediction intervals are those of weighted least squares with weights 1 / fitted^2 (Draper and
Smith 1998, Applied Regression Analysis, 3.1 and 9.2); of the power on logarithms, unweighted. The bend is
fitted to the residuals of the straight line (Frisch and Waugh 1933, Econometrica 1, 387-401), which keeps
its part of the variance apart from that of the line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from harness.statistics import student

MINIMUM_RUNS, MINIMUM_VOLUMES = 6, 3
"""Fewer never make a trend."""

RISK = 0.025
"""The chance that the next run takes longer than the upper end of its interval, and as much for the lower."""

_BEND_RISK = 0.01
_SUPPORTED = 4.0
_ROUNDS = 20
_EXACT = 1e-12

Runs: TypeAlias = Sequence[tuple[float, float]]
"""(volume, seconds) of each run."""


class Growth(StrEnum):
    """What the time grows with."""

    LINEAR = "linear"
    BENDING = "bending"
    POWER = "power"


class Fit(Protocol):
    """One trend through the runs."""

    @property
    def growth(self) -> Growth: ...

    def seconds(self, volume: float) -> float:
        """What a run of this volume takes, most likely; never less for more work."""

    def interval(self, volume: float, risk: float) -> tuple[float, float]:
        """Where the time of one more run lies, but for `risk` at either end."""


@dataclass(frozen=True, slots=True)
class Trend:
    """The trends that the runs do not rule out, the likeliest first.

    `exponent` is that of the power: 1 for as much more time as there is more work. `bends` is true when time
    grows faster than the volume does, whatever the noise.
    """

    fits: tuple[Fit, ...]
    exponent: float
    bends: bool
    largest: float

    @property
    def growth(self) -> Growth:
        """The likeliest one."""
        return self.fits[0].growth

    def seconds(self, volume: float) -> float:
        """What a run of this volume takes, most likely."""
        return self.fits[0].seconds(volume)

    def interval(self, volume: float, risk: float = RISK) -> tuple[float, float]:
        """Where the time of one more run lies, whichever of the trends is the true one."""
        ends = [fit.interval(volume, risk) for fit in self.fits]
        return min(low for low, _ in ends), max(high for _, high in ends)


def trend(runs: Runs) -> Trend:
    """The trend through the runs. ValueError when there are too few, or too few different volumes."""
    volumes = {volume for volume, _ in runs}
    if len(runs) < MINIMUM_RUNS or len(volumes) < MINIMUM_VOLUMES:
        raise ValueError(f"a trend needs {MINIMUM_RUNS} runs of {MINIMUM_VOLUMES} volumes")
    if min(volumes) <= 0 or min(seconds for _, seconds in runs) <= 0:
        raise ValueError("volumes and seconds are more than 0")
    logs = [(math.log(volume), math.log(seconds)) for volume, seconds in runs]
    power = _Power(_line(logs, [1.0] * len(logs)))
    linear = _Linear(_relative(runs))
    bending = _bend(runs, linear)
    found: list[Fit] = [power, linear, bending]
    badness = {fit.growth: _badness(runs, fit) for fit in found}
    badness[Growth.BENDING] += 2
    best = min(badness.values())
    bends = bending.surprise < _BEND_RISK
    # a bend that may be noise makes the interval wider, and never the answer
    found.sort(key=lambda fit: (fit is bending and not bends, badness[fit.growth]))
    kept = tuple(fit for fit in found if badness[fit.growth] - best <= _SUPPORTED)
    return Trend(kept, power.line.slope, bends, max(volumes))


@dataclass(frozen=True, slots=True)
class _Line:
    """A weighted straight line through points, with what its intervals need."""

    intercept: float
    slope: float
    middle: float
    weight: float
    across: float
    off: float
    points: int

    def at(self, x: float) -> float:
        return self.intercept + self.slope * x

    def level(self, x: float) -> float:
        """The line that does not fall: more work never takes less time."""
        return self.at(x) if self.slope >= 0 else self.at(self.middle)

    def leverage(self, x: float) -> float:
        """How uncertain the line is at x, in variances of one value of weight 1."""
        return float(1 / self.weight + (x - self.middle) ** 2 / self.across)

    def reach(self, x: float, own: float, risk: float) -> float:
        """Half of the interval of one more value at x, whose own noise is `own` times the spread."""
        freedom = self.points - 2
        error = math.sqrt(self.off / freedom * (own * own + self.leverage(x)))
        return student.quantile(1 - risk, freedom) * error


@dataclass(frozen=True, slots=True)
class _Power:
    line: _Line
    growth: Growth = Growth.POWER

    def seconds(self, volume: float) -> float:
        return _exp(self.line.level(math.log(volume)))

    def interval(self, volume: float, risk: float) -> tuple[float, float]:
        x = math.log(volume)
        reach = self.line.reach(x, 1.0, risk)
        return _exp(self.line.at(x) - reach), _exp(self.line.level(x) + reach)


@dataclass(frozen=True, slots=True)
class _Linear:
    line: _Line
    growth: Growth = Growth.LINEAR

    def seconds(self, volume: float) -> float:
        return self.line.level(volume)

    def interval(self, volume: float, risk: float) -> tuple[float, float]:
        centre = self.line.level(volume)
        reach = self.line.reach(volume, centre, risk)
        return max(self.line.at(volume) - reach, 0.0), centre + reach


@dataclass(frozen=True, slots=True)
class _Bending:
    """`line` is that of the seconds, `squares` that of the squares of the volume, both on the volume."""

    linear: _Linear
    line: _Line
    squares: _Line
    bend: float
    room: float
    off: float
    growth: Growth = Growth.BENDING

    @property
    def freedom(self) -> int:
        return self.line.points - 3

    @property
    def surprise(self) -> float:
        """How surprising the bend would be if there were none (its t test)."""
        error = math.sqrt(max(self.off, _EXACT * _EXACT) / self.freedom / self.room)
        return 1 - student.cdf(self.bend / error, self.freedom)

    def seconds(self, volume: float) -> float:
        return self._at(volume) if self.bend > 0 else self.linear.seconds(volume)

    def interval(self, volume: float, risk: float) -> tuple[float, float]:
        beyond = self._beyond(volume)
        centre = self.seconds(volume)
        uncertain = centre * centre + self.line.leverage(volume) + beyond * beyond / self.room
        reach = student.quantile(1 - risk, self.freedom) * math.sqrt(self.off / self.freedom * uncertain)
        straight, _ = self.linear.interval(volume, risk)
        return max(self._at(volume) - reach, straight), centre + reach

    def _at(self, volume: float) -> float:
        return self.line.at(volume) + self.bend * self._beyond(volume)

    def _beyond(self, volume: float) -> float:
        return volume * volume - self.squares.at(volume)


def _bend(runs: Runs, linear: _Linear) -> _Bending:
    weights = [1 / max(linear.seconds(volume), _EXACT) ** 2 for volume, _ in runs]
    line = _line(runs, weights)
    squares = _line([(volume, volume * volume) for volume, _ in runs], weights)
    spare = [seconds - line.at(volume) for volume, seconds in runs]
    bent = [volume * volume - squares.at(volume) for volume, _ in runs]
    room = sum(w * b * b for w, b in zip(weights, bent, strict=True))
    bend = sum(w * b * each for w, b, each in zip(weights, bent, spare, strict=True)) / room
    if line.slope <= 0:  # what falls does not grow faster and faster: it is noise around a fixed time
        bend = 0.0
    off = sum(w * (each - bend * b) ** 2 for w, b, each in zip(weights, bent, spare, strict=True))
    return _Bending(linear, line, squares, bend, room, off)


def _relative(points: Runs) -> _Line:
    """The line for noise that is a share of the height."""
    heights = [y for _, y in points]
    floor = min(heights) / 10  # a line below zero somewhere is no reason to trust one point alone
    line = _line(points, [1 / (height * height) for height in heights])
    for _ in range(_ROUNDS):
        known, heights = heights, [max(line.at(x), floor) for x, _ in points]
        line = _line(points, [1 / (height * height) for height in heights])
        if all(math.isclose(one, other, rel_tol=1e-9) for one, other in zip(known, heights, strict=True)):
            break
    return line


def _line(points: Runs, weights: Sequence[float]) -> _Line:
    total = sum(weights)
    middle = sum(w * x for w, (x, _) in zip(weights, points, strict=True)) / total
    height = sum(w * y for w, (_, y) in zip(weights, points, strict=True)) / total
    across = sum(w * (x - middle) ** 2 for w, (x, _) in zip(weights, points, strict=True))
    along = sum(w * (x - middle) * (y - height) for w, (x, y) in zip(weights, points, strict=True))
    slope = along / across
    intercept = height - slope * middle
    off = sum(w * (y - intercept - slope * x) ** 2 for w, (x, y) in zip(weights, points, strict=True))
    return _Line(intercept, slope, middle, total, across, off, len(points))


def _badness(runs: Runs, fit: Fit) -> float:
    """Akaike's criterion, but for the number of parameters; infinite below zero."""
    if min(fit.seconds(volume) for volume, _ in runs) <= 0:
        return math.inf
    squares = sum(math.log(seconds / fit.seconds(volume)) ** 2 for volume, seconds in runs)
    return len(runs) * math.log(max(squares, _EXACT))


def _exp(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf
