"""Orders to suppliers and what they deliver, in Tryton's web client."""

from __future__ import annotations

import re

from harness.adapters.tryton.pages.forms import WAREHOUSE, Forms

_FINISH = re.compile(r"^(Do|Done|Complete)$")


class Purchases(Forms):
    """Approving purchases and receiving goods."""

    def approve(self) -> None:
        """Confirm: done when Tryton has processed the order."""
        self._press("Confirm", self._state("Processing"))

    def start_receipt(self) -> None:
        """New, and waits for the field of the supplier."""
        self._start("Supplier")

    def fill_receipt(self, supplier: str, reference: str) -> None:
        """The supplier, the number of the delivery note, and all that is expected from this supplier."""
        self._choose(self._field("Supplier"), supplier)
        self._type(self._field("Reference"), reference)
        self._choose(self._field("Warehouse"), WAREHOUSE)
        moves = self._lines("Incoming Moves")
        moves.get_by_role("button", name="Add").click()
        window = self._window
        rows = window.locator("table.tree tbody tr").locator("visible=true")
        rows.first.wait_for()
        rows.first.get_by_role("checkbox").click()
        window.get_by_role("button", name="OK", exact=True).click()
        window.wait_for(state="hidden")

    def receive(self) -> None:
        """Receive, then Do: the goods are where they can be taken from."""
        self._press("Receive", self._state("Received"))
        self._press(self._finish, self._state("Done"))

    @property
    def _finish(self) -> str:
        """What the last button is called: 8.0 has another word for it. It comes after the state."""
        words = self._tab.get_by_role("button", name=_FINISH).locator("visible=true").first
        return words.inner_text().strip().capitalize()
