"""Tryton's records as business documents: names, codes, state words and exact decimals, no ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from harness.adapters.tryton.client import Row, TrytonClient
from harness.adapters.tryton.plain import day as _day
from harness.adapters.tryton.plain import ids as _ids
from harness.adapters.tryton.plain import money as _money
from harness.adapters.tryton.plain import name as _name
from harness.adapters.tryton.plain import quantity as _quantity
from harness.adapters.tryton.plain import required_day as _required_day
from harness.adapters.tryton.plain import words as _words
from harness.adapters.tryton.records import one, value_at
from harness.adapters.tryton.trades import Shipping, trade_of
from harness.documents import (
    Balance,
    Delivery,
    EntryLine,
    Invoice,
    InvoiceLine,
    JournalEntry,
    Order,
    OrderLine,
    Ref,
    StockMove,
)
from harness.values import Value

INVOICE = "account.invoice"
ENTRY = "account.move"

_ORDER = [
    "number",
    "state",
    "party.name",
    "currency.code",
    "untaxed_amount",
    "tax_amount",
    "total_amount",
    "reference",
    "payment_term.name",
    "shipment_state",
    "invoice_state",
]
_ORDER_LINE = ["product.code", "product.rec_name", "quantity", "unit.name", "unit_price", "amount", "taxes"]
_SHIPMENT = ["number", "state", "effective_date"]
_MOVE = [
    "shipment",
    "product.code",
    "product.rec_name",
    "quantity",
    "unit.name",
    "from_location.name",
    "to_location.name",
    "state",
    "effective_date",
]
_INVOICE = [
    "number",
    "state",
    "party.name",
    "invoice_date",
    "currency.code",
    "untaxed_amount",
    "tax_amount",
    "total_amount",
    "amount_to_pay",
    "move",
    "payment_lines",
]
_INVOICE_LINE = [
    "product.code",
    "product.rec_name",
    "account.code",
    "account.name",
    "quantity",
    "unit_price",
    "amount",
    "taxes",
]
_ENTRY_HEAD = ["state", "journal.name", "period.name", "date"]
_ENTRY_LINE = [
    "move",
    "account.code",
    "account.name",
    "debit",
    "credit",
    "party.name",
    "maturity_date",
    "reconciliation",
]


def order(client: TrytonClient, ref: Ref) -> Order:
    """The order as it stands."""
    trade = trade_of(ref)
    sale = one(client, trade.model, ref.id, [*_ORDER, trade.day])
    domain: list[Value] = [[trade.owner, "=", int(ref.id)], ["type", "=", "line"]]
    discount = [name for name in ("discount_rate",) if name in client.fields(trade.line)]
    lines = client.search_read(trade.line, domain, [*_ORDER_LINE, *discount])
    taxes = _tax_names(client, lines)
    return Order(
        ref=ref,
        number=_words(sale["number"]),
        state=str(sale["state"]),
        customer=str(sale["party.name"]),
        date=_day(sale[trade.day]),
        currency=str(sale["currency.code"]),
        lines=tuple(
            OrderLine(
                product=_name(line, "product.code", "product.rec_name"),
                quantity=_quantity(line["quantity"]),
                unit=str(value_at(line, "unit.name")),
                unit_price=_money(line["unit_price"]),
                amount=_money(line["amount"]),
                taxes=_taxes(line, taxes),
                discount=_share(line.get("discount_rate")),
            )
            for line in lines
        ),
        untaxed=_money(sale["untaxed_amount"]),
        tax=_money(sale["tax_amount"]),
        total=_money(sale["total_amount"]),
        reference=_words(sale["reference"]),
        payment_term=_words(sale["payment_term.name"]),
        delivery_state=_words(sale["shipment_state"]),
        invoice_state=_words(sale["invoice_state"]),
    )


def shipments(client: TrytonClient, ref: Ref) -> tuple[tuple[Shipping, int], ...]:
    """The order's shipments, there before back, oldest first."""
    trade = trade_of(ref)
    row = one(client, trade.model, ref.id, [shipping.field for shipping in trade.shippings])
    return tuple((shipping, number) for shipping in trade.shippings for number in _ids(row[shipping.field]))


