"""Open arrivals in alternating blocks: users arrive when they arrive, however slow the ERP is.

Imported by the generator's process only. One greenlet keeps the schedule and never waits for an answer;
each arrival takes a free user, or waits for one, and its first transaction counts from the intended start.
Before and between the blocks, while nothing is measured, the databases' statistics are read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import TextIO, TypeAlias

import gevent
from gevent.queue import Queue

from harness.adapters.load import LoadFault, LoadSession, Scenario
from harness.model import Side
from harness.performance import events, ledger, samples
from harness.performance.blocks import (
    Arrival,
    Block,
    Series,
    arrivals,
    blocks,
    ends_round,
    recovery,
    stages,
)
from harness.performance.capacity import stage_of
from harness.performance.decisions import compared
from harness.performance.observed import Observed
from harness.performance.plan import LoadPlan
from harness.performance.recording import Recording
from harness.performance.sql import stored
from harness.performance.sql.watch import Watch
from harness.statistics import percentile
from harness.written import Write

_SILENT_BLOCKS = 2
_SETTLE_SECONDS = 0.05
# Blocks that take this many times as long to drain make another round too dear: somebody waits for it.
_OVERTIME = 2.0

Users: TypeAlias = Mapping[str, Sequence[LoadSession]]
"""The users of one side who are logged in, by role."""

Fire = Callable[[str, float, str], None]


class Output:
    """The files of evidence: all is on the disk after each block, and what is written to the ERP at once."""

    def __init__(self, folder: Path) -> None:
        self._samples = (folder / events.SAMPLES).open("a", encoding="utf-8", newline="")
        self._notes = (folder / events.WRITES).open("a", buffering=1, encoding="utf-8", newline="")
        self._events = (folder / events.EVENTS).open("a", buffering=1, encoding="utf-8")
        self._statements = (folder / stored.FILE).open("a", buffering=1, encoding="utf-8")

    def sample(self, sample: samples.Sample) -> None:
        """Writes one raw sample."""
        self._samples.write(samples.line(sample))

    def event(self, line: str) -> None:
        """Writes what the generator says, and makes everything so far last."""
        self._events.write(line)
        for file in (self._samples, self._notes, self._events):
            _to_disk(file)

    def note(self, note: ledger.Note) -> None:
        """Writes what is sent to be kept, or is acknowledged."""
        self._notes.write(ledger.line(note))

    def statements(self, line: str) -> None:
        """Writes what a database did."""
        self._statements.write(line)

    def close(self) -> None:
        """Closes the files."""
        for file in (self._samples, self._notes, self._events, self._statements):
            file.close()


@dataclass(slots=True)
class _Going:
    """A block while it runs."""

    block: Block
    began: float
    lags: list[float] = field(default_factory=list)
    in_time: int = 0
    answered: int = 0


class Generator:
    """Runs the blocks of a plan on users that are logged in already."""

    def __init__(
        self,
        plan: LoadPlan,
        users: Mapping[Side, Users],
        output: Output,
        fire: Fire,
        watches: Mapping[Side, Watch] = MappingProxyType({}),
    ) -> None:
        self._plan, self._users, self._output, self._fire = plan, users, output, fire
        self._watches = watches
        self._scenarios = {scenario.name: scenario for scenario in plan.scenarios}
        self._role = {scenario.name: scenario.role or plan.role for scenario in plan.scenarios}
        self._silent = dict.fromkeys(users, 0)
        self._warned = dict.fromkeys(users, 0)
        self._blocks: list[events.BlockRun] = []
        self._samples: list[samples.Sample] = []

    def run(self) -> None:
        """All blocks, or fewer when a side has fallen silent; then says that it is finished."""
        origin, sides = time.perf_counter(), tuple(self._users)
        self._output.event(events.event("origin", at=origin))
        if self._compare(sides, origin):
            self._overload(sides, origin)
        for watch in self._watches.values():
            watch.close()
        self._output.event(events.event("finished"))

    def _compare(self, sides: tuple[Side, ...], origin: float) -> bool:
        """The blocks in turn; False when a side must not be loaded any more."""
        for block in blocks(self._plan, sides):
            going = self._run_block(block, origin)
            if block.series is Series.ALONE:  # one user, each scenario once: too little to say who is silent
                continue
            self._silent[block.side] = 0 if going.answered else self._silent[block.side] + 1
            if self._silent[block.side] >= _SILENT_BLOCKS:
                self._output.event(events.event("stopped", side=block.side, block=block.number))
                return False
            if self._forbidden(going):
                return False
            if ends_round(self._plan, sides, block) and not self._worth_more(sides):
                break
        return True

    def _overload(self, sides: tuple[Side, ...], origin: float) -> None:
        """Ever more arrivals for each side until it cannot follow; then the usual ones until it can."""
        numbers = count(len(self._blocks))
        followed = set(sides)
        for block in stages(self._plan, sides, numbers):
            if block.side not in followed or self._sustains(block, origin):
                continue
            followed.discard(block.side)
            for again in recovery(block.side, numbers):
                if self._sustains(again, origin):
                    break

    def _sustains(self, block: Block, origin: float) -> bool:
        self._run_block(block, origin)
        made = [each for each in self._samples if each.block == block.number]
        return stage_of(self._plan, self._blocks[-1], made).fails is None

    def _forbidden(self, going: _Going) -> bool:
        """Whether this side does, for the second block in a row, what the plan ends the load for."""
        side = going.block.side
        made = [each for each in self._samples if each.block == going.block.number]
        reason = _reason_to_halt(self._plan, made) if going.answered else None
        self._warned[side] = 0 if reason is None else self._warned[side] + 1
        if reason is None or self._warned[side] < _SILENT_BLOCKS:
            return False
        what, value = reason
        self._output.event(events.event("halted", side=side, what=what, value=value))
        return True

    def _worth_more(self, sides: tuple[Side, ...]) -> bool:
        """Whether another round may decide more. A side by itself is not compared: one round is all."""
        took = sum(block.seconds for block in self._blocks)
        planned = len(self._blocks) * float(self._plan.block_seconds)
        if len(sides) < 2 or took > _OVERTIME * planned:
            return False
        made = Recording(self._plan, events.Story(tuple(self._blocks)), 0, tuple(self._samples))
        seen = Observed(self._plan, dict.fromkeys(Side, made), in_turn=True)
        return compared(seen).worth_more(self._plan.pairs)

    def _run_block(self, block: Block, origin: float) -> _Going:
        alone = block.series is Series.ALONE
        watch = None if alone else self._watches.get(block.side)
        if watch is not None:
            watch.begin()
        cpu = time.process_time()
        going = _Going(block, time.perf_counter())
        planned = self._one_by_one(going) if alone else self._together(going)
        seconds = time.perf_counter() - going.began
        run = events.BlockRun(
            number=block.number,
            series=block.series,
            pair=block.pair,
            side=block.side,
            turn=block.turn,
            began=going.began - origin,
            seconds=seconds,
            planned=planned,
            in_time=going.in_time,
            cpu=(time.process_time() - cpu) / seconds,
            lag=percentile(going.lags, 0.95),
        )
        self._blocks.append(run)
        self._output.event(events.block_event(run))
        gevent.sleep(_SETTLE_SECONDS)
        if watch is not None:
            watch.end(block.number)
        return going

    def _together(self, going: _Going) -> int:
        """The arrivals of one block, and how many they were."""
        users = self._users[going.block.side]
        waiting: dict[str, Queue[Arrival | None]] = {role: Queue() for role in users}
        working = [
            gevent.spawn(self._serve, going, waiting[role], user) for role in users for user in users[role]
        ]
        planned = arrivals(self._plan, going.block)
        for arrival in planned:
            due = going.began + arrival.offset
            early = due - time.perf_counter()
            if early > 0:  # else all that are due go out at once
                gevent.sleep(early)
                early = due - time.perf_counter()
            going.lags.append(max(0.0, -early))
            waiting[self._role[arrival.scenario]].put(arrival)
        for role in users:
            for _ in users[role]:
                waiting[role].put(None)
        gevent.sleep(max(0.0, going.began + float(self._plan.block_seconds) - time.perf_counter()))
        self._end(working)
        for queue in waiting.values():
            self._give_up(going, queue)
        return len(planned)

    def _serve(self, going: _Going, waiting: Queue[Arrival | None], user: LoadSession) -> None:
        """One user takes whoever has waited longest, until there is nobody left."""
        while (arrival := waiting.get()) is not None:
            transactions = self._scenarios[arrival.scenario].transactions
            self._visit(Timed(self, going, arrival.offset, transactions), user, arrival.scenario)

    def _give_up(self, going: _Going, waiting: Queue[Arrival | None]) -> None:
        """Whoever still waits when the block's time is over has waited in vain."""
        while not waiting.empty():
            arrival = waiting.get_nowait()
            if arrival is not None:
                transactions = self._scenarios[arrival.scenario].transactions
                Timed(self, going, arrival.offset, transactions).failed_outside("timeout")

    def _one_by_one(self, going: _Going) -> int:
        """Every scenario once, by one user, and how many they were."""
        for scenario in self._plan.scenarios:
            users = self._users[going.block.side][self._role[scenario.name]]
            user = users[going.block.pair % len(users)]
            going.lags.append(0.0)
            timed = Timed(
                self, going, _since(going), scenario.transactions, self._watches.get(going.block.side)
            )
            self._end([gevent.spawn(self._visit, timed, user, scenario.name)])
        return len(self._plan.scenarios)

    def _end(self, started: list[gevent.Greenlet]) -> None:
        gevent.joinall(started, timeout=float(self._plan.timeout_seconds) + 1)
        gevent.killall([each for each in started if not each.ready()])

    def _visit(self, timed: Timed, user: LoadSession, scenario: str) -> None:
        """One user does one scenario; whatever comes of it is a sample."""
        timed.begins()
        try:
            _scenario(user, scenario)(timed)
        except LoadFault as fault:
            timed.failed_outside(fault.code)
        except gevent.GreenletExit:  # the block's time is over, and this user's with it
            timed.failed_outside("timeout")
            raise
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as bug:
            timed.failed_outside(f"crash.{type(bug).__name__}")

    def record(self, going: _Going, sample: samples.Sample) -> None:
        """Keeps one sample, and tells Locust's own statistics."""
        going.answered += sample.ok
        self._samples.append(sample)
        self._output.sample(sample)
        self._fire(f"{going.block.side}:{sample.transaction}", sample.seconds, sample.error)

    @property
    def block_seconds(self) -> Decimal:
        """How long a block takes when all is well."""
        return self._plan.block_seconds

    def note(self, note: ledger.Note) -> None:
        """Keeps what is written."""
        self._output.note(note)


