"""Batches of the books in Tryton: mass invoicing, depreciation, and the close of a month."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from harness.adapters.batches import DOCUMENTS, BatchOrder, Figures
from harness.adapters.tryton.assets import ASSET, asset_values, depreciate
from harness.adapters.tryton.client import Row, TrytonClient
from harness.adapters.tryton.closing import PERIOD
from harness.adapters.tryton.documents import ENTRY, INVOICE
from harness.adapters.tryton.form import Form
from harness.adapters.tryton.ledger import entry_values, manual_accounts
from harness.adapters.tryton.lookups import id_of, state_of
from harness.adapters.tryton.masters import PRODUCT, create_product
from harness.adapters.tryton.plain import money
from harness.adapters.tryton.records import press
from harness.adapters.tryton.sales import create_party, sellable_products
from harness.documents import EntryDraft, PartyDraft, PostingDraft, Ref
from harness.errors import Refused
from harness.inhouse import AssetDraft, ProductDraft
from harness.model import text
from harness.values import Value

_JOURNAL = "account.journal.period"
_CUSTOMER = PartyDraft("Batch customer", "Hafenstrasse 1", "20457", "Hamburg", "DE")
_ASSET = ProductDraft("Batch fixed asset", kind="asset", months=12)
_HEAD = (
    "company",
    "type",
    "party",
    "invoice_address",
    "account",
    "currency",
    "journal",
    "payment_term",
)
_LINE = ("type", "product", "quantity", "unit", "unit_price", "account", "taxes")


class MassInvoicing:
    """Draft invoices to a customer, one line each, marked in the list and posted at once."""

    def ready(self, client: TrytonClient, order: BatchOrder) -> tuple[Ref, ...]:
        """Drafts that differ in their amounts only."""
        form = Form(client, INVOICE)
        form.set("type", "out")
        form.set("party", int(_found_or_made(client, "party.party", _CUSTOMER).id))
        line = Form(client, f"{INVOICE}.line", parent=("invoice", form))
        line.values["company"] = form.values.get("company")
        line.set("quantity", 1.0)
        line.set("product", id_of(client, PRODUCT, "code", sellable_products(client, 1)[0]))
        head, item = form.chosen(*_HEAD), line.chosen(*_LINE)
        drafts: list[Row] = [
            {**head, "invoice_date": order.day, "lines": _new([{**item, "unit_price": price}])}
            for price in _amounts(order.count, Decimal("100.00"))
        ]
        return _refs("invoice", create_all(client, INVOICE, drafts))

    def run(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> None:
        """The button of the list, on all of them."""
        client.call_sure(f"model.{INVOICE}.post", _numbers(documents))

    def figures(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> Figures:
        """Invoices with a number, what they come to, and what of it is in the ledger."""
        fields = ["state", "number", "move", "untaxed_amount", "tax_amount", "total_amount"]
        rows = client.search_read(INVOICE, [["id", "in", _numbers(documents)]], fields)
        posted = [row for row in rows if row["state"] == "posted"]
        return {
            DOCUMENTS: len(posted),
            "numbers": len({row["number"] for row in posted}),
            "untaxed": _sum(posted, "untaxed_amount"),
            "tax": _sum(posted, "tax_amount"),
            "total": _sum(posted, "total_amount"),
            **_posted(client, [row["move"] for row in posted]),
        }

    def tidy(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> None:
        """Posted invoices stay, as they do."""


class MonthEnd:
    """The entries of a month posted, and the month closed; it is opened again afterwards.

    The month is the latest one that is open and in which nothing waits to be posted, and each entry is on
    one account alone: no balance that anybody looks at is another one afterwards.
    """

    def ready(self, client: TrytonClient, order: BatchOrder) -> tuple[Ref, ...]:
        """The month, and draft entries on its last day."""
        number, last = _quiet_month(client)
        (account,) = manual_accounts(client, 1)
        amounts = _amounts(order.count, Decimal("10.00"))
        values = entry_values(client, _entry(last, account, amounts[0], order.tag))
        lines: list[Row] = values["lines"][0][1]  # type: ignore[index, assignment]
        drafts: list[Row] = [
            {**values, "lines": _new([{**line, **_side(line, amount)} for line in lines])}
            for amount in amounts
        ]
        return (Ref("period", str(number)), *_refs("entry", create_all(client, ENTRY, drafts)))

    def run(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> None:
        """Posts, then closes; a month that stays open was refused."""
        period, *entries = documents
        client.call_sure(f"model.{ENTRY}.post", _numbers(entries))
        client.call_sure(f"model.{PERIOD}.close", [int(period.id)])

    def figures(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> Figures:
        """Entries posted, and whether the month is closed."""
        period, *entries = documents
        rows = client.search_read(ENTRY, [["id", "in", _numbers(entries)]], ["state"])
        posted = [row["id"] for row in rows if row["state"] == "posted"]
        closed = state_of(client, PERIOD, period.id) == "closed"
        return {DOCUMENTS: len(posted), "months_closed": int(closed), **_posted(client, posted)}

    def tidy(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> None:
        """Opens the month again, and in it the journals that were closed with it."""
        period = documents[0].id
        if state_of(client, PERIOD, period) == "closed":
            press(client, PERIOD, period, "reopen")
            closed: list[Value] = [["period", "=", int(period)], ["state", "=", "closed"]]
            journals = [row["id"] for row in client.search_read(_JOURNAL, closed, ["id"])]
            client.call(f"model.{_JOURNAL}.reopen", journals)


class DepreciationRun:
    """A month of every asset in use, by the wizard for it."""

    def ready(self, client: TrytonClient, order: BatchOrder) -> tuple[Ref, ...]:
        """What is due already is posted before: the run then finds these assets alone."""
        depreciate(client, _month_end(order.day))
        start = order.day.replace(day=1)
        end = date(start.year + 1, start.month, 1)
        product = _asset_product(client)
        first = asset_values(client, AssetDraft(product, Decimal(1), Decimal(0), start, _before(end)))
        drafts = [{**first, "value": value} for value in _amounts(order.count, Decimal("1200.00"))]
        numbers = create_all(client, ASSET, drafts)
        client.call(f"model.{ASSET}.create_lines", list(numbers))
        client.call(f"model.{ASSET}.run", list(numbers))
        return _refs("asset", numbers)

    def run(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> None:
        """The wizard, until the end of the month."""
        depreciate(client, _month_end(order.day))

    def figures(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> Figures:
        """Assets with a posted month, what was written off, and the entries of it."""
        domain: list[Value] = [["asset", "in", _numbers(documents)], ["move", "!=", None]]
        rows = client.search_read(f"{ASSET}.line", domain, ["asset", "depreciation", "move"])
        return {
            DOCUMENTS: len({row["asset"] for row in rows}),
            "months": len(rows),
            "depreciation": _sum(rows, "depreciation"),
            **_posted(client, [row["move"] for row in rows]),
        }

    def tidy(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> None:
        """Takes the assets out of use: each run plans again whatever is in use."""
        client.call_sure(f"model.{ASSET}.close", _numbers(documents))


def create_all(client: TrytonClient, model: str, rows: Sequence[Row]) -> list[int]:
    """The ids of new records, made in one call."""
    found = client.call(f"model.{model}.create", [dict(row) for row in rows])
    return [int(number) for number in found]  # type: ignore[union-attr, arg-type]  # one id per record


def _new(records: Sequence[Row]) -> Value:
    return [["create", list(records)]]


def _amounts(count: int, first: Decimal) -> list[Decimal]:
    """Amounts that all differ, so that one that is lost shows in a sum."""
    return [first + Decimal("0.37") * place for place in range(count)]


def _refs(kind: str, numbers: Sequence[int]) -> tuple[Ref, ...]:
    return tuple(Ref(kind, str(number)) for number in numbers)


def _numbers(documents: Sequence[Ref]) -> list[Value]:
    return [int(document.id) for document in documents]


def _sum(rows: Sequence[Row], field: str) -> Decimal:
    return sum((money(row[field]) for row in rows), Decimal(0))


def _posted(client: TrytonClient, moves: list[Value]) -> dict[str, int | Decimal]:
    """What is in the ledger of these entries."""
    domain: list[Value] = [["move", "in", moves], ["move.state", "=", "posted"]]
    lines = client.search_read(f"{ENTRY}.line", domain, ["debit", "credit"]) if moves else []
    return {"postings": len(lines), "debit": _sum(lines, "debit"), "credit": _sum(lines, "credit")}


def _quiet_month(client: TrytonClient) -> tuple[int, date]:
    company = Form(client, ENTRY).values.get("company")
    domain: list[Value] = [["state", "=", "open"], ["type", "=", "standard"], ["company", "=", company]]
    waiting = client.search_read(ENTRY, [["state", "=", "draft"], ["company", "=", company]], ["period"])
    busy = {row["period"] for row in waiting}
    months = client.search_read(PERIOD, domain, ["end_date"], order=[["end_date", "DESC"]])
    for month in months:
        if month["id"] not in busy:
            return int(str(month["id"])), month["end_date"]  # type: ignore[return-value]  # a date
    raise Refused(text("batch.tryton.no_month"), code="no_month", message=PERIOD)


def _entry(day: date, account: str, amount: Decimal, words: str) -> EntryDraft:
    both = (PostingDraft(account, debit=amount), PostingDraft(account, credit=amount))
    return EntryDraft(day, both, words)


def _side(line: Row, amount: Decimal) -> dict[str, Value]:
    return {"debit": amount} if money(line["debit"]) else {"credit": amount}


def _found_or_made(client: TrytonClient, model: str, draft: PartyDraft) -> Ref:
    rows = client.search_read(model, [["name", "=", draft.name]], ["id"], limit=1)
    return Ref("party", str(rows[0]["id"])) if rows else create_party(client, draft)


def _asset_product(client: TrytonClient) -> Ref:
    rows = client.search_read(PRODUCT, [["name", "=", _ASSET.name]], ["id"], limit=1)
    return Ref("product", str(rows[0]["id"])) if rows else create_product(client, _ASSET)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
