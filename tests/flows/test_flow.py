"""What a flow records of its steps, and when it goes on."""

from datetime import date
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from harness.errors import ConfigError, Refused, Unreachable
from harness.flows.flow import Flow, FlowEnded
from harness.model import Cover, Environment, Side, text

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


class Entries:
    """Keeps a ledger in which nothing can be deleted."""

    def create_entry(self, draft: object) -> str:
        return "1"

    def post_entry(self, entry: object) -> None: ...

    def reverse_entry(self, entry: object) -> str:
        return "2"

    def delete_entry(self, entry: object) -> None:
        raise NO

    def entry(self, entry: object) -> None: ...

    def manual_accounts(self, limit: int) -> tuple[str, ...]:
        return ()


def test_what_was_asked_of_the_erp_is_kept_with_its_step_without_a_word_of_the_flow() -> None:
    erp: Any = Entries()
    flow = Flow(lambda role: erp, check_id="function.ledger", seed="seed", day=date(2026, 1, 5))
    ledger: Any = flow.ledger("accounting")

    ledger.manual_accounts(1)
    with flow.step("enter", en="Enter", zh="录入"):
        ledger.create_entry(None)
        ledger.entry("1")
        ledger.entry("1")
    with flow.refusal("delete", en="Delete", zh="删除"):
        ledger.entry("1")
        ledger.delete_entry("1")

    value: Any = flow.capture().value
    assert [(step["did"], step["refused"]) for step in value["steps"]] == [
        (["accounting/account/read", "accounting/entry/create", "accounting/entry/read"], []),
        (["accounting/entry/read"], ["accounting/entry/delete"]),
    ]
    offered = [item.item for item in flow.capture().universe if item.kind == "operation"]
    assert "accounting/entry/reverse" in offered


def test_a_flow_covers_what_its_roles_used_and_nothing_from_before() -> None:
    class Telling:
        """An adapter that was used before."""

        told: ClassVar[list[str]] = ["before", "during"]

        def touched(self) -> tuple[Cover, ...]:
            return (Cover("model", self.told.pop(0), "read"),)

        def __getattr__(self, name: str) -> Any:
            return lambda *arguments: None

    adapter: Any = Telling()
    flow = Flow(lambda name: adapter, check_id="function.x", seed="seed", day=date(2026, 1, 5))
    flow.ledger("accounting")
    flow.ledger("accounting")
    assert covered(flow) == [("during", "read")]


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
