"""The order of the blocks and the arrivals in each: fixed by the plan, so that both sides get the same.

    pair      0        1        2        3            S source, T target
    blocks  S   T    T   S    S   T    T   S          time runs to the right

A slow drift of the machine touches both sides alike, and each side is as often first as second.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from heapq import heapify, heapreplace
from itertools import islice
from typing import TypeVar

from harness.model import Side
from harness.performance.plan import LoadPlan

RECOVERY_BLOCKS = 10

_Item = TypeVar("_Item")


class Series(StrEnum):
    """What a block is for."""

    WARMUP = "warmup"
    ALONE = "alone"
    NOISE = "noise"
    MAIN = "main"
    STAGE = "stage"
    RECOVERY = "recovery"
    CROWD = "crowd"


@dataclass(frozen=True, slots=True)
class Block:
    """A few seconds of load on one side. `turn` tells the two blocks of a noise pair apart.

    `factor` multiplies the plan's rate. In a block of `ALONE` one user does every scenario once, one after
    the other, with nobody else about; in a block of `CROWD` so many `users` ask without a pause.
    """

    number: int
    series: Series
    pair: int
    side: Side
    turn: int
    factor: Decimal = Decimal(1)
    users: int = 0


@dataclass(frozen=True, slots=True)
class Arrival:
    """A scenario that starts so many seconds after its block does, whatever the ERP is busy with."""

    offset: float
    scenario: str


@dataclass(frozen=True, slots=True)
class Share:
    """What one of several generators does of the whole: all of them together do exactly the whole."""

    place: int
    generators: int

    def of(self, whole: Iterable[_Item]) -> Iterator[_Item]:
        """Those whose turn it is, when all generators take turns."""
        return islice(whole, self.place, None, self.generators)

    def count(self, whole: int) -> int:
        """How many of so many are its own."""
        return len(range(self.place, whole, self.generators))


WHOLE = Share(0, 1)


def blocks(plan: LoadPlan, sides: Sequence[Side]) -> tuple[Block, ...]:
    """All blocks of the plan in the order in which they run, those of every round."""
    return tuple(
        Block(number, series, pair, side, turn)
        for number, (series, pair, side, turn) in enumerate(_order(plan, tuple(sides)))
    )


def ends_round(plan: LoadPlan, sides: Sequence[Side], block: Block) -> bool:
    """Whether a round of measured blocks is complete with this one."""
    return block.series is Series.MAIN and (block.pair + 1) % plan.pairs == 0 and block.turn == len(sides) - 1


def stages(plan: LoadPlan, sides: Sequence[Side], numbers: Iterator[int]) -> Iterator[Block]:
    """The stages beyond the usual load, each on one side after the other."""
    for stage, factor in enumerate(plan.stages):
        for turn, side in enumerate(sides):
            yield Block(next(numbers), Series.STAGE, stage, side, turn, factor)


def crowds(plan: LoadPlan, sides: Sequence[Side], numbers: Iterator[int]) -> Iterator[Block]:
    """The numbers of users that ask without a pause, each on one side after the other."""
    for step, users in enumerate(plan.crowds):
        for turn, side in enumerate(sides):
            yield Block(next(numbers), Series.CROWD, step, side, turn, users=users)


def recovery(side: Side, numbers: Iterator[int]) -> Iterator[Block]:
    """The usual load again after a side had too much, as often as that is waited for."""
    for place in range(RECOVERY_BLOCKS):
        yield Block(next(numbers), Series.RECOVERY, place, side, 0)


def arrivals(plan: LoadPlan, block: Block) -> tuple[Arrival, ...]:
    """The same scenarios at the same moments for every block of one pair."""
    chance = random.Random(f"{plan.seed}:{block.series}:{block.pair}")  # noqa: S311 - a schedule, no secret
    count = plan.arrivals_per_block(block.factor)
    done = block.pair * count
    names = list(islice(mix(plan), done, done + count))
    chance.shuffle(names)
    gap = float(plan.block_seconds) / count
    return tuple(Arrival((place + chance.random()) * gap, name) for place, name in enumerate(names))


def mix(plan: LoadPlan) -> Iterator[str]:
    """Scenarios without end, in an endless round in which each has exactly its share."""
    heap = [(0.5 / each.weight, place, each) for place, each in enumerate(plan.scenarios)]
    heapify(heap)
    while True:
        due, place, scenario = heap[0]
        yield scenario.name
        heapreplace(heap, (due + 1 / scenario.weight, place, scenario))


def _order(plan: LoadPlan, sides: tuple[Side, ...]) -> Iterator[tuple[Series, int, Side, int]]:
    lengths = {
        Series.WARMUP: plan.warmup_pairs,
        Series.ALONE: plan.alone,
        Series.MAIN: plan.pairs * plan.rounds,
    }
    for series, pairs in lengths.items():
        if series is Series.MAIN:
            yield from _noise(plan, sides)
        for pair in range(pairs):
            for turn, side in enumerate(sides if pair % 2 == 0 else sides[::-1]):
                yield series, pair, side, turn


def _noise(plan: LoadPlan, sides: tuple[Side, ...]) -> Iterator[tuple[Series, int, Side, int]]:
    for pair in range(plan.noise_pairs):
        for turn in range(2):
            yield Series.NOISE, pair, sides[0], turn
