"""Goods in Tryton's warehouses: receipts, transfers, counts, lots and what the stock is worth."""

from __future__ import annotations

from harness.adapters.tryton.client import Row, TrytonClient
from harness.adapters.tryton.form import Form
from harness.adapters.tryton.lookups import first, state_of, stuck
from harness.adapters.tryton.plain import day, money, name, quantity, words
from harness.adapters.tryton.records import create, delete, one, press, value_at
from harness.adapters.tryton.speaking import Speaking
from harness.documents import Ref, StockMove
from harness.inhouse import GoodsDraft, OnHand, StockDocument, StockDraft, StockValue
from harness.values import Value

RECEIPT, TRANSFER, COUNT = "stock.shipment.in", "stock.shipment.internal", "stock.inventory"
MOVE = "stock.move"
_MODELS = {"receipt": RECEIPT, "transfer": TRANSFER, "count": COUNT}
_KINDS = {model: kind for kind, model in _MODELS.items()}
_DATES = {RECEIPT: "effective_date", TRANSFER: "effective_date", COUNT: "date"}
_MOVE = [
    "product.code",
    "product.rec_name",
    "quantity",
    "unit.name",
    "from_location.name",
    "to_location.name",
    "state",
    "effective_date",
    "lot.number",
    "unit_price",
]
_WAREHOUSE = ["code", "input_location", "storage_location"]
_DONE = "done"


def receive(client: TrytonClient, draft: StockDraft) -> Ref:
    """A supplier's shipment, received and put away."""
    place = warehouse(client, draft.place)
    supplier = one(client, "party.party", draft.supplier.id if draft.supplier else "0", ["supplier_location"])
    origin, currency = supplier["supplier_location"], _currency(client)
    lines: list[Value] = [
        {
            **_move(client, line, origin, place["input_location"]),
            "unit_price": line.unit_price,
            "currency": currency,
        }
        for line in draft.lines
    ]
    values: dict[str, Value] = {
        "supplier": int(draft.supplier.id) if draft.supplier else None,
        "warehouse": place["id"],
        "warehouse_input": place["input_location"],
        "warehouse_storage": place["storage_location"],
        "effective_date": draft.date,
        "incoming_moves": [["create", lines]],
    }
    number = create(client, RECEIPT, values)
    return _advance(client, RECEIPT, number, {"draft": "receive"})


def transfer(client: TrytonClient, draft: StockDraft) -> Ref:
    """An internal shipment from one warehouse to another, through its transit."""
    origin = warehouse(client, draft.place)["storage_location"]
    destination = warehouse(client, draft.destination or draft.place)["storage_location"]
    values: dict[str, Value] = {
        "from_location": origin,
        "to_location": destination,
        "effective_start_date": draft.date,
        "effective_date": draft.date,
        "planned_start_date": draft.date,
        "planned_date": draft.date,
        "moves": [["create", [_move(client, line, origin, destination) for line in draft.lines]]],
    }
    number = create(client, TRANSFER, values)
    packs = "pack" if "packed" in _states(client, TRANSFER) else "ship"
    buttons = {"draft": "wait", "waiting": "assign_try", "assigned": packs, "packed": "ship"}
    return _advance(client, TRANSFER, number, buttons)


def count(client: TrytonClient, draft: StockDraft) -> Ref:
    """A count whose expected quantities are Tryton's own."""
    lines: list[Value] = [
        {"product": int(line.product.id), "quantity": float(line.quantity), "lot": _lot(client, line)}
        for line in draft.lines
    ]
    values: dict[str, Value] = {
        "location": warehouse(client, draft.place)["storage_location"],
        "date": draft.date,
        "lines": [["create", lines]],
    }
    number = create(client, COUNT, values)
    return _advance(client, COUNT, number, {"draft": "confirm"})


def read_document(client: TrytonClient, ref: Ref) -> StockDocument:
    """The document with its moves."""
    model = _MODELS[ref.kind]
    row = one(client, model, ref.id, ["number", "state", _DATES[model]])
    of_document: list[Value] = ["shipment", "=", f"{model},{ref.id}"]
    if model == COUNT:
        of_document = ["origin.inventory.id", "=", int(ref.id), "stock.inventory.line"]
    return StockDocument(
        ref, words(row["number"]), str(row["state"]), day(row[_DATES[model]]), moves(client, [of_document])
    )


def moves(client: TrytonClient, domain: list[Value]) -> tuple[StockMove, ...]:
    """Moves of goods by a domain, in an order that depends on what moves only."""
    found = [_stock_move(row) for row in client.search_read(MOVE, domain, _MOVE)]
    return tuple(
        sorted(found, key=lambda m: (m.origin, m.destination, m.product, m.lot or "", m.quantity, m.state))
    )


def on_hand(client: TrytonClient, product: Ref) -> tuple[OnHand, ...]:
    """Quantities in the storage of each warehouse, by lot; what is nowhere is left out."""
    by_lot: list[Value] = [["product", "=", int(product.id)]]
    lots = client.search_read("stock.lot", by_lot, ["id"], limit=1)
    places = client.search_read("stock.location", [["type", "=", "warehouse"]], _WAREHOUSE)
    found = []
    for place in places:
        context: Row = {"locations": [place["storage_location"]], "with_childs": True}
        if lots:
            rows = client.search_read("stock.lot", by_lot, ["number", "quantity"], context=context)
        else:
            whole: list[Value] = [["id", "=", int(product.id)]]
            rows = client.search_read("product.product", whole, ["quantity"], context=context)
        found += [(str(place["code"]), row) for row in rows]
    levels = (OnHand(place, words(row.get("number")), quantity(row["quantity"])) for place, row in found)
    return tuple(level for level in levels if level.quantity)