class Timed:
    """The stopwatch of one arrival."""

    def __init__(
        self,
        generator: Generator,
        going: _Going,
        intended: float,
        transactions: tuple[str, ...],
        watch: Watch | None = None,
    ) -> None:
        self._generator, self._going, self._from, self._watch = generator, going, intended, watch
        self._left = list(transactions)
        self._last = transactions[-1]
        self._recorded_failure = False

    @contextmanager
    def __call__(self, transaction: str, write: Write | None = None) -> Iterator[None]:
        """Times what is inside; a second transaction counts from the end of the one before it.

        What it writes is on file before it is sent, so that a crash leaves nothing out.
        """
        self._left.remove(transaction)
        if self._watch is not None:  # alone: nobody waits while the statistics are read
            self._watch.begin()
            self._from = self._now()
        self._note(write, acknowledged=False)
        intended, started, error = self._from, self._now(), "crash.unknown"
        try:
            yield
            error = ""
            self._note(write, acknowledged=True)
        except LoadFault as fault:
            error = fault.code
            raise
        except gevent.GreenletExit:
            error = "timeout"
            raise
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as bug:
            error = f"crash.{type(bug).__name__}"
            raise
        finally:
            self._from = self._now()
            self._recorded_failure = bool(error)
            self._keep(transaction, intended, started, error)
            if self._watch is not None:
                self._watch.end(self._going.block.number, transaction)

    def begins(self) -> None:
        """A user is free and starts."""
        self._going.in_time += self._now() <= float(self._generator.block_seconds)

    def failed_outside(self, code: str) -> None:
        """Counts a failure outside of a transaction for the next one, or the last; one inside is counted."""
        if not self._recorded_failure:
            self._keep(self._left[0] if self._left else self._last, self._from, self._now(), code)

    def _keep(self, transaction: str, intended: float, started: float, error: str) -> None:
        seconds = self._now() - intended
        sample = samples.Sample(
            self._going.block.number, transaction, intended, started, seconds, not error, error
        )
        self._generator.record(self._going, sample)

    def _note(self, write: Write | None, *, acknowledged: bool) -> None:
        if write is not None:
            note = ledger.Note(self._going.block.side, write.reference, write.stage, acknowledged)
            self._generator.note(note)

    def _now(self) -> float:
        return _since(self._going)


def _reason_to_halt(plan: LoadPlan, made: Sequence[samples.Sample]) -> tuple[str, float] | None:
    """What the plan ends a load for, with its value, if these samples show it."""
    errors = sum(not each.ok for each in made) / len(made)
    if errors > plan.halt_errors:
        return "errors", errors
    slowest = percentile((each.seconds for each in made if each.ok), 0.95)
    return ("seconds", slowest) if plan.halt_seconds is not None and slowest > plan.halt_seconds else None


def _since(going: _Going) -> float:
    return time.perf_counter() - going.began


def _scenario(user: LoadSession, name: str) -> Scenario:
    found = user.scenarios().get(name)
    if found is None:
        raise LoadFault("crash.no_such_scenario")
    return found


def _to_disk(file: TextIO) -> None:
    file.flush()
    os.fsync(file.fileno())
