"""One run at a time on a system: of what two runs do to one ERP at once, neither can say whose it was.

A system is held by a lock of the operating system on a file in the user's own folder; it is let go when
the process ends, however it ends. What stands beside the lock only tells people who holds it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from filelock import FileLock, Timeout

from harness.adapters.wire.kept import state_folder
from harness.errors import ConfigError, InUse
from harness.model import Environment, Text, text

_PORTS = {"http": 80, "https": 443, "postgresql": 5432, "mysql": 3306, "mariadb": 3306}
_PATIENCE = 1.0  # seconds: what a process that was just killed still holds
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds a system, and since when."""

    pid: int
    since: datetime

    def stored(self) -> str:
        """As it is written beside the lock."""
        return json.dumps({"pid": self.pid, "since": self.since.isoformat()})


class Holding:
    """The systems that this process holds; as a context it lets them go at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._locks: list[FileLock] = []

    @classmethod
    def of_user(cls, environ: Mapping[str, str] | None = None) -> Holding:
        """With the locks where the user's other programs of this kind look for them."""
        return cls(state_folder(environ) / "locks")

    def take(self, environments: Iterable[Environment]) -> None:
        """Holds all these systems, or none: InUse says who holds one, since when, and what to do."""
        try:
            self._make_folder()
            for environment in environments:
                for place in sorted(places(environment)):
                    self._take(environment, self._folder / f"{_digest(place)}.lock")
        except InUse:
            self.release()
            raise

    def release(self) -> None:
        """Lets everything go; again does nothing."""
        while self._locks:
            self._locks.pop().release()

    def __enter__(self) -> Holding:
        return self

    def __exit__(self, *ended: object) -> None:
        self.release()

    def _take(self, environment: Environment, path: Path) -> None:
        lock, told = FileLock(path), path.with_suffix(".json")
        if any(Path(held.lock_file) == path for held in self._locks):
            return  # both sides on one database server's default, or one system by two ways
        try:
            lock.acquire(timeout=_PATIENCE, poll_interval=_PATIENCE / 20)
        except Timeout:
            raise InUse(_in_use(environment, _holder(told))) from None
        except OSError as problem:
            raise self._unusable(problem) from None
        self._locks.append(lock)
        told.write_text(Holder(os.getpid(), datetime.now(UTC)).stored(), encoding="utf-8")

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise self._unusable(problem) from None

    def _unusable(self, problem: OSError) -> ConfigError:
        return ConfigError(text("holding.no_folder", folder=str(self._folder), why=type(problem).__name__))


def places(environment: Environment) -> frozenset[str]:
    """By what a system is known, however it is spelled: its address, and that of its database.

    No login is part of it: another user of the same system meets the same system.
    """
    return frozenset(_places(environment))


def _places(environment: Environment) -> Iterator[str]:
    if environment.url:
        parts = urlsplit(environment.url)
        database = environment.options.get("database") or ""
        port = parts.port or _PORTS.get(parts.scheme)
        yield f"web {_host(parts.hostname)}:{port}{parts.path.rstrip('/')} {database}"
    if environment.sql is not None:
        parts = urlsplit(environment.sql.reveal())
        dialect, asked = parts.scheme.partition("+")[0], parse_qs(parts.query)
        socket = asked.get("host", [""])[0]
        door = str(parts.port or asked.get("port", [""])[0] or _PORTS.get(dialect))
        if not parts.hostname and not socket:  # a database in a file
            yield f"file {dialect} {Path(environment.folder, parts.path.removeprefix('/')).resolve()}"
            return
        host = _host(parts.hostname) if parts.hostname else socket
        yield f"sql {host}:{door}{parts.path}"


def _host(name: str | None) -> str:
    return "localhost" if name in _LOCAL else name or ""


def _digest(place: str) -> str:
    return hashlib.sha256(place.encode()).hexdigest()[:32]


def _holder(path: Path) -> Holder | None:
    """Who holds it; None when the holder has not said so yet."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Holder(int(told["pid"]), datetime.fromisoformat(told["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _in_use(environment: Environment, holder: Holder | None) -> Text:
    side = text(f"holding.side.{environment.side}")
    if holder is None:
        return text("holding.in_use_unknown", side=side)
    return text(
        "holding.in_use", side=side, pid=str(holder.pid), since=f"{holder.since:%Y-%m-%d %H:%M:%S} UTC"
    )
