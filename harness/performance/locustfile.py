"""What Locust runs: one Locust user that conducts the whole load of both sides.

Locust starts, stops and reports; who arrives when is our own schedule. The job comes on standard input,
which stays open: when it ends, whoever asked for the load is gone, and the load ends with them.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import gevent
from gevent.socket import wait_read
from locust import User, constant, task

from harness.performance.generator import Generator, Output
from harness.performance.job import job_from_line
from harness.performance.logins import log_in
from harness.performance.sql.watch import Watch

_ABANDONED = 70


class BlockUser(User):
    """Conducts the blocks of one job, then ends Locust."""

    wait_time = constant(0)

    @task
    def conduct(self) -> None:
        """The whole load. What it raises goes to the log; the missing last event then tells it."""
        try:
            job = job_from_line(sys.stdin.buffer.readline())
            gevent.spawn(_end_when_abandoned)
            output = Output(Path(job.folder))
            users = log_in(job, output)
            if users is not None:
                environments = [loaded.environment for loaded in job.sides]
                watches = {each.side: Watch(each, output.statements) for each in environments}
                Generator(job.plan, users, output, self._fire, watches).run()
            output.close()
        except BaseException:  # quitting ends this greenlet before Locust could log it
            traceback.print_exc()
            raise
        finally:
            self.environment.runner.quit()

    def _fire(self, name: str, seconds: float, error: str) -> None:
        self.environment.events.request.fire(
            request_type="LOAD",
            name=name,
            response_time=seconds * 1000,
            response_length=0,
            exception=RuntimeError(error) if error else None,
            context={},
        )


def _end_when_abandoned() -> None:
    wait_read(sys.stdin.fileno())
    os._exit(_ABANDONED)