def invoice_ids(client: TrytonClient, ref: Ref) -> tuple[int, ...]:
    """The order's invoices, oldest first."""
    return tuple(sorted(_ids(one(client, trade_of(ref).model, ref.id, ["invoices"])["invoices"])))


def deliveries(client: TrytonClient, ref: Ref) -> tuple[Delivery, ...]:
    """The order's deliveries with every move of goods, picking included."""
    numbers: dict[str, tuple[Shipping, list[int]]] = {}
    for shipping, number in shipments(client, ref):
        numbers.setdefault(shipping.kind, (shipping, []))[1].append(number)
    return tuple(found for each in numbers.values() for found in _deliveries(client, *each))


def _deliveries(client: TrytonClient, shipping: Shipping, numbers: list[int]) -> Iterator[Delivery]:
    party = f"{shipping.party}.name"
    names = [f"{shipping.model},{number}" for number in numbers]
    moves = client.search_read("stock.move", [["shipment", "in", names]], _MOVE)
    for shipment in client.search_read(shipping.model, [["id", "in", numbers]], [*_SHIPMENT, party]):
        yield Delivery(
            ref=Ref(shipping.kind, str(shipment["id"])),
            number=_words(shipment["number"]),
            state=str(shipment["state"]),
            customer=str(value_at(shipment, party)),
            moves=_moves(moves, f"{shipping.model},{_id(shipment)}"),
            effective=_day(shipment["effective_date"]),
        )


def invoices(client: TrytonClient, ref: Ref) -> tuple[Invoice, ...]:
    """The order's invoices with the postings of the invoice and of its payments."""
    numbers = invoice_ids(client, ref)
    if not numbers:
        return ()
    domain: list[Value] = [["invoice", "in", numbers], ["type", "=", "line"]]
    lines = client.search_read("account.invoice.line", domain, ["invoice", *_INVOICE_LINE])
    taxes = _tax_names(client, lines)
    found = client.search_read(INVOICE, [["id", "in", numbers]], _INVOICE)
    return tuple(
        _invoice(client, row, [line for line in lines if line["invoice"] == row["id"]], taxes)
        for row in found
    )


def balances(client: TrytonClient, ref: Ref) -> tuple[Balance, ...]:
    """Debit and credit per account over the postings of the order's invoices and payments."""
    debit: dict[str, Decimal] = defaultdict(Decimal)
    credit: dict[str, Decimal] = defaultdict(Decimal)
    for invoice in invoices(client, ref):
        for entry in invoice.entries:
            for line in entry.lines:
                debit[line.account] += line.debit
                credit[line.account] += line.credit
    return tuple(Balance(account, debit[account], credit[account]) for account in sorted(debit))


def _invoice(client: TrytonClient, row: Row, lines: Sequence[Row], taxes: dict[Value, str]) -> Invoice:
    return Invoice(
        ref=Ref("invoice", str(row["id"])),
        number=_words(row["number"]),
        state=str(row["state"]),
        customer=str(value_at(row, "party.name")),
        date=_day(row["invoice_date"]),
        currency=str(value_at(row, "currency.code")),
        lines=tuple(
            InvoiceLine(
                product=_name(line, "product.code", "product.rec_name") or None,
                account=_name(line, "account.code", "account.name") or None,
                quantity=_quantity(line["quantity"]),
                unit_price=_money(line["unit_price"]),
                amount=_money(line["amount"]),
                taxes=_taxes(line, taxes),
            )
            for line in lines
        ),
        untaxed=_money(row["untaxed_amount"]),
        tax=_money(row["tax_amount"]),
        total=_money(row["total_amount"]),
        open_amount=_money(row["amount_to_pay"]),
        entries=entries(client, _posting_ids(client, row)),
        same_number=_same_number(client, row),
    )


