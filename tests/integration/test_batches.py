"""Batches on the real pair: equal work in time passes; what is late or comes to something else is named."""

from __future__ import annotations

import os
import time as clock
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.batches import BatchOrder
from harness.adapters.registry import open_adapter
from harness.config import load as load_config
from harness.model import Area, CheckSpec, Conclusion, Environment, Mode, Part, Side, Status, Title
from harness.performance.batch import BatchPlan, Window, gather
from harness.performance.batch.comparison import compare
from harness.testing.proxy import Delay, FaultProxy, Replace, matching
from tests.performance.test_process import HOSTS

pytestmark = pytest.mark.real_pair
NIGHT = Window(time(22), time(4))
FIVE_SECONDS = Window(time(2), time(2, 0, 5))
SMALL: dict[str, Any] = {"volumes": (2, 4, 8), "noticeable": Decimal(3), "margin": Decimal(2)}
"""Both systems and their database share a few cores with whatever else runs there."""


@pytest.fixture(scope="module")
def environments(request: pytest.FixtureRequest) -> Mapping[Side, Environment]:
    """The real pair."""
    existing = os.environ.get("HARNESS_TEST_CONFIG")
    path = Path(existing) if existing else request.getfixturevalue("pair").config
    config = load_config(path, environ=os.environ, overrides={})
    return {side: config.pair[side] for side in Side}


def judged(plan: BatchPlan, environments: Mapping[Side, Environment]) -> Conclusion:
    """The conclusion of one plan on the pair."""
    spec = CheckSpec(
        f"performance.{plan.batch}", Title("Batch", "批处理"), Area.PERFORMANCE, "any", Mode.PAIR, "batch"
    )
    adapters = {side: open_adapter(environments[side], plan.role, writes=True) for side in Side}
    started = clock.monotonic()
    try:
        capture = gather(
            plan,
            environments,
            Part.PAIR,
            lambda side: adapters[side],
            day=datetime.now(UTC).date(),
            hosts=HOSTS,
            writes=True,
        )
    finally:
        for adapter in adapters.values():
            adapter.close()
    conclusion = compare(spec, {Part.PAIR: capture})
    print(f"{plan.batch}: {clock.monotonic() - started:.0f} s, {dict(conclusion.measures)}")
    return conclusion


@contextmanager
def through(
    environments: Mapping[Side, Environment],
) -> Iterator[tuple[FaultProxy, dict[Side, Environment]]]:
    """The pair with a proxy before its target."""
    target = environments[Side.TARGET]
    with FaultProxy(target.url) as proxy:
        yield proxy, {**environments, Side.TARGET: replace(target, url=proxy.url)}


@pytest.mark.parametrize("job", ["depreciation", "import", "mass_invoicing", "month_end", "planning"])
def test_equal_work_in_time_passes(environments: Mapping[Side, Environment], job: str) -> None:
    small = SMALL | {"volumes": (1, 2, 4)} if job == "mass_invoicing" else SMALL  # each is printed, too
    conclusion = judged(BatchPlan(job, expected=30, window=NIGHT, **small), environments)

    assert conclusion.status is Status.PASSED, conclusion
    assert conclusion.measures[f"{job}.target.answer"] == "fits"


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(
    ("job", "figures"),
    [
        ("depreciation", {"documents": 3, "months": 3, "depreciation": "300.09", "debit": "300.09"}),
        ("import", {"documents": 3, "records": 3, "codes": 3, "addresses": 3}),
        ("mass_invoicing", {"documents": 3, "numbers": 3, "untaxed": "301.11"}),
        ("month_end", {"documents": 3, "months_closed": 1, "postings": 6, "debit": "31.11"}),
        ("planning", {"documents": 3, "requests": 3, "quantity": 78, "in_stock": 0}),
    ],
)
def test_a_batch_takes_what_was_made_ready_and_nothing_else(
    environments: Mapping[Side, Environment], side: Side, job: str, figures: dict[str, object]
) -> None:
    adapter: Any = open_adapter(environments[side], "admin", writes=True)
    day = datetime.now(UTC).date()
    try:
        for number in range(2):  # the first leaves nothing behind that the second would take
            order = BatchOrder(job, 3, day, f"T{clock.time_ns() // 1_000_000:x}{number}")
            documents = adapter.ready_batch(order)
            idle = adapter.batch_figures(order, documents)
            adapter.run_batch(order, documents)
            found = adapter.batch_figures(order, documents)
            adapter.tidy_batch(order, documents)

            assert idle["documents"] == 0
            assert {name: str(found[name]) for name in figures} == {
                name: str(value) for name, value in figures.items()
            }
    finally:
        adapter.close()


@pytest.mark.qualify
def test_a_batch_that_no_longer_fits_its_window_is_found_and_named(
    environments: Mapping[Side, Environment],
) -> None:
    """Six seconds more for every import, of a window of five."""
    plan = BatchPlan("import", expected=16, window=FIVE_SECONDS, **SMALL)
    with through(environments) as (proxy, delayed):
        rule = proxy.add(matching(body=b"party.party.import_data"), Delay(6))
        conclusion = judged(plan, delayed)

    assert rule.count == 7
    assert {(each.kind.value, each.entity, each.field) for each in conclusion.findings} == {
        ("violation", "import", "window"),
        ("regression", "import", "seconds"),
    }
    assert str(conclusion.measures["import.target.finish"]) > "02:00:05"
    assert conclusion.measures["import.source.answer"] != "misses"


def corrupting(name: bytes, change: Callable[[bytes], bytes]) -> Replace:
    """Answers that say something else of what a batch came to."""
    return Replace(body=lambda body: change(body) if name in body else body)


def test_a_batch_that_comes_to_something_else_is_found_and_named(
    environments: Mapping[Side, Environment],
) -> None:
    """The target posts the first amount of each month two hundredths lower, on both sides of the entry."""
    plan = BatchPlan("month_end", expected=30, window=NIGHT, **SMALL)
    with through(environments) as (proxy, changed):
        lower = corrupting(b'"10.00"', lambda body: body.replace(b'"10.00"', b'"9.98"'))
        rule = proxy.add(matching(body=b"account.move.line.search_read"), lower)
        conclusion = judged(plan, changed)

    assert rule.count >= 6
    assert conclusion.status is Status.FAILED
    assert {(each.kind.value, each.entity, each.field) for each in conclusion.findings} == {
        ("regression", "month_end", "debit"),
        ("regression", "month_end", "credit"),
    }
    first = next(each for each in conclusion.findings if each.field == "debit")
    assert (str(first.source_value), str(first.target_value)) == ("20.37", "20.35")


def test_a_batch_that_the_target_refuses_is_found_with_its_reason(
    environments: Mapping[Side, Environment],
) -> None:
    no = b'{"id": 1, "error": ["UserError", ["The period is locked by the auditor.", ""]]}'
    plan = BatchPlan("month_end", expected=30, window=NIGHT, **SMALL)
    with through(environments) as (proxy, locked):
        proxy.add(matching(body=b"model.account.period.close"), Replace(body=no))
        conclusion = judged(plan, locked)

    (finding,) = conclusion.findings
    assert (finding.kind.value, finding.entity, finding.field) == ("unavailable", "month_end", "run")
    assert "locked by the auditor" in str(finding.text)
