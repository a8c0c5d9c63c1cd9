"""One web server per database: the same program, with the same number of workers, on both sides."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import httpx

from harness.demo import processes
from harness.demo.state import Started, StateFile
from harness.demo.steps import StepFailed
from harness.demo.tryton import REMOTE, Tryton
from harness.model import text

WORKERS = 2
THREADS = 4
PATIENCE = 180
Remember: TypeAlias = Callable[[Started], None]


@dataclass(frozen=True, slots=True)
class Overlay:
    """Other behaviour planted in one server: what `file` says, see `remote/overlay/planting.py`.

    `reached` is a file that appears as soon as something planted is used.
    """

    file: Path
    reached: Path

    def environ(self) -> dict[str, str]:
        """What the server must have to find it."""
        return {
            "PYTHONPATH": str(REMOTE / "overlay"),
            "HARNESS_OVERLAY": str(self.file.resolve()),
            "HARNESS_OVERLAY_REACHED": str(self.reached.resolve()),
        }


def launch(
    tryton: Tryton, database: str, port: int, log: Path, remember: Remember, overlay: Overlay | None = None
) -> Started:
    """Starts the server and returns at once; with an overlay it is the ERP as the overlay changes it."""
    memory = Path("/dev/shm")  # noqa: S108  (gunicorn's heartbeat files: a slow disk would look like a hang)
    command: list[str | Path] = [
        *tryton.script("gunicorn"), "-w", str(WORKERS), "-k", "gthread", "--threads", str(THREADS),
        "-b", f"{processes.LOOPBACK}:{port}", "--graceful-timeout", "3", "--timeout", "180",
        *(["--worker-tmp-dir", str(memory)] if memory.is_dir() else []),
        "overlaid:app" if overlay else "trytond.application:app",
    ]  # fmt: skip
    environ = {
        **tryton.environ(),
        "TRYTOND_DATABASE_NAMES": database,
        **(overlay.environ() if overlay else {}),
    }
    with processes.uninterrupted():
        known = processes.started(processes.start(command, log=log, environ=environ).pid)
        remember(known)
    return known


def wait(tryton: Tryton, port: int, process: Started, log: Path) -> str:
    """The version that the server gives itself, as soon as it answers.

    A worker takes requests only when it has loaded the whole database's models.
    """
    side = text(f"demo.side.{tryton.side}")
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        version = ask_version(f"http://{processes.LOOPBACK}:{port}")
        if version:
            return version
        if not processes.running(process):
            raise StepFailed(text("demo.server_ended", side=side), log)
        time.sleep(0.1)
    raise StepFailed(text("demo.server_silent", side=side, seconds=PATIENCE), log)


def ask_version(url: str, *, patience: float = 10) -> str | None:
    """The version behind an address, or None when nothing useful answers there."""
    question = {"id": 1, "method": "common.server.version", "params": []}
    for path in ("/", "/rpc/"):  # where 7.0 and where 8.0 answers before anybody has logged in
        try:
            answer = httpx.post(url + path, json=question, timeout=patience, trust_env=False)
        except httpx.TransportError:
            return None
        if answer.status_code == httpx.codes.OK:
            return str(answer.json()["result"])
    return None


def remember_in(state: StateFile, name: str) -> Remember:
    """Puts a server's process into the state under `name`."""
    return lambda process: state.add_process(name, process)
