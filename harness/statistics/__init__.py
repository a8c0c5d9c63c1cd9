"""Pure statistics of blocks: percentiles, intervals, and the decision whether the target is slower."""

from harness.statistics.estimate import Estimate, paired, unpaired
from harness.statistics.holm import holm
from harness.statistics.noise import NoiseFloor, noise_floor
from harness.statistics.percentile import percentile, samples_needed
from harness.statistics.power import detectable, pairs_needed
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
    "detectable",
    "holm",
    "measure_apart",
    "measure_pairs",
    "noise_floor",
    "paired",
    "pairs_needed",
    "percentile",
    "samples_needed",
    "unpaired",
]
