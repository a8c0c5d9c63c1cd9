"""A flow, a reconciliation and a load comparison in every mode of the harness, on the real pair.

Both sides at once; one side after the other; on two processes; compared again offline; and refused where
the configuration does not permit to write. `HARNESS_TEST_CONFIG` names the harness.toml of a pair that is
already up; otherwise one is brought up.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from harness.adapters.registry import open_adapter
from harness.config import load
from harness.errors import ExitCode
from harness.evidence import Recorded, verify
from harness.model import Part, Side, Status
from tests.cli.conftest import Ended
from tests.integration.projects import ROOT, RealProject

pytestmark = pytest.mark.real_pair
FLOW, DATA, LOAD = "function.order_to_cash", "data.account", "performance.sales_desk"


@pytest.fixture
def made(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., RealProject]:
    """Makes a project of the flow and one mapping; with `load`, of the sales desk too."""
    named = os.environ.get("HARNESS_TEST_CONFIG")
    path = Path(named) if named else request.getfixturevalue("pair").config
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("HARNESS_LANG", "en")

    def make(*, load_too: bool = False) -> RealProject:
        project = RealProject(tmp_path, capfd, load(path, environ=os.environ), ("account",))
        if load_too:
            (tmp_path / "suites/performance").mkdir()
            shutil.copy(ROOT / "suites/performance/test_sales.py", tmp_path / "suites/performance")
            project.policy("function", "data", "performance")
        return project

    return make


def found(recorded: Recorded, *checks: str) -> set[tuple[str, ...]]:
    """What was found, without the numbers that each run's own documents get."""
    return {
        (item.check_id, item.kind.value, item.entity, str(item.field))
        for item in recorded.findings
        if item.check_id in checks
    }


def demand_concluded(project: RealProject, parts: dict[str, Part]) -> Recorded:
    """Each check came to a conclusion in the part that decides it, and offline to the same one."""
    run = project.last
    recorded = run.read()
    concluded = recorded.conclusions()
    assert {check: concluded[check].part for check in parts} == parts
    assert concluded[FLOW].status is Status.PASSED
    assert concluded[DATA].status in (Status.PASSED, Status.FAILED)
    assert not [item for item in recorded.results if item.status is Status.BROKEN]
    assert run.sealed
    assert verify(run.path).ok
    again = project("compare", "--run", run.manifest.run_id)
    assert again.code == ExitCode.GO, again.out
    assert all(check in again.out for check in parts)
    return recorded


def test_both_sides_one_after_the_other_and_on_two_processes(made: Callable[..., RealProject]) -> None:
    project = made(load_too=True)

    project.run()
    at_once = demand_concluded(project, {FLOW: Part.COMPARISON, DATA: Part.PAIR, LOAD: Part.PAIR})

    first = project.run("--side=source")
    assert first.code == ExitCode.NO_GO, "one side alone is no evidence"
    project.run("--side=target", f"--run={project.last.manifest.run_id}")
    apart = demand_concluded(project, dict.fromkeys((FLOW, DATA, LOAD), Part.COMPARISON))

    project.run("-n2")
    parallel = demand_concluded(project, {FLOW: Part.COMPARISON, DATA: Part.PAIR, LOAD: Part.PAIR})

    assert found(at_once, FLOW, DATA) == found(apart, FLOW, DATA) == found(parallel, FLOW, DATA)
    weaker = {item.spec.id for item in apart.conclusions().values() if item.caveats}
    assert {DATA, LOAD} <= weaker, "a pair that was captured apart says so"


def test_a_killed_load_leaves_no_generator_behind_and_is_completed(made: Callable[..., RealProject]) -> None:
    project = made(load_too=True)
    shutil.rmtree(project.folder / "suites/functional")
    process = project.start()
    deadline = time.monotonic() + 60
    while not (generators := _generators(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(2)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)

    assert generators
    _, alive = psutil.wait_procs(generators, timeout=20)
    assert not alive, "the load went on without anybody"
    run = project.last
    assert verify(run.path).problems == ()
    project.policy("performance")
    project.run("--run", run.manifest.run_id)
    assert run.sealed
    assert [item.attempt for item in run.read().attempts] == [1]


def _generators(pid: int) -> list[psutil.Process]:
    """The processes below this one that have a session of their own."""
    try:
        below = psutil.Process(pid).children(recursive=True)
        return [each for each in below if os.getsid(each.pid) != pid]
    except (psutil.NoSuchProcess, ProcessLookupError):
        return []


def written_by_a_run(project: RealProject) -> tuple[list[int], list[int], Ended]:
    """How much the source holds before and after a run of the project, and how the run ended."""
    source = load(project.folder / "harness.toml", environ=os.environ).pair[Side.SOURCE]

    def counted() -> list[int]:
        adapter = open_adapter(source)
        found = [adapter.count(model) for model in ("party.party", "sale.sale")]
        adapter.close()
        return found

    before = counted()
    ended = project.run()
    return before, counted(), ended


def test_to_a_source_in_production_nothing_is_written_and_the_target_has_no_oracle(
    made: Callable[..., RealProject],
) -> None:
    project = made()
    project.configure(source="production = true\n")

    before, after, _ = written_by_a_run(project)

    assert before == after
    recorded = project.last.read()
    assert recorded.latest(FLOW, Part.SOURCE) is None
    conclusion = recorded.latest(FLOW, Part.COMPARISON)
    assert conclusion is not None
    assert [caveat.key for caveat in conclusion.caveats] == ["flows.alone.production"]


def test_without_permission_nothing_is_written(made: Callable[..., RealProject]) -> None:
    project = made()
    project.configure(source="synthetic = true\n")

    before, after, ended = written_by_a_run(project)

    assert before == after
    assert ended.code == ExitCode.NO_GO
    assert "allow_writes" in ended.out
    recorded = project.last.read()
    result = recorded.latest(FLOW, Part.SOURCE)
    assert result is not None
    assert result.status is Status.BROKEN


def test_a_production_system_cannot_be_unlocked(made: Callable[..., RealProject]) -> None:
    project = made()
    project.configure(source="synthetic = true\nallow_writes = true\nproduction = true\n")

    ended = project.run()

    assert ended.code == ExitCode.USAGE_ERROR
    assert "production" in ended.err
    assert project.runs == []
