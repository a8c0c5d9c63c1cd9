"""Both sides in turn over the same documents; a side that says no is left alone; nothing runs unlocked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from harness.errors import ConfigError, HarnessError, WriteRefused
from harness.model import Capture, Environment, Part, Side, Status
from harness.performance.batch import gather
from harness.performance.batch.comparison import compare
from harness.performance.batch.plan import BatchPlan
from harness.performance.batch.recording import Step, seen
from tests.performance.batch.recorded import PLAN, SPEC
from tests.performance.batch.scripted import DAY, Scripted, environment

S, T = Side.SOURCE, Side.TARGET
HOSTS = ("127.0.0.1",)


def gathered(
    adapters: dict[Side, Scripted], part: Part = Part.PAIR, plan: BatchPlan = PLAN, **given: Any
) -> Capture:
    environments: dict[Side, Environment] = {side: each.environment for side, each in adapters.items()}
    options: dict[str, Any] = {"hosts": HOSTS, "writes": True, **given}
    return gather(plan, environments, part, lambda side: adapters[side], day=DAY, **options)


def pair(**target: Any) -> dict[Side, Scripted]:
    return {S: Scripted(environment(S)), T: Scripted(environment(T), **target)}


def test_both_sides_are_given_the_same_orders_and_every_run_is_tidied_up() -> None:
    adapters = pair()
    capture = gathered(adapters)

    told = [sorted((order.count, order.day) for order in adapters[side].orders) for side in (S, T)]
    assert told[0] == told[1]
    assert len({order.tag for side in (S, T) for order in adapters[side].orders}) == 18
    for adapter in adapters.values():
        assert [step for step, _ in adapter.calls] == ["ready", "run", "read", "tidy"] * 9
    found = seen({Part.PAIR: capture})
    assert len(found.pairs()) == 8
    assert capture.failure is None
    assert [(item.kind, item.item) for item in capture.universe] == [
        ("batch", "month_end"),
        ("batch", "planning"),
    ]
    assert (
        capture.content("runs.csv").decode().splitlines()[0] == "side,repeat,volume,seconds,debit,documents"
    )


@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.parametrize("step", Step)
def test_a_side_that_says_no_is_not_asked_again_and_the_other_goes_on(step: Step, silent: bool) -> None:
    adapters = pair(refuses=step.value, silent=silent)
    capture = gathered(adapters)

    found = seen({Part.PAIR: capture})
    assert found.failed[T].step is step
    assert found.failed[T].code == ("unreachable" if silent else "no_month")
    assert len(found.of(S)) == 8
    assert len(found.of(T)) == 1  # the third run was not gone through with; the first is the warm-up
    assert adapters[T].calls[-1][0] == ("ready" if step is Step.READY else "tidy")
    conclusion = compare(SPEC, {Part.PAIR: capture})
    assert [finding.field for finding in conclusion.findings] == [step.value]


def test_one_side_by_itself_says_why_it_failed() -> None:
    adapters = pair(refuses="run")

    source, target = gathered(adapters, Part.SOURCE), gathered(adapters, Part.TARGET)

    assert source.failure is None
    assert target.failure is not None
    assert target.failure["message"] == "not now"
    conclusion = compare(SPEC, {Part.SOURCE: source, Part.TARGET: target})
    assert conclusion.status is Status.FAILED


class Lacking(Scripted):
    """Runs other batches."""

    def batches(self) -> tuple[str, ...]:
        return ("planning",)


@pytest.mark.parametrize(
    ("change", "hosts", "writes", "plan", "error", "key"),
    [
        ({"load": False}, HOSTS, True, PLAN, ConfigError, "performance.config.not_allowed"),
        (
            {"production": True, "load": False, "allow_writes": False},
            HOSTS,
            True,
            PLAN,
            ConfigError,
            "performance.config.production",
        ),
        ({}, (), True, PLAN, ConfigError, "performance.config.host"),
        ({}, HOSTS, True, replace(PLAN, role="clerk"), ConfigError, "performance.config.role"),
        ({"allow_writes": False}, HOSTS, True, PLAN, WriteRefused, "adapters.write.no_permission"),
        ({}, HOSTS, False, PLAN, WriteRefused, "adapters.write.no_mark"),
        ({}, HOSTS, True, replace(PLAN, batch="close"), ConfigError, "batch.config.cannot"),
    ],
)
def test_what_is_not_permitted_asks_the_erp_for_nothing(
    change: dict[str, Any],
    hosts: Iterable[str],
    writes: bool,
    plan: BatchPlan,
    error: type[HarnessError],
    key: str,
) -> None:
    adapters = pair()
    adapters[T].environment = replace(environment(T), **change)

    with pytest.raises(error) as refused:
        gathered(adapters, plan=plan, hosts=hosts, writes=writes)

    assert refused.value.sentence.key == key
    assert "canary" not in str(refused.value)
    assert adapters[S].calls == adapters[T].calls == []


def test_an_adapter_that_cannot_run_it_is_a_mistake_of_the_set_up() -> None:
    adapters = pair()
    adapters[T] = Lacking(environment(T))

    with pytest.raises(ConfigError, match="those it can run: planning"):
        gathered(adapters)
