"""Jobs on a real Dask cluster of two worker processes, one of which is lost in the middle."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import distributed
import pytest

from harness.errors import ConfigError, ExitCode, HarnessError
from harness.reconcile.spread import here, on_dask

pytestmark = [
    pytest.mark.real_pair,
    # A worker that is killed leaves its pipes and its scheduler's complaint behind.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def cluster() -> Iterator[object]:
    """A scheduler and two workers, each a process, on this machine."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as running:
        yield running


def marked(job: tuple[str, int]) -> int:
    """A job that takes a while and leaves a line about each time it was done."""
    folder, number = job
    time.sleep(0.3)
    with Path(folder, f"{number}").open("a") as file:
        file.write(f"{os.getpid()}\n")
    return number * number


def deadly(job: int) -> int:
    """A job that ends whoever does it."""
    os.kill(os.getpid(), signal.SIGKILL)
    return job


def test_a_lost_worker_costs_a_repetition_and_no_result(cluster: object, tmp_path: Path) -> None:
    jobs = [(str(tmp_path), number) for number in range(20)]
    found: dict[int, int] = {}

    with on_dask(cluster.scheduler_address) as executor:  # type: ignore[attr-defined]
        for place, result in executor.results(marked, jobs):
            found[place] = result
            if len(found) == 5:
                victim = int((tmp_path / str(place)).read_text().split()[0])
                os.kill(victim, signal.SIGKILL)

    assert found == {number: number * number for number in range(20)}
    done = [len((tmp_path / str(number)).read_text().split()) for number in range(20)]
    assert sum(times > 1 for times in done) <= 10  # what the lost worker had in its memory


def test_a_job_that_kills_its_workers_is_given_up(cluster: object) -> None:
    with (
        pytest.raises(HarnessError, match="was lost again and again"),
        on_dask(cluster.scheduler_address) as executor,  # type: ignore[attr-defined]
    ):
        list(executor.results(deadly, [1]))


MAPPING = """
schema = 1
entity = "item_{number}"
title = {{ en = "Items", zh = "物料" }}
module = "stock"
key = ["id"]
source = {{ table = "item_{number}" }}
target = {{ table = "item_{number}" }}
fields = {{ id = "integer", name = "text" }}
"""


def test_mappings_are_compared_on_the_workers(cluster: object, tmp_path: Path) -> None:
    (tmp_path / "mappings").mkdir()
    for number in range(4):
        (tmp_path / "mappings" / f"item_{number}.toml").write_text(MAPPING.format(number=number), "utf-8")
    for side in ("source", "target"):
        with closing(sqlite3.connect(tmp_path / f"{side}.db")) as database, database:
            for number in range(4):
                database.execute(f"create table item_{number} (id integer primary key, name text)")
                rows = [(row, f"{number}-{row}") for row in range(500)]
                database.executemany(f"insert into item_{number} values (?, ?)", rows)
            if side == "target":
                database.execute("update item_2 set name = 'lost' where id = 7")

    arguments = ["reconcile", str(tmp_path / "mappings"), "--json", str(tmp_path / "found.json")]
    for side in ("source", "target"):
        arguments += [f"--{side}", str(tmp_path / f"{side}.db")]
    ended = subprocess.run(
        [sys.executable, "-m", "harness", *arguments, "--dask", cluster.scheduler_address],  # type: ignore[attr-defined]
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == ExitCode.NO_GO, ended.stderr
    assert "2-7" in ended.stdout and "lost" in ended.stdout
    assert json.loads((tmp_path / "found.json").read_text("utf-8"))


def test_a_password_is_not_sent_to_other_machines(tmp_path: Path) -> None:
    arguments = [
        "--source",
        "postgresql+psycopg://me:secret@db/erp",
        "--target",
        "postgresql+psycopg://db/erp",
    ]
    ended = subprocess.run(
        [sys.executable, "-m", "harness", "reconcile", ".", *arguments, "--dask", "tcp://127.0.0.1:9"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )

    assert ended.returncode == ExitCode.USAGE_ERROR
    assert "not sent" in ended.stderr and "secret@" not in ended.stderr


def test_nobody_at_the_address_is_said_with_the_cure() -> None:
    with pytest.raises(ConfigError, match="dask scheduler"), on_dask("tcp://127.0.0.1:9"):
        pass


def test_jobs_are_done_here_by_default(tmp_path: Path) -> None:
    with here(2) as executor:
        found = dict(executor.results(marked, [(str(tmp_path), number) for number in range(4)]))

    assert found == {0: 0, 1: 1, 2: 4, 3: 9}
