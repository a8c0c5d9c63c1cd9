"""What must hold of adapters that deliver in parts, take back, correct and buy.

A part of the conformance suite: `AdapterConformance` takes it in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from harness.documents import LineDraft, OrderDraft, PartyDraft, PurchaseDraft, Ref
from harness.errors import Refused
from harness.inhouse import ProductDraft
from harness.model import Environment
from harness.testing.conformance_base import Declared
from harness.testing.declarations import Sample
from harness.written import Entered, Stage, reference_of

_PARTY = PartyDraft("Conformance 合规贸易", "中山路 18", "200001", "上海", "CN", "office@example.com")
_REF = Ref("order", "1")
_REQUEST = Ref("purchase_request", "1")
_DAY = date(2026, 1, 5)
WRITES: Mapping[str, Mapping[str, Callable[[Any, Sample], object]]] = {
    "DeliversPartly": {
        "deliver": lambda adapter, sample: adapter.deliver(_REF, {"x": Decimal(1)}, _DAY),
        "undo_delivery": lambda adapter, sample: adapter.undo_delivery(Ref("delivery", "1")),
    },
    "Returns": {"return_order": lambda adapter, sample: adapter.return_order(_REF)},
    "Corrects": {
        "post_invoice": lambda adapter, sample: adapter.post_invoice(_REF),
        "delete_invoice": lambda adapter, sample: adapter.delete_invoice(_REF),
        "write_off_reason": lambda adapter, sample: adapter.write_off_reason("x", "1"),
        "write_off": lambda adapter, sample: adapter.write_off(_REF, Decimal(1), _REF, _DAY),
    },
    "Buys": {
        "create_purchase": lambda adapter, sample: adapter.create_purchase(PurchaseDraft(_REF, _DAY, ())),
        "reprice_invoice": lambda adapter, sample: adapter.reprice_invoice(_REF, {"x": Decimal(1)}),
    },
    "BuysOnRequest": {
        "order_requested": lambda adapter, sample: adapter.order_requested(_REQUEST, _REF),
        "price_order": lambda adapter, sample: adapter.price_order(Ref("purchase", "1"), {"x": Decimal(1)}),
        "delete_request": lambda adapter, sample: adapter.delete_request(_REQUEST),
    },
}


class TradeConformance(Declared):
    """Orders, deliveries, returns and purchases."""

    def test_what_is_not_delivered_stays_open_and_all_of_it_can_come_back(
        self, environment: Environment, writer: Any, sample: Sample
    ) -> None:
        """Two deliveries make the order; the return takes the same goods the other way."""
        self._trading("DeliversPartly")
        sales, stock = _role(writer, environment, "sales"), _role(writer, environment, "stock")
        day = date.today()
        (product,) = sales.sellable_products(1)
        customer = sales.create_party(replace(_PARTY, country=sample.country))
        order = sales.create_order(OrderDraft(customer, day, (LineDraft(product, Decimal(5)),)))
        _confirm(sales, order)
        stock.deliver(order, {product: Decimal(2)}, day)
        parts = stock.deliveries(order)
        stock.ship_order(order, day)
        whole = stock.deliveries(order)

        assert [_moved(delivery) for delivery in parts] == [2, 3]
        assert [delivery.effective for delivery in parts] == [day, None]
        assert [(_moved(delivery), delivery.effective) for delivery in whole] == [
            (Decimal(2), day),
            (Decimal(3), day),
        ]
        if "Returns" not in self.unsupported:
            back = sales.return_order(order)
            _confirm(sales, back)
            assert [line.quantity for line in sales.order(back).lines] == [-5]
            assert sum(_moved(delivery) for delivery in stock.deliveries(back)) == 5

    def test_a_purchase_is_received_and_owed_at_the_suppliers_price(
        self, environment: Environment, writer: Any, sample: Sample
    ) -> None:
        """What the supplier's invoice says is owed; a posted invoice cannot be deleted."""
        self._trading("Buys")
        buyer, stock = _role(writer, environment, "purchase"), _role(writer, environment, "stock")
        accounting = _role(writer, environment, "accounting")
        day = date.today()
        (product,) = buyer.sellable_products(1)
        supplier = buyer.create_party(replace(_PARTY, country=sample.country))
        line = LineDraft(product, Decimal(4), Decimal("2.50"))
        order = buyer.create_purchase(PurchaseDraft(supplier, day, (line,)))
        _confirm(buyer, order)
        stock.ship_order(order, day)
        accounting.invoice_order(order, day)
        (draft,) = accounting.invoices(order)
        accounting.reprice_invoice(draft.ref, {product: Decimal("3.00")})
        accounting.post_invoices(order)
        (posted,) = accounting.invoices(order)

        assert (buyer.order(order).untaxed, draft.untaxed, posted.untaxed) == (10, 10, 12)
        assert [_moved(delivery) for delivery in stock.deliveries(order)] == [4]
        assert posted.open_amount == posted.total
        assert posted.same_number == 0
        with pytest.raises(Refused):
            buyer.create_purchase(PurchaseDraft(None, day, (line,)))
        if "Corrects" not in self.unsupported:
            with pytest.raises(Refused):
                accounting.delete_invoice(posted.ref)

    def test_what_a_customer_ordered_is_requested_and_ordered_once(
        self, environment: Environment, writer: Any, sample: Sample
    ) -> None:
        """The request names product and quantity; ordered a second time it is the same order."""
        self._trading("BuysOnRequest", "KeepsMasterData")
        sales, buyer = _role(writer, environment, "sales"), _role(writer, environment, "purchase")
        masters = _role(writer, environment, "admin")
        party = sales.create_party(replace(_PARTY, country=sample.country))
        product = masters.create_product(ProductDraft("Conformance 定制", cost=Decimal(3), on_order=True))
        code = f"C{product.id}"
        masters.change_product(product, {"code": code})
        sale = sales.create_order(OrderDraft(party, date.today(), (LineDraft(code, Decimal(4), Decimal(5)),)))
        _confirm(sales, sale)
        (request,) = buyer.purchase_requests(sale)
        order = buyer.order_requested(request.ref, party)
        buyer.price_order(order, {code: Decimal("2.50")})
        (after,) = buyer.purchase_requests(sale)

        assert (request.product, request.quantity, request.ordered) == (code, 4, False)
        assert [(line.product, line.quantity) for line in buyer.order(order).lines] == [(code, 4)]
        assert buyer.order(order).untaxed == 10
        assert after.ordered and after.supplier
        assert buyer.order_requested(request.ref, party) == order
        with pytest.raises(Refused):
            buyer.delete_request(request.ref)

    def test_what_a_load_entered_is_accounted_for(
        self, environment: Environment, writer: Any, sample: Sample
    ) -> None:
        """Every document of one run, how far it is, and none of another run."""
        self._trading("RunsFlows", "AccountsForLoad")
        sales, run = _role(writer, environment, "sales"), f"{time.time_ns():x}"
        party = sales.create_party(replace(_PARTY, country=sample.country))
        (product,) = sales.sellable_products(1)
        lines, day = (LineDraft(product, Decimal(2)),), date.today()
        for owner, number in ((run, 1), (run, 2), (run, 2), (f"{run}0", 3)):
            order = sales.create_order(OrderDraft(party, day, lines, reference_of(owner, 0, number)))
            if number == 1:
                _confirm(sales, order)

        draft = Entered(reference_of(run, 0, 2), Stage.ENTERED)
        assert sorted(sales.entered_by(run), key=lambda each: each.reference) == [
            Entered(reference_of(run, 0, 1), Stage.CONFIRMED),
            draft,
            draft,
        ]


def _role(writer: Any, environment: Environment, name: str) -> Any:
    return writer.as_role(name) if name in environment.accounts else writer


def _confirm(orders: Any, order: Ref) -> None:
    orders.quote_order(order)
    orders.confirm_order(order)


def _moved(delivery: Any) -> Decimal:
    """What leaves or enters the company; moves within it are left out by taking the largest flow once."""
    totals: dict[tuple[str, str], Decimal] = {}
    for move in delivery.moves:
        way = (move.origin, move.destination)
        totals[way] = totals.get(way, Decimal(0)) + move.quantity
    return max(totals.values())
