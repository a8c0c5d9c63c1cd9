"""What simulated users have entered in Tryton, read afterwards from the documents themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.plain import money, quantity
from harness.adapters.tryton.records import value_at
from harness.adapters.tryton.speaking import Speaking
from harness.values import Value
from harness.written import Entered, Stage, between, references_of

_STAGES: Mapping[str, Stage] = {
    "draft": Stage.ENTERED,
    "quotation": Stage.QUOTED,
    "confirmed": Stage.CONFIRMED,
    "processing": Stage.CONFIRMED,
    "done": Stage.CONFIRMED,
    "posted": Stage.POSTED,
}
_AT_ONE_TIME = 500
_AT_ONCE = "order"  # the other methods wait for a payment, a delivery or a person
_METHODS: Mapping[str, Sequence[str]] = {
    "sale": ("shipment_method", "invoice_method"),
    "purchase": ("invoice_method",),  # what is bought is always to be received
}


def entered_by(client: TrytonClient, run: str) -> tuple[Entered, ...]:
    """The orders and journal entries of a run.

    A confirmed order is whole when all of it is to be delivered, and to be invoiced, each only as far as the
    order's methods say that it happens at once; an entry when it has lines, and they add up to zero.
    """
    pattern = f"{references_of(run)}%"
    return (
        *_orders(client, "sale", pattern),
        *_orders(client, "purchase", pattern),
        *_entries(client, pattern),
    )


def _orders(client: TrytonClient, kind: str, pattern: str) -> Iterator[Entered]:
    model, line = f"{kind}.{kind}", f"{kind}.line"
    rows = client.search_read(
        model, [["reference", "like", pattern]], ["reference", "state", *_METHODS[kind]]
    )
    methods = {
        row["id"]: (row.get("shipment_method", _AT_ONCE) == _AT_ONCE, row["invoice_method"] == _AT_ONCE)
        for row in rows
    }
    lines = client.search_read(
        line, [[f"{kind}.reference", "like", pattern]], [kind, "quantity", "product.type"]
    )
    of_line: list[Value] = [[f"origin.{kind}.reference", "like", pattern, line]]
    moving = _quantities(client, "stock.move", [*of_line, ["state", "!=", "cancelled"]])
    billed = _quantities(client, "account.invoice.line", of_line)
    whole: Counter[Value] = Counter()
    for each in lines:
        number, wanted = f"{line},{each['id']!s}", quantity(each["quantity"])
        shipped, invoiced = methods.get(each[kind], (False, False))
        moves = moving.get(number) == wanted or not shipped or value_at(each, "product.type") == "service"
        whole[each[kind]] += moves and (billed.get(number) == wanted or not invoiced)
    count = Counter(each[kind] for each in lines)
    for row in rows:
        yield _entered(str(row["reference"]), str(row["state"]), count[row["id"]], whole[row["id"]])


def _entries(client: TrytonClient, pattern: str) -> Iterator[Entered]:
    rows = client.search_read("account.move", [["description", "like", pattern]], ["description", "state"])
    fields = ["move", "debit", "credit"]
    lines = client.search_read("account.move.line", [["move.description", "like", pattern]], fields)
    sums: dict[Value, Decimal] = {}
    for line in lines:
        sums[line["move"]] = sums.get(line["move"], Decimal(0)) + money(line["debit"]) - money(line["credit"])
    for row in rows:
        balanced = row["id"] in sums and not sums[row["id"]]
        yield Entered(str(row["description"]), _STAGES.get(str(row["state"])), balanced)


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


def missing_numbers(client: TrytonClient, run: str) -> tuple[str, ...]:
    """Of journal entries, which are numbered without gaps as they are posted."""
    field, pattern = client.server.entry_number, f"{references_of(run)}%"
    own: list[Value] = [["description", "like", pattern], [field, "!=", None]]
    used = [str(row[field]) for row in client.search_read("account.move", own, [field])]
    expected = between(used)
    there: set[str] = set()
    for start in range(0, len(expected), _AT_ONE_TIME):
        part: list[Value] = [*expected[start : start + _AT_ONE_TIME]]
        there |= {
            str(row[field]) for row in client.search_read("account.move", [[field, "in", part]], [field])
        }
    return tuple(number for number in expected if number not in there)


class AfterLoad(Speaking):
    """Accounts for what a load has entered."""

    def entered_by(self, run: str) -> Sequence[Entered]:
        """The orders and entries of the run's users."""
        return entered_by(self._reader, run)

    def missing_numbers(self, run: str) -> Sequence[str]:
        """Of the run's journal entries."""
        return missing_numbers(self._reader, run)
