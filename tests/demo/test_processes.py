"""A process is ended only when it is surely ours, and then with all that it started."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from harness.demo import processes
from harness.demo.state import StateFile

pytestmark = pytest.mark.end_to_end


def test_stop_ends_children_too(tmp_path: Path) -> None:
    child = processes.start(["/bin/sh", "-c", "sleep 60 & wait"], log=tmp_path / "log", environ={})
    known = processes.started(child.pid)
    family = psutil.Process(child.pid).children(recursive=True)
    assert processes.running(known)
    assert processes.stop(known, patience=2)
    child.wait(timeout=5)
    assert not processes.running(known)
    assert not [process for process in family if process.is_running() and process.status() != "zombie"]


def test_deaf_process_is_killed(tmp_path: Path) -> None:
    command = ["/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"]
    child = processes.start(command, log=tmp_path / "log", environ={})
    while "ready" not in (tmp_path / "log").read_text():
        pass
    known = processes.started(child.pid)
    assert processes.stop(known, patience=0.3)
    child.wait(timeout=5)
    assert not processes.running(known)


def test_another_process_with_the_same_number_is_left_alone(tmp_path: Path) -> None:
    child = processes.start(["/bin/sleep", "60"], log=tmp_path / "log", environ={})
    known = processes.started(child.pid)
    earlier = replace(known, created=known.created - 3600)
    try:
        assert not processes.running(earlier)
        assert not processes.stop(earlier)
        assert processes.running(known)
    finally:
        processes.stop(known)
        child.wait(timeout=5)


def test_environment_leads_nothing_astray(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRYTOND_CONFIG", "PGHOST", "PYTHONPATH", "VIRTUAL_ENV", "GUNICORN_CMD_ARGS"):
        monkeypatch.setenv(name, "astray")
    monkeypatch.setenv("HTTPS_PROXY", "kept")
    clean = processes.clean_environ({"TRYTOND_CONFIG": "ours"})
    assert "astray" not in clean.values()
    assert (clean["HTTPS_PROXY"], clean["TRYTOND_CONFIG"]) == ("kept", "ours")


def test_state_is_private_and_survives(tmp_path: Path) -> None:
    file = StateFile(tmp_path)
    file.add_process("postgres", processes.started(1))
    assert file.path.stat().st_mode & 0o077 == 0
    assert file.read().processes["postgres"].pid == 1
    file.remove()
    assert file.read().processes == {}


@pytest.mark.parametrize("content", ["", "{", '{"schema": 99}'], ids=["empty", "cut", "other version"])
def test_unreadable_state_is_no_state(tmp_path: Path, content: str) -> None:
    (tmp_path / "state.json").write_text(content)
    assert StateFile(tmp_path).read().ready is False
