"""Batches around goods and masters in Tryton: the planning run, and an import of parties."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from harness.adapters.batches import DOCUMENTS, BatchOrder, Figures
from harness.adapters.tryton.batch_books import create_all
from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.lookups import first_warehouse
from harness.adapters.tryton.masters import PARTY, PRODUCT, TEMPLATE, product_values
from harness.adapters.tryton.plain import ids, quantity
from harness.adapters.tryton.wizard import Wizard
from harness.documents import Ref
from harness.errors import Refused
from harness.inhouse import ProductDraft
from harness.values import Value

_POINT, _REQUEST = "stock.order_point", "purchase.request"
_LEAST, _WANTED = 10, 25
_COLUMNS = ("name", "addresses/street", "addresses/city")


class PlanningRun:
    """The wizard that looks what is short of stock, over goods that all are."""

    def ready(self, client: TrytonClient, order: BatchOrder) -> tuple[Ref, ...]:
        """New goods of which there is nothing, each with a least quantity in the first warehouse."""
        draft = ProductDraft("", list_price=Decimal(2), cost=Decimal(1))
        values = product_values(client, draft)
        bought = {"purchasable": True, "purchase_uom": values["default_uom"]}
        names = [f"{order.tag}-{place}" for place in range(order.count)]
        goods = create_all(client, TEMPLATE, [{**values, **bought, "name": name} for name in names])
        domain: list[Value] = [["template", "in", list(goods)]]
        products = [row["id"] for row in client.search_read(PRODUCT, domain, ["id"])]
        # 7.0 has both, and only looks `location` up; 7.2 made one of them
        place = "warehouse_location" if "warehouse_location" in client.fields(_POINT) else "location"
        point: dict[str, Value] = {"type": "purchase", place: first_warehouse(client)}
        create_all(
            client,
            _POINT,
            [
                {
                    **point,
                    "product": product,
                    "min_quantity": float(_LEAST),
                    "target_quantity": float(_WANTED + number),
                }
                for number, product in enumerate(products)
            ],
        )
        return tuple(Ref("product", str(product)) for product in products)

    def run(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> None:
        """The wizard, in the warehouses that it proposes, in spite of what it warns of."""
        wizard = Wizard(client, "stock.supply", _POINT)
        start = wizard.open("start")
        answered: set[str] = set()
        while True:
            try:
                wizard.send("create_", {"start": start})
                break
            except Refused as asked:
                if asked.warning is None or asked.warning in answered:
                    raise
                answered.add(asked.warning)
                client.call("model.res.user.warning.skip", asked.warning)
        wizard.close()

    def figures(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> Figures:
        """Goods that were asked for, in how many requests, and how much of them."""
        rows = client.search_read(_REQUEST, _of(documents), ["product", "quantity", "stock_level"])
        return {
            DOCUMENTS: len({row["product"] for row in rows}),
            "requests": len(rows),
            "quantity": sum((quantity(row["quantity"]) for row in rows), Decimal(0)),
            "in_stock": sum((quantity(row["stock_level"]) for row in rows), Decimal(0)),
        }

    def tidy(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> None:
        """Deletes requests, least quantities and goods: each run looks at all there are."""
        for model in (_REQUEST, _POINT):
            found = [row["id"] for row in client.search_read(model, _of(documents), ["id"])]
            if found:
                client.call(f"model.{model}.delete", found)
        numbers: list[Value] = [int(document.id) for document in documents]
        rows = client.search_read(PRODUCT, [["id", "in", numbers]], ["template"])
        client.call(f"model.{TEMPLATE}.delete", [row["template"] for row in rows])


class PartyImport:
    """Parties with an address each, taken in as the client does with a file."""

    def ready(self, client: TrytonClient, order: BatchOrder) -> tuple[Ref, ...]:
        """The lines of the file are made by the run: they cost next to nothing."""
        return ()

    def run(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> None:
        """One call with every line."""
        rows: list[Value] = [
            [f"{order.tag}-{place}", f"Hafenstrasse {place}", "Hamburg"] for place in range(order.count)
        ]
        client.call(f"model.{PARTY}.import_data", list(_COLUMNS), rows)

    def figures(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> Figures:
        """Parties that are there, their codes, and their addresses."""
        rows = client.search_read(PARTY, _imported(order), ["name", "code", "addresses"])
        return {
            DOCUMENTS: len({row["name"] for row in rows}),
            "records": len(rows),
            "codes": len({row["code"] for row in rows if row["code"]}),
            "addresses": sum(len(ids(row["addresses"])) for row in rows),
        }

    def tidy(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> None:
        """Deletes what was taken in."""
        found = [row["id"] for row in client.search_read(PARTY, _imported(order), ["id"])]
        if found:
            client.call(f"model.{PARTY}.delete", found)


def _of(products: Sequence[Ref]) -> list[Value]:
    return [["product", "in", [int(product.id) for product in products]]]


def _imported(order: BatchOrder) -> list[Value]:
    return [["name", "like", f"{order.tag}-%"]]
