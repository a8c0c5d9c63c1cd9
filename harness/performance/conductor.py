"""Which block comes next, whoever carries it out: users of this process, or those of workers elsewhere.

Before and between the blocks, while nothing is measured, the databases' statistics are read. Imported by the
generator's process only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from types import MappingProxyType
from typing import TypeAlias

import gevent

from harness.model import Side
from harness.performance import events
from harness.performance.blocks import Block, Series, blocks, crowds, ends_round, recovery, stages
from harness.performance.capacity import stage_of
from harness.performance.decisions import compared
from harness.performance.ledger import Note
from harness.performance.observed import Observed
from harness.performance.output import Output
from harness.performance.plan import LoadPlan
from harness.performance.recording import Recording
from harness.performance.samples import Sample
from harness.performance.sql.watch import Watch
from harness.statistics import percentile

_SILENT_BLOCKS = 2
_SETTLE_SECONDS = 0.05
# Blocks that take this many times as long to drain make another round too dear: somebody waits for it.
_OVERTIME = 2.0


@dataclass(frozen=True, slots=True)
class Done:
    """A block as it went, its `began` on this machine's steady clock, with what was seen and written."""

    run: events.BlockRun
    samples: Sequence[Sample]
    notes: Sequence[Note] = ()


CarryOut: TypeAlias = Callable[[Block], Done]
"""Runs one block to its end; its samples and notes are on file by then."""


class Conductor:
    """Has the blocks of a plan carried out one after the other, and ends them when there is reason to."""

    def __init__(
        self,
        plan: LoadPlan,
        sides: Iterable[Side],
        output: Output,
        carry_out: CarryOut,
        watches: Mapping[Side, Watch] = MappingProxyType({}),
    ) -> None:
        self._plan, self._sides, self._output, self._carry_out = plan, tuple(sides), output, carry_out
        self._watches = watches
        self._origin = 0.0
        self._silent = dict.fromkeys(self._sides, 0)
        self._warned = dict.fromkeys(self._sides, 0)
        self._blocks: list[events.BlockRun] = []
        self._samples: list[Sample] = []

    def run(self) -> None:
        """All blocks, or fewer when a side has fallen silent; then says that it is finished."""
        self._origin = time.perf_counter()
        self._output.event(events.event("origin", at=self._origin))
        if self._compare():
            self._overload()
            self._crowd()
        for watch in self._watches.values():
            watch.close()
        self._output.event(events.event("finished"))

    def _compare(self) -> bool:
        """The blocks in turn; False when a side must not be loaded any more."""
        for block in blocks(self._plan, self._sides):
            made = self._run_block(block)
            if block.series is Series.ALONE:  # one user, each scenario once: too little to say who is silent
                continue
            answered = any(each.ok for each in made)
            self._silent[block.side] = 0 if answered else self._silent[block.side] + 1
            if self._silent[block.side] >= _SILENT_BLOCKS:
                self._output.event(events.event("stopped", side=block.side, block=block.number))
                return False
            if self._forbidden(block.side, made):
                return False
            if ends_round(self._plan, self._sides, block) and not self._worth_more():
                break
        return True

    def _overload(self) -> None:
        """Ever more arrivals for each side until it cannot follow; then the usual ones until it can."""
        numbers = count(len(self._blocks))
        followed = set(self._sides)
        for block in stages(self._plan, self._sides, numbers):
            if block.side not in followed or self._sustains(block):
                continue
            followed.discard(block.side)
            for again in recovery(block.side, numbers):
                if self._sustains(again):
                    break

    def _crowd(self) -> None:
        """Ever more users for each side, who all ask without a pause, until it cannot follow."""
        followed = set(self._sides)
        for block in crowds(self._plan, self._sides, count(len(self._blocks))):
            if block.side in followed and not self._sustains(block):
                followed.discard(block.side)

    def _sustains(self, block: Block) -> bool:
        made = self._run_block(block)
        return stage_of(self._plan, self._blocks[-1], made).fails is None

    def _forbidden(self, side: Side, made: Sequence[Sample]) -> bool:
        """Whether this side does, for the second block in a row, what the plan ends the load for."""
        reason = _reason_to_halt(self._plan, made) if any(each.ok for each in made) else None
        self._warned[side] = 0 if reason is None else self._warned[side] + 1
        if reason is None or self._warned[side] < _SILENT_BLOCKS:
            return False
        what, value = reason
        self._output.event(events.event("halted", side=side, what=what, value=value))
        return True

    def _worth_more(self) -> bool:
        """Whether another round may decide more. A side by itself is not compared: one round is all."""
        took = sum(block.seconds for block in self._blocks)
        planned = len(self._blocks) * float(self._plan.block_seconds)
        if len(self._sides) < 2 or took > _OVERTIME * planned:
            return False
        made = Recording(self._plan, events.Story(tuple(self._blocks)), 0, tuple(self._samples))
        seen = Observed(self._plan, dict.fromkeys(Side, made), in_turn=True)
        return compared(seen).worth_more(self._plan.pairs)

    def _run_block(self, block: Block) -> Sequence[Sample]:
        watch = None if block.series is Series.ALONE else self._watches.get(block.side)
        if watch is not None:
            watch.begin()
        done = self._carry_out(block)
        run = replace(done.run, began=done.run.began - self._origin)
        self._blocks.append(run)
        self._samples += done.samples
        self._output.event(events.block_event(run))
        gevent.sleep(_SETTLE_SECONDS)
        if watch is not None:
            watch.end(block.number)
        return done.samples


def _reason_to_halt(plan: LoadPlan, made: Sequence[Sample]) -> tuple[str, float] | None:
    """What the plan ends a load for, with its value, if these samples show it."""
    errors = sum(not each.ok for each in made) / len(made)
    if errors > plan.halt_errors:
        return "errors", errors
    slowest = percentile((each.seconds for each in made if each.ok), 0.95)
    return ("seconds", slowest) if plan.halt_seconds is not None and slowest > plan.halt_seconds else None
