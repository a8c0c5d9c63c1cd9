"""Nothing is loaded that was not declared loadable; whatever is refused starts nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import pytest

from harness.errors import ConfigError, HarnessError, WriteRefused
from harness.model import Account, Environment, Part, Secret, Side
from harness.performance import LoadPlan, Scenario, gather
from harness.performance.job import Job, Loaded, job_from_line
from tests.performance.recorded import PLAN

PASSWORD = "canary-4711"
READING = LoadPlan(scenarios=(Scenario("party.list"),))


def environment(side: Side) -> Environment:
    return Environment(
        side=side,
        adapter="tryton",
        url="http://127.0.0.1:9/",
        options=MappingProxyType({"database": side.value}),
        accounts=MappingProxyType({"sales": Account("sales", "seller", Secret(PASSWORD))}),
        allow_writes=True,
        load=True,
    )


def pair(**change: object) -> dict[Side, Environment]:
    target = replace(environment(Side.TARGET), **change)  # type: ignore[arg-type]
    return {Side.SOURCE: environment(Side.SOURCE), Side.TARGET: target}


@pytest.mark.parametrize(
    ("change", "hosts", "writes", "plan", "error", "key"),
    [
        ({"load": False}, ["127.0.0.1"], True, PLAN, ConfigError, "performance.config.not_allowed"),
        (
            {"production": True, "load": False, "allow_writes": False},
            ["127.0.0.1"],
            True,
            READING,
            ConfigError,
            "performance.config.production",
        ),
        ({}, [], True, PLAN, ConfigError, "performance.config.host"),
        (
            {"url": "http://erp.example.com/"},
            ["127.0.0.1"],
            True,
            PLAN,
            ConfigError,
            "performance.config.host",
        ),
        (
            {"url": "http://127.0.0.1.example.com/"},
            ["127.0.0.1"],
            True,
            PLAN,
            ConfigError,
            "performance.config.host",
        ),
        ({"accounts": {}}, ["127.0.0.1"], True, PLAN, ConfigError, "performance.config.role"),
        ({}, ["127.0.0.1"], False, PLAN, WriteRefused, "adapters.write.no_mark"),
        ({"allow_writes": False}, ["127.0.0.1"], True, PLAN, WriteRefused, "adapters.write.no_permission"),
    ],
)
def test_what_may_not_be_loaded_is_refused_before_anything_starts(
    change: dict[str, object],
    hosts: list[str],
    writes: bool,
    plan: LoadPlan,
    error: type[HarnessError],
    key: str,
    tmp_path: Path,
) -> None:
    with pytest.raises(error) as refused:
        gather(plan, pair(**change), Part.PAIR, workdir=tmp_path, hosts=hosts, writes=writes)

    assert refused.value.sentence.key == key
    assert list(tmp_path.iterdir()) == []


def test_a_password_is_in_the_line_to_the_generator_and_nowhere_else() -> None:
    found = environment(Side.SOURCE)
    job = Job(PLAN, (Loaded(found, (found.accounts["sales"],), "m:C"),), "/tmp/x", "r1")

    assert PASSWORD not in repr(job)
    assert job_from_line(job.to_line()).sides[0].accounts[0].password.reveal() == PASSWORD
    assert job.to_line().count(b"\n") == 1


def test_a_job_survives_its_line() -> None:
    found = environment(Side.TARGET)
    job = Job(
        replace(PLAN, rate=Decimal("2.5")), (Loaded(found, (found.accounts["sales"],), "m:C"),), "/x", "r1"
    )

    read = job_from_line(job.to_line())

    assert (read.plan, read.folder, read.run) == (job.plan, "/x", "r1")
    assert (read.sides[0].environment.url, read.sides[0].environment.options) == (found.url, found.options)
