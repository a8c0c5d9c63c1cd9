"""What an ERP adapter may be able to do inside a company: one protocol for each kind of work that people do.

As `business.py`: asked with `isinstance`; typed values, `Refused` when the ERP says no, `WriteRefused` before
anything is sent to an environment that is not unlocked. Everything but the readers demands the write guard.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Protocol, runtime_checkable

from harness.documents import PartyDraft, Ref
from harness.inhouse import (
    AccountTotal,
    Asset,
    AssetDraft,
    BankStatement,
    BankStatementDraft,
    BillOfMaterials,
    FiscalYear,
    OnHand,
    Party,
    Product,
    ProductDraft,
    Production,
    ProductionDraft,
    ReportLine,
    StockDocument,
    StockDraft,
    StockValue,
    TaxBox,
)
from harness.values import Value


@runtime_checkable
class ClosesBooks(Protocol):
    """Fiscal years and their periods."""

    def open_earlier_year(self) -> FiscalYear:
        """A fiscal year before the first one, with a period a month."""

    def open_next_year(self) -> FiscalYear:
        """A fiscal year after the last one, with a period a month."""

    def close_period(self, period: Ref) -> None:
        """Nothing can be posted into the period any more."""

    def reopen_period(self, period: Ref) -> None:
        """A closed period takes postings again."""

    def carry_result(self, year: Ref) -> Ref:
        """The posted entry that clears income and expense of the year into equity."""

    def close_year(self, year: Ref) -> None:
        """Closes the year and carries the balances forward."""

    def reopen_year(self, year: Ref) -> None:
        """Takes the closing of a year back; its periods stay closed."""

    def fiscal_year(self, year: Ref) -> FiscalYear:
        """The year as it stands."""


@runtime_checkable
class ReportsBooks(Protocol):
    """Reports of the ledger, over what is posted."""

    def create_tax_box(self, box: TaxBox) -> Ref:
        """A line of the tax report."""

    def balance_list(self, year: Ref) -> tuple[AccountTotal, ...]:
        """Every account that was posted on in the year, or has a balance, by code."""

    def balance_sheet(self, day: date) -> tuple[ReportLine, ...]:
        """The lines of the balance sheet on this day that are not zero."""

    def income_statement(self, year: Ref) -> tuple[ReportLine, ...]:
        """The lines of the income statement of the year that are not zero."""

    def tax_report(self, year: Ref, boxes: tuple[Ref, ...]) -> tuple[ReportLine, ...]:
        """These lines of the tax report of the year."""


@runtime_checkable
class ReconcilesItems(Protocol):
    """Open items that are settled against each other."""

    def reconcile_entries(self, account: str, entries: tuple[Ref, ...]) -> None:
        """Settles these entries' lines on the account; Refused when they do not add up to zero."""

    def unreconcile_entries(self, account: str, entries: tuple[Ref, ...]) -> None:
        """Takes a settlement back."""

    def item_accounts(self, limit: int) -> tuple[str, ...]:
        """Codes of accounts that keep open items of parties, in a fixed order."""


@runtime_checkable
class KeepsBank(Protocol):
    """Bank statements."""

    def create_statement(self, draft: BankStatementDraft) -> Ref:
        """A draft statement of the first bank account."""

    def check_statement(self, statement: Ref) -> None:
        """The ERP checks the statement, its balances too, and takes it."""

    def post_statement(self, statement: Ref) -> None:
        """Posts a checked statement."""

    def delete_statement(self, statement: Ref) -> None:
        """Deletes a statement."""

    def statement(self, statement: Ref) -> BankStatement:
        """The statement as it stands, with its postings."""


@runtime_checkable
class KeepsAssets(Protocol):
    """Fixed assets."""

    def create_asset(self, draft: AssetDraft) -> Ref:
        """A draft asset."""

    def start_asset(self, asset: Ref) -> None:
        """Plans the depreciation and takes the asset into use."""

    def depreciate(self, until: date) -> None:
        """Posts what is due of every asset in use."""

    def dispose_asset(self, asset: Ref) -> None:
        """Takes the asset out of the books; what is left of its value is expense."""

    def delete_asset(self, asset: Ref) -> None:
        """Deletes an asset."""

    def asset(self, asset: Ref) -> Asset:
        """The asset as it stands."""


@runtime_checkable
class KeepsStock(Protocol):
    """Goods in warehouses."""

    def receive_goods(self, draft: StockDraft) -> Ref:
        """Goods from a supplier, put away."""

    def transfer_goods(self, draft: StockDraft) -> Ref:
        """Goods moved to the destination; Refused when there are not enough of them."""

    def count_goods(self, draft: StockDraft) -> Ref:
        """A confirmed count: the stock is what was counted."""

    def cancel_stock(self, document: Ref) -> None:
        """Takes a document back."""

    def delete_stock(self, document: Ref) -> None:
        """Deletes a document."""

    def stock_document(self, document: Ref) -> StockDocument:
        """The document as it stands."""

    def on_hand(self, product: Ref) -> tuple[OnHand, ...]:
        """Where the product is, by place and lot."""

    def stock_value(self, product: Ref) -> StockValue:
        """What the stock of the product is worth at its cost."""

    def stock_places(self, limit: int) -> tuple[str, ...]:
        """Codes of places that keep goods, in a fixed order."""


@runtime_checkable
class Produces(Protocol):
    """Goods made from other goods."""

    def create_bill(self, bill: BillOfMaterials) -> Ref:
        """A bill of materials; where scrap goes is set up with it."""

    def create_production(self, draft: ProductionDraft) -> Ref:
        """A draft order whose inputs and outputs the ERP takes from the bill."""

    def start_production(self, production: Ref) -> None:
        """Takes the inputs; Refused when there are not enough of them."""

    def finish_production(self, production: Ref, scrap: Decimal = Decimal(0)) -> None:
        """Puts away what was made; so much of it is scrap."""

    def cancel_production(self, production: Ref) -> None:
        """Takes an order back."""

    def production(self, production: Ref) -> Production:
        """The order as it stands."""


@runtime_checkable
class KeepsMasterData(Protocol):
    """Products and parties."""

    def create_product(self, draft: ProductDraft) -> Ref:
        """A new product."""

    def change_product(self, product: Ref, changes: Mapping[str, Value]) -> None:
        """Changes a product, by the names of `ProductDraft`, and `active`."""

    def delete_product(self, product: Ref) -> None:
        """Deletes a product."""

    def product(self, product: Ref) -> Product:
        """The product as it stands."""

    def find_products(self, words: str) -> tuple[Product, ...]:
        """What a user finds who looks for these words in a name or code, oldest first."""

    def register_party(self, draft: PartyDraft) -> Ref:
        """A new party."""

    def change_party(self, party: Ref, changes: Mapping[str, Value]) -> None:
        """Changes a party's `name`, `code` or `active`."""

    def delete_party(self, party: Ref) -> None:
        """Deletes a party."""

    def party(self, party: Ref) -> Party:
        """The party as it stands."""

    def find_parties(self, words: str) -> tuple[Party, ...]:
        """What a user finds who looks for these words in a name, oldest first."""
