"""Jobs on a real Dask cluster of two worker processes, one of which is lost in the middle."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import distributed
import pytest

from harness.errors import ConfigError, HarnessError
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


def test_nobody_at_the_address_is_said_with_the_cure() -> None:
    with pytest.raises(ConfigError, match="dask scheduler"), on_dask("tcp://127.0.0.1:9"):
        pass


def test_jobs_are_done_here_by_default(tmp_path: Path) -> None:
    with here(2) as executor:
        found = dict(executor.results(marked, [(str(tmp_path), number) for number in range(4)]))

    assert found == {0: 0, 1: 1, 2: 4, 3: 9}
