"""Starting pytest over a project's suites, for the commands that do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from harness.config import Config
from harness.evidence import Run

NO_TESTS = 5
RAN = (0, 1)


def run_pytest(arguments: list[str]) -> int:
    """pytest in a process of its own: Locust and browsers cannot share one with the command line."""
    process = subprocess.Popen([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments])
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # the terminal sent it to pytest too, which ends in order and says so


def suites_of(named: tuple[Path, ...], config: Config) -> list[str]:
    """The suites named, else `suites` beside harness.toml, else below here."""
    if named:
        return [str(path) for path in named]
    beside = config.folder / "suites"
    return [str(beside if beside.is_dir() else Path("suites"))]


def newest(folder: Path, known: set[str]) -> Run | None:
    """The run that was made in a folder since its names were `known`; None when none was."""
    made = sorted(path.name for path in folder.glob("*") if path.name not in known)
    return Run.find(folder, made[-1]) if made else None
