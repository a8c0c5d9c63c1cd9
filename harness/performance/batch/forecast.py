"""When a batch of production's volume will be done, and whether that is in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.performance.batch.plan import BatchPlan
from harness.statistics.growth import Growth, Trend, trend

_LONGEST = 999 * 24 * 60 * 60.0
"""Nobody waits longer, and clocks show no more."""


class Fits(StrEnum):
    """Whether a batch ends within its window."""

    YES = "fits"
    NO = "misses"
    UNDECIDED = "undecided"
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True)
class Forecast:
    """The seconds that a batch of the expected volume takes, with the interval for one run of it.

    `decided_by` is the volume of which a few runs would probably decide, where nothing is decided.
    """

    fits: Fits
    seconds: float
    low: float
    high: float
    trend: Trend
    decided_by: int | None = None

    @property
    def growth(self) -> Growth:
        """The likeliest trend."""
        return self.trend.growth


def forecast(plan: BatchPlan, runs: Sequence[tuple[float, float]]) -> Forecast:
    """What runs of growing volume say of the volume in production. ValueError for too few of them."""
    found = trend(runs)
    volume = float(plan.expected)
    low, high = (min(end, _LONGEST) for end in found.interval(volume))
    seconds = min(found.seconds(volume), _LONGEST)
    if volume > plan.reach * found.largest:
        needed = -(-plan.expected // plan.reach)
        return Forecast(Fits.TOO_FAR, seconds, low, high, found, needed)
    answer = _answer(low, high, plan.window.seconds)
    decided_by = _deciding(plan, runs, found) if answer is Fits.UNDECIDED else None
    return Forecast(answer, seconds, low, high, found, decided_by)


def _answer(low: float, high: float, window: float) -> Fits:
    if high <= window:
        return Fits.YES
    return Fits.NO if low > window else Fits.UNDECIDED


def _deciding(plan: BatchPlan, runs: Sequence[tuple[float, float]], found: Trend) -> int | None:
    """The smallest larger volume whose runs would decide, if they came out as expected."""
    volume = int(found.largest)
    while volume < plan.expected:
        volume = min(volume * 2, plan.expected)
        imagined = [(float(volume), found.seconds(volume))] * plan.repeats
        low, high = trend([*runs, *imagined]).interval(float(plan.expected))
        if _answer(low, high, plan.window.seconds) is not Fits.UNDECIDED:
            return volume
    return None
