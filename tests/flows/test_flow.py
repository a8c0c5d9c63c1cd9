"""What a flow records of its steps, and when it goes on."""

from datetime import date
from typing import Any

import pytest

from harness.errors import Refused, Unreachable
from harness.flows.flow import Flow, FlowEnded
from harness.model import text

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
    ("refused", "outcome", "how"), [(True, "declined", "refused"), (False, "ignored", "run")]
)
def test_an_attempt_may_be_refused_or_not(refused: bool, outcome: str, how: str) -> None:
    flow = a_flow()

    with flow.attempt("twice", en="Post it twice", zh="重复过账"):
        if refused:
            raise NO
    flow.keep("entry", "as before")
    with flow.step("next", en="Next", zh="下一步"):
        flow.keep("entry", "changed")

    assert [step[:2] for step in steps(flow)] == [("twice", outcome), ("next", "done")]
    assert covered(flow)[0] == ("function.ledger.twice", how)
    value: Any = flow.capture().value
    assert [(kept["step"], kept["content"]) for kept in value["documents"]] == [
        (0, "as before"),
        (1, "changed"),
    ]


def test_a_document_that_is_not_there_fails_its_step() -> None:
    flow = a_flow()

    with pytest.raises(FlowEnded), flow.step("post", en="Post", zh="过账"):
        flow.first(())

    assert steps(flow)[0][1] == "violated"
