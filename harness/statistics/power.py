"""What a comparison could have found: the slow-down that would hardly ever have gone unnoticed."""

from __future__ import annotations

import math

from harness.statistics import student
from harness.statistics.speed import FALSE_ALARM, Look, Measured

CERTAINTY = 0.95
"""The chance with which a slow-down is found that is called detectable."""

_ENOUGH = 100_000


def detectable(measured: Measured, *, look: Look, family: int) -> float:
    """The slow-down (0.2 = 20 %) that blocks as many and as noisy as these call worse 19 times in 20.

    What is allowed is in it: nothing below the margin is ever worse. The usual approximation by the central
    t distribution at both ends (Lachin, 1981, Controlled Clinical Trials 2, 93-113); simulation of the whole
    procedure is held against it by the tests.
    """
    allowed = measured.ratio.mean - measured.excess.mean
    alpha = look.share(FALSE_ALARM) / family
    return math.expm1(allowed + _reach(alpha, measured.excess.freedom) * measured.excess.error)


def pairs_needed(slowdown: float, *, margin: float, spread: float, look: Look, family: int) -> int | None:
    """Block pairs that call a target worse 19 times in 20 that is slower by `slowdown`; None for too many.

    `spread` is the standard deviation of the log ratio between pairs: 1.41 times that between blocks.
    """
    distance = math.log1p(slowdown) - math.log1p(margin)
    if distance <= 0:
        return None
    alpha = look.share(FALSE_ALARM) / family
    pairs = 2
    while pairs <= _ENOUGH:
        if _reach(alpha, pairs - 1) * spread / math.sqrt(pairs) <= distance:
            return pairs
        pairs += max(1, pairs // 50)
    return None


def _reach(alpha: float, freedom: float) -> float:
    """Standard errors between what is allowed and what is detectable."""
    return student.quantile(1 - alpha, freedom) + student.quantile(CERTAINTY, freedom)
