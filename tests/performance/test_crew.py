"""Load from several machines: a real master and real workers, each a process of its own, on this one."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from harness.errors import ConfigError, LoadError
from harness.model import Account, Capture, Environment, Part, Secret, Side, Status
from harness.performance import LoadPlan, Scenario, events, gather
from harness.performance.blocks import Series
from harness.performance.comparison import compare
from harness.performance.crew.address import Address
from harness.performance.crew.joining import join
from harness.performance.job import Crew
from harness.performance.recording import Recording, recording
from harness.statistics import percentile
from tests.performance.recorded import SPEC
from tests.performance.served import ENTER_SECONDS, OPEN_SECONDS, Served, serving
from tests.performance.test_process import still_running

pytestmark = [pytest.mark.end_to_end, pytest.mark.enable_socket]

SESSIONS = "tests.performance.served:ServedSession"
CANARY = "canary-9Q7x"
HOSTS = ("127.0.0.1",)
PLAN = LoadPlan(
    scenarios=(Scenario("sale.open", 3), Scenario("sale.order", 1, writes=True)),
    rate=Decimal(10),
    block_seconds=Decimal(1),
    pairs=4,
    warmup_pairs=1,
    alone=1,
    rounds=1,
    users=6,
    timeout_seconds=Decimal(2),
    noticeable=Decimal("0.5"),
)


@pytest.fixture
def served() -> Iterator[Served]:
    with serving(CANARY) as server:
        yield server


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def pair(served: Served, password: str = CANARY, **options: object) -> dict[Side, Environment]:
    return {
        side: Environment(
            side=side,
            adapter="tryton",
            url=served.url,
            options={"database": side.value, **options},  # type: ignore[dict-item]
            accounts={"sales": Account("sales", "seller", Secret(password))},
            allow_writes=True,
            load=True,
        )
        for side in Side
    }


def mastered(
    served: Served, folder: Path, crew: Crew | None, plan: LoadPlan = PLAN, part: Part = Part.PAIR
) -> Capture:
    folder.mkdir()
    return gather(
        plan, pair(served), part, workdir=folder, hosts=HOSTS, writes=True, sessions=SESSIONS, crew=crew
    )


class Crewed:
    """A master and its workers at work, in threads that wait for their processes."""

    def __init__(self, served: Served, folder: Path, port: int) -> None:
        self.served, self.folder = served, folder
        self.crew = Crew(2, Address("127.0.0.1", port), wait_seconds=30)
        self.pool = ThreadPoolExecutor(8)

    def master(self, plan: LoadPlan = PLAN, part: Part = Part.PAIR) -> Future[Capture]:
        return self.pool.submit(mastered, self.served, self.folder / "master", self.crew, plan, part)

    def worker(self, name: str, environments: Mapping[Side, Environment]) -> Future[events.Story | None]:
        place = self.folder / name
        place.mkdir()
        return self.pool.submit(
            join,
            self.crew.bind,
            environments,
            workdir=place,
            hosts=HOSTS,
            sessions=SESSIONS,
            wait_seconds=30,
        )

    def workers(self) -> list[Future[events.Story | None]]:
        return [self.worker(name, pair(self.served)) for name in ("one", "two")]


@pytest.fixture
def crewed(served: Served, tmp_path: Path, port: int) -> Iterator[Crewed]:
    made = Crewed(served, tmp_path, port)
    yield made
    made.pool.shutdown()


def counted(made: Recording) -> Counter[tuple[int, str]]:
    return Counter((each.block, each.transaction) for each in made.samples)


def due(made: Recording) -> list[tuple[int, float]]:
    """When users were meant to come, in the blocks in which they arrive by themselves."""
    alone = {block.number for block in made.story.blocks if block.series is Series.ALONE}
    return sorted((each.block, each.intended) for each in made.samples if each.block not in alone)


def test_two_workers_do_together_what_one_generator_does(crewed: Crewed, tmp_path: Path) -> None:
    master, workers = crewed.master(part=Part.TARGET), crewed.workers()
    together = recording(master.result(120))
    shares = [worker.result(30) for worker in workers]
    entered_together = list(crewed.served.entered)
    crewed.served.entered.clear()
    single = recording(mastered(crewed.served, tmp_path / "single", None, part=Part.TARGET))

    assert together.story.finished
    assert all(each.ok for each in together.samples)
    assert counted(together) == counted(single)
    assert due(together) == due(single)
    blocks = [block for block in together.story.blocks if block.series is not Series.ALONE]
    assert {len(block.workers) for block in blocks} == {2}
    assert all(sum(each.planned for each in block.workers) == block.planned == 10 for block in blocks)
    for share in shares:
        assert share is not None
        assert sum(block.planned for block in share.blocks) == 5 * len(blocks)
    for name, seconds in (("sale.open", OPEN_SECONDS), ("sale.order", ENTER_SECONDS)):
        for quantile in (0.5, 0.9):
            both = [
                percentile([s.seconds for s in made.samples if s.transaction == name], quantile)
                for made in (single, together)
            ]
            assert min(both) >= seconds
            assert both == pytest.approx([seconds, seconds], abs=0.1)  # other work on the same processors
    written = [note.reference for note in together.notes if note.acknowledged]
    assert sorted(written) == sorted(entered_together)
    assert len(set(written)) == len(written)  # two workers never enter the same document


def test_no_secret_of_the_master_reaches_a_worker(crewed: Crewed) -> None:
    """The worker's own password is another one, and with it the server lets nobody in."""
    master = crewed.master()
    workers = [crewed.worker("one", pair(crewed.served)), crewed.worker("two", pair(crewed.served, "other"))]
    story = recording(master.result(120)).story

    assert {code for _, code in story.unavailable} == {"http.403"}
    assert story.blocks == ()
    for worker in workers:
        with pytest.raises(LoadError):
            worker.result(30)
    for folder in ("one", "two"):
        written = b"".join(f.read_bytes() for f in (crewed.folder / folder).rglob("*") if f.is_file())
        assert CANARY.encode() not in written


