"""Open arrivals in one block after the other: users arrive when they arrive, however slow the ERP is.

Imported by the generator's process only. One greenlet keeps the schedule and never waits for an answer;
each arrival takes a free user, or waits for one, and its first transaction counts from the intended start.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

import gevent
from gevent.queue import Queue

from harness.adapters.load import LoadFault, LoadSession, Scenario
from harness.model import Side
from harness.performance import events, ledger, samples
from harness.performance.blocks import WHOLE, Arrival, Block, Series, Share, arrivals, mix
from harness.performance.conductor import Done
from harness.performance.output import Output
from harness.performance.plan import LoadPlan
from harness.performance.sql.watch import Watch
from harness.statistics import percentile
from harness.written import Write

# Who was refused at once does not ask again at once: it would do nothing but that.
_DISCOURAGED = 0.1

Users: TypeAlias = Mapping[str, Sequence[LoadSession]]
"""The users of one side who are logged in, by role."""

Fire = Callable[[str, float, str], None]


@dataclass(slots=True)
class _Going:
    """A block while it runs."""

    block: Block
    began: float
    lags: list[float] = field(default_factory=list)
    in_time: int = 0
    samples: list[samples.Sample] = field(default_factory=list)
    notes: list[ledger.Note] = field(default_factory=list)


class Generator:
    """Runs blocks, or its share of them, on users that are logged in already."""

    def __init__(
        self,
        plan: LoadPlan,
        users: Mapping[Side, Users],
        output: Output,
        fire: Fire,
        watches: Mapping[Side, Watch] = MappingProxyType({}),
        share: Share = WHOLE,
    ) -> None:
        self._plan, self._users, self._output, self._fire = plan, users, output, fire
        self._watches, self._share = watches, share
        self._scenarios = {scenario.name: scenario for scenario in plan.scenarios}
        self._role = {scenario.name: scenario.role or plan.role for scenario in plan.scenarios}

    def carry_out(self, block: Block) -> Done:
        """Runs the block to its end."""
        cpu = time.process_time()
        going = _Going(block, time.perf_counter())
        if block.series is Series.ALONE:
            planned = self._one_by_one(going)
        else:
            planned = self._all_the_time(going) if block.users else self._together(going)
        seconds = time.perf_counter() - going.began
        run = events.BlockRun(
            number=block.number,
            series=block.series,
            pair=block.pair,
            side=block.side,
            turn=block.turn,
            began=going.began,
            seconds=seconds,
            planned=planned,
            in_time=going.in_time,
            cpu=(time.process_time() - cpu) / seconds,
            lag=percentile(going.lags, 0.95) if going.lags else 0.0,
            users=block.users,
        )
        return Done(run, going.samples, going.notes)

    def _together(self, going: _Going) -> int:
        """The arrivals of one block, and how many they were."""
        users = self._users[going.block.side]
        waiting: dict[str, Queue[Arrival | None]] = {role: Queue() for role in users}
        working = [
            gevent.spawn(self._serve, going, waiting[role], user) for role in users for user in users[role]
        ]
        planned = list(self._share.of(arrivals(self._plan, going.block)))
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

    def _all_the_time(self, going: _Going) -> int:
        """So many users ask again as soon as they have their answer; how often they began."""
        names = self._share.of(mix(self._plan))
        begun = [0]

        def ask(place: int) -> None:
            while _since(going) < float(self._plan.block_seconds):
                name = next(names)
                begun[0] += 1
                user = self._users[going.block.side][self._role[name]][place]
                timed = Timed(self, going, _since(going), self._scenarios[name].transactions)
                gevent.sleep(0 if self._visit(timed, user, name) else _DISCOURAGED)

        asking = [gevent.spawn(ask, place) for place in range(self._share.count(going.block.users))]
        gevent.sleep(float(self._plan.block_seconds))
        self._end(asking)
        return begun[0]

    def _end(self, started: list[gevent.Greenlet]) -> None:
        gevent.joinall(started, timeout=float(self._plan.timeout_seconds) + 1)
        gevent.killall([each for each in started if not each.ready()])

    def _visit(self, timed: Timed, user: LoadSession, scenario: str) -> bool:
        """One user does one scenario, and whether it went well; whatever comes of it is a sample."""
        timed.begins()
        try:
            _scenario(user, scenario)(timed)
        except LoadFault as fault:
            timed.failed_outside(fault.code)
            return False
        except gevent.GreenletExit:  # the block's time is over, and this user's with it
            timed.failed_outside("timeout")
            raise
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as bug:
            timed.failed_outside(f"crash.{type(bug).__name__}")
            return False
        return True

    def record(self, going: _Going, sample: samples.Sample) -> None:
        """Keeps one sample, and tells Locust's own statistics."""
        going.samples.append(sample)
        self._output.sample(sample)
        self._fire(f"{going.block.side}:{sample.transaction}", sample.seconds, sample.error)

    @property
    def block_seconds(self) -> Decimal:
        """How long a block takes when all is well."""
        return self._plan.block_seconds

    def note(self, going: _Going, note: ledger.Note) -> None:
        """Keeps what is written."""
        going.notes.append(note)
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
            self._generator.note(self._going, note)

    def _now(self) -> float:
        return _since(self._going)


def _since(going: _Going) -> float:
    return time.perf_counter() - going.began


def _scenario(user: LoadSession, name: str) -> Scenario:
    found = user.scenarios().get(name)
    if found is None:
        raise LoadFault("crash.no_such_scenario")
    return found
