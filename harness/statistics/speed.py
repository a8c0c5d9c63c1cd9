"""Better, equivalent, worse or undecided: the only four answers to "is the target slower?".

Every block of load gives one logarithm of a percentile, taken on both sides within seconds of each other.
Their differences over the block pairs are independent, which the samples within a block never are.

    allowed = the larger of source x (1 + margin) and source + noticeable
    excess  = log(target / allowed), one per block pair

    worse       the lower bound of the excess is above 0  (for all transactions together: Holm)
    equivalent  its upper bound is at most 0
    undecided   neither, with the block pairs that are probably still needed
    better      the upper bound of target / source is below 1 / (1 + margin)

Looking at the blocks more than once, to stop early or go on, gives noise more than one chance: the error
rates are divided among the looks: half of each for the first one, which decides most plans, a quarter for
the second, and the rest in equal parts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import NormalDist

from harness.statistics.estimate import Estimate, paired, unpaired
from harness.statistics.holm import holm

FALSE_ALARM = 0.02
"""The chance, over all transactions of a plan, that one no slower than allowed is called worse."""

FALSE_COMFORT = 0.05
"""The chance that one slower than allowed is called equivalent; its interval is the one that is shown."""

_POWER = 0.8
_HALVED = 2  # as many looks spend half of what is still there
_HOPELESS_BLOCKS = 5_000


class Answer(StrEnum):
    """How the target compares with the source."""

    BETTER = "better"
    EQUIVALENT = "equivalent"
    WORSE = "worse"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Look:
    """Which look at the growing evidence this is, of how many at most."""

    number: int = 1
    of: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of:
            raise ValueError("a look is one of those that were planned")

    def share(self, rate: float) -> float:
        """What this look may spend of an error rate that all looks share (Bonferroni, with weights)."""
        if self.number <= _HALVED:
            return rate / 2.0 ** (self.number if self.number < self.of else self.number - 1)
        return rate / 2.0**_HALVED / (self.of - _HALVED)

    def next(self) -> Look:
        """The one after this, or the last."""
        return Look(min(self.number + 1, self.of), self.of)


_ONLY_LOOK = Look()


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How much slower is not yet worse: by a share, or by a time too short to notice (seconds)."""

    margin: float
    noticeable: float = 0.0

    def __post_init__(self) -> None:
        if self.margin < 0 or self.noticeable < 0:
            raise ValueError("a tolerance is not negative")

    def allowed(self, source: float) -> float:
        """The slowest target that is as good as this source."""
        return max(source * (1 + self.margin), source + self.noticeable)


@dataclass(frozen=True, slots=True)
class Measured:
    """What blocks say of one transaction: the log ratio, and the log excess over what is allowed."""

    ratio: Estimate
    excess: Estimate


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, target / source with its interval, and how many block pairs are probably missing.

    `more_blocks` is None when it is decided, or when no reasonable number of blocks would decide it.
    """

    answer: Answer
    ratio: float
    low: float
    high: float
    p_worse: float
    more_blocks: int | None = None


def measure_pairs(pairs: Sequence[tuple[float, float]], tolerance: Tolerance) -> Measured:
    """From (source seconds, target seconds) of blocks taken in turn."""
    ratio = paired([math.log(target / source) for source, target in pairs])
    excess = paired([math.log(target / tolerance.allowed(source)) for source, target in pairs])
    return Measured(ratio, excess)


def measure_apart(source: Sequence[float], target: Sequence[float], tolerance: Tolerance) -> Measured:
    """From blocks of each side taken at different times: no pairing takes their common noise away."""
    logs = [math.log(seconds) for seconds in target]
    ratio = unpaired([math.log(seconds) for seconds in source], logs)
    return Measured(ratio, unpaired([math.log(tolerance.allowed(seconds)) for seconds in source], logs))


def decide(
    measured: Mapping[str, Measured], margin: float, *, look: Look = _ONLY_LOOK
) -> dict[str, Decision]:
    """The answer for each of a family of transactions that are judged together."""
    p_worse = holm({name: item.excess.p_above(0.0) for name, item in measured.items()})
    family = _Family(margin, look, len(measured))
    return {name: _decision(item, family, p_worse[name]) for name, item in measured.items()}


def confidence(look: Look) -> float:
    """The confidence of the interval that a decision shows."""
    return 1 - 2 * look.share(FALSE_COMFORT)


@dataclass(frozen=True, slots=True)
class _Family:
    margin: float
    look: Look
    size: int

    @property
    def comfort(self) -> float:
        return self.look.share(FALSE_COMFORT)

    @property
    def alarm(self) -> float:
        return self.look.share(FALSE_ALARM)

    def next(self) -> _Family:
        return replace(self, look=self.look.next())


def _decision(item: Measured, family: _Family, p_worse: float) -> Decision:
    answer = _answer(item, family, p_worse)
    return Decision(
        answer=answer,
        ratio=math.exp(item.ratio.mean),
        low=math.exp(item.ratio.low(family.comfort)),
        high=math.exp(item.ratio.high(family.comfort)),
        p_worse=p_worse,
        more_blocks=_more_blocks(item.excess, family.next()) if answer is Answer.UNDECIDED else None,
    )


def _answer(item: Measured, family: _Family, p_worse: float) -> Answer:
    if p_worse <= family.alarm:
        return Answer.WORSE
    if item.excess.high(family.comfort) > 0:
        return Answer.UNDECIDED
    if item.ratio.high(family.comfort) < -math.log1p(family.margin):
        return Answer.BETTER
    return Answer.EQUIVALENT


def _more_blocks(excess: Estimate, family: _Family) -> int | None:
    """Block pairs still missing so that a mean and a noise like these would be decided in 4 of 5 runs."""
    if excess.mean == 0:
        return None
    alpha = family.alarm / family.size if excess.mean > 0 else family.comfort
    normal = NormalDist()
    spread = excess.error * math.sqrt(excess.blocks)
    needed = ((normal.inv_cdf(1 - alpha) + normal.inv_cdf(_POWER)) * spread / abs(excess.mean)) ** 2
    missing = math.ceil(needed + 2 - excess.blocks)  # 2: a t interval is wider than a normal one
    return None if missing > _HOPELESS_BLOCKS else max(1, missing)
