"""One `harness run` of the whole smoke profile on the clean pair, for every test that looks at it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from harness.demo import DemoPair
from harness.evidence import Run
from harness.gate import Judgement, from_bytes

ROOT = Path(__file__).parents[2]
SUITES = ROOT / "suites"


@dataclass(frozen=True, slots=True)
class Ended:
    """A finished `harness run`: its code, what it printed, and what it left."""

    code: int
    said: str
    run: Run

    @property
    def judgement(self) -> Judgement:
        """The latest stored judgement."""
        return from_bytes((self.run.judgements()[-1] / "verdict.json").read_bytes())


def harness(pair: DemoPair, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One command of the harness, in the folder of the pair."""
    return subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        cwd=pair.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120", "HARNESS_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )


def run_everything(pair: DemoPair) -> Ended:
    """Runs, judges and reports; whatever it is recommended."""
    done = harness(pair, "run", str(SUITES), "--config", str(pair.config))
    print(done.stdout, done.stderr)
    return Ended(done.returncode, done.stdout, Run.find(pair.folder / "runs", "latest"))
