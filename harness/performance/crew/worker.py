"""A worker's part: it waits for its order, logs its users in and carries out its share of every block.

Imported by the generator's process only.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import gevent
from locust.runners import WorkerRunner

from harness.model import Side
from harness.performance import events
from harness.performance.crew.member import Member
from harness.performance.crew.messages import (
    BLOCK,
    DONE,
    HERE,
    ORDER,
    OVER,
    READY,
    REFUSED,
    Order,
    block_of,
    order_of,
    report_data,
)
from harness.performance.generator import Fire, Generator
from harness.performance.logins import log_in, shared
from harness.performance.output import Output

_GREETING_SECONDS = 1.0


class Worker:
    """One worker in one load."""

    def __init__(self, runner: WorkerRunner, member: Member, output: Output, fire: Fire) -> None:
        self._runner, self._member, self._output, self._fire = runner, member, output, fire
        self._order: Order | None = None
        self._generator: Generator | None = None
        listeners = {ORDER: self._ordered, BLOCK: self._block, OVER: self._over}
        for kind, listener in listeners.items():
            runner.register_message(kind, self._whole(listener), concurrent=True)
        self._output.event(events.event("connected"))
        gevent.spawn(self._greet)

    def _greet(self) -> None:
        """Says that it is there until it is told what to do: a master may not listen yet."""
        while self._order is None:
            self._runner.send_message(HERE, {})
            gevent.sleep(_GREETING_SECONDS)

    def _ordered(self, data: Any) -> None:
        self._order = order = order_of(data)
        code = self._member.refusal(order)
        if code is not None:
            self._output.event(events.event("refused", worker=order.worker, code=code))
            self._runner.send_message(REFUSED, {"code": code})
            return
        self._output.event(events.event("joined", worker=order.worker))
        made = log_in(order.plan, order.run, self._member.chosen(order), shared(order.plan, order.share))
        users = {Side(side): found for side, found in made.users.items()}
        self._generator = Generator(order.plan, users, self._output, self._fire, share=order.share)
        shut = [[side.value, code] for side, code in made.unavailable]
        self._runner.send_message(READY, {"unavailable": shut})

    def _block(self, data: Any) -> None:
        if self._generator is None:
            raise AssertionError("a block is handed out after the order")
        done = self._generator.carry_out(block_of(data))
        self._output.event(events.block_event(done.run))
        self._runner.send_message(DONE, report_data(done.run, done.samples, done.notes))

    def _over(self, data: Any) -> None:
        self._output.event(events.event("finished"))

    def _whole(self, listener: Callable[[Any], None]) -> Callable[..., None]:
        """Without a crash that nobody hears of: the worker leaves, and its master knows."""

        def heard(environment: object, msg: Any) -> None:
            try:
                listener(msg.data)
            except BaseException:
                traceback.print_exc()
                self._runner.quit()
                raise

        return heard
