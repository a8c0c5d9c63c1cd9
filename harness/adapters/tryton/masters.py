"""Products and parties in Tryton, and how a user finds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from harness.adapters.tryton.client import Row, TrytonClient
from harness.adapters.tryton.form import Form
from harness.adapters.tryton.lookups import first, id_of
from harness.adapters.tryton.plain import ids, money, name, words
from harness.adapters.tryton.records import create, delete, not_found, one, record_id, value_at, write
from harness.adapters.tryton.sales import create_party
from harness.adapters.tryton.speaking import Speaking
from harness.documents import PartyDraft, Ref
from harness.inhouse import Party, Product, ProductDraft
from harness.values import Value

PRODUCT = "product.product"
TEMPLATE = "product.template"
PARTY = "party.party"

_KINDS = {"asset": "assets"}
_LOT_PLACES = ("supplier", "customer", "storage")
_PRODUCT = [
    "code",
    "template.name",
    "type",
    "default_uom.name",
    "template.list_price",
    "cost_price",
    "active",
    "template",
]
_OF_PRODUCT = {"cost": "cost_price"}  # what a variant has of its own; the rest is its template's
_NAMES = {"kind": "type", "unit": "default_uom", "costing": "cost_price_method", **_OF_PRODUCT}
_ADDRESS = ["street", "postal_code", "city", "country.code"]
_ANY: list[Value] = ["active", "in", [True, False]]  # without it Tryton hides what is retired
_T = TypeVar("_T")
_PARTY = ["code", "name", "active", "addresses"]


def create_product(client: TrytonClient, draft: ProductDraft) -> Ref:
    """A product of one variant, in the first accounting category for its kind."""
    template = create(client, TEMPLATE, product_values(client, draft))
    return Ref("product", str(ids(one(client, TEMPLATE, template, ["products"])["products"])[0]))


def product_values(client: TrytonClient, draft: ProductDraft) -> dict[str, Value]:
    """What the template of such a product is created with, its one variant in it."""
    values: dict[str, Value] = {
        "name": draft.name,
        "type": _KINDS.get(draft.kind, draft.kind),
        "default_uom": _unit(client, draft.unit),
        "list_price": draft.list_price,
        "cost_price_method": draft.costing,
        "account_category": _category(client, draft.kind),
        "producible": draft.made,
        "products": [["create", [{"cost_price": draft.cost}]]],
    }
    if draft.lots:
        values["lot_required"] = list(_LOT_PLACES)
    if draft.on_order:
        unit = values["default_uom"]
        values |= {"salable": True, "sale_uom": unit, "purchasable": True, "purchase_uom": unit}
        values["supply_on_sale"] = "always"
    if draft.months is not None:
        values |= {"depreciable": True, "depreciation_duration": draft.months}
    return values


def change_product(client: TrytonClient, product: Ref, changes: Mapping[str, Value]) -> None:
    """Changes the product's template, or the variant where it has the field of its own."""
    for field, value in changes.items():
        known = _NAMES.get(field, field)
        sent: Value = value
        if field == "unit":
            sent = _unit(client, str(value))
        elif field == "kind":
            sent = _KINDS.get(str(value), value)
        if field == "active":
            _retire(client, product, bool(value))
        elif field in _OF_PRODUCT:
            write(client, PRODUCT, product.id, {known: sent})
        else:
            template = _template(client, product)
            write(client, TEMPLATE, str(template), {known: sent})


def _template(client: TrytonClient, product: Ref) -> Value:
    """The product's template, whether it is in use or not."""
    number = record_id(PRODUCT, product.id)
    rows = client.search_read(PRODUCT, [["id", "=", number], _ANY], ["template"], limit=1)
    if not rows:
        raise not_found(client, PRODUCT, number)
    return rows[0]["template"]


def _retire(client: TrytonClient, product: Ref, active: bool) -> None:
    """Template and variant go together: one without the other is not valid."""
    template = _template(client, product)
    variant: list[Value] = ["write", [int(product.id)], {"active": active}]
    write(client, TEMPLATE, str(template), {"active": active, "products": [variant]})


def delete_product(client: TrytonClient, product: Ref) -> None:
    """Deletes the product with its template."""
    template = _template(client, product)
    delete(client, TEMPLATE, str(template))


def read_product(client: TrytonClient, product: Ref) -> Product:
    """The product as it stands, in use or not."""
    number = record_id(PRODUCT, product.id)
    return _only(client, PRODUCT, number, find_products(client, [["id", "=", number], _ANY]))


def read_party(client: TrytonClient, party: Ref) -> Party:
    """The party as it stands, in use or not."""
    number = record_id(PARTY, party.id)
    return _only(client, PARTY, number, find_parties(client, [["id", "=", number], _ANY]))


