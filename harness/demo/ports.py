"""Ports for servers that do not listen yet: two demos that come up at once must not choose the same."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from harness.demo import processes

_TRIES = 50


class Ports:
    """Chooses free ports and keeps them for this process until it is left, or the process ends."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.gettempdir()) / f"erp-upgrade-harness-ports-{os.getuid()}"
        self._held = ExitStack()

    def __enter__(self) -> Ports:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    def choose(self, wanted: int) -> int:
        """`wanted` when nobody listens there or has chosen it, else another one."""
        for attempt in range(_TRIES):
            port = processes.free_port(None if attempt else wanted)
            lock = FileLock(self._folder / f"{port}.lock")
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue  # another demo is about to listen there
            self._held.callback(lock.release)
            return port
        raise OSError("no free port")
