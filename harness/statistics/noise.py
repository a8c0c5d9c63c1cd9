"""The noise floor: what the same system differs from itself when it is measured twice in turn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.statistics import student
from harness.statistics.estimate import paired
from harness.statistics.speed import FALSE_COMFORT


@dataclass(frozen=True, slots=True)
class NoiseFloor:
    """The spread between paired blocks of one system, and the share that it could fake."""

    ratio: float
    low: float
    high: float
    spread: float
    blocks: int

    def resolvable(self, pairs: int) -> float:
        """The slow-down (0.2 = 20 %) that this many block pairs can just tell from noise."""
        return math.expm1(student.quantile(1 - FALSE_COMFORT, pairs - 1) * self.spread / math.sqrt(pairs))


def noise_floor(pairs: Sequence[tuple[float, float]]) -> NoiseFloor:
    """From (seconds, seconds) of block pairs of one and the same system."""
    estimate = paired([math.log(second / first) for first, second in pairs])
    return NoiseFloor(
        ratio=math.exp(estimate.mean),
        low=math.exp(estimate.low(FALSE_COMFORT)),
        high=math.exp(estimate.high(FALSE_COMFORT)),
        spread=estimate.error * math.sqrt(estimate.blocks),
        blocks=estimate.blocks,
    )