def value(client: TrytonClient, product: Ref) -> StockValue:
    """What Tryton says the stock of all warehouses is worth."""
    places = client.search_read("stock.location", [["type", "=", "warehouse"]], ["id"])
    context: Row = {"locations": [row["id"] for row in places], "with_childs": True}
    domain: list[Value] = [["id", "=", int(product.id)]]
    fields = ["quantity", "cost_price", "cost_value"]
    (row,) = client.search_read("product.product", domain, fields, context=context)
    return StockValue(quantity(row["quantity"]), money(row["cost_price"]), money(row["cost_value"]))


def warehouse(client: TrytonClient, code: str) -> Row:
    """A warehouse by its code."""
    number = first(client, "stock.location", [["code", "=", code], ["type", "=", "warehouse"]])
    return {"id": number, **one(client, "stock.location", str(number), _WAREHOUSE)}


def places(client: TrytonClient, limit: int) -> tuple[str, ...]:
    """Codes of the warehouses, in their order."""
    domain: list[Value] = [["type", "=", "warehouse"], ["code", "!=", None]]
    rows = client.search_read("stock.location", domain, ["code"], order=[["code", "ASC"]], limit=limit)
    return tuple(str(row["code"]) for row in rows)


def _advance(client: TrytonClient, model: str, number: str, buttons: dict[str, str]) -> Ref:
    """Presses what comes next until the document is done; a document that stays as it is was refused."""
    state = state_of(client, model, number)
    while state != _DONE:
        button = buttons.get(state, client.server.finishing_button)
        # Goods without an order make Tryton ask whether that is meant.
        client.call_sure(f"model.{model}.{button}", [int(number)])
        reached = state_of(client, model, number)
        if reached == state:
            raise stuck(model, number, state, button)
        state = reached
    return Ref(_KINDS[model], number)


def _states(client: TrytonClient, model: str) -> tuple[str, ...]:
    selection = client.fields(model)["state"]["selection"]
    return tuple(str(item[0]) for item in selection)  # type: ignore[union-attr, index]  # pairs of value and title


def _move(client: TrytonClient, line: GoodsDraft, origin: Value, destination: Value) -> dict[str, Value]:
    return {
        "product": int(line.product.id),
        "quantity": float(line.quantity),
        "unit": one(client, "product.product", line.product.id, ["default_uom"])["default_uom"],
        "from_location": origin,
        "to_location": destination,
        "lot": _lot(client, line),
    }


def _lot(client: TrytonClient, line: GoodsDraft) -> Value:
    """The product's lot of this number, made when it comes in for the first time."""
    if line.lot is None:
        return None
    domain: list[Value] = [["number", "=", line.lot], ["product", "=", int(line.product.id)]]
    rows = client.search_read("stock.lot", domain, ["id"], limit=1)
    if rows:
        return rows[0]["id"]
    return int(create(client, "stock.lot", {"number": line.lot, "product": int(line.product.id)}))


def _currency(client: TrytonClient) -> Value:
    company = Form(client, MOVE).values.get("company")
    return one(client, "company.company", str(company), ["currency"])["currency"]


def _stock_move(row: Row) -> StockMove:
    return StockMove(
        product=name(row, "product.code", "product.rec_name"),
        quantity=quantity(row["quantity"]),
        unit=str(value_at(row, "unit.name")),
        origin=str(value_at(row, "from_location.name")),
        destination=str(value_at(row, "to_location.name")),
        state=str(row["state"]),
        effective=day(row["effective_date"]),
        lot=words(value_at(row, "lot.number")),
        unit_price=None if row["unit_price"] is None else money(row["unit_price"]),
    )


class Stock(Speaking):
    """Keeps goods."""

    def receive_goods(self, draft: StockDraft) -> Ref:
        """Goods from a supplier, put away."""
        self._demand("receive_goods")
        return receive(self._client, draft)

    def transfer_goods(self, draft: StockDraft) -> Ref:
        """Goods moved to another warehouse."""
        self._demand("transfer_goods")
        return transfer(self._client, draft)

    def count_goods(self, draft: StockDraft) -> Ref:
        """A confirmed count."""
        self._demand("count_goods")
        return count(self._client, draft)

    def cancel_stock(self, document: Ref) -> None:
        """Cancels; a document that stays as it is was refused."""
        self._demand("cancel_stock")
        model = _MODELS[document.kind]
        press(self._client, model, document.id, "cancel")
        state = state_of(self._client, model, document.id)
        if state != "cancelled":
            raise stuck(model, document.id, state, "cancel")

    def delete_stock(self, document: Ref) -> None:
        """Deletes a document."""
        self._demand("delete_stock")
        delete(self._client, _MODELS[document.kind], document.id)

    def stock_document(self, document: Ref) -> StockDocument:
        """The document as it stands."""
        return read_document(self._reader, document)

    def on_hand(self, product: Ref) -> tuple[OnHand, ...]:
        """Where the product is."""
        return on_hand(self._reader, product)

    def stock_value(self, product: Ref) -> StockValue:
        """What the stock of the product is worth."""
        return value(self._reader, product)

    def stock_places(self, limit: int) -> tuple[str, ...]:
        """Codes of the warehouses."""
        return places(self._reader, limit)
