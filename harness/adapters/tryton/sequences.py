"""Number sequences, and whether the next numbers of each are in use already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median_low
from typing import Any

from harness.adapters.tryton.client import Row, TrytonClient
from harness.errors import Refused
from harness.things import Sort, Thing
from harness.values import Value

MADE_HERE = "harness "
"""How the name of a sequence begins that a check made: it is no part of what the company has."""

# Gapless ones first: where both have a name, the update made them of the other ones, which nothing uses now.
_KINDS = ("ir.sequence.strict", "ir.sequence")
_ENTRIES = "Account Move"
# By its type, what a sequence numbers: the update renames the models' titles, and not those of the types.
_NUMBERED = {
    "Account Move": ("account.move", "number"),
    "Account Move Reconciliation": ("account.move.reconciliation", "number"),
    "Account Payment Group": ("account.payment.group", "number"),
    "Asset": ("account.asset", "number"),
    "Customer Return Shipment": ("stock.shipment.out.return", "number"),
    "Customer Shipment": ("stock.shipment.out", "number"),
    "Internal Shipment": ("stock.shipment.internal", "number"),
    "Inventory": ("stock.inventory", "number"),
    "Invoice": ("account.invoice", "number"),
    "Party": ("party.party", "code"),
    "Production": ("production", "number"),
    "Purchase": ("purchase.purchase", "number"),
    "Sale": ("sale.sale", "number"),
    "Supplier Return Shipment": ("stock.shipment.in.return", "number"),
    "Supplier Shipment": ("stock.shipment.in", "number"),
}
_NEWEST, _COMING = 20, 10
_ALL: Row = {"active_test": False, "language": "en"}


def sequences(client: TrytonClient) -> Iterator[Thing]:
    """Every sequence that the company made, each name once."""
    names = ["name", "prefix", "suffix", "padding", "number_increment", "number_next", "sequence_type.name"]
    rows: dict[str, tuple[str, Row]] = {}
    for model in _KINDS:
        for row in client.search_read(model, [], names, context=_ALL):
            name = f"{_type_of(row)}: {row['name']!s}"
            if not str(row["name"]).startswith(MADE_HERE):
                rows.setdefault(name, (model, row))
    of_type = Counter(_type_of(row) for _, row in rows.values())
    for name, (model, row) in rows.items():
        properties = {
            "prefix": row["prefix"] or None,
            "suffix": row["suffix"] or None,
            "padding": row["padding"],
            "step": row["number_increment"],
            "next": row["number_next"],
            "model": _NUMBERED.get(_type_of(row), (None, None))[0],
            **_seen(client, model, row, alone=of_type[_type_of(row)] == 1),
        }
        yield Thing(Sort.SEQUENCE, name, str(row["name"]), "", properties)


def _type_of(row: Row) -> str:
    kind: Any = row.get("sequence_type.") or {}
    return str(kind.get("name"))


def _seen(client: TrytonClient, kind: str, row: Row, *, alone: bool) -> Row:
    try:
        return _given(client, kind, row, alone=alone)
    except Refused:  # the reader may not look at the documents: the inventory says so of their model
        return {}


def _given(client: TrytonClient, kind: str, row: Row, *, alone: bool) -> Row:
    """What the newest documents got from it, and how many of its next numbers are taken; empty if unknown.

    Two sequences of a type may number different documents; which ones is known of journal entries alone.
    """
    model, field = _NUMBERED.get(_type_of(row), ("", ""))
    if not model:
        return {}
    domain: list[Value] = []
    if _type_of(row) == _ENTRIES:
        field = client.server.entry_number
        link = _link(client, kind)
        if link is None:
            return {}
        domain.append([f"period.fiscalyear.{link}", "=", row["id"]])
    elif not alone:
        return {}
    newest = client.search_read(
        model, [*domain, [field, "!=", None]], [field], order=[["id", "DESC"]], limit=_NEWEST, context=_ALL
    )
    numbers = [number for each in newest if (number := _number(row, str(each[field]))) is not None]
    if not numbers:
        return {}
    coming: list[Value] = [_written(row, ahead) for ahead in range(_COMING)]
    taken = client.search_read(model, [*domain, [field, "in", coming]], ["id"], context=_ALL)
    return {"latest": median_low(numbers), "taken": len(taken)}


def _link(client: TrytonClient, kind: str) -> str | None:
    """The field of a year that names its sequence of journal entries, if it is one of that kind."""
    fields = client.fields("account.fiscalyear")
    name = "move_sequence" if "move_sequence" in fields else "post_move_sequence"
    return name if fields.get(name, {}).get("relation") == kind else None


def _number(row: Row, text: str) -> int | None:
    digits = text.removeprefix(str(row["prefix"] or "")).removesuffix(str(row["suffix"] or ""))
    return int(digits) if digits.isascii() and digits.isdigit() else None


def _written(row: Row, ahead: int) -> str:
    number = int(str(row["number_next"])) + ahead * int(str(row["number_increment"]))
    digits = str(number).zfill(int(str(row["padding"] or 0)))
    return f"{row['prefix'] or ''}{digits}{row['suffix'] or ''}"