def find_products(client: TrytonClient, domain: list[Value]) -> tuple[Product, ...]:
    """Products by a domain, oldest first."""
    return tuple(map(_product, client.search_read(PRODUCT, domain, _PRODUCT)))


def find_parties(client: TrytonClient, domain: list[Value]) -> tuple[Party, ...]:
    """Parties by a domain, oldest first, with their addresses."""
    rows = client.search_read(PARTY, domain, _PARTY)
    numbers: list[Value] = [number for row in rows for number in ids(row["addresses"])]
    found = client.search_read("party.address", [["id", "in", numbers]], _ADDRESS) if numbers else []
    texts = {row["id"]: ", ".join(filter(None, (name(row, field) for field in _ADDRESS))) for row in found}
    return tuple(_party(row, texts) for row in rows)


def _only(client: TrytonClient, model: str, number: int, found: tuple[_T, ...]) -> _T:
    if not found:
        raise not_found(client, model, number)
    return found[0]


def _product(row: Row) -> Product:
    kinds = {value: key for key, value in _KINDS.items()}
    return Product(
        ref=Ref("product", str(row["id"])),
        code=words(row["code"]),
        name=name(row, "template.name"),
        kind=kinds.get(str(row["type"]), str(row["type"])),
        unit=str(value_at(row, "default_uom.name")),
        list_price=money(value_at(row, "template.list_price")),
        cost=money(row["cost_price"]),
        active=bool(row["active"]),
    )


def _party(row: Row, addresses: Mapping[Value, str]) -> Party:
    return Party(
        ref=Ref("party", str(row["id"])),
        code=words(row["code"]),
        name=str(row["name"]),
        active=bool(row["active"]),
        addresses=tuple(addresses[number] for number in ids(row["addresses"])),
    )


def _unit(client: TrytonClient, unit: str) -> Value:
    return id_of(client, "product.uom", "name", unit)


def _category(client: TrytonClient, kind: str) -> Value:
    """The first accounting category for this kind; for fixed assets one is made where there is none."""
    rows = client.search_read("product.category", [["accounting", "=", True]], ["account_asset"])
    fitting = [row["id"] for row in rows if (row["account_asset"] is not None) == (kind == "asset")]
    if not fitting and kind == "asset":
        return _asset_category(client)
    return fitting[0] if fitting else None


def _asset_category(client: TrytonClient) -> Value:
    company = Form(client, "account.move").values.get("company")
    fixed: list[Value] = [["type.fixed_asset", "=", True], ["company", "=", company]]
    accounts = client.search_read("account.account", fixed, ["id"])
    spent: list[Value] = [["type.expense", "=", True], ["company", "=", company]]
    values: dict[str, Value] = {
        "name": "Fixed assets",
        "accounting": True,
        "account_asset": accounts[0]["id"],
        "account_depreciation": accounts[-1]["id"],
        "account_expense": first(client, "account.account", spent),
        "account_revenue": first(
            client, "account.account", [["type.revenue", "=", True], ["company", "=", company]]
        ),
    }
    return int(create(client, "product.category", values))


class Masters(Speaking):
    """Keeps products and parties."""

    def create_product(self, draft: ProductDraft) -> Ref:
        """A new product."""
        self._demand("create_product")
        return create_product(self._client, draft)

    def change_product(self, product: Ref, changes: Mapping[str, Value]) -> None:
        """Changes a product."""
        self._demand("change_product")
        change_product(self._client, product, changes)

    def delete_product(self, product: Ref) -> None:
        """Deletes a product."""
        self._demand("delete_product")
        delete_product(self._client, product)

    def product(self, product: Ref) -> Product:
        """The product as it stands, in use or not."""
        return read_product(self._reader, product)

    def find_products(self, words: str) -> tuple[Product, ...]:
        """By name or code, as the client's search box does."""
        return find_products(self._client, [["rec_name", "ilike", f"%{words}%"]])

    def register_party(self, draft: PartyDraft) -> Ref:
        """A new party."""
        self._demand("register_party")
        return create_party(self._client, draft)

    def change_party(self, party: Ref, changes: Mapping[str, Value]) -> None:
        """Changes a party."""
        write(self._client, PARTY, party.id, changes)

    def delete_party(self, party: Ref) -> None:
        """Deletes a party."""
        delete(self._client, PARTY, party.id)

    def party(self, party: Ref) -> Party:
        """The party as it stands, in use or not."""
        return read_party(self._reader, party)

    def find_parties(self, words: str) -> tuple[Party, ...]:
        """By name, code or identifier, as the client's search box does."""
        return find_parties(self._client, [["rec_name", "ilike", f"%{words}%"]])
