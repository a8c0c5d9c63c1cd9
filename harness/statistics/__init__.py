"""Pure statistics of blocks: percentiles, intervals, and the decision whether the target is slower."""

from harness.statistics.estimate import Estimate, paired, unpaired
from harness.statistics.holm import holm
from harness.statistics.noise import NoiseFloor, noise_floor
from harness.statistics.percentile import percentile, samples_needed
from harness.statistics.speed import (
    Answer,
    Decision,
    Look,
    Measured,
    Tolerance,
    confidence,
    decide,
    measure_apart,
    measure_pairs,
)

__all__ = [
    "Answer",
    "Decision",
    "Estimate",
    "Look",
    "Measured",
    "NoiseFloor",
    "Tolerance",
    "confidence",
    "decide",
    "holm",
    "measure_apart",
    "measure_pairs",
    "noise_floor",
    "paired",
    "percentile",
    "samples_needed",
    "unpaired",
]
