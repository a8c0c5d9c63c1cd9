"""Runs the load generator as a process of its own, bounded in time, and ends it whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

from harness.errors import LoadError
from harness.model import Side, text
from harness.performance import events
from harness.performance.blocks import RECOVERY_BLOCKS, Series, blocks
from harness.performance.job import LOGIN_SECONDS, Job

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
_START_SECONDS = 20
_LOGIN_ANSWERS = 10  # what one user asks before it is ready; the users of a side log in together
_GRACE_SECONDS = 3
# Only what a Python program needs to run: no password of the harness's own environment goes along.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE")


def run_generator(job: Job) -> int:
    """The generator's exit code when it ended by itself; LoadError when its time was up."""
    folder = Path(job.folder)
    with (folder / events.LOG).open("wb") as log:
        process = subprocess.Popen(
            _command(job),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=_environment(folder),
            start_new_session=True,
        )
        try:
            return _conducted(process, job)
        finally:
            _end(process)


def bound_seconds(job: Job) -> int:
    """The longest that this job may take: each block at its slowest, and the logins."""
    plan = job.plan
    sides: tuple[Side, ...] = tuple(loaded.environment.side for loaded in job.sides)
    series = Counter(block.series is Series.ALONE for block in blocks(plan, sides))
    alone = series[True] * len(plan.scenarios) * (float(plan.timeout_seconds) + 2)
    slowest = float(plan.block_seconds + plan.timeout_seconds) + 2
    beyond = len(sides) * (len(plan.stages) + RECOVERY_BLOCKS) if plan.stages else 0
    return (
        int(
            alone
            + (series[False] + beyond) * slowest
            + _LOGIN_ANSWERS * len(sides) * len(plan.roles) * LOGIN_SECONDS
        )
        + _START_SECONDS
    )


def _conducted(process: subprocess.Popen[bytes], job: Job) -> int:
    limit = bound_seconds(job)
    if process.stdin is None:
        raise AssertionError("the generator was started with a pipe")
    with suppress(BrokenPipeError):  # it has ended already: its exit code and log say why
        process.stdin.write(job.to_line())
        process.stdin.flush()
    try:
        return process.wait(timeout=limit)
    except subprocess.TimeoutExpired as late:
        raise LoadError(text("performance.generator.too_long", seconds=limit)) from late


def _command(job: Job) -> list[str]:
    file = job.plan.locustfile or str(LOCUSTFILE)
    options = ("--headless", "--users", "1", "--spawn-rate", "1", "--only-summary", "--loglevel", "WARNING")
    return [
        sys.executable,
        "-m",
        "locust",
        "-f",
        str(Path(file).resolve()),
        *options,
        "--exit-code-on-error",
        "0",
    ]


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
