"""The master's part: it hires workers, hands blocks out and brings their reports together.

Imported by the generator's process only. A worker that goes away ends the load: the others' shares alone
would be fewer arrivals than were asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import gevent
from gevent.event import Event
from locust.runners import STATE_MISSING, MasterRunner

import harness
from harness.model import Side
from harness.performance import events
from harness.performance.blocks import Block, Series, Share
from harness.performance.conductor import CarryOut, Conductor, Done
from harness.performance.crew.member import system_of
from harness.performance.crew.messages import (
    BLOCK,
    DONE,
    HERE,
    ORDER,
    OVER,
    READY,
    REFUSED,
    Order,
    block_data,
    report_of,
    whole,
)
from harness.performance.generator import Fire, Generator
from harness.performance.job import Job, login_bound
from harness.performance.logins import log_in, nobody_else, tell
from harness.performance.output import Output
from harness.performance.sql.watch import Watch

_LOOK_SECONDS = 0.1
_GREETING_SECONDS = 10.0
# What a report of many samples may take on its way, beyond the block at its slowest.
_REPORT_SECONDS = 30.0


class WorkerLost(Exception):
    """A worker went away, or did not answer in time."""

    def __init__(self, worker: str) -> None:
        super().__init__(worker)
        self.worker = worker


class Master:
    """The workers of one load; each is called by its number and its machine."""

    def __init__(self, runner: MasterRunner, job: Job, output: Output) -> None:
        if job.crew is None:
            raise AssertionError("a master has a crew")
        self._runner, self._job, self._output, self._wanted = runner, job, output, job.crew.workers
        self._names: dict[str, str] = {}
        self._answers: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self._heard = Event()
        runner.register_message(HERE, self._here)
        for kind in (READY, REFUSED, DONE):
            runner.register_message(kind, self._answer)

    def conduct(self, fire: Fire) -> None:
        """The whole load: nothing is sent to the ERP before every worker is there and takes part."""
        at = -1
        try:
            if not self._hired():
                return
            own = log_in(self._job.plan, self._job.run, self._job.sides, nobody_else(self._job.plan))
            if not tell(own, self._output) or not self._ordered():
                return
            environments = [loaded.environment for loaded in self._job.sides]
            watches = {each.side: Watch(each, self._output.statements) for each in environments}
            alone = Generator(self._job.plan, own.users, self._output, fire, watches)

            def carry_out(block: Block) -> Done:
                nonlocal at
                at = block.number
                return self._carried_out(block, alone.carry_out)

            Conductor(self._job.plan, own.users, self._output, carry_out, watches).run()
            self._say(OVER, {node: {} for node in self._names})
        except WorkerLost as lost:
            self._output.event(events.event("lost", worker=lost.worker, block=at))

    def _hired(self) -> bool:
        """Whether as many as are wanted have spoken up; Locust has waited for their connections."""
        deadline = time.monotonic() + _GREETING_SECONDS
        while len(self._names) < self._wanted and time.monotonic() < deadline:
            gevent.sleep(_LOOK_SECONDS)
        return len(self._names) == self._wanted

    def _ordered(self) -> bool:
        """Tells everybody what to do; whether all of them can, and were let in."""
        systems = {loaded.environment.side: system_of(loaded) for loaded in self._job.sides}
        orders = {
            node: Order(
                harness.__version__,
                self._job.plan,
                self._job.run,
                name,
                Share(place, self._wanted),
                systems,
            ).to_data()
            for place, (node, name) in enumerate(self._names.items())
        }
        answers = self._asked(ORDER, orders, login_bound(self._job), lambda kind, data: True)
        refused = {node: data["code"] for node, (kind, data) in answers.items() if kind == REFUSED}
        for node, code in refused.items():
            self._output.event(events.event("refused", worker=self._names[node], code=code))
        shut = {tuple(each) for kind, data in answers.values() for each in data.get("unavailable", ())}
        for side, code in sorted(shut):
            self._output.event(events.event("unavailable", side=Side(side), code=code))
        if shut and not refused:
            self._output.event(events.event("finished"))
        return not refused and not shut

    def _carried_out(self, block: Block, alone: CarryOut) -> Done:
        """One user by itself is the master's own; everything else is shared."""
        if block.series is Series.ALONE:
            return alone(block)
        plan = self._job.plan
        limit = float(plan.block_seconds + plan.timeout_seconds) + _REPORT_SECONDS
        began = time.perf_counter()
        answers = self._asked(
            BLOCK,
            dict.fromkeys(self._names, block_data(block)),
            limit,
            lambda kind, data: kind == DONE and data["block"] == block.number,
        )
        reports = [report_of(name, answers[node][1]) for node, name in self._names.items()]
        for report in reports:
            for sample in report.samples:
                self._output.sample(sample)
            for note in report.notes:
                self._output.note(note)
        return Done(whole(block, began, reports), [one for each in reports for one in each.samples])

    def _asked(
        self,
        kind: str,
        data: Mapping[str, dict[str, Any]],
        seconds: float,
        fits: Callable[[str, Mapping[str, Any]], bool],
    ) -> Mapping[str, tuple[str, Mapping[str, Any]]]:
        """What every worker answers; WorkerLost when one has gone or takes longer than this."""
        self._answers.clear()
        self._say(kind, data)
        deadline = time.monotonic() + seconds
        while True:
            found = {node: answer for node, answer in self._answers.items() if fits(*answer)}
            silent = [node for node in self._names if node not in found]
            if not silent:
                return found
            gone = [node for node in silent if self._gone(node)]
            if gone or time.monotonic() > deadline:
                raise WorkerLost(self._names[(gone or silent)[0]])
            self._heard.clear()
            self._heard.wait(_LOOK_SECONDS)

    def _gone(self, node: str) -> bool:
        worker = self._runner.clients.get(node)
        return worker is None or worker.state == STATE_MISSING

    def _say(self, kind: str, data: Mapping[str, dict[str, Any]]) -> None:
        for node, each in data.items():
            self._runner.send_message(kind, each, client_id=node)

    def _here(self, environment: object, msg: Any) -> None:
        """A worker speaks up; one more than were wanted is sent away."""
        node = str(msg.node_id)
        if node in self._names:
            return
        if len(self._names) == self._wanted:
            self._runner.send_message("quit", None, client_id=node)
            return
        self._names[node] = f"{len(self._names) + 1}@{node.rpartition('_')[0]}"
        self._output.event(events.event("joined", worker=self._names[node]))

    def _answer(self, environment: object, msg: Any) -> None:
        if msg.node_id in self._names:
            self._answers[msg.node_id] = (msg.type, msg.data)
            self._heard.set()
