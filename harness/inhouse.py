"""What a company keeps inside its walls, in words of no ERP: books, assets, stock, production, masters.

As `documents.py`: adapters translate into these; comparison, flows and reports know nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from harness.documents import JournalEntry, Ref, StockMove, TaxShare


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """Something to buy, make, keep or sell. `kind` is goods, service or asset; `costing` fixed or average.

    `lots`: every movement names a lot. `made`: can be produced. `months`: how long an asset is used.
    `on_order`: kept in no stock; what a customer orders is asked of purchasing.
    """

    name: str
    kind: str = "goods"
    unit: str = "Unit"
    list_price: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    costing: str = "fixed"
    lots: bool = False
    made: bool = False
    months: int | None = None
    on_order: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """A product as the ERP holds it."""

    ref: Ref
    code: str | None
    name: str
    kind: str
    unit: str
    list_price: Decimal
    cost: Decimal
    active: bool


@dataclass(frozen=True, slots=True)
class Party:
    """A customer or supplier as the ERP holds it, each address in one line."""

    ref: Ref
    code: str | None
    name: str
    active: bool
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoodsDraft:
    """So much of a product to move, count or use, of a lot where lots are kept."""

    product: Ref
    quantity: Decimal
    unit_price: Decimal | None = None
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class StockDraft:
    """Goods that come in, move from one place to another, or are counted. Places by code."""

    date: date
    place: str
    lines: tuple[GoodsDraft, ...]
    supplier: Ref | None = None
    destination: str | None = None


@dataclass(frozen=True, slots=True)
class StockDocument:
    """A receipt, transfer or count with the goods that it moved."""

    ref: Ref
    number: str | None
    state: str
    date: date | None
    moves: tuple[StockMove, ...]


@dataclass(frozen=True, slots=True)
class OnHand:
    """How much of a product is at a place, by lot where lots are kept."""

    place: str
    lot: str | None
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class StockValue:
    """What the stock of a product is worth."""

    quantity: Decimal
    unit_cost: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class BillOfMaterials:
    """What one product is made of."""

    name: str
    product: Ref
    inputs: tuple[GoodsDraft, ...]


@dataclass(frozen=True, slots=True)
class ProductionDraft:
    """So much of a product to make by a bill of materials."""

    bill: Ref
    product: Ref
    quantity: Decimal
    date: date


@dataclass(frozen=True, slots=True)
class Production:
    """A production order with what it used and what came of it."""

    ref: Ref
    number: str | None
    state: str
    product: str
    quantity: Decimal
    cost: Decimal
    inputs: tuple[StockMove, ...]
    outputs: tuple[StockMove, ...]


@dataclass(frozen=True, slots=True)
class AssetDraft:
    """A fixed asset to take into use; it is written off month by month down to `residual`."""

    product: Ref
    value: Decimal | None
    residual: Decimal
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Depreciation:
    """One line of a depreciation plan, and whether it is in the ledger."""

    date: date
    amount: Decimal
    accumulated: Decimal
    remaining: Decimal
    posted: bool


@dataclass(frozen=True, slots=True)
class Asset:
    """A fixed asset with its plan and all its postings."""

    ref: Ref
    number: str | None
    state: str
    product: str
    value: Decimal
    residual: Decimal
    plan: tuple[Depreciation, ...]
    entries: tuple[JournalEntry, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """A part of a fiscal year that is open or closed for postings."""

    ref: Ref
    start: date
    end: date
    state: str


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """A fiscal year with its periods, oldest first."""

    ref: Ref
    start: date
    end: date
    state: str
    periods: tuple[Period, ...]

    @property
    def states(self) -> tuple[str, ...]:
        """What is open and what is closed: the year, then its periods; the same whichever year it is."""
        return (self.state, *(period.state for period in self.periods))


@dataclass(frozen=True, slots=True)
class AccountTotal:
    """A line of the balance list; what there is to the debit is positive."""

    account: str
    opening: Decimal
    debit: Decimal
    credit: Decimal
    closing: Decimal


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line of a balance sheet, an income statement or a tax report."""

    title: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class TaxBox:
    """A line of the tax report to set up: the sum of one share of one tax."""

    title: str
    share: TaxShare


@dataclass(frozen=True, slots=True)
class BankLineDraft:
    """A line of a bank statement: what a party paid (positive) or was paid."""

    date: date
    amount: Decimal
    party: Ref
    description: str | None = None


@dataclass(frozen=True, slots=True)
class BankStatementDraft:
    """A bank's statement to enter."""

    name: str
    date: date
    opening: Decimal
    closing: Decimal
    lines: tuple[BankLineDraft, ...]


@dataclass(frozen=True, slots=True)
class BankStatement:
    """A bank statement as the ERP holds it, with its postings."""

    ref: Ref
    name: str
    state: str
    date: date
    opening: Decimal
    closing: Decimal
    entries: tuple[JournalEntry, ...]
