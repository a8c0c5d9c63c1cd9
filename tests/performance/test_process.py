"""Locust for real, as a process of its own, with users that need no network."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from harness.errors import LoadError
from harness.model import Account, Environment, Part, Secret, Side, Status
from harness.performance import LoadPlan, Scenario, gather
from harness.performance import process as generator_process
from harness.performance.comparison import compare
from harness.performance.job import Job, Loaded
from harness.performance.process import bound_seconds, run_generator
from harness.performance.recording import recording
from tests.performance.recorded import SPEC

pytestmark = pytest.mark.end_to_end

SESSIONS = "tests.performance.scripted:ScriptedSession"
CANARY = "canary-9Q7x"
HOSTS = ("127.0.0.1",)
PLAN = LoadPlan(
    scenarios=(Scenario("sale.open"),),
    rate=Decimal(60),
    block_seconds=Decimal("0.1"),
    pairs=4,
    warmup_pairs=0,
    rounds=1,
    timeout_seconds=Decimal(1),
)


def environment(side: Side, **options: object) -> Environment:
    return Environment(
        side=side,
        adapter="tryton",
        url="http://127.0.0.1:9",
        options=options,  # type: ignore[arg-type]
        accounts={"sales": Account("sales", "seller", Secret(CANARY))},
        load=True,
    )


def pair(**target: object) -> dict[Side, Environment]:
    return {Side.SOURCE: environment(Side.SOURCE), Side.TARGET: environment(Side.TARGET, **target)}


def test_a_slow_target_is_found_and_no_password_is_left_behind(tmp_path: Path) -> None:
    capture = gather(PLAN, pair(seconds=0.2), Part.PAIR, workdir=tmp_path, hosts=HOSTS, sessions=SESSIONS)

    conclusion = compare(SPEC, {Part.PAIR: capture})

    assert conclusion.status is Status.FAILED, conclusion.reason
    assert [finding.entity for finding in conclusion.findings] == ["sale.open"]
    assert {item.item for item in capture.universe} == {"sale.open", "sale.order"}
    stored = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert CANARY.encode() not in stored
    assert CANARY not in repr(capture)


def test_a_shut_door_is_told_and_nothing_runs(tmp_path: Path) -> None:
    locked = pair(login="refused.login")
    capture = gather(PLAN, locked, Part.TARGET, workdir=tmp_path, hosts=HOSTS, sessions=SESSIONS)

    assert capture.failure is not None
    assert capture.failure.key == "performance.failure.unavailable"
    assert recording(capture).samples == ()


def test_a_generator_whose_time_is_up_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator_process, "bound_seconds", lambda job: 1)
    stuck = environment(Side.TARGET, seconds=60)
    job = Job(PLAN, (Loaded(stuck, (stuck.accounts["sales"],), SESSIONS),), str(tmp_path), "r")

    with pytest.raises(LoadError):
        run_generator(job)

    assert still_running(tmp_path) == []


def test_the_bound_covers_every_block_at_its_slowest() -> None:
    both = tuple(Loaded(each, (each.accounts["sales"],), SESSIONS) for each in pair().values())

    assert bound_seconds(Job(PLAN, both, "/x", "r")) > 8 * 1.1 + 2 * 30
    assert bound_seconds(Job(replace(PLAN, rounds=3), both, "/x", "r")) > bound_seconds(
        Job(PLAN, both, "/x", "r")
    )


def still_running(folder: Path) -> list[int]:
    """Processes that work in the folder of the load."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").readlink() == folder.resolve():
                found.append(int(entry.name))
        except OSError:
            continue
    return found
