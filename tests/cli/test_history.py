"""The history as commands show it, and a history that fails costs no verdict."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ExitCode
from harness.evidence import Run
from harness.gate import Amount
from harness.history import History
from tests.cli.conftest import PASSWORD
from tests.history.past import entry, run_directory

ARGUMENTS = ("--lang", "en")
CONVERGING = """
[[milestones.SIT.rules]]
rule = "rehearsals_converge"
severity = "critical"
limit = 1
"""


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for whole lines."""
    monkeypatch.setenv("COLUMNS", "250")


@pytest.fixture
def stored(project: Any) -> Any:
    """A project with three runs on the disk, imported."""
    for day, keys in enumerate((["SO-1", "SO-2"], ["SO-2"], ["SO-1", "SO-2"]), 1):
        run_directory(project.folder / "runs", f"r{day}", keys, day=day, project="Offline")
    assert project.bare("history", "import", str(project.folder / "runs")).code == ExitCode.GO
    return project


@pytest.mark.end_to_end
def test_a_run_is_in_the_history_once_it_is_judged(project: Any) -> None:
    project.run()
    run = project.last.manifest.run_id
    project("gate")

    (shown,) = json.loads(project("history", "--json").out)["runs"]
    assert (shown["run"], shown["judgements"], shown["policies"]) == (run, 2, 1)
    assert shown["rehearsal"]


@pytest.mark.end_to_end
def test_a_project_is_found_though_a_secret_is_part_of_its_name(project: Any) -> None:
    config = project.folder / "harness.toml"
    config.write_text(config.read_text().replace('name = "Offline"', f'name = "Upgrade {PASSWORD}"'))
    project.run()

    told = project("history", "--json").out

    assert len(json.loads(told)["runs"]) == 1
    assert PASSWORD not in told


@pytest.mark.end_to_end
def test_a_history_that_fails_is_said_and_costs_no_verdict(project: Any) -> None:
    (project.folder / "taken").write_text("a file where a folder should be")
    project.configure('history = "taken/history.sqlite"')

    ended = project.run()

    assert ended.code == ExitCode.GO
    assert "GO   Every criterion is met" in ended.out
    assert "harness history import" in ended.err
    assert project.verdict().outcome is not None


@pytest.mark.end_to_end
def test_a_judgement_is_held_against_the_rehearsals_before_it(project: Any) -> None:
    policy = project.folder / "policy.toml"
    policy.write_text(policy.read_text() + CONVERGING)

    first, first_run = project.run(), project.last.manifest.run_id
    second = project.run()

    assert first.code == ExitCode.NO_GO, "there is nothing to compare it with"
    assert second.code == ExitCode.GO
    (folder,) = project.last.judgements()
    _, kept = (folder / "rehearsals.json").read_text().splitlines()
    assert first_run in json.loads(kept)["object"].values()
    assert "rehearsals" in project.verdict().digests


def test_what_moved_between_runs_is_shown(stored: Any) -> None:
    shown = json.loads(stored("history", "--json").out)

    assert [each["moved"] and (each["moved"]["new"], each["moved"]["back"]) for each in shown["runs"]] == [
        None, (0, 0), (0, 1),
    ]  # fmt: skip
    assert shown["unsteady"] == []
    assert shown["convergence"] == {
        "severity": "critical", "runs": ["r1", "r2", "r3"], "open": [2, 1, 2], "risen": ["r3"],
    }  # fmt: skip
    assert "They became more, the last time from r2 to r3: 2, 1, 2." in stored("history", *ARGUMENTS).out


def test_a_narrow_terminal_shows_every_figure(stored: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    history = History(stored.folder / "history.sqlite")
    sums = (Amount(Decimal("123456789.01"), "CNY"),)
    history.add(entry(4, "a", run="20261106-080000-ab12", project="Offline", amounts=sums))

    told = stored("history", *ARGUMENTS)

    assert told.code == ExitCode.GO
    line = next(each for each in told.out.splitlines() if each.startswith("20261106-080000-ab12"))
    assert line.split() == ["20261106-080000-ab12", "No-go", "0/1/0/0", "CNY", "123,456,789.01", "1/0/0/2"]
    assert "Unsteady checks" in told.out


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_history_of_everything_can_be_said(stored: Any, language: str) -> None:
    history = History(stored.folder / "history.sqlite")
    for each in (
        entry(4, "a", altered=True, project="Offline"),
        entry(5, scope=("area=data",), complete=False, project="Offline", profile="full"),
        entry(6, "b", project="Offline"),
    ):
        history.add(each)

    for arguments in (("history",), ("history", "--since", "2026-11-04"), ("runs", "diff", "r3", "r5")):
        ended = stored.bare(*arguments, "--lang", language)
        assert ended.code == ExitCode.GO
        assert "history." not in ended.out.replace("history.sqlite", ""), "a sentence is missing"


def test_since_the_last_meeting(stored: Any) -> None:
    found = json.loads(stored("history", "--since", "2026-11-04", "--json").out)["since"]

    assert (found["first"], found["second"]) == ("r2", "r3")
    assert [each["fate"] for each in found["differences"]] == ["new", "same"]
    assert stored("history", "--since", "2026-01-01").code == ExitCode.USAGE_ERROR


def test_two_runs_side_by_side(stored: Any) -> None:
    found = json.loads(stored.bare("runs", "diff", "r1", "r2", "--json").out)
    told = stored.bare("runs", "diff", "r1", "r2", *ARGUMENTS)

    assert {each["fate"]: each["amounts"] for each in found["differences"]}["gone"] == [
        {"total": "0.01", "currency": "CNY"}
    ]
    assert "Gone: 1, amount affected CNY 0.01" in told.out
    assert "Recommendation: No-go, as before." in told.out
    assert stored.bare("runs", "diff", "r1", "nothing").code == ExitCode.USAGE_ERROR


def test_a_history_is_built_anew_from_the_runs(stored: Any) -> None:
    before = stored("history", "--json").out
    (stored.folder / "history.sqlite").unlink()

    assert json.loads(stored("history", "--json").out)["runs"] == []
    stored.bare("history", "import", str(stored.folder / "runs"))

    assert stored("history", "--json").out == before


def test_an_altered_run_is_named_and_the_code_says_so(stored: Any) -> None:
    blob = next((stored.folder / "runs/r2/capture/blobs").iterdir())
    blob.write_bytes(b"something else")

    ended = stored.bare("history", "import", str(stored.folder / "runs"))

    assert ended.code == ExitCode.NO_GO
    assert "r2: left out, the evidence was altered" in ended.err
    assert [each["rehearsal"] for each in json.loads(stored("history", "--json").out)["runs"]] == [
        True, False, True,
    ]  # fmt: skip


def test_a_folder_without_runs_is_a_mistake(project: Any, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    ended = project.bare("history", "import", str(tmp_path / "empty"))

    assert ended.code == ExitCode.USAGE_ERROR
    assert "empty" in ended.err


def test_a_run_with_other_evidence_under_the_same_id_is_marked(stored: Any) -> None:
    shutil.rmtree(stored.folder / "runs/r3")
    run_directory(stored.folder / "runs", "r3", ["SO-9"], day=3, project="Offline")

    ended = stored("gate", "--run", "r3")

    assert Run.find(stored.folder / "runs", "r3").sealed
    assert "marked there as altered" in ended.err
    assert json.loads(stored("history", "--json").out)["runs"][-1]["altered"]
