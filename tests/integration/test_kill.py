"""`kill -9` of a run at ten random moments: the evidence is sound up to the cut, never a go, and completed.

Each of the runs is killed again and again while it is being completed. `HARNESS_TEST_CONFIG` names
the harness.toml of a pair that is already up; otherwise one is brought up.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from harness.config import load
from harness.errors import ExitCode
from harness.evidence import Run, verify
from harness.model import Outcome, Status
from tests.integration.projects import ROOT, RealProject

pytestmark = pytest.mark.real_pair
MAPPINGS = ("account", "tax")
RESULTS = 2 + 4  # two mappings at once; source, source again, target and comparison of the flow
SECONDS = 120


@pytest.fixture
def project(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> RealProject:
    """Order to cash and two mappings on the real pair."""
    named = os.environ.get("HARNESS_TEST_CONFIG")
    path = Path(named) if named else request.getfixturevalue("pair").config
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("HARNESS_LANG", "en")
    return RealProject(tmp_path, capfd, load(path, environ=os.environ), MAPPINGS)


def results(project: Any) -> int:
    """How many results are on the disk; -2 without a run, -1 with none yet."""
    if not any((folder / "capture/manifest.json").exists() for folder in project.runs):
        return -2
    return len(project.last.read().results) or -1


def kill(project: Any, after: int, delay: float, *arguments: str) -> None:
    """Starts a run and kills its whole process group, some time after so many results were recorded."""
    process = project.start(*arguments)
    deadline = time.monotonic() + SECONDS
    while results(project) < after and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGKILL)
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == -signal.SIGKILL, f"it ended before it was killed:\n{out}\n{err}"


def demand_sound_and_no_go(project: Any, run: Run) -> None:
    verification = verify(run.path)
    assert verification.problems == ()
    assert not verification.sealed
    run.read()

    ended = project("gate", "--run", run.manifest.run_id)

    assert ended.code == ExitCode.NO_GO
    assert "NO-GO" in ended.out
    assert "The run is incomplete" in " ".join(ended.out.split())
    assert project.verdict().outcome is Outcome.NO_GO


@pytest.mark.parametrize(("seed", "kills"), [(0, 4), (1, 3), (2, 3)])
def test_a_killed_run_is_no_go_until_it_is_completed(project: Any, seed: int, kills: int) -> None:
    chance = random.Random(seed)
    moments = sorted([seed - 1, *(chance.randrange(RESULTS - 1) for _ in range(kills - 1))])

    kill(project, moments[0], chance.uniform(0, 0.4))
    run = project.last
    demand_sound_and_no_go(project, run)
    for after in moments[1:]:
        kill(project, after, chance.uniform(0, 0.4), "--run", run.manifest.run_id)
        demand_sound_and_no_go(project, run)

    ended = project.run("--run", run.manifest.run_id)

    assert ended.code in (ExitCode.GO, ExitCode.NO_GO), ended.err
    assert project("compare", "--run", run.manifest.run_id).code == ExitCode.GO
    assert verify(run.path).ok
    assert run.sealed
    recorded = run.read()
    assert not recorded.missing()
    assert len(recorded.results) == RESULTS
    done = Counter((result.spec.id, result.part) for result in recorded.attempts)
    assert set(done.values()) == {1}, "a part that has a result is not done again"
    assert not [result for result in recorded.results if result.status is Status.BROKEN]
