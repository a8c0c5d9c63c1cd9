"""Without any server: what `up`, `down` and `status` do when there is nothing, or something fails."""

from __future__ import annotations

import json
from pathlib import Path

import psutil
import pytest

from harness.demo import Step, StepState, down, processes, status, up
from harness.demo.stages import keys
from harness.demo.state import State, StateFile
from harness.errors import DemoError


def _failing_program(folder: Path, name: str, words: str) -> Path:
    folder.mkdir()
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 1\n")
    program.chmod(0o755)
    return folder


def test_failing_step_leaves_no_state_and_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(_failing_program(tmp_path / "bin", "uv", "no space left")))
    seen: list[Step] = []

    with pytest.raises(DemoError, match="no space left"):
        up(tmp_path / "demo", cache=tmp_path / "cache", report=seen.append)

    assert seen[-1].state is StepState.FAILED
    assert not (tmp_path / "demo" / "state.json").exists()
    assert not [path for path in (tmp_path / "cache").iterdir() if path.is_dir()]
    assert (tmp_path / "demo" / "logs" / "python-source.log").read_text() == "no space left\n"


def test_nothing_is_up_in_an_empty_folder(tmp_path: Path) -> None:
    assert down(tmp_path / "none") is False
    assert down(tmp_path) is False
    assert status(tmp_path).up is False


def test_down_ends_what_a_crash_has_left(tmp_path: Path) -> None:
    child = processes.start(["/bin/sleep", "60"], log=tmp_path / "log", environ={})
    data = tmp_path / "postgres"
    data.mkdir()
    file = StateFile(tmp_path)
    file.write(State(postgres={"data": str(data)}))
    file.add_process("step source-seed 1", processes.started(child.pid))
    assert [process.running for process in status(tmp_path).processes] == [True]

    assert down(tmp_path) is True

    child.wait(timeout=5)
    assert not psutil.pid_exists(child.pid)
    assert not data.exists()
    assert status(tmp_path).processes == ()


def test_state_of_a_half_way_up_is_not_a_pair(tmp_path: Path) -> None:
    StateFile(tmp_path).write(State(ready=False))
    assert status(tmp_path).pair is None
    assert json.loads((tmp_path / "state.json").read_text())["ready"] is False


def test_results_are_cached_apart_by_rows_and_postgres() -> None:
    found = {keys(0, 15), keys(1000, 15), keys(2000, 15), keys(0, 16)}
    assert len({key.source for key in found}) == 4
    assert len({key.target for key in found}) == 4
