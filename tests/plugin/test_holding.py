"""Plain pytest holds the systems as `harness run` does."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.holding import Holding
from harness.config import load


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody who holds a system here is about to let it go."""
    monkeypatch.setattr("harness.adapters.holding._PATIENCE", 0.1)


@pytest.mark.parametrize("arguments", [(), ("--into-run",), ("--side=target",)], ids=" ".join)
def test_while_another_run_holds_a_system_nothing_starts(project: Any, arguments: tuple[str, ...]) -> None:
    config = load(Path(project.pytester.path) / "harness.toml", environ=os.environ)
    with Holding.of_user() as other:
        other.take([config.pair.target])
        ended = project.run(*arguments)

    assert ended.ret == pytest.ExitCode.USAGE_ERROR
    assert "is in use by another run" in ended.stderr.str() + ended.stdout.str()
    assert not (project.pytester.path / "runs").exists()


@pytest.mark.end_to_end
def test_several_processes_start_nothing_either(project: Any) -> None:
    config = load(Path(project.pytester.path) / "harness.toml", environ=os.environ)
    with Holding.of_user() as other:
        other.take([config.pair.source])
        ended = project.run(processes=2)

    assert ended.ret == pytest.ExitCode.USAGE_ERROR
    assert "is in use by another run" in ended.stderr.str() + ended.stdout.str()
    assert not (project.pytester.path / "runs").exists()


def test_a_run_lets_go_when_it_ends(project: Any) -> None:
    config = load(Path(project.pytester.path) / "harness.toml", environ=os.environ)

    assert project.run().ret == pytest.ExitCode.OK

    with Holding.of_user() as other:
        other.take([config.pair.source, config.pair.target])


def test_only_to_collect_holds_nothing(project: Any) -> None:
    config = load(Path(project.pytester.path) / "harness.toml", environ=os.environ)
    with Holding.of_user() as other:
        other.take([config.pair.source])

        assert project.run("--collect-only").ret == pytest.ExitCode.OK
