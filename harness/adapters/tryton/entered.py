"""What simulated users have entered in Tryton, read afterwards from the documents themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.plain import quantity
from harness.adapters.tryton.records import value_at
from harness.adapters.tryton.speaking import Speaking
from harness.values import Value
from harness.written import Entered, Stage, references_of

_STAGES: Mapping[str, Stage] = {
    "draft": Stage.ENTERED,
    "quotation": Stage.QUOTED,
    "confirmed": Stage.CONFIRMED,
    "processing": Stage.CONFIRMED,
    "done": Stage.CONFIRMED,
}
_LINE = "sale.line"
_AT_ONCE = "order"  # the other methods wait for a payment, a delivery or a person


def entered_by(client: TrytonClient, run: str) -> tuple[Entered, ...]:
    """The sales of a run. A confirmed one is whole when all of it is to be delivered, and to be invoiced.

    Each only as far as the sale's methods say that it happens at once.
    """
    pattern = f"{references_of(run)}%"
    fields = ["reference", "state", "invoice_method", "shipment_method"]
    sales = client.search_read("sale.sale", [["reference", "like", pattern]], fields)
    methods = {sale["id"]: (sale["shipment_method"], sale["invoice_method"]) for sale in sales}
    fields = ["sale", "quantity", "product.type"]
    lines = client.search_read(_LINE, [["sale.reference", "like", pattern]], fields)
    of_line: list[Value] = [["origin.sale.reference", "like", pattern, _LINE]]
    moving = _quantities(client, "stock.move", [*of_line, ["state", "!=", "cancelled"]])
    billed = _quantities(client, "account.invoice.line", of_line)
    whole: Counter[Value] = Counter()
    for line in lines:
        number, wanted = f"{_LINE},{line['id']!s}", quantity(line["quantity"])
        shipped, invoiced = (method == _AT_ONCE for method in methods.get(line["sale"], (None, None)))
        moves = moving.get(number) == wanted or not shipped or value_at(line, "product.type") == "service"
        whole[line["sale"]] += moves and (billed.get(number) == wanted or not invoiced)
    count = Counter(line["sale"] for line in lines)
    return tuple(
        _entered(str(row["reference"]), str(row["state"]), count[row["id"]], whole[row["id"]])
        for row in sales
    )


def _entered(reference: str, state: str, lines: int, whole: int) -> Entered:
    stage = _STAGES.get(state)
    return Entered(reference, stage, lines > 0 and (stage is not Stage.CONFIRMED or whole == lines))


def _quantities(client: TrytonClient, model: str, domain: Sequence[Value]) -> Mapping[str, Decimal]:
    """How much of each line of a sale is on documents of this kind."""
    found: dict[str, Decimal] = {}
    for row in client.search_read(model, list(domain), ["origin", "quantity"]):
        origin = str(value_at(row, "origin"))
        found[origin] = found.get(origin, Decimal(0)) + quantity(row["quantity"])
    return found


class AfterLoad(Speaking):
    """Accounts for what a load has entered."""

    def entered_by(self, run: str) -> Sequence[Entered]:
        """The sales of the run's users."""
        return entered_by(self._reader, run)
