"""Runs the load generator as a process of its own, bounded in time, and ends it whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from harness.errors import LoadError
from harness.model import Side, text
from harness.performance import events
from harness.performance.blocks import RECOVERY_BLOCKS, Series, blocks
from harness.performance.crew.member import Member
from harness.performance.job import Crew, Job, login_bound

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
_START_SECONDS = 20
_LOOK_SECONDS = 0.2
_GRACE_SECONDS = 3
# Only what a Python program needs to run: no password of the harness's own environment goes along.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE")


def run_generator(job: Job) -> int:
    """The generator's exit code when it ended by itself; LoadError when its time was up."""
    limit = bound_seconds(job)
    file = Path(job.plan.locustfile or LOCUSTFILE).resolve()
    with _running(file, _role(job.crew), job.to_line(), Path(job.folder)) as process:
        try:
            return process.wait(timeout=limit)
        except subprocess.TimeoutExpired as late:
            raise LoadError(text("performance.generator.too_long", seconds=limit)) from late


def run_worker(member: Member, wait_seconds: float) -> int | None:
    """A worker's exit code once its load is over; None when no master is there in so many seconds."""
    folder, master = Path(member.folder), member.master
    role = ("--worker", "--master-host", master.host, "--master-port", str(master.port))
    deadline = time.monotonic() + wait_seconds
    with _running(LOCUSTFILE, role, member.to_line(), folder) as process:
        while process.poll() is None and not events.read(folder / events.EVENTS).connected:
            if time.monotonic() > deadline:
                return None
            time.sleep(_LOOK_SECONDS)
        return process.wait()


@contextmanager
def _running(
    file: Path, role: tuple[str, ...], line: bytes, folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Locust with this file and in this role, told its order; it has ended when this ends."""
    options = ("--headless", "--only-summary", "--loglevel", "WARNING", "--exit-code-on-error", "0")
    with (folder / events.LOG).open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "locust", "-f", str(file), *options, *role],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=_environment(folder),
            start_new_session=True,
        )
        try:
            if process.stdin is None:
                raise AssertionError("the generator was started with a pipe")
            with suppress(BrokenPipeError):  # it has ended already: its exit code and log say why
                process.stdin.write(line)
                process.stdin.flush()
            yield process
        finally:
            _end(process)


def _role(crew: Crew | None) -> tuple[str, ...]:
    """By itself with the one Locust user that conducts, or as a master of so many workers with none."""
    if crew is None:
        return ("--users", "1", "--spawn-rate", "1")
    bind = ("--master-bind-host", crew.bind.host, "--master-bind-port", str(crew.bind.port))
    workers = ("--expect-workers", str(crew.workers), "--expect-workers-max-wait", str(crew.wait_seconds))
    return ("--users", "0", "--spawn-rate", "1", "--master", *bind, *workers)


def bound_seconds(job: Job) -> int:
    """The longest that this job may take: each block at its slowest, and the logins."""
    plan = job.plan
    sides: tuple[Side, ...] = tuple(loaded.environment.side for loaded in job.sides)
    series = Counter(block.series is Series.ALONE for block in blocks(plan, sides))
    alone = series[True] * len(plan.scenarios) * (float(plan.timeout_seconds) + 2)
    slowest = float(plan.block_seconds + plan.timeout_seconds) + 2
    beyond = len(sides) * (len(plan.stages) + RECOVERY_BLOCKS) if plan.stages else 0
    beyond += len(sides) * len(plan.crowds)
    return int(alone + (series[False] + beyond) * slowest + _logins(job)) + _START_SECONDS


def _logins(job: Job) -> float:
    """Users log in before anything else; workers may be late, and theirs do after the master's own."""
    return login_bound(job) if job.crew is None else 2 * login_bound(job) + job.crew.wait_seconds + 60


def _environment(folder: Path) -> dict[str, str]:
    """A home of its own keeps a personal locust.conf from changing what is measured."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    paths = [str(Path(path).resolve()) for path in sys.path if path]
    return {**passed, "HOME": str(folder), "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the generator's whole process group; a second Ctrl-C does not keep it alive."""
    try:
        _signal(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_GRACE_SECONDS)
    finally:
        _signal(process, signal.SIGKILL)
        process.wait()
        if process.stdin is not None:
            with suppress(BrokenPipeError):
                process.stdin.close()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