def _same_number(client: TrytonClient, invoice: Row) -> int:
    """How many other invoices of the same year have the same number, as after a sequence that restarts."""
    day = invoice["invoice_date"]
    if not invoice["number"] or not isinstance(day, date):
        return 0
    year: list[Value] = [
        ["invoice_date", ">=", date(day.year, 1, 1)],
        ["invoice_date", "<=", date(day.year, 12, 31)],
    ]
    domain: list[Value] = [["number", "=", invoice["number"]], ["id", "!=", invoice["id"]], *year]
    return int(client.call(f"model.{INVOICE}.search_count", domain, 0, None))  # type: ignore[arg-type]  # a number


def _posting_ids(client: TrytonClient, invoice: Row) -> list[int]:
    payments = _ids(invoice["payment_lines"])
    rows = client.search_read("account.move.line", [["id", "in", payments]], ["move"]) if payments else []
    found = {row["move"] for row in rows} | ({invoice["move"]} if invoice["move"] else set())
    return sorted(_ids(list(found)))


def entries(client: TrytonClient, ids: Sequence[int]) -> tuple[JournalEntry, ...]:
    """Entries with their lines."""
    if not ids:
        return ()
    number = client.server.entry_number
    moves = client.search_read(ENTRY, [["id", "in", ids]], [number, *_ENTRY_HEAD])
    lines = client.search_read("account.move.line", [["move", "in", ids]], _ENTRY_LINE)
    return tuple(
        JournalEntry(
            ref=Ref("entry", str(move["id"])),
            number=_words(move[number]),
            state=str(move["state"]),
            journal=str(value_at(move, "journal.name")),
            period=str(value_at(move, "period.name")),
            date=_required_day(move["date"]),
            lines=tuple(sorted(map(_entry_line, (x for x in lines if x["move"] == move["id"])), key=_order)),
        )
        for move in moves
    )


def _entry_line(row: Row) -> EntryLine:
    return EntryLine(
        account=_name(row, "account.code", "account.name"),
        debit=_money(row["debit"]),
        credit=_money(row["credit"]),
        party=_words(value_at(row, "party.name")),
        due=_day(row["maturity_date"]),
        reconciled=row["reconciliation"] is not None,
    )


def _order(line: EntryLine) -> tuple[str, Decimal, Decimal, str]:
    return line.account, line.debit, line.credit, str(line.due)


def _moves(rows: Sequence[Row], shipment: str) -> tuple[StockMove, ...]:
    moves = [
        StockMove(
            product=_name(row, "product.code", "product.rec_name"),
            quantity=_quantity(row["quantity"]),
            unit=str(value_at(row, "unit.name")),
            origin=str(value_at(row, "from_location.name")),
            destination=str(value_at(row, "to_location.name")),
            state=str(row["state"]),
            effective=_day(row["effective_date"]),
        )
        for row in rows
        if row["shipment"] == shipment
    ]
    return tuple(sorted(moves, key=lambda move: (move.origin, move.destination, move.product, move.quantity)))


def _tax_names(client: TrytonClient, lines: Iterable[Row]) -> dict[Value, str]:
    ids = sorted({number for line in lines for number in _ids(line["taxes"])})
    rows = client.search_read("account.tax", [["id", "in", ids]], ["name"]) if ids else []
    return {row["id"]: str(row["name"]) for row in rows}


def _taxes(line: Row, names: dict[Value, str]) -> tuple[str, ...]:
    return tuple(sorted(names.get(number, f"#{number}") for number in _ids(line["taxes"])))


def _id(row: Row) -> int:
    return int(row["id"])  # type: ignore[arg-type]  # an id is a whole number


def _share(value: Value) -> Decimal | None:
    return None if value is None else Decimal(str(value))
