"""A run as large as they come, judged, reported and verified: seconds, memory and limit of each command.

    python -m benchmarks.verdict --checks 5000 --findings 100000

Every command is a process of its own, as people start it. `--only verify` measures the verifying alone.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.evidence.large import Large, project

_MB = 1024 * 1024


@dataclass(frozen=True)
class Limit:
    """What one command may take; None where nothing is promised."""

    seconds: float
    megabytes: int | None = None


LIMITS = {"gate": Limit(5, 400), "report": Limit(40), "verify": Limit(2)}
PAGE_MB = 2


def measured(arguments: Sequence[str]) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of processor time, and the peak memory of one command in MB."""
    begun = time.perf_counter()
    command = [sys.executable, "-c", "from harness.cli import main; main()", *arguments]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode not in (0, 1):
        raise SystemExit(f"harness {arguments[0]} ended with {started.returncode}")
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Builds the run, then measures command by command."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--checks", type=int, default=5_000)
    options.add_argument("--findings", type=int, default=100_000)
    options.add_argument("--only", choices=tuple(LIMITS))
    chosen = options.parse_args()
    wanted = (chosen.only,) if chosen.only else tuple(LIMITS)
    with tempfile.TemporaryDirectory(prefix="harness-verdict-") as temporary:
        folder = Path(temporary)
        run = project(folder, Large(chosen.checks, chosen.findings), allure="report" in wanted)
        size = sum(file.stat().st_size for file in (run.path / "capture").rglob("*") if file.is_file())
        print(f"{chosen.checks:,} checks, {chosen.findings:,} findings, {size / _MB:,.0f} MB of evidence")
        if wanted == ("report",):
            measured(("gate", "--config", str(folder / "harness.toml")))
        for name in wanted:
            subject = (str(run.path),) if name == "verify" else ("--config", str(folder / "harness.toml"))
            seconds, processor, memory = measured((name, *subject))
            limit = LIMITS[name]
            most = f", {limit.megabytes} MB" if limit.megabytes else ""
            print(
                f"harness {name}: {seconds:.1f} s ({processor:.1f} s of the processor), {memory:.0f} MB"
                f" (limit {limit.seconds:g} s{most})"
            )
        page = run.reports / "decision.html"
        if page.is_file():
            print(f"the decision page: {page.stat().st_size / _MB:.2f} MB (limit {PAGE_MB} MB)")


if __name__ == "__main__":
    main()
