"""A server on this machine, as its operating system sees it: every process that listens at its address."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import psutil

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Used:
    """What all processes of a server use together; None is what cannot be known.

    Bytes, seconds so far, bytes so far, open files, connections to the database.
    """

    memory: int | None = None
    cpu: float | None = None
    read: int | None = None
    written: int | None = None
    files: int | None = None
    connections: int | None = None


class Server(Protocol):
    """Where a server's use is read."""

    def used(self) -> Used | None:
        """What it uses now; None when that cannot be told."""

    def close(self) -> None:
        """Ends whatever is open; again does nothing."""


class LocalServer:
    """The processes behind an address, with their children; found again when some of them have ended."""

    def __init__(self, url: str) -> None:
        self._port = local_port(url)
        self._found: list[psutil.Process] = []

    def used(self) -> Used | None:
        """What they use now; None when the address is another machine's, or nobody may look."""
        if self._port is None:
            return None
        if not self._found or not all(each.is_running() for each in self._found):
            self._found = list(_listening(self._port))
        counted = [found for each in self._found if (found := _used(each)) is not None]
        return _sum(counted) if counted else None

    def close(self) -> None:
        """Nothing is open."""


def local_port(url: str) -> int | None:
    """The port of an address that is this machine's own."""
    parts = urlsplit(url)
    try:
        local = parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:  # a name: another machine's, as far as this one can know without asking
        local = False
    return (parts.port or _PORTS.get(parts.scheme)) if local else None


def _listening(port: int) -> Iterator[psutil.Process]:
    seen: set[int] = set()
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return
    for each in connections:
        listens = each.status == psutil.CONN_LISTEN and getattr(each.laddr, "port", None) == port
        if listens and each.pid is not None:
            for process in _with_children(each.pid):
                if process.pid not in seen:
                    seen.add(process.pid)
                    yield process


def _with_children(pid: int) -> Iterator[psutil.Process]:
    try:
        process = psutil.Process(pid)
        yield process
        yield from process.children(recursive=True)
    except psutil.Error:
        return


def _used(process: psutil.Process) -> Used | None:
    try:
        with process.oneshot():
            times, memory = process.cpu_times(), process.memory_info().rss
            return Used(memory, times.user + times.system, *_files(process))
    except psutil.Error:
        return None


def _files(process: psutil.Process) -> tuple[int | None, int | None, int | None]:
    """Read, written, open; not every system tells these, nor of every process."""
    try:
        moved = process.io_counters()
        return moved.read_bytes, moved.write_bytes, process.num_fds()
    except (psutil.Error, AttributeError):
        return None, None, None


def _sum(counted: list[Used]) -> Used:
    def total(values: list[int | None]) -> int | None:
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    return Used(
        memory=total([each.memory for each in counted]),
        cpu=sum(each.cpu or 0.0 for each in counted),
        read=total([each.read for each in counted]),
        written=total([each.written for each in counted]),
        files=total([each.files for each in counted]),
    )
