"""Exact percentiles of raw samples: nothing is put into buckets."""

from __future__ import annotations

import math
from collections.abc import Iterable


def percentile(samples: Iterable[float], share: float) -> float:
    """The value below which this share (0 to 1) of the samples lies, interpolated between neighbours.

    ValueError for no samples: a percentile of nothing is not zero.
    """
    ordered = sorted(samples)
    if not ordered:
        raise ValueError("no samples, no percentile")
    if not 0 <= share <= 1:
        raise ValueError("a percentile is asked for a share between 0 and 1")
    place = share * (len(ordered) - 1)
    floor = math.floor(place)
    ceiling = min(floor + 1, len(ordered) - 1)
    return ordered[floor] + (ordered[ceiling] - ordered[floor]) * (place - floor)


def samples_needed(share: float) -> int:
    """The fewest samples of which one is expected beyond the percentile: 2 for the median, 20 for p95."""
    if not 0 <= share < 1:
        raise ValueError("a percentile is asked for a share of at least 0 and below 1")
    return math.ceil(round(1 / (1 - share), 9))
