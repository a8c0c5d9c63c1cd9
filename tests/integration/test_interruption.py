"""A comparison of many rows that is killed, or loses its database, finds what it would have found.

`make qualify-interruption` does it with ten million rows a side; HARNESS_TEST_ROWS with others.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from benchmarks.reconcile_data import scenarios, seed
from harness.demo import cluster, processes
from harness.demo.postgres_programs import find_programs
from harness.demo.state import StateFile
from harness.demo.steps import Work
from harness.model import Part, Side
from harness.reconcile import gather, ranges
from harness.reconcile.progress import Progress

pytestmark = [pytest.mark.real_pair, pytest.mark.qualify]
ROWS = int(os.environ.get("HARNESS_TEST_ROWS", "10_000_000"))
KEY = b"a key of the tests"
MAPPING = scenarios(ROWS)["sparse"].mapping
ROOT = Path(__file__).parents[2]

CHILD = """
import sys
from pathlib import Path
from tests.integration.test_interruption import compared
compared(dict(zip(("source", "target"), sys.argv[1:3])), checkpoint=Path(sys.argv[3]))
"""


class Server:
    """A PostgreSQL of this module's own, that can be stopped as if it crashed, and started again."""

    def __init__(self, folder: Path) -> None:
        self._programs, self._password = find_programs(os.environ), cluster.new_password()
        self._place, self._port = cluster.place_cluster(folder), processes.free_port()
        self._work = Work(folder / "postgres.log", StateFile(folder), "postgres")
        cluster.create(self._place, self._programs, self._password, self._work)
        self.start()

    def start(self) -> None:
        """Starts it on the same port as before."""
        self._server = cluster.start(self._place, self._programs, self._port, self._password, self._work)

    def stop(self) -> None:
        """Ends every process of it, by process id."""
        for process in self._work.state.read().processes.values():
            processes.stop(process)

    def remove(self) -> None:
        """Leaves nothing of it."""
        self.stop()
        cluster.remove({"data": str(self._place.data)})

    def url(self, database: str) -> str:
        """The address of a database."""
        return self._server.url(database)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="harness-interruption-") as folder:
        made = Server(Path(folder))
        try:
            yield made
        finally:
            made.remove()


@pytest.fixture(scope="module")
def urls(server: Server) -> Mapping[str, str]:
    """Two databases with the rows, a few of which differ."""
    found = {}
    for side in Side:
        engine = create_engine(_driver(server.url("postgres")), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {side.value}_rows")
        engine.dispose()
        found[side.value] = server.url(f"{side.value}_rows")
    seed(found["source"], found["target"], ROWS, ("sparse",))
    return found


@pytest.fixture(scope="module")
def expected(urls: Mapping[str, str]) -> Any:
    """What is found without any interruption."""
    found = compared(urls)
    assert found["outcome"]["tallies"]
    return found


def compared(urls: Mapping[str, str], **options: Any) -> Any:
    """What the comparison finds."""
    engines: dict[Side, Engine] = {side: create_engine(_driver(urls[side.value])) for side in Side}
    try:
        return gather(MAPPING, engines, Part.PAIR, mask_key=KEY, **options).value
    finally:
        for engine in engines.values():
            engine.dispose()


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The ranges that this process reads."""
    found: list[Any] = []
    original = ranges._range

    def note(*given: Any, **named: Any) -> Any:
        found.append(given[1])
        return original(*given, **named)

    monkeypatch.setattr(ranges, "_range", note)
    return found


def test_killed_in_the_middle_it_goes_on_and_finds_the_same(
    urls: Mapping[str, str], expected: Any, read: list[Any], tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    command = [sys.executable, "-c", CHILD, urls["source"], urls["target"], str(kept)]
    child = subprocess.Popen(command, cwd=ROOT)
    deadline = time.monotonic() + 600
    while not (kept / "range-1").exists() and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    child.kill()
    assert child.wait() < 0, "it ended before it was killed"
    done = len(list(kept.glob("range-*")))
    every = _ranges(kept)

    found = compared(urls, checkpoint=kept)

    print(f"{ROWS:,} rows: {every} ranges, {done} done when it was killed, {len(read)} read after that")
    assert found == expected
    assert 1 < done < every
    assert len(read) == every - done


def test_with_its_database_restarted_it_goes_on_and_finds_the_same(
    server: Server, urls: Mapping[str, str], expected: Any, read: list[Any]
) -> None:
    restarted: list[int] = []

    def restart(progress: Progress) -> None:
        if progress.step == "ranges" and not restarted:
            restarted.append(len(read))
            server.stop()
            server.start()

    found = compared(urls, report=restart)

    print(f"{ROWS:,} rows: restarted after {restarted[0]} ranges, {len(read)} read in all")
    assert found == expected
    assert len({str(each) for each in read}) <= len(read) <= len({str(each) for each in read}) + 1


def _ranges(kept: Path) -> int:
    """How many ranges the plan in a checkpoint has."""
    import json

    plan: Any = json.loads((kept / "plan.json").read_text("utf-8"))
    return len(plan["layout"]["ranges"])
