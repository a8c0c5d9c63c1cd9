"""The database: a run is in it once, whoever writes at the same time, and it says what it cannot read."""

from __future__ import annotations

import multiprocessing
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import ExitCode, HistoryError
from harness.history import Added, Entry, History
from harness.messages import Language, render
from harness.model import Outcome, Secret
from tests.history.past import PROJECT, difference, entry, judged

TWICE = (judged(), judged(2, Outcome.GO, policy="p2"))


@pytest.fixture
def history(tmp_path: Path) -> History:
    """An empty history, in a folder that is not there yet."""
    return History(tmp_path / "team" / "history.sqlite")


def test_what_is_added_is_read_back(history: History) -> None:
    added = entry(1, "a", difference("b", amounts=()), scope=("area=数据",), judgements=TWICE)

    assert history.entries(PROJECT) == []
    assert history.add(added) is Added.NEW
    assert history.entries(PROJECT) == [added]
    assert history.entries("another project") == []


@pytest.mark.parametrize(
    ("first", "second", "became", "kept"),
    [
        pytest.param(entry(1, "a"), entry(1, "a"), Added.KNOWN, "first", id="twice"),
        pytest.param(
            entry(1, "a"), entry(1, "a", judgements=TWICE), Added.UPDATED, "second", id="judged again"
        ),
        pytest.param(
            entry(1, "a", judgements=TWICE), entry(1, "a"), Added.KNOWN, "first", id="an older copy of it"
        ),
        pytest.param(
            entry(1, sealed=False, complete=False, root="half"),
            entry(1, "a"),
            Added.UPDATED,
            "second",
            id="sealed since",
        ),
        pytest.param(entry(1, "a"), entry(1, root="other"), Added.ALTERED, "marked", id="other evidence"),
        pytest.param(
            entry(1, "a", altered=True),
            entry(1, "a", judgements=TWICE),
            Added.UPDATED,
            "still marked",
            id="judged again, but altered",
        ),
    ],
)
def test_a_run_is_there_once(first: Entry, second: Entry, became: Added, kept: str, history: History) -> None:
    history.add(first)

    assert history.add(second) is became
    assert history.entries(PROJECT) == [
        {
            "first": first,
            "second": second,
            "marked": replace(first, altered=True),
            "still marked": replace(second, altered=True),
        }[kept]
    ]


def test_a_mark_is_taken_away_by_the_sealed_directory_alone(history: History) -> None:
    history.add(entry(1, "a"))
    assert history.mark_altered(PROJECT, "r1")
    assert not history.mark_altered(PROJECT, "unknown")

    assert history.add(entry(1, "a")) is Added.KNOWN
    assert history.entries(PROJECT)[0].altered
    assert history.add(entry(1, "a"), verified=True) is Added.UPDATED
    assert history.entries(PROJECT) == [entry(1, "a")]


def add_in_a_process(place: Path, numbers: range) -> None:
    """What a command that ends at the same time does."""
    for number in numbers:
        History(place).add(entry(number, *(f"{number}.{n}" for n in range(20))))


@pytest.mark.end_to_end
def test_runs_that_end_at_the_same_time_are_all_there(tmp_path: Path) -> None:
    place = tmp_path / "history.sqlite"
    context = multiprocessing.get_context("spawn")
    parts = [range(n * 5, n * 5 + 8) for n in range(4)]  # some runs by two of them
    processes = [context.Process(target=add_in_a_process, args=(place, part)) for part in parts]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)

    assert [process.exitcode for process in processes] == [0] * 4
    found = History(place).entries(PROJECT)
    assert sorted(each.run for each in found) == sorted(f"r{n}" for n in range(23))
    assert all(len(each.differences) == 20 for each in found)


def test_a_history_of_another_version_says_how_it_is_built_anew(history: History, tmp_path: Path) -> None:
    history.add(entry(1))
    with closing(sqlite3.connect(tmp_path / "team/history.sqlite")) as file:
        file.execute("UPDATE harness_history SET format = 99")
        file.commit()

    for use in (lambda: history.entries(PROJECT), lambda: history.add(entry(2))):
        with pytest.raises(HistoryError) as caught:
            use()
        assert caught.value.exit_code == ExitCode.USAGE_ERROR
        for language in Language:
            said = render(caught.value.sentence, language)
            assert "99" in said
            assert "harness history import" in said
            assert str(tmp_path) in said


def test_a_file_that_is_no_history_is_an_error_and_stays_as_it_is(tmp_path: Path) -> None:
    place = tmp_path / "notes.txt"
    place.write_text("no database at all, but a file with notes that somebody needs" * 20)
    content = place.read_bytes()

    with pytest.raises(HistoryError, match="notes"):
        History(place).add(entry(1))
    assert place.read_bytes() == content


def test_reading_makes_no_file(history: History, tmp_path: Path) -> None:
    assert history.entries(PROJECT) == []
    assert not history.mark_altered(PROJECT, "r1")
    assert list(tmp_path.iterdir()) == []


def test_an_address_is_in_no_message() -> None:
    history = History(Secret("postgresql://team:kanarienvogel@127.0.0.1:1/history"))

    with pytest.raises(HistoryError) as caught:  # the offline tests open no connection
        history.entries(PROJECT)

    assert "kanarienvogel" not in f"{caught.value!r} {caught.value} {caught.value.__cause__}"
    assert caught.value.__suppress_context__


def test_a_row_that_nobody_wrote_so_is_an_error_with_a_sentence(history: History, tmp_path: Path) -> None:
    history.add(entry(1, "a"))
    with closing(sqlite3.connect(tmp_path / "team/history.sqlite")) as file:
        file.execute("UPDATE harness_differences SET severity = 'dreadful', amounts = '[[\"much\", null]]'")
        file.commit()

    with pytest.raises(HistoryError, match="history"):
        history.entries(PROJECT)
