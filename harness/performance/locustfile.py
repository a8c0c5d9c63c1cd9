"""What Locust runs, in its three roles: by itself, as the master of workers, and as a worker.

Locust starts, connects, stops and reports; who arrives when is our own schedule. The order comes on standard
input, which stays open: when it ends, whoever asked for the load is gone, and the load ends with them.

    alone     one Locust user conducts the whole load
    master    no Locust user; what `test_start` begins conducts the load on workers
    worker    no Locust user; carries out what its master says
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
from gevent.socket import wait_read
from locust import User, constant, events, task
from locust.runners import MasterRunner, WorkerRunner

from harness.performance.conductor import Conductor
from harness.performance.crew.master import Master
from harness.performance.crew.member import member_of_line
from harness.performance.crew.worker import Worker
from harness.performance.generator import Fire, Generator
from harness.performance.job import job_from_line
from harness.performance.logins import log_in, shared, tell
from harness.performance.output import Output
from harness.performance.sql.watch import Watch

_ABANDONED = 70


class BlockUser(User):
    """Conducts the blocks of one job, then ends Locust."""

    wait_time = constant(0)

    @task
    def conduct(self) -> None:
        """The whole load. What it raises goes to the log; the missing last event then tells it."""
        _to_the_end(self.environment, self._alone)

    def _alone(self) -> None:
        job = job_from_line(_told())
        output, fire = Output(Path(job.folder)), _firing(self.environment)
        made = log_in(job.plan, job.run, job.sides, shared(job.plan))
        if tell(made, output):
            environments = [loaded.environment for loaded in job.sides]
            watches = {each.side: Watch(each, output.statements) for each in environments}
            generator = Generator(job.plan, made.users, output, fire, watches)
            Conductor(job.plan, made.users, output, generator.carry_out, watches).run()
        output.close()


@events.init.add_listener  # type: ignore[untyped-decorator]
def take_part(environment: Any, **_: Any) -> None:
    """As a master or a worker: says so, and begins when the others are there."""
    runner, fire = environment.runner, _firing(environment)
    if isinstance(runner, WorkerRunner):
        member = member_of_line(_told())
        Worker(runner, member, Output(Path(member.folder)), fire)
    elif isinstance(runner, MasterRunner):
        job = job_from_line(_told())
        output = Output(Path(job.folder))
        master = Master(runner, job, output)

        def conduct(**_: Any) -> None:
            gevent.spawn(_to_the_end, environment, lambda: master.conduct(fire))

        environment.events.test_start.add_listener(conduct)


def _told() -> bytes:
    """The first line of standard input; from then on it is watched."""
    line = sys.stdin.buffer.readline()
    gevent.spawn(_end_when_abandoned)
    return line


def _to_the_end(environment: Any, conduct: Callable[[], None]) -> None:
    try:
        conduct()
    except BaseException:  # quitting ends this greenlet before Locust could log it
        traceback.print_exc()
        raise
    finally:
        environment.runner.quit()


def _firing(environment: Any) -> Fire:
    """Tells Locust's own statistics of a sample."""

    def fire(name: str, seconds: float, error: str) -> None:
        environment.events.request.fire(
            request_type="LOAD",
            name=name,
            response_time=seconds * 1000,
            response_length=0,
            exception=RuntimeError(error) if error else None,
            context={},
        )

    return fire


def _end_when_abandoned() -> None:
    wait_read(sys.stdin.fileno())
    os._exit(_ABANDONED)
