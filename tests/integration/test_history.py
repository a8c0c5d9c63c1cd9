"""The history of a team on a real PostgreSQL server: the same as in a file, and several write at once."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from harness.errors import HistoryError
from harness.history import Added, History, import_runs, rehearsals
from harness.model import Secret
from tests.history.past import PROJECT, difference, entry, run_directory
from tests.reconcile.databases import postgres

pytestmark = pytest.mark.real_pair


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty database."""
    with postgres(tmp_path_factory.mktemp("history-postgresql")) as engine:
        yield engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
def history(place: str) -> Iterator[History]:
    """An empty history."""
    engine = create_engine(place.replace("postgresql://", "postgresql+psycopg://"))
    _drop(engine)
    yield History(Secret(place))
    engine.dispose()


def _drop(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


def add_in_a_process(place: str, numbers: range) -> None:
    """What a colleague's command does."""
    for number in numbers:
        History(Secret(place)).add(entry(number, *(f"{number}.{n}" for n in range(20))))


def test_the_history_of_a_team(history: History, place: str, tmp_path: Path) -> None:
    run_directory(tmp_path / "runs", "r1", ["SO-1", "SO-2"])
    run_directory(tmp_path / "runs", "r2", ["SO-2"], day=2)

    assert history.entries(PROJECT) == []
    assert [each.added for each in import_runs(history, [tmp_path / "runs"])] == [Added.NEW, Added.NEW]
    assert [each.added for each in import_runs(history, [tmp_path / "runs"])] == [Added.KNOWN, Added.KNOWN]

    file = History(tmp_path / "history.sqlite")
    list(import_runs(file, [tmp_path / "runs"]))
    assert history.entries(PROJECT) == file.entries(PROJECT)
    assert rehearsals(history.entries(PROJECT)) == rehearsals(file.entries(PROJECT))

    other = entry(3, difference("é" * 300, check="function.订单"), project="销售")
    assert history.add(other) is Added.NEW
    assert history.entries("销售") == [other]
    assert history.add(entry(3, root="other evidence", project="销售")) is Added.ALTERED
    assert history.entries("销售")[0].altered


def test_colleagues_that_write_at_the_same_time_lose_nothing(history: History, place: str) -> None:
    context = multiprocessing.get_context("spawn")
    parts = [range(n * 5, n * 5 + 8) for n in range(4)]  # the tables are made by whoever comes first
    processes = [context.Process(target=add_in_a_process, args=(place, part)) for part in parts]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)

    assert [process.exitcode for process in processes] == [0] * 4
    found = history.entries(PROJECT)
    assert sorted(each.run for each in found) == sorted(f"r{n}" for n in range(23))
    assert all(len(each.differences) == 20 for each in found)


def test_a_wrong_password_is_told_without_it(place: str) -> None:
    wrong = place.replace("@", "kanarienvogel@")

    with pytest.raises(HistoryError) as caught:
        History(Secret(wrong)).entries(PROJECT)

    assert "kanarienvogel" not in repr(caught.value) + str(caught.value)
