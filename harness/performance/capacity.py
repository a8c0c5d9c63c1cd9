"""How much a side can take: ever more arrivals until it cannot follow, then the usual load until it can.

A side sustains a stage when its arrivals start in time, it fails no more often than the plan allows, and all
but one in twenty of its answers come within `knee_seconds`. The first stage that it does not sustain is its
knee; it is not driven further. Then the usual load shows how long it takes to be itself again.

Arrivals are a rate, whoever they are. A crowd is a number of users who each ask again as soon as they have
their answer; what it gets done grows with it up to a bend.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from harness.model import Side
from harness.performance.blocks import Series
from harness.performance.events import BlockRun
from harness.performance.observed import Observed
from harness.performance.plan import LoadPlan
from harness.performance.samples import Sample
from harness.statistics import percentile

SLOW = "slow"
"""How a side fails that only becomes slow."""

_IN_TIME = 0.95
_WORTH = 0.5


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage as a side took it: arrivals asked for and answered well a second, p95 (s), how it failed."""

    asked: float
    answered: float
    p95: float | None
    fails: str | None


@dataclass(frozen=True, slots=True)
class Capacity:
    """What one side can take. `recovered` is None where it did not recover, or was not overloaded."""

    stages: tuple[Stage, ...]
    recovered: float | None

    @property
    def sustained(self) -> float | None:
        """The most arrivals a second of a stage that it sustained; None when it sustained none."""
        return max((each.asked for each in self.stages if each.fails is None), default=None)

    @property
    def knee(self) -> Stage | None:
        """The stage that was too much; None when none was."""
        return next((each for each in self.stages if each.fails is not None), None)


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many users who ask without a pause: good answers a second, p95 (s), how the side failed."""

    users: int
    answered: float
    p95: float | None
    fails: str | None


def stage_of(plan: LoadPlan, block: BlockRun, made: Sequence[Sample]) -> Stage:
    """How a side took one block."""
    good = [each.seconds for each in made if each.ok]
    p95 = percentile(good, 0.95) if good else None
    codes = Counter(each.error for each in made if not each.ok)
    fails = None
    if not made or codes.total() > float(plan.error_limit) * len(made):
        fails = codes.most_common(1)[0][0] if codes else SLOW
    elif block.in_time < _IN_TIME * block.planned or p95 is None or p95 > plan.knee_seconds:
        fails = SLOW
    seconds = float(plan.block_seconds)
    return Stage(block.planned / seconds, len(good) / max(seconds, block.seconds), p95, fails)


def capacity(seen: Observed, side: Side) -> Capacity | None:
    """What the side can take; None when the plan has no stages or none was reached."""
    blocks = seen.blocks(side, Series.STAGE)
    if not blocks:
        return None
    samples = _by_block(seen.recordings[side].samples)
    stages = tuple(stage_of(seen.plan, block, samples.get(block.number, [])) for block in blocks)
    return Capacity(stages, _recovered(seen, side, samples))


def _recovered(seen: Observed, side: Side, samples: dict[int, list[Sample]]) -> float | None:
    """Seconds from the end of the knee to the end of the first block that is sustained again."""
    after = seen.blocks(side, Series.RECOVERY)
    knee = seen.blocks(side, Series.STAGE)[-1]
    for block in after:
        if stage_of(seen.plan, block, samples.get(block.number, [])).fails is None:
            return max(0.0, block.began - knee.began - knee.seconds)
    return None


def too_little(plan: LoadPlan, source: Capacity | None, target: Capacity) -> Decimal | None:
    """The arrivals a second that the target should sustain and does not, if there are any.

    What the plan demands counts; else what the source sustains, less the margin. A target that sustained
    every stage has shown nothing of what lies above them.
    """
    if target.knee is None:
        return None
    reached = Decimal(f"{target.sustained or 0:.3f}")
    if plan.capacity is not None:
        return plan.capacity if reached < plan.capacity else None
    if source is None or source.sustained is None:
        return None
    demanded = Decimal(f"{source.sustained:.3f}")
    return demanded if reached * (1 + plan.margin) < demanded else None


def untried(plan: LoadPlan, target: Capacity | None) -> Decimal | None:
    """The most arrivals a second that were tried, where the plan demands more and none was too much."""
    if plan.capacity is None or (target is not None and target.knee is not None):
        return None
    reached = Decimal(f"{(target and target.sustained) or 0:.3f}")
    return reached if reached < plan.capacity else None


def crowds(seen: Observed, side: Side) -> tuple[Crowd, ...]:
    """What so many users get done who ask without a pause, in the order in which they were tried."""
    samples = _by_block(seen.recordings[side].samples)
    found = []
    for block in seen.blocks(side, Series.CROWD):
        stage = stage_of(seen.plan, block, samples.get(block.number, []))
        found.append(Crowd(block.users, stage.answered, stage.p95, stage.fails))
    return tuple(found)


def bend(tried: Sequence[Crowd]) -> Crowd | None:
    """The crowd from which on more users get hardly more done: less than half of what they would, if alone.

    None where every step up brought more, or only one was tried.
    """
    for fewer, more in pairwise(tried):
        grown = more.answered / fewer.answered - 1 if fewer.answered else 0.0
        if more.fails is not None or grown < _WORTH * (more.users / fewer.users - 1):
            return fewer
    return None


def _by_block(samples: Iterable[Sample]) -> dict[int, list[Sample]]:
    found: dict[int, list[Sample]] = {}
    for sample in samples:
        found.setdefault(sample.block, []).append(sample)
    return found
