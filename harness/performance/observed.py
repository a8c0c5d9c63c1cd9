"""Both sides of a comparison, however they were taken, as figures per transaction."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from harness.errors import LoadError
from harness.model import Capture, Part, Side, text
from harness.performance.blocks import Series
from harness.performance.events import BlockRun
from harness.performance.ledger import Audit, audit
from harness.performance.plan import LoadPlan
from harness.performance.recording import Recording, recording
from harness.performance.samples import Sample
from harness.statistics import Look, percentile

CRASH = "crash."


@dataclass(frozen=True, slots=True)
class Observed:
    """One recording per side: the same one twice when the sides were loaded in turn."""

    plan: LoadPlan
    recordings: Mapping[Side, Recording]
    in_turn: bool

    def distinct(self) -> tuple[Recording, ...]:
        """Each recording once."""
        found = tuple(self.recordings.values())
        return found[:1] if self.in_turn else found

    def blocks(self, side: Side, series: Series = Series.MAIN) -> tuple[BlockRun, ...]:
        """The blocks of one side that ended."""
        story = self.recordings[side].story
        return tuple(each for each in story.blocks if each.side is side and each.series is series)

    @property
    def look(self) -> Look:
        """Which look at the blocks this is; sides that were loaded apart are looked at once."""
        if not self.in_turn:
            return Look()
        rounds = math.ceil(len(self.blocks(Side.TARGET)) / self.plan.pairs)
        return Look(min(max(rounds, 1), self.plan.rounds), self.plan.rounds)

    def seconds(self, side: Side, transaction: str) -> list[float]:
        """What every good sample of the measured blocks took."""
        return [sample.seconds for _, sample in self._of(side, transaction) if sample.ok]

    def answered_in(self, side: Side, transaction: str) -> list[float]:
        """The same from the moment it really started, as closed models count."""
        found = self._of(side, transaction)
        return [each.seconds - (each.started - each.intended) for _, each in found if each.ok]

    def alone(self, side: Side, transaction: str) -> list[float]:
        """What it took a single user with nobody else about, good samples in their order."""
        found = self.recordings[side].of(side, Series.ALONE)
        return [each.seconds for _, each in found if each.transaction == transaction and each.ok]

    def first(self, side: Side, transaction: str) -> float | None:
        """What the very first user waited, where the first try was answered."""
        recording = self.recordings[side]
        series = Series.WARMUP if recording.plan.warmup_pairs else Series.ALONE
        found = (each for _, each in recording.of(side, series) if each.transaction == transaction)
        first = min(found, key=lambda each: (each.block, each.started), default=None)
        return first.seconds if first is not None and first.ok else None

    def errors(self, side: Side, transaction: str) -> Counter[str]:
        """How often each error occurred; successes are counted under the empty code."""
        return Counter(sample.error for _, sample in self._of(side, transaction))

    def audit(self, side: Side) -> Audit | None:
        """What became of the writes of one side; None where it could not tell."""
        made = self.recordings[side]
        entered = made.entered.get(side)
        return None if entered is None else audit([n for n in made.notes if n.side is side], entered)

    def per_block(
        self, side: Side, transaction: str, quantile: Decimal, series: Series = Series.MAIN
    ) -> dict[tuple[int, int], float]:
        """The percentile of each block, by pair and turn; a block without a good sample is left out."""
        groups: dict[tuple[int, int], list[float]] = {}
        for block, sample in self._of(side, transaction, series):
            if sample.ok:
                groups.setdefault((block.pair, block.turn), []).append(sample.seconds)
        return {place: percentile(group, float(quantile)) for place, group in groups.items()}

    def pairs(self, transaction: str, quantile: Decimal) -> list[tuple[float, float]]:
        """(source, target) of every pair in which both sides answered."""
        source, target = (
            {pair: value for (pair, _), value in self.per_block(side, transaction, quantile).items()}
            for side in Side
        )
        return [(source[pair], target[pair]) for pair in sorted(source.keys() & target.keys())]

    def noise_pairs(self, transaction: str, quantile: Decimal) -> list[tuple[float, float]]:
        """Pairs of blocks of one and the same side: those made for it, or else neighbours in the order."""
        made = self.per_block(Side.SOURCE, transaction, quantile, Series.NOISE)
        if made:
            complete = [pair for pair, turn in made if turn == 0 and (pair, 1) in made]
            return [(made[pair, 0], made[pair, 1]) for pair in sorted(complete)]
        return self._neighbours(transaction, quantile) if self.in_turn else []

    def _neighbours(self, transaction: str, quantile: Decimal) -> list[tuple[float, float]]:
        found = []
        for side in Side:
            values = self.per_block(side, transaction, quantile)
            blocks = self.blocks(side)
            for first, second in pairwise(blocks):
                places = ((first.pair, first.turn), (second.pair, second.turn))
                if second.number == first.number + 1 and all(place in values for place in places):
                    found.append((values[places[0]], values[places[1]]))
        return found

    def _of(
        self, side: Side, transaction: str, series: Series = Series.MAIN
    ) -> list[tuple[BlockRun, Sample]]:
        found = self.recordings[side].of(side, series)
        return [(block, sample) for block, sample in found if sample.transaction == transaction]


def observed(captures: Mapping[Part, Capture]) -> Observed:
    """The two sides of the captures. LoadError when the sides were not given the same load."""
    if Part.PAIR in captures:
        pair = recording(captures[Part.PAIR])
        return Observed(pair.plan, dict.fromkeys(Side, pair), in_turn=True)
    source, target = recording(captures[Part.SOURCE]), recording(captures[Part.TARGET])
    if _load(source.plan) != _load(target.plan):
        raise LoadError(text("performance.unknown.different"))
    return Observed(target.plan, {Side.SOURCE: source, Side.TARGET: target}, in_turn=False)


def _load(plan: LoadPlan) -> tuple[object, ...]:
    return plan.scenarios, plan.rate, plan.block_seconds, plan.users, plan.role
