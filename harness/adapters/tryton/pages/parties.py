"""Customers and suppliers in Tryton's web client."""

from __future__ import annotations

from harness.adapters.tryton.pages.frame import Frame
from harness.documents import PartyDraft


class Parties(Frame):
    """The form of a party."""

    def start_party(self) -> None:
        """New, and waits for the field of the name."""
        self._start("Name")

    def fill_party(self, draft: PartyDraft) -> None:
        """Name and address, moving on with the keyboard is left to the client's own focus."""
        for label, content in (
            ("Name", draft.name),
            ("Street", draft.street),
            ("Postal Code", draft.postal_code),
            ("City", draft.city),
        ):
            field = self._field(label)
            field.click()
            field.press_sequentially(content)
