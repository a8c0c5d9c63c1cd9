"""From a quotation to a posted invoice in Tryton's web client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.adapters.tryton.pages.forms import WAREHOUSE, Forms

if TYPE_CHECKING:
    from harness.ux.pages import OrderEntry


class Sales(Forms):
    """Sales orders, and the invoices that come of them."""

    def start_order(self) -> None:
        """New, and waits for the field of the customer."""
        self._start("Party")

    def fill_order(self, entry: OrderEntry) -> None:
        """Customer and reference, then one line in the window that opens for it."""
        self._choose(self._field("Party"), entry.partner)
        self._type(self._field("Reference"), entry.reference)
        self._choose(self._field("Warehouse"), WAREHOUSE)
        self._lines("Lines").get_by_role("button", name="New").click()
        window = self._window
        self._choose(window.get_by_label("Product:", exact=True), entry.product)
        quantity = window.get_by_label("Quantity:", exact=True).locator("visible=true").first
        self._type(quantity, str(entry.quantity))
        quantity.press("Tab")
        self._filled(window.get_by_label("Amount:", exact=True))
        window.get_by_role("button", name="Add", exact=True).click()
        window.wait_for(state="hidden")

    def quote_order(self) -> None:
        """Quote: done when it can be confirmed."""
        self._press("Quote", self._button("Confirm"))

    def confirm_order(self) -> None:
        """Confirm: done when Tryton has processed the order, so that its invoice is there."""
        self._press("Confirm", self._state("Processing"))

    def open_invoice(self) -> None:
        """By the related records of the order, into the form of its first invoice."""
        self._tool("Open related records").click()
        self._tab.get_by_role("menuitem", name="Invoices").click()
        self._tab.get_by_placeholder("Search", exact=True).locator("visible=true").wait_for()
        self._rows.first.wait_for()
        self._open(self._rows.first)

    def post_invoice(self) -> None:
        """Post: done when it says that it is posted."""
        self._press("Post", self._state("Posted"))