def test_a_worker_that_never_comes_is_an_error_and_nothing_is_loaded(crewed: Crewed) -> None:
    crewed.crew = replace(crewed.crew, wait_seconds=5)
    master, worker = crewed.master(), crewed.worker("one", pair(crewed.served))

    with pytest.raises(ConfigError) as error:
        master.result(60)

    assert error.value.sentence.key == "performance.workers.missing"
    assert "1 of 2" in str(error.value)
    assert "harness load worker" in str(error.value)
    assert crewed.served.logins == 0
    with pytest.raises(LoadError):
        worker.result(30)


def test_a_worker_keeps_to_its_own_configuration(crewed: Crewed) -> None:
    own = pair(crewed.served)
    own[Side.SOURCE] = replace(own[Side.SOURCE], allow_writes=False)
    master = crewed.master()
    workers = [crewed.worker("one", pair(crewed.served)), crewed.worker("two", own)]

    for one in (master, workers[1]):
        with pytest.raises(ConfigError) as error:
            one.result(60)
        assert error.value.sentence.key == "performance.workers.refused"
        assert "allow_writes = true in [source]" in str(error.value)
    assert not crewed.served.entered
    with pytest.raises(LoadError):
        workers[0].result(30)


def test_a_worker_that_is_killed_ends_the_load_and_its_block_does_not_count(crewed: Crewed) -> None:
    master, workers = crewed.master(replace(PLAN, pairs=20)), crewed.workers()
    wait_until(lambda: len(events.read(crewed.folder / "master" / events.EVENTS).blocks) >= 5)
    for process in still_running(crewed.folder / "one"):
        os.kill(process, signal.SIGKILL)
    capture = master.result(60)
    made = recording(capture)

    assert made.story.lost
    assert not made.story.finished
    worker, block = made.story.lost[0]
    known = {each.number for each in made.story.blocks}
    assert block not in known
    assert {each.block for each in made.samples} <= known
    conclusion = compare(SPEC, {Part.PAIR: capture})
    assert conclusion.status is Status.UNKNOWN
    assert conclusion.reason is not None
    assert conclusion.reason.key == "performance.unknown.worker_lost"
    assert dict(conclusion.reason.params)["worker"] == worker
    for each in workers:
        with pytest.raises(LoadError):
            each.result(30)


def wait_until(holds: object, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)
