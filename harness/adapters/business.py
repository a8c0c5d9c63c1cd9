"""What an ERP adapter may be able to do in business: one protocol for each kind of work that people do.

They are asked with `isinstance`, as those of `protocol.py`, and promise the same: typed values, `Refused`
when the ERP says no, `WriteRefused` before anything is sent to an environment that is not unlocked.
Everything but the readers demands the write guard.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Protocol, runtime_checkable

from harness.documents import (
    Balance,
    Delivery,
    EntryDraft,
    Invoice,
    JournalEntry,
    Order,
    OrderDraft,
    PartyDraft,
    PurchaseDraft,
    PurchaseRequest,
    Ref,
)


@runtime_checkable
class RunsFlows(Protocol):
    """Business actions and the documents they make. Everything but the readers demands the write guard."""

    def create_party(self, draft: PartyDraft) -> Ref:
        """A new customer."""

    def create_order(self, draft: OrderDraft) -> Ref:
        """A draft sales order."""

    def quote_order(self, order: Ref) -> None:
        """Draft to quotation."""

    def confirm_order(self, order: Ref) -> None:
        """Quotation to confirmed, and on to whatever the ERP makes of it (deliveries, invoices)."""

    def ship_order(self, order: Ref, effective: date) -> None:
        """Ships every open delivery of the order in full; goods of a return are taken back."""

    def invoice_order(self, order: Ref, invoice_date: date) -> None:
        """Makes sure the order's invoices exist, dated, still unposted."""

    def post_invoices(self, order: Ref) -> None:
        """Posts the order's invoices."""

    def pay_invoice(self, invoice: Ref, amount: Decimal, paid_on: date) -> None:
        """Records a payment in cash against a posted invoice; more than is open stays the payer's."""

    def order(self, order: Ref) -> Order:
        """The order as it stands."""

    def deliveries(self, order: Ref) -> tuple[Delivery, ...]:
        """The order's deliveries, oldest first."""

    def invoices(self, order: Ref) -> tuple[Invoice, ...]:
        """The order's invoices with their postings, oldest first."""

    def balances(self, order: Ref) -> tuple[Balance, ...]:
        """Balances per account over the postings of this order's invoices and payments only."""

    def sellable_products(self, limit: int) -> tuple[str, ...]:
        """Codes of goods that can be sold and are in stock, in an order that new goods do not change."""


@runtime_checkable
class DeliversPartly(Protocol):
    """Deliveries in parts. Everything demands the write guard."""

    def deliver(self, order: Ref, quantities: Mapping[str, Decimal], effective: date) -> None:
        """Ships (or receives) so much of each product by its code, and nothing of what is not named.

        What is ordered beyond that stays open; more than is in stock must be refused.
        """

    def undo_delivery(self, delivery: Ref) -> None:
        """Cancels a delivery; one that is done must be refused."""


@runtime_checkable
class Returns(Protocol):
    """Goods that come back. Everything demands the write guard."""

    def return_order(self, order: Ref) -> Ref:
        """A draft order that takes all goods of an order back, with negative quantities.

        It is confirmed, shipped and invoiced like any other; its invoice is the credit note.
        """


@runtime_checkable
class Corrects(Protocol):
    """What people try with invoices that are posted already. Everything demands the write guard."""

    def post_invoice(self, invoice: Ref) -> None:
        """Posts one invoice, also one that is posted: it must be refused, or change nothing."""

    def delete_invoice(self, invoice: Ref) -> None:
        """Deletes an invoice; one that is posted must be refused."""

    def write_off_reason(self, name: str, account: str) -> Ref:
        """The reason for write-offs of this name, made if there is none; they go to this account's code."""

    def write_off(self, invoice: Ref, paid: Decimal, reason: Ref, paid_on: date) -> None:
        """Records a payment of less than what is open, and writes the rest off."""


@runtime_checkable
class Buys(Protocol):
    """Orders to suppliers. Everything demands the write guard.

    What `RunsFlows` does with a customer's order it does with one of these alike: quote, confirm, ship (which
    receives the goods), invoice, post, pay, and read.
    """

    def create_purchase(self, draft: PurchaseDraft) -> Ref:
        """A draft order to a supplier."""

    def reprice_invoice(self, invoice: Ref, prices: Mapping[str, Decimal]) -> None:
        """Enters the prices that the supplier's invoice says, by product code, in a draft invoice."""


@runtime_checkable
class BuysOnRequest(Protocol):
    """What a customer's order asks of purchasing, and the order to a supplier made of it.

    Everything but the reader demands the write guard.
    """

    def purchase_requests(self, order: Ref) -> tuple[PurchaseRequest, ...]:
        """What this customer's order asks for, oldest first."""

    def order_requested(self, request: Ref, supplier: Ref) -> Ref:
        """The draft order of a request; of one that is ordered already the order that there is."""

    def price_order(self, order: Ref, prices: Mapping[str, Decimal]) -> None:
        """Enters the prices agreed with the supplier, by product code, in a draft order."""

    def delete_request(self, request: Ref) -> None:
        """Deletes a request; one that is ordered must be refused."""


@runtime_checkable
class KeepsLedger(Protocol):
    """Postings by hand in the general ledger. Everything but the readers demands the write guard."""

    def create_entry(self, draft: EntryDraft) -> Ref:
        """A draft entry, balanced or not."""

    def post_entry(self, entry: Ref) -> None:
        """Posts a draft."""

    def reverse_entry(self, entry: Ref) -> Ref:
        """The reversal of a posted entry, posted too."""

    def delete_entry(self, entry: Ref) -> None:
        """Deletes an entry."""

    def entry(self, entry: Ref) -> JournalEntry:
        """The entry as it stands."""

    def manual_accounts(self, limit: int) -> tuple[str, ...]:
        """Codes of accounts that take postings by hand, without a party, in a fixed order."""


@runtime_checkable
class RemembersSales(Protocol):
    """Finds documents that people made. Reading only: it serves a source in production."""

    def finished_orders(self, limit: int) -> tuple[Ref, ...]:
        """The newest orders that are delivered, invoiced and posted to the end, newest first."""

    def customer_of(self, number: str) -> Ref:
        """Whose order the one with this number is; AdapterError when there is none, or more than one."""


@runtime_checkable
class ExchangesFiles(Protocol):
    """Gives records out as files and takes them in, as people do in the ERP's own client."""

    def export_file(self, kind: str, limit: int) -> bytes:
        """The oldest records of a kind (`price_list`, `parties`) as CSV, with a line of titles."""

    def import_file(self, kind: str, content: bytes) -> int:
        """Takes such a file in; how many lines it took. Demands the write guard."""

    def count_named(self, kind: str, content: bytes) -> int:
        """How many records of a kind there are, archived ones too, that are named as those of the file."""
