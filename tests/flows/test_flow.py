"""What a flow records of its steps, and when it goes on."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from harness.errors import ConfigError, Refused, Unreachable
from harness.flows.flow import Flow, FlowEnded
from harness.model import Environment, Side, text

NO = Refused(text("flows.nothing_kept"), code="validation", message="not balanced")


def a_flow() -> Flow:
    def no_role(name: str) -> Any:
        raise AssertionError(name)

    return Flow(no_role, check_id="function.ledger", seed="seed", day=date(2026, 1, 5))


def steps(flow: Flow) -> list[Any]:
    value: Any = flow.capture().value
    return [(step["name"], step["outcome"], step.get("code"), step.get("message")) for step in value["steps"]]


def covered(flow: Flow) -> list[tuple[str, str]]:
    return [(cover.item, cover.how) for cover in flow.capture().covers]


def test_a_refused_step_ends_the_flow() -> None:
    flow = a_flow()

    with pytest.raises(FlowEnded), flow.step("post", en="Post", zh="过账"):
        raise NO

    assert steps(flow) == [("post", "refused", "validation", "not balanced")]
    assert covered(flow) == []
    assert flow.capture().failure is not None


def test_a_refusal_that_comes_is_kept_and_the_flow_goes_on() -> None:
    flow = a_flow()

    with flow.refusal("unbalanced", en="Post an unbalanced entry", zh="过账借贷不平的凭证"):
        raise NO
    with flow.step("post", en="Post", zh="过账"):
        pass

    assert steps(flow) == [
        ("unbalanced", "declined", "validation", "not balanced"),
        ("post", "done", None, None),
    ]
    assert covered(flow) == [("function.ledger.unbalanced", "refused"), ("function.ledger.post", "run")]
    assert flow.capture().failure is None


def test_a_refusal_that_does_not_come_is_kept_and_the_flow_goes_on() -> None:
    flow = a_flow()

    with flow.refusal("unbalanced", en="Post an unbalanced entry", zh="过账借贷不平的凭证"):
        pass

    assert steps(flow) == [("unbalanced", "accepted", None, None)]
    assert covered(flow) == []


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(Unreachable(text("flows.nothing_kept")), "unreachable"), (AssertionError("none"), "violated")],
    ids=["no answer", "an expectation not met"],
)
def test_silence_ends_the_flow_even_where_a_refusal_was_expected(error: Exception, outcome: str) -> None:
    flow = a_flow()

    with pytest.raises(FlowEnded), flow.refusal("unbalanced", en="Post", zh="过账"):
        raise error

    assert [step[1] for step in steps(flow)] == [outcome]


@pytest.mark.parametrize(
    ("hand", "capability"),
    [
        ("ledger", "KeepsLedger"),
        ("books", "ClosesBooks"),
        ("reports", "ReportsBooks"),
        ("items", "ReconcilesItems"),
        ("bank", "KeepsBank"),
        ("assets", "KeepsAssets"),
        ("stock", "KeepsStock"),
        ("production", "Produces"),
        ("master_data", "KeepsMasterData"),
    ],
)
def test_an_adapter_that_cannot_do_it_is_an_error_that_names_the_capability(
    hand: str, capability: str
) -> None:
    environment = Environment(Side.SOURCE, "my_erp", "http://erp.example")
    adapter: Any = SimpleNamespace(environment=environment)
    flow = Flow(lambda role: adapter, check_id="function.x", seed="seed", day=date(2026, 1, 5))

    with pytest.raises(ConfigError, match=f"my_erp.*{capability}"):
        getattr(flow, hand)("admin")
