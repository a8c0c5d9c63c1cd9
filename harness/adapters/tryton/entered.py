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


def entered_by(client: TrytonClient, run: str) -> tuple[Entered, ...]:
    """The sales of a run. A confirmed one is whole when all of it is to be delivered, and to be invoiced."""
    pattern = f"{references_of(run)}%"
    sales = client.search_read("sale.sale", [["reference", "like", pattern]], ["reference", "state"])
    lines = client.search_read(_LINE, [["sale.reference", "like", pattern]], ["sale", "quantity"])
    of_line: list[Value] = [["origin.sale.reference", "like", pattern, _LINE]]
    moving = _quantities(client, "stock.move", [*of_line, ["state", "!=", "cancelled"]])
    billed = _quantities(client, "account.invoice.line", of_line)
    whole: Counter[Value] = Counter()
    for line in lines:
        number, wanted = f"{_LINE},{line['id']!s}", quantity(line["quantity"])
        whole[line["sale"]] += 1 if moving.get(number) == billed.get(number) == wanted else 0
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
