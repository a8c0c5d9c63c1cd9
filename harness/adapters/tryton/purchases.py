"""Procure to pay as a Tryton user does it; what a purchase shares with a sale is in `sales.py`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.documents import INVOICE
from harness.adapters.tryton.records import value_at, write
from harness.adapters.tryton.sales import enter_order
from harness.adapters.tryton.speaking import Speaking
from harness.adapters.tryton.trades import PURCHASE
from harness.documents import PurchaseDraft, Ref
from harness.values import Value


def reprice_invoice(client: TrytonClient, invoice: Ref, prices: Mapping[str, Decimal]) -> None:
    """Enters the prices that the supplier's invoice has, by product."""
    lines: list[Value] = [["invoice", "=", int(invoice.id)], ["type", "=", "line"]]
    rows = client.search_read("account.invoice.line", lines, ["product.code"])
    changes: list[Value] = []
    for row in rows:
        price = prices.get(str(value_at(row, "product.code")))
        if price is not None:
            changes.append(["write", [row["id"]], {"unit_price": price}])
    write(client, INVOICE, invoice.id, {"lines": changes})


class Purchases(Speaking):
    """Buys."""

    def create_purchase(self, draft: PurchaseDraft) -> Ref:
        """A draft purchase whose prices and taxes are those that Tryton proposes."""
        self._demand("create_purchase")
        return enter_order(self._client, PURCHASE, draft.supplier, draft)

    def reprice_invoice(self, invoice: Ref, prices: Mapping[str, Decimal]) -> None:
        """Enters the supplier's prices in a draft invoice."""
        self._demand("reprice_invoice")
        reprice_invoice(self._client, invoice, prices)
