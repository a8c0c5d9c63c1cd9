"""Production in Tryton: bills of materials, orders, and scrap."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.closing import move_to
from harness.adapters.tryton.form import Form
from harness.adapters.tryton.lookups import first, first_warehouse, state_of, stuck
from harness.adapters.tryton.plain import ids, money, quantity, words
from harness.adapters.tryton.records import create, one, press, write
from harness.adapters.tryton.speaking import Speaking
from harness.adapters.tryton.stock import MOVE, moves
from harness.documents import Ref
from harness.errors import Refused
from harness.inhouse import BillOfMaterials, GoodsDraft, Production, ProductionDraft
from harness.model import text
from harness.values import Value

BILL, ORDER = "production.bom", "production"
_FIELDS = [
    "number",
    "state",
    "product.code",
    "product.rec_name",
    "quantity",
    "cost",
    "inputs",
    "outputs",
]
_CHOSEN = ("company", "warehouse", "location", "product", "bom", "unit", "quantity")
_MOVE = (
    "product",
    "unit",
    "quantity",
    "from_location",
    "to_location",
    "company",
    "currency",
    "unit_price",
)


def create_bill(client: TrytonClient, bill: BillOfMaterials) -> Ref:
    """The bill, and the bill as the way to make its product."""
    output = GoodsDraft(bill.product, Decimal(1))
    values: dict[str, Value] = {
        "name": bill.name,
        "inputs": [["create", [_part(client, part) for part in bill.inputs]]],
        "outputs": [["create", [_part(client, output)]]],
    }
    number = create(client, BILL, values)
    write(client, "product.product", bill.product.id, {"boms": [["create", [{"bom": int(number)}]]]})
    return Ref("bill", number)


def allow_scrap(client: TrytonClient) -> None:
    """The first warehouse has a place for scrap."""
    warehouse = str(first_warehouse(client))
    if not ids(one(client, "stock.location", warehouse, ["waste_locations"])["waste_locations"]):
        lost = first(client, "stock.location", [["type", "=", "lost_found"]])
        write(client, "stock.location", warehouse, {"waste_locations": [["add", [lost]]]})


def create_production(client: TrytonClient, draft: ProductionDraft) -> Ref:
    """A draft order with the moves that Tryton proposes from the bill."""
    form = Form(client, ORDER)
    if form.values.get("warehouse") is None:  # Tryton proposes one only where there is only one
        form.set("warehouse", first_warehouse(client))
    form.set("quantity", float(draft.quantity))
    form.set("product", int(draft.product.id))
    for moved in ("inputs", "outputs"):  # proposed by a bill of the product's that is not the one wanted
        form.values[moved] = []
    form.set("bom", int(draft.bill.id))
    values: dict[str, Value] = {
        **form.chosen(*_CHOSEN),
        "planned_start_date": draft.date,
        "planned_date": draft.date,
        "effective_start_date": draft.date,
        "effective_date": draft.date,
        "inputs": [["create", _proposed(form.values.get("inputs"))]],
        "outputs": [["create", _proposed(form.values.get("outputs"))]],
    }
    return Ref("production", create(client, ORDER, values))


def start(client: TrytonClient, production: Ref) -> None:
    """Waits for the inputs, takes them and runs."""
    for button, state in (("wait", "waiting"), ("assign_try", "assigned"), ("run", "running")):
        move_to(client, ORDER, production, button, state)


def finish(client: TrytonClient, production: Ref, scrap: Decimal) -> None:
    """Splits off what is scrap, and ends the order."""
    if scrap:
        _scrap(client, production, scrap)
    move_to(client, ORDER, production, client.server.finishing_button, "done")


def read_production(client: TrytonClient, ref: Ref) -> Production:
    """The order with its moves."""
    row = one(client, ORDER, ref.id, _FIELDS)
    return Production(
        ref=ref,
        number=words(row["number"]),
        state=str(row["state"]),
        product=str(row["product.code"] or row["product.rec_name"]),
        quantity=quantity(row["quantity"]),
        cost=money(row["cost"]),
        inputs=moves(client, [["id", "in", list(ids(row["inputs"]))]]),
        outputs=moves(client, [["id", "in", list(ids(row["outputs"]))]]),
    )


def _scrap(client: TrytonClient, production: Ref, scrap: Decimal) -> None:
    row = one(client, ORDER, production.id, ["outputs", "warehouse"])
    output = str(ids(row["outputs"])[0])
    made = one(client, MOVE, output, ["product", "unit", "quantity", "from_location", "company"])
    wasted = one(client, "stock.location", str(row["warehouse"]), ["waste_locations"])["waste_locations"]
    if not ids(wasted) or scrap > quantity(made["quantity"]):
        raise Refused(text("adapters.tryton.no_scrap"), code="scrap", message="production: waste_locations")
    write(client, MOVE, output, {"quantity": float(quantity(made["quantity"]) - scrap)})
    lost: dict[str, Value] = {
        **{field: made[field] for field in ("product", "unit", "from_location", "company")},
        "quantity": float(scrap),
        "to_location": ids(wasted)[0],
    }
    write(client, ORDER, production.id, {"outputs": [["create", [lost]]]})


def _part(client: TrytonClient, part: GoodsDraft) -> dict[str, Value]:
    unit = one(client, "product.product", part.product.id, ["default_uom"])["default_uom"]
    return {"product": int(part.product.id), "quantity": float(part.quantity), "unit": unit}


def _proposed(change: Value) -> list[Value]:
    """The records that an on_change adds, as `create` takes them."""
    added = change.get("add", ()) if isinstance(change, Mapping) else ()
    records = [item[1] for item in added]  # type: ignore[union-attr, index]  # pairs of position and record
    return [
        {field: record[field] for field in _MOVE if record.get(field) is not None}  # type: ignore[union-attr, index, call-overload]  # a record maps names to values
        for record in records
    ]


class Manufacture(Speaking):
    """Makes goods from other goods."""

    def create_bill(self, bill: BillOfMaterials) -> Ref:
        """A bill of materials, and a place for scrap."""
        self._demand("create_bill")
        allow_scrap(self._client)
        return create_bill(self._client, bill)

    def create_production(self, draft: ProductionDraft) -> Ref:
        """A draft order."""
        self._demand("create_production")
        return create_production(self._client, draft)

    def start_production(self, production: Ref) -> None:
        """Takes the inputs."""
        self._demand("start_production")
        start(self._client, production)

    def finish_production(self, production: Ref, scrap: Decimal = Decimal(0)) -> None:
        """Puts away what was made."""
        self._demand("finish_production")
        finish(self._client, production, scrap)

    def cancel_production(self, production: Ref) -> None:
        """Cancels; an order that stays as it is was refused."""
        self._demand("cancel_production")
        press(self._client, ORDER, production.id, "cancel")
        state = state_of(self._client, ORDER, production.id)
        if state != "cancelled":
            raise stuck(ORDER, production.id, state, "cancel")

    def production(self, production: Ref) -> Production:
        """The order as it stands."""
        return read_production(self._reader, production)
