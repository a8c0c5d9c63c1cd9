"""Whether measurements grow, and how fast: without a model of their noise, and not misled by outliers.

Mann (1945) and Kendall (1975) for whether; Sen (1968) for how fast, with the interval of Gilbert (1987),
"Statistical Methods for Environmental Pollution Monitoring", section 16.5.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist, median

FEWEST = 10
"""Points below which the normal approximation says nothing."""

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Trend:
    """`slope` a unit of x, with its interval; `p_growing` is how surprising it would be without growth."""

    slope: float
    low: float
    high: float
    p_growing: float
    points: int


def trend(
    places: Sequence[float], values: Sequence[float], *, alpha: float = 0.01, correlation: float = 0.0
) -> Trend:
    """The trend of `values` over `places`, which ascend; each end of the interval errs with `alpha`.

    `correlation` is that of each value's noise with the next one's: alike neighbours tell less (Yue and
    Wang, 2004). ValueError below `FEWEST` points, or when places do not ascend.
    """
    points = len(values)
    if points < FEWEST or points != len(places):
        raise ValueError(f"a trend needs at least {FEWEST} points")
    slopes = _slopes(places, values)
    balance = sum((rise > 0) - (rise < 0) for rise in slopes)
    spread = math.sqrt(_variance(values) * (1 + correlation) / (1 - correlation))
    reach = _NORMAL.inv_cdf(1 - alpha) * spread
    count = len(slopes)
    return Trend(
        slope=median(slopes),
        low=slopes[max(0, math.floor((count - reach) / 2))],
        high=slopes[min(count - 1, math.ceil((count + reach) / 2))],
        p_growing=1 - _NORMAL.cdf((balance - 1) / spread) if balance > 0 else 1.0,
        points=points,
    )


def slope(places: Sequence[float], values: Sequence[float]) -> float:
    """Sen's slope by itself, of at least two points."""
    return median(_slopes(places, values))


def _slopes(places: Sequence[float], values: Sequence[float]) -> list[float]:
    """Of every two points, ascending."""
    pairs = combinations(tuple(zip(places, values, strict=True)), 2)
    found = [(later - earlier, second - first) for (earlier, first), (later, second) in pairs]
    if any(apart <= 0 for apart, _ in found):
        raise ValueError("the places of a trend ascend")
    return sorted(rise / apart for apart, rise in found)


def _variance(values: Sequence[float]) -> float:
    """Of Kendall's sum when nothing grows; equal values tell less."""
    points = len(values)
    ties = sum(n * (n - 1) * (2 * n + 5) for n in Counter(values).values())
    return (points * (points - 1) * (2 * points + 5) - ties) / 18
