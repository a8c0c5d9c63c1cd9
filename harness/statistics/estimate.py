"""A mean with its uncertainty, from few independent blocks."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from harness.statistics import student


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean, its standard error, the degrees of freedom behind it and how many blocks it rests on."""

    mean: float
    error: float
    freedom: float
    blocks: int

    def __post_init__(self) -> None:
        if self.error < 0 or self.freedom <= 0 or self.blocks < 1:
            raise ValueError("an estimate has an error of at least 0 and more than 0 degrees of freedom")

    def low(self, alpha: float) -> float:
        """The true mean is below this with a chance of at most `alpha`."""
        return self.mean - student.quantile(1 - alpha, self.freedom) * self.error

    def high(self, alpha: float) -> float:
        """The true mean is above this with a chance of at most `alpha`."""
        return self.mean + student.quantile(1 - alpha, self.freedom) * self.error

    def p_above(self, limit: float) -> float:
        """How surprising this estimate would be if the true mean were not above `limit`."""
        distance = self.mean - limit
        if self.error == 0:
            return 0.0 if distance > 0 else 1.0
        return 1.0 - student.cdf(distance / self.error, self.freedom)

    def shifted(self, by: float) -> Estimate:
        """The same estimate with another zero."""
        return Estimate(self.mean + by, self.error, self.freedom, self.blocks)


def paired(differences: Sequence[float]) -> Estimate:
    """The mean of one difference per block pair. ValueError below 2: one block says nothing of the noise."""
    if len(differences) < 2:
        raise ValueError("an interval needs at least 2 block pairs")
    error = statistics.stdev(differences) / math.sqrt(len(differences))
    return Estimate(statistics.fmean(differences), error, len(differences) - 1, len(differences))


def unpaired(source: Sequence[float], target: Sequence[float]) -> Estimate:
    """Target minus source of blocks that were not taken together (Welch): weaker, and wider for it."""
    if min(len(source), len(target)) < 2:
        raise ValueError("an interval needs at least 2 blocks of each side")
    parts = [statistics.variance(blocks) / len(blocks) for blocks in (source, target)]
    spread = sum(parts)
    counts = (len(source) - 1, len(target) - 1)
    weights = sum(part * part / count for part, count in zip(parts, counts, strict=True))
    freedom = spread * spread / weights if weights else float(sum(counts))
    mean = statistics.fmean(target) - statistics.fmean(source)
    return Estimate(mean, math.sqrt(spread), freedom, min(len(source), len(target)))
