"""The memory of a demo on disk: which processes it started, on which ports, with which keys.

Written before a process is relied on, so that `down` finds everything even after a crash.
"""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

SCHEMA = 1
NAME = "state.json"


def write_private(path: Path, content: str) -> Path:
    """Writes a file that only its owner may read."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(content, encoding="utf-8")
    return path


@dataclass(frozen=True, slots=True)
class Started:
    """A process this demo started; the time tells it from a later one with the same number."""

    pid: int
    created: float


@dataclass(frozen=True, slots=True)
class State:
    """Everything that has to outlive the command that made it."""

    processes: dict[str, Started] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    postgres: dict[str, str] = field(default_factory=dict, repr=False)
    databases: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    ready: bool = False


class StateFile:
    """Reads and replaces the state in one folder; only its owner may read it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._lock = threading.Lock()

    def read(self) -> State:
        """The stored state; an empty one when there is none, or when it belongs to another version."""
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return State()
        if data.pop("schema", None) != SCHEMA:
            return State()
        data["processes"] = {name: Started(**item) for name, item in data["processes"].items()}
        return State(**data)

    def write(self, state: State) -> None:
        """Replaces the stored state in one step."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps({"schema": SCHEMA, **asdict(state)}, indent=1)
        write_private(self.path.with_suffix(".tmp"), content).replace(self.path)

    def add_process(self, name: str, started: Started) -> None:
        """Remembers a process."""
        with self._lock:
            state = self.read()
            self.write(replace(state, processes={**state.processes, name: started}))

    def drop_process(self, name: str) -> None:
        """Forgets a process that has ended."""
        with self._lock:
            state = self.read()
            self.write(replace(state, processes={n: s for n, s in state.processes.items() if n != name}))

    def remove(self) -> None:
        """Forgets everything."""
        self.path.unlink(missing_ok=True)
