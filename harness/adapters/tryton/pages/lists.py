"""Lists in Tryton's web client: searching them, opening what was found, and giving them out as files."""

from __future__ import annotations

import re
from pathlib import Path

from harness.adapters.tryton.pages.forms import WAREHOUSE, Forms

_BOM = b"\xef\xbb\xbf"
_PRODUCTS = re.compile(r"^\s*Products")
_OWN = re.compile(rf"^(\[WH\] )?{WAREHOUSE}$")  # 8.0 says its code too
_LISTED = "Listed Records"


class Lists(Forms):
    """Searching, stock, and exports."""

    def find(self, words: str) -> None:
        """Types the words into the search field of the list on screen, and Enter; in all of its records."""
        everything = self._tab.get_by_role("tab", name="All", exact=False).locator("visible=true")
        if everything.count():
            everything.first.click()
        field = self._tab.get_by_placeholder("Search", exact=True).locator("visible=true").first
        field.click()
        field.fill("")
        field.press_sequentially(words)
        field.press("Enter")

    def open_first(self) -> None:
        """Double-clicks the first row."""
        self._open(self._rows.first)

    def ask_stock(self, product: str) -> None:
        """Opens the warehouses, of the company's own the products, and searches them."""
        self.open_list("warehouse")
        own = self._rows.filter(has=self._page.get_by_title(_OWN).locator("visible=true"))
        own.wait_for()
        self._activate(own)
        self._window.get_by_text(_PRODUCTS).click()
        self._window.get_by_role("button", name="OK", exact=True).click()
        self._tab.get_by_role("columnheader", name="Quantity", exact=True).wait_for()
        self.find(product)

    def start_export(self) -> None:
        """Opens the choice of columns from the menu of the tab."""
        self._tab.locator(".navbar-left.dropdown > a, .navbar-left > a").first.click()
        self._page.get_by_role("menuitem", name="Export", exact=True).locator("visible=true").click()
        self._window.get_by_text("Fields Selected").wait_for()

    def export_list(self) -> int:
        """All that is listed, with the columns of the list: counts the lines of the file that arrives."""
        chosen = self._window.get_by_label("Export:")
        if chosen.locator("option:checked").inner_text() != _LISTED:
            chosen.press("End")
        with self._page.expect_download() as arriving:
            self._window.locator(".modal-footer .btn-primary").click()
        content = Path(arriving.value.path()).read_bytes().removeprefix(_BOM)
        return len(content.splitlines())
