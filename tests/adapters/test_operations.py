"""What a business call means is known by its name, has words in both languages, and is noted as it comes."""

from __future__ import annotations

import pytest

from harness.adapters.business import KeepsLedger, RunsFlows
from harness.adapters.operations import HOMES, capabilities, meant, methods, observed, offered
from harness.coverage import Operation
from harness.errors import Refused, Unreachable
from harness.messages import catalogue
from harness.model import text

METHODS = [(kind, name) for kind in capabilities() for name in methods(kind)]


@pytest.mark.parametrize(
    ("method", "cell"),
    [
        ("create_order", "sale/order/create"),
        ("post_invoices", "accounting/invoice/post"),
        ("deliveries", "stock/delivery/read"),
        ("entry", "accounting/entry/read"),
        ("ship_order", "stock/delivery/post"),
        ("reverse_entry", "accounting/entry/reverse"),
        ("sellable_products", "product/product/read"),
        ("find_parties", "party/party/search"),
        ("close_pass", "pass/pass/close"),
    ],
)
def test_a_name_says_what_is_done_to_what(method: str, cell: str) -> None:
    assert str(meant(method)) == cell
    assert Operation.of(cell) == meant(method)


@pytest.mark.parametrize(("capability", "method"), METHODS, ids=[name for _, name in METHODS])
def test_every_capability_s_method_has_its_words(capability: type, method: str) -> None:
    """Add HOMES or OTHERWISE in operations.py, and the words to coverage.toml."""
    cell = meant(method)

    assert cell.document in HOMES
    for kind, code in (("module", cell.module), ("document", cell.document), ("operation", cell.operation)):
        assert f"coverage.{kind}.{code}" in catalogue(), f"{capability.__name__}.{method}"


class Ledger:
    """Keeps a ledger, and nothing else."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def create_entry(self, draft: object) -> str:
        self.entry(draft)  # a call of its own
        self.calls.append("create")
        return "1"

    def post_entry(self, entry: object) -> None:
        raise Refused(text("flows.nothing_kept"), code="validation", message="not balanced")

    def reverse_entry(self, entry: object) -> None:
        raise Unreachable(text("flows.nothing_kept"))

    def delete_entry(self, entry: object) -> None: ...

    def entry(self, entry: object) -> None: ...

    def manual_accounts(self, limit: int) -> tuple[str, ...]:
        return ()


def test_an_adapter_offers_what_its_capabilities_do() -> None:
    assert {str(cell) for cell in offered(Ledger())} == {
        "accounting/entry/create",
        "accounting/entry/post",
        "accounting/entry/reverse",
        "accounting/entry/delete",
        "accounting/entry/read",
        "accounting/account/read",
    }


def test_what_the_erp_answers_is_noted_and_what_the_adapter_asks_of_itself_is_not() -> None:
    noted: list[tuple[str, bool]] = []
    ledger = observed(Ledger(), lambda done, refused: noted.append((done.operation, refused)))

    assert ledger.create_entry("x") == "1"
    with pytest.raises(Refused):
        ledger.post_entry("1")
    with pytest.raises(Unreachable):
        ledger.reverse_entry("1")

    assert noted == [("create", False), ("post", True)]
    assert ledger.calls == ["create"]


def test_an_observed_adapter_is_what_it_is() -> None:
    ledger = observed(Ledger(), lambda done, refused: None)

    assert isinstance(ledger, KeepsLedger)
    assert isinstance(ledger, Ledger)
    assert not isinstance(ledger, RunsFlows)
