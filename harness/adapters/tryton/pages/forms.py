"""Forms of Tryton's web client: fields that complete words, lines in a table, buttons of a document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from harness.adapters.tryton.pages.frame import Frame

if TYPE_CHECKING:
    from playwright.sync_api import Locator

WAREHOUSE = "Warehouse"  # as Tryton ships it
_LABELLED = re.compile(r":\s*$")  # of a field in a form; in a list there is only the search
_PACE_MS = 80
_NOTHING_YET = re.compile(r"^[0.,]*$")


class Forms(Frame):
    """What the forms of documents have in common."""

    def _type(self, field: Locator, content: str) -> None:
        field.click()
        field.press_sequentially(content)

    def _choose(self, field: Locator, words: str) -> None:
        """Types the words and takes the first record that the client proposes, by the keyboard."""
        self._type(field, words)
        proposed = self._page.locator(".dropdown.open li.completion a")
        proposed.filter(has_text=words).first.wait_for()
        field.press("ArrowDown")
        self._page.keyboard.press("Enter")
        self._page.locator(".dropdown.open li.completion").first.wait_for(state="hidden")

    def _open(self, row: Locator) -> None:
        """Opens a row of a list as a form."""
        self._activate(row)
        self._tab.get_by_role("textbox", name=_LABELLED).locator("visible=true").first.wait_for()

    def _activate(self, row: Locator) -> None:
        """A double click at the pace of a hand: 8.0 loses one without any time between its clicks."""
        row.locator("td[data-title]").locator("visible=true").first.dblclick(delay=_PACE_MS)

    def _filled(self, field: Locator) -> None:
        """Waits until the client has calculated what a field shows, as a person does before going on."""
        from playwright.sync_api import expect

        expect(field).not_to_have_value(_NOTHING_YET)

    def _press(self, label: str, then: Locator) -> None:
        """Presses a button of the document and says yes, until the client shows what comes of it."""
        self._session._demand(f"press {label} in the web client")
        self._button(label).click()
        complaint, question = self._complaints, self._question
        then.or_(complaint).first.wait_for(state="attached")
        if question.count():
            question.get_by_role("button", name="OK", exact=True).click()
            question.wait_for(state="hidden")
            then.or_(complaint).first.wait_for(state="attached")
        self._refused_if(complaint, label)

    @property
    def _question(self) -> Locator:
        """A dialog that asks whether one is sure: it can be left, other than a refusal."""
        leave = self._page.get_by_role("button", name="Cancel", exact=True)
        return self._refusals.filter(has=leave).locator("visible=true")

    def _button(self, label: str) -> Locator:
        return self._tab.get_by_role("button", name=label, exact=True).locator("visible=true").first

    def _state(self, word: str) -> Locator:
        """The field that tells the state of the document, once it tells this one."""
        return self._tab.get_by_label("State:", exact=True).locator("option:checked", has_text=word)

    def _lines(self, label: str) -> Locator:
        return self._tab.locator(".form-one2many").filter(has=self._page.get_by_text(label, exact=True)).first

    @property
    def _window(self) -> Locator:
        """The form that opens over the screen."""
        return self._page.get_by_role("dialog").locator("visible=true").last
