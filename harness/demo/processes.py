"""Starting, recognising and ending processes, always by the number of one that the demo itself started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from harness.demo.state import Started

LOOPBACK = "127.0.0.1"
# A process of the same number that was created this much later is another one.
SAME_START = 1.0
FOREIGN = ("TRYTOND_", "PG", "PYTHON", "VIRTUAL_ENV", "GUNICORN_")


@dataclass(frozen=True, slots=True)
class Owner:
    """The operating system user that a process runs as; None of these when it is our own."""

    name: str
    uid: int
    gid: int


def clean_environ(extra: Mapping[str, str]) -> dict[str, str]:
    """Our environment without what would lead a server or an interpreter astray, plus `extra`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return {**kept, **extra}


# Servers outlive the command that starts them, on purpose: Popen warns when it is collected unwaited.
_STARTED: list[subprocess.Popen[bytes]] = []


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    environ: Mapping[str, str],
    owner: Owner | None = None,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Starts `command` in a session of its own, its output appended to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=clean_environ(environ),
            cwd=folder,
            start_new_session=True,
            user=owner.uid if owner else None,
            group=owner.gid if owner else None,
            extra_groups=[] if owner else None,
        )
    _STARTED.append(child)
    return child


def started(pid: int) -> Started:
    """How this process is recognised later."""
    return Started(pid, psutil.Process(pid).create_time())


def running(process: Started) -> bool:
    """Whether that very process still runs."""
    return _find(process) is not None


def _find(process: Started) -> psutil.Process | None:
    try:
        found = psutil.Process(process.pid)
        same = abs(found.create_time() - process.created) < SAME_START
        return found if same and found.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def stop(process: Started, *, first: signal.Signals = signal.SIGTERM, patience: float = 15) -> bool:
    """Ends a process and all it started: asks it, waits, then kills what is left. False when it was gone."""
    found = _find(process)
    if found is None:
        return False
    family = [found, *found.children(recursive=True)]
    _signal([found], first)
    psutil.wait_procs([found], timeout=patience)
    # what has outlived the one that should have ended it would stay for ever
    alive = [process for process in family if process.is_running()]
    _signal(alive, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=5)
    return True


def _signal(processes: Sequence[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue


def free_port(wanted: int | None = None) -> int:
    """`wanted` when nobody listens there, else any free port of this machine's loopback."""
    for port in (wanted, 0) if wanted else (0,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port")


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Within, Ctrl-C and SIGTERM wait: between starting a process and remembering it none may strike."""
    waiting: list[int] = []
    try:
        previous = {
            number: signal.signal(number, lambda number, frame: waiting.append(number))
            for number in (signal.SIGINT, signal.SIGTERM)
        }
    except ValueError:  # not the main thread: signals never strike here
        yield
        return
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    if waiting:
        raise KeyboardInterrupt


@contextmanager
def termination_interrupts() -> Iterator[None]:
    """Within, SIGTERM ends the work as Ctrl-C does, so that everything cleans up behind itself."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    try:
        previous = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # not the main thread: whoever has it decides
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
