"""The history out of run directories: what is added, what is refused, and what is never in it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from harness.evidence import Run
from harness.gate import Moved
from harness.history import Added, History, import_runs, rehearsals
from harness.model import Area, Outcome
from tests.gate.runs import FLOOR_LINE, Line, policy
from tests.history.past import PROJECT, judge_again, manifest, run_directory

ASKING = policy(FLOOR_LINE, Line("minimum_checks", 9, severity="major"), areas=[Area.FUNCTION])


@pytest.fixture
def history(tmp_path: Path) -> History:
    """An empty history."""
    return History(tmp_path / "history.sqlite")


def became(history: History, *folders: Path) -> dict[str, Added | None]:
    """What became of the directories, by name."""
    return {each.path.name: each.added for each in import_runs(history, folders)}


def test_a_folder_of_runs_and_a_run_directory_are_taken_once_each(history: History, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    run_directory(runs, "r1", ["SO-1", "SO-2"])
    run_directory(runs, "r2", ["SO-2", "SO-3"], day=2)
    (runs / "notes").mkdir()

    assert became(history, runs, runs / "r1") == {"r1": Added.NEW, "r2": Added.NEW}
    assert became(history, runs) == {"r1": Added.KNOWN, "r2": Added.KNOWN}
    assert rehearsals(history.entries(PROJECT))["r2"].moved == Moved(new=1, gone=1)


def test_a_run_judged_by_another_policy_is_the_same_run(history: History, tmp_path: Path) -> None:
    run = run_directory(tmp_path / "runs", keys=())
    became(history, run.path)
    judge_again(run, ASKING)

    assert became(history, run.path) == {"r1": Added.UPDATED}
    (entry,) = history.entries(PROJECT)
    assert [each.number for each in entry.judgements] == [1, 2]
    assert len({each.policy for each in entry.judgements}) == 2
    assert entry.last.outcome is run_outcome(run)


def run_outcome(run: Run) -> Outcome | None:
    from harness.gate import verdict_of

    return verdict_of((run.judgements()[-1] / "verdict.json").read_bytes())[0].outcome


def alter_a_blob(run: Path) -> None:
    blob = next((run / "capture/blobs").iterdir())
    blob.write_bytes(blob.read_bytes() + b" ")


def alter_the_verdict(run: Path) -> None:
    verdict = run / "judgements/1/verdict.json"
    verdict.write_bytes(verdict.read_bytes().replace(b"NO_GO", b"GO"))


def cut_the_journal(run: Path) -> None:
    segment = next((run / "capture/journal").glob("main-*.jsonl"))
    segment.write_bytes(segment.read_bytes()[:-40])


ALTERATIONS = [alter_a_blob, alter_the_verdict, cut_the_journal]


@pytest.mark.parametrize("alter", ALTERATIONS, ids=lambda alter: alter.__name__)
def test_an_altered_run_gets_in_neither_before_nor_after(
    alter: object, history: History, tmp_path: Path
) -> None:
    assert callable(alter)
    run = run_directory(tmp_path / "runs").path
    shutil.copytree(run, tmp_path / "kept")
    alter(run)

    assert became(history, run) == {"r1": Added.ALTERED}
    assert history.entries(PROJECT) == []

    assert became(history, tmp_path / "kept") == {"kept": Added.NEW}
    (told,) = import_runs(history, [run])
    assert (told.added, bool(told.why)) == (Added.ALTERED, True)
    (entry,) = history.entries(PROJECT)
    assert entry.altered
    assert not entry.rehearsal
    assert became(history, tmp_path / "kept") == {"kept": Added.UPDATED}
    assert history.entries(PROJECT)[0].rehearsal


@pytest.mark.parametrize("broken", ["not judged", "no manifest", "unknown schema"])
def test_what_cannot_be_read_is_said_and_the_others_are_added(
    broken: str, history: History, tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    run_directory(runs, "r2", day=2)
    wrong = run_directory(runs, "r1").path
    file = wrong / "capture/manifest.json"
    match broken:
        case "not judged":
            shutil.rmtree(wrong / "judgements")
        case "no manifest":
            file.write_text("{")
        case "unknown schema":
            file.write_text(file.read_text().replace('"schema": 1', '"schema": 9'))

    told = {each.path.name: each for each in import_runs(history, [runs])}

    assert told["r1"].added is None
    assert told["r1"].why is not None
    assert [each.run for each in history.entries(PROJECT)] == ["r2"]


def test_an_unsealed_and_a_scoped_run_are_kept_and_do_not_count(history: History, tmp_path: Path) -> None:
    run = Run.create(tmp_path / "runs", manifest("open", 1))
    judge_again(run)
    run_directory(tmp_path / "runs", "part", scope=["area=function"])

    became(history, tmp_path / "runs")

    assert {each.run: each.rehearsal for each in history.entries(PROJECT)} == {"open": False, "part": False}


def test_no_value_out_of_an_erp_is_in_the_history(history: History, tmp_path: Path) -> None:
    """Keys of documents, values, names of customers and the words of a check with them."""
    became(history, run_directory(tmp_path / "runs", keys=["Müller-4711"]).path)

    with closing(sqlite3.connect(tmp_path / "history.sqlite")) as database:
        stored = "\n".join(database.iterdump())
    assert "function.order_to_cash" in stored
    assert "evidence.unwritable" in stored, "the sentence's key"
    for secret in ("4711", "Müller", "100.00", "2026-01-02", "invoice", "total", "an order", "1.10"):
        assert secret not in stored
