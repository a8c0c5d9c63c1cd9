"""A process that is killed while it records leaves a journal that is sound up to the cut."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.evidence import Run, verify
from harness.model import Part
from tests.evidence.samples import a_run, fill

pytestmark = pytest.mark.end_to_end
ROOT = Path(__file__).parents[2]
CHECKS = 400
SCRIPT = """
import sys
from pathlib import Path
from harness.evidence import Run
from tests.evidence.samples import fill
print("ready", flush=True)
fill(Run.open(Path(sys.argv[1])), "victim", checks=int(sys.argv[2]))
print("done", flush=True)
"""


def _record_and_kill(run: Run, after: float) -> None:
    command = [sys.executable, "-c", SCRIPT, str(run.path), str(CHECKS)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(after)
        os.kill(process.pid, signal.SIGKILL)
        assert process.stdout.read() == "", "it was killed before it could end"


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_recorder_leaves_a_sound_run_that_can_be_completed(tmp_path: Path, seed: int) -> None:
    run = a_run(tmp_path)
    _record_and_kill(run, random.Random(seed).uniform(0.01, 0.4))
    verification = verify(run.path)
    assert verification.problems == ()
    assert not verification.sealed
    recorded = Run.open(run.path).read()
    assert len(recorded.planned) in (0, 3 * CHECKS)
    assert not recorded.planned or recorded.missing(), "what was not done is known"
    for result in recorded.results:
        if result.part is not Part.COMPARISON:
            assert run.capture(result.spec.id, result.part) is not None
    fill(run, "victim", checks=2)
    run.seal()
    assert verify(run.path).ok
    assert run.read().cuts == ()


def test_a_kill_within_a_write_is_reported_as_a_cut(tmp_path: Path) -> None:
    """Every length that the last line can have been written to."""
    run = a_run(tmp_path)
    fill(run)
    segment = run.path / "capture" / "journal" / "main-1.jsonl"
    whole = segment.read_bytes()
    last = len(whole) - len(whole.splitlines(keepends=True)[-1])
    for size in range(last, len(whole)):
        segment.write_bytes(whole[:size])
        assert verify(run.path).ok
        cuts = Run.open(run.path).read().cuts
        assert [cut.size for cut in cuts] == ([size - last] if size > last else [])
