"""How much the real pair takes: ever more arrivals, ever more users, and load that comes from workers."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from harness.model import Conclusion, Environment, Part, Side
from harness.performance import LoadPlan, gather
from harness.performance.comparison import compare
from harness.performance.crew.address import Address
from harness.performance.crew.joining import join
from harness.performance.job import Crew
from harness.performance.recording import recording
from tests.integration.test_load import ORDERS, SMOKE, environments
from tests.performance.recorded import SPEC
from tests.performance.test_process import HOSTS

__all__ = ["environments"]

pytestmark = [pytest.mark.real_pair, pytest.mark.qualify]

READING = replace(
    SMOKE,
    scenarios=tuple(each for each in SMOKE.scenarios if not each.writes),
    limits=(),
    rate=Decimal(2),
    block_seconds=Decimal(3),
    pairs=4,
    rounds=1,
    alone=0,
    users=2,
    knee_seconds=Decimal("0.5"),
)


def concluded(plan: LoadPlan, environments: Mapping[Side, Environment], folder: Path) -> Conclusion:
    capture = gather(plan, environments, Part.PAIR, workdir=folder, hosts=HOSTS)
    conclusion = compare(SPEC, {Part.PAIR: capture})
    shown = ("capacity", "crowd")
    print({name: str(item) for name, item in conclusion.measures.items() if name.startswith(shown)})
    print([each.text.key for each in conclusion.findings], conclusion.reason)
    return conclusion


def test_each_side_is_driven_until_it_cannot_follow(
    environments: Mapping[Side, Environment], tmp_path: Path
) -> None:
    """Up to 128 arrivals a second, on a machine of two processors: somewhere below is the knee."""
    plan = replace(READING, rate=Decimal(4), users=1, stages=tuple(map(Decimal, (1, 4, 16, 32))))
    measures = concluded(plan, environments, tmp_path).measures

    for side in Side:
        sustained, knee = measures[f"capacity.{side}.sustained"], measures[f"capacity.{side}.knee"]
        assert 0 <= sustained < knee <= 128
        assert measures[f"capacity.{side}.fails"]
        assert f"capacity.{side}.recovered" in measures


@pytest.mark.parametrize(("capacity", "untried"), [("4", False), ("50", True)])
def test_a_demand_above_the_highest_stage_is_not_verified(
    environments: Mapping[Side, Environment], tmp_path: Path, capacity: str, untried: bool
) -> None:
    """Four a second are tried and sustained: four are enough, and of fifty nobody knows."""
    stages = (Decimal(1), Decimal(2))
    plan = replace(READING, users=6, stages=stages, capacity=Decimal(capacity), knee_seconds=Decimal(9))
    conclusion = concluded(plan, environments, tmp_path)
    told = {each.key for each in (conclusion.reason, *conclusion.caveats) if each is not None}

    assert not [each for each in conclusion.findings if each.field == "capacity"]
    assert ("performance.unknown.capacity" in told) is untried


def test_more_users_get_more_done_until_the_server_is_busy(
    environments: Mapping[Side, Environment], tmp_path: Path
) -> None:
    measures = concluded(replace(READING, crowds=(1, 2, 4, 8, 16)), environments, tmp_path).measures

    for side in Side:
        assert measures[f"crowd.{side}.most"] >= measures[f"crowd.{side}.1.answered"] > 0
        assert measures[f"crowd.{side}.knee"] in (1, 2, 4, 8)


def test_what_two_workers_enter_is_there_once(
    environments: Mapping[Side, Environment], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        crew = Crew(2, Address("127.0.0.1", int(free.getsockname()[1])), wait_seconds=60)
    folders = [tmp_path / name for name in ("master", "one", "two")]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(2) as pool:
        shares = [
            pool.submit(join, crew.bind, environments, workdir=folder, hosts=HOSTS) for folder in folders[1:]
        ]
        capture = gather(
            ORDERS, environments, Part.PAIR, workdir=folders[0], hosts=HOSTS, writes=True, crew=crew
        )
        stories = [share.result(60) for share in shares]
    conclusion, made = compare(SPEC, {Part.PAIR: capture}), recording(capture)

    assert made.story.finished
    assert all(story is not None and story.finished for story in stories)
    assert not [each for each in conclusion.findings if each.entity == "documents"]
    for side in Side:
        assert conclusion.measures[f"documents.{side}.acknowledged"] >= 10
        assert conclusion.measures[f"documents.{side}.wrong"] == 0
