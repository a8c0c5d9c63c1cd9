"""Batches on the real pair: equal work in time passes; what is late or comes to something else is named."""

from __future__ import annotations

import os
import time as clock
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
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


def corrupting(name: bytes, change: Callable[[bytes], bytes]) -> Replace:
    """Answers that say something else of what a batch came to."""
    return Replace(body=lambda body: change(body) if name in body else body)


@dataclass(frozen=True)
class Fault:
    """What goes wrong on the target in requests with such a body, and the findings that it must cause."""

    job: str
    body: bytes
    action: Delay | Replace
    findings: frozenset[tuple[str, str]]
    at_least: int = 1
    plan: Mapping[str, Any] = field(default_factory=dict)
    says: str = ""


LOCKED = b'{"id": 1, "error": ["UserError", ["The period is locked by the auditor.", ""]]}'
FAULTS = {
    "six seconds more for every import, of a window of five": Fault(
        job="import",
        body=b"party.party.import_data",
        action=Delay(6),
        findings=frozenset({("violation", "window"), ("regression", "seconds")}),
        at_least=7,
        plan={"expected": 16, "window": FIVE_SECONDS},
    ),
    "the first amount of each month two hundredths lower, on both sides of the entry": Fault(
        job="month_end",
        body=b"account.move.line.search_read",
        action=corrupting(b'"10.00"', lambda body: body.replace(b'"10.00"', b'"9.98"')),
        findings=frozenset({("regression", "debit"), ("regression", "credit")}),
        at_least=6,
        says="20.35",
    ),
    "a month that cannot be closed": Fault(
        job="month_end",
        body=b"model.account.period.close",
        action=Replace(body=LOCKED),
        findings=frozenset({("unavailable", "run")}),
        says="locked by the auditor",
    ),
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.qualify] if fault.plan else []) for name, fault in FAULTS.items()],
)
def test_what_goes_wrong_on_the_target_is_found_and_named(
    environments: Mapping[Side, Environment], name: str
) -> None:
    fault = FAULTS[name]
    plan = BatchPlan(fault.job, **{"expected": 30, "window": NIGHT, **SMALL, **fault.plan})
    with through(environments) as (proxy, changed):
        rule = proxy.add(matching(body=fault.body), fault.action)
        conclusion = judged(plan, changed)

    assert rule.count >= fault.at_least
    assert conclusion.status is Status.FAILED
    assert {(each.kind.value, each.field) for each in conclusion.findings} == fault.findings
    assert {each.entity for each in conclusion.findings} == {fault.job}
    assert any(fault.says in str(each.text) for each in conclusion.findings)
    assert conclusion.measures.get(f"{fault.job}.source.answer") != "misses"
