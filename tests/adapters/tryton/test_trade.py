"""Order to cash as real servers of both series answered it, replayed: every request must be the same."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from harness.adapters.registry import open_adapter
from harness.documents import as_value
from harness.model import Account, Environment, Secret, Side
from harness.values import Value
from tests.fakes.recorded import replay, trade

USERS = {"admin": "admin", "sales": "seller", "stock": "picker", "accounting": "clerk"}
SERIES = ["7.0", "8.0"]


@cache
def _documents(series: str) -> dict[str, Any]:
    database = "source" if series == "7.0" else "target"
    environment = Environment(
        Side(database),
        "tryton",
        "http://erp.example",
        options={"database": database},
        accounts={role: Account(role, user, Secret("x")) for role, user in USERS.items()},
        allow_writes=True,
    )
    transport, day = replay(f"trade-{series}")
    adapter = open_adapter(environment, writes=True, transport=transport)
    documents = {"day": day, **trade(adapter, day)}
    adapter.version()
    adapter.close()
    assert transport.calls == []
    return documents


@pytest.mark.parametrize("series", SERIES)
def test_the_order_has_the_prices_and_taxes_that_tryton_proposed(series: str) -> None:
    """A price that was given is kept; quantities are exact."""
    found = _documents(series)["draft"]
    first, second = found.lines

    assert (first.quantity, second.quantity, second.unit_price) == (
        Decimal(12),
        Decimal(3),
        Decimal("9.99"),
    )
    assert first.unit_price > 0
    assert first.taxes == second.taxes == ("VAT 13%",)
    assert found.untaxed == first.amount + second.amount
    assert found.total == found.untaxed + found.tax
    assert (found.state, found.customer, found.date) == (
        "draft",
        "海风贸易 & O'Neil",
        _documents(series)["day"],
    )


@pytest.mark.parametrize("series", SERIES)
def test_each_step_leaves_its_state(series: str) -> None:
    """Confirmed orders are processed, deliveries go from waiting to done, invoices from draft to paid."""
    found = _documents(series)
    (planned,), (shipped,) = found["planned"], found["shipped"]
    (unposted,), (posted,), (paid,) = found["unposted"], found["posted"], found["paid"]

    assert (found["confirmed"].state, found["order"].state) == ("processing", "done")
    assert (planned.state, planned.effective) == ("waiting", None)
    assert (shipped.state, shipped.effective) == ("done", found["day"])
    assert {move.state for move in shipped.moves} == {"done"}
    assert [invoice.state for invoice in (unposted, posted, paid)] == ["draft", "posted", "paid"]
    assert (unposted.entries, len(posted.entries), len(paid.entries)) == ((), 1, 3)


@pytest.mark.parametrize("series", SERIES)
def test_goods_and_money_move_completely(series: str) -> None:
    """Every line is picked and sent; debit equals credit; nothing stays open."""
    found = _documents(series)
    moved = {(move.origin, move.product, move.quantity) for move in found["shipped"][0].moves}
    expected = {
        (origin, line.product, line.quantity)
        for origin in ("Storage Zone", "Output Zone")
        for line in found["order"].lines
    }
    balances = {balance.account: (balance.debit, balance.credit) for balance in found["balances"]}
    total = found["order"].total

    assert moved == expected
    assert sum(debit for debit, _ in balances.values()) == sum(credit for _, credit in balances.values())
    assert balances["1122"] == (total, total)
    assert balances["1001"] == (total, Decimal(0))
    assert found["paid"][0].open_amount == 0
    assert all(line.reconciled for line in _lines(found["paid"][0]) if line.account == "1122")


def test_both_series_make_the_same_documents() -> None:
    """Renamed buttons and fields, another wire: no difference a business could see."""
    source, target = (
        {name: _comparable(as_value(document)) for name, document in _documents(series).items()}
        for series in SERIES
    )

    assert source == target


def _lines(invoice: Any) -> list[Any]:
    return [line for entry in invoice.entries for line in entry.lines]


def _comparable(value: Value) -> Value:
    if isinstance(value, Mapping):
        return {name: _comparable(item) for name, item in value.items() if name not in {"ref", "number"}}
    return [_comparable(item) for item in value] if isinstance(value, list) else value
