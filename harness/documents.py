"""Business documents as every ERP has them, in words of no ERP.

Adapters translate into these; comparison, flows and reports know nothing else. Quantities and money are
`Decimal`; `number` is the document's own number, `reference` what the partner calls it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, get_args, get_type_hints

from harness.values import Value

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Ref:
    """A pointer to a document within one environment; it means nothing on the other side."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class PartyDraft:
    """A customer or supplier to create."""

    name: str
    street: str
    postal_code: str
    city: str
    country: str
    email: str | None = None


@dataclass(frozen=True, slots=True)
class LineDraft:
    """A line to order: product by code. What is not given is as the ERP proposes it.

    `discount` is a share of the price (0.1 for ten per cent), `taxes` are names of all taxes of the line.
    """

    product: str
    quantity: Decimal
    unit_price: Decimal | None = None
    discount: Decimal | None = None
    taxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """A customer's order to enter. `date` is always explicit, so that both sides post into one period.

    `invoice_delivered`: only what is delivered is invoiced, each delivery by itself.
    """

    customer: Ref
    date: date
    lines: tuple[LineDraft, ...]
    reference: str | None = None
    payment_term: str | None = None
    currency: str | None = None
    invoice_delivered: bool = False


@dataclass(frozen=True, slots=True)
class PurchaseDraft:
    """An order to a supplier to enter. Without a supplier it must be refused."""

    supplier: Ref | None
    date: date
    lines: tuple[LineDraft, ...]
    reference: str | None = None
    payment_term: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class PurchaseRequest:
    """What somebody asks purchasing for. `ordered` once it is on an order to a supplier."""

    ref: Ref
    product: str
    quantity: Decimal
    unit: str
    supplier: str | None
    wanted: date | None
    ordered: bool


@dataclass(frozen=True, slots=True)
class PostingDraft:
    """One line of a journal entry to enter: account by code, and a debit or a credit."""

    account: str
    debit: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)
    party: Ref | None = None
    tax: TaxShare | None = None


@dataclass(frozen=True, slots=True)
class TaxShare:
    """What an amount is to a tax: its "base", or the "tax" itself."""

    tax: str
    part: str


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """A journal entry to enter by hand."""

    date: date
    postings: tuple[PostingDraft, ...]
    description: str | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line as the ERP holds it."""

    product: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    taxes: tuple[str, ...] = ()
    discount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A sales or purchase order as the ERP holds it; `customer` is the other party, whoever it is."""

    ref: Ref
    number: str | None
    state: str
    customer: str
    date: date | None
    currency: str
    lines: tuple[OrderLine, ...]
    untaxed: Decimal
    tax: Decimal
    total: Decimal
    reference: str | None = None
    payment_term: str | None = None
    delivery_state: str | None = None
    invoice_state: str | None = None


@dataclass(frozen=True, slots=True)
class StockMove:
    """Goods moved from one place to another."""

    product: str
    quantity: Decimal
    unit: str
    origin: str
    destination: str
    state: str
    effective: date | None = None
    lot: str | None = None
    unit_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A shipment to a customer or from a supplier, or back; `customer` is the other party."""

    ref: Ref
    number: str | None
    state: str
    customer: str
    moves: tuple[StockMove, ...]
    effective: date | None = None


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line of an invoice with the account it posts to."""

    product: str | None
    account: str | None
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    taxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A debit or credit on one account."""

    account: str
    debit: Decimal
    credit: Decimal
    party: str | None = None
    due: date | None = None
    reconciled: bool = False


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A posting in the ledger."""

    ref: Ref
    number: str | None
    state: str
    journal: str
    period: str
    date: date
    lines: tuple[EntryLine, ...]


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice or credit note with its postings; `customer` is the other party.

    `same_number`: how many other documents of the same year have its number, which must be none.
    """

    ref: Ref
    number: str | None
    state: str
    customer: str
    date: date | None
    currency: str
    lines: tuple[InvoiceLine, ...]
    untaxed: Decimal
    tax: Decimal
    total: Decimal
    open_amount: Decimal
    entries: tuple[JournalEntry, ...] = ()
    same_number: int = 0

    def part(self, share: Decimal) -> Decimal:
        """So much of what is open, to the cent; all of it for 1."""
        return self.open_amount if share == 1 else (self.open_amount * share).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance of one account over exactly the documents named, not of the whole ledger."""

    account: str
    debit: Decimal
    credit: Decimal


def as_value(document: object) -> Value:
    """A document as plain values, field by field, ready to be stored and compared. Refs stay visible."""
    if is_dataclass(document) and not isinstance(document, type):
        return {item.name: as_value(getattr(document, item.name)) for item in fields(document)}
    if isinstance(document, tuple | list):
        return [as_value(item) for item in document]
    if isinstance(document, Mapping):
        return {str(name): as_value(item) for name, item in document.items()}
    return document  # type: ignore[return-value]  # a leaf; `to_json` refuses what is not a Value


def from_value(kind: type[D], value: Mapping[str, Value]) -> D:
    """The document that `as_value` made plain; what an older version did not have gets its default."""
    hints = get_type_hints(kind)
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]  # D is a dataclass
    return kind(**{name: _restored(hints[name], item) for name, item in value.items() if name in known})


def _restored(hint: Any, value: Any) -> Any:
    if isinstance(value, list):
        inner = get_args(hint)[0] if get_args(hint) else None
        return tuple(_restored(inner, item) for item in value)
    if isinstance(value, Mapping) and is_dataclass(hint) and isinstance(hint, type):
        return from_value(hint, value)
    return value
