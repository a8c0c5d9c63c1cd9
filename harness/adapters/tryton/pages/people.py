"""What people set for themselves in Tryton's web client, and leaving it."""

from __future__ import annotations

from harness.adapters.tryton.pages.forms import Forms


class People(Forms):
    """One's own settings."""

    def open_own_settings(self) -> None:
        """By the user's name in the corner of the screen."""
        corner = self._page.locator("#user-preferences a").first
        corner.click()
        own = self._page.get_by_role("menuitem", name="Preferences", exact=False).locator("visible=true")
        window = self._window.get_by_label("Password:", exact=True)
        own.or_(window).first.wait_for()
        if own.count():
            own.first.click()
        window.wait_for()

    def change_password(self, user: str, password: str) -> None:
        """Types the new password over the hidden one, and OK; Tryton then asks for it."""
        self._session._demand("change a password in the web client")
        window = self._window
        field = window.get_by_label("Password:", exact=True)
        field.click()
        field.press("ControlOrMeta+a")
        field.press_sequentially(password)
        window.get_by_role("button", name="OK", exact=True).click()
        self.answer_who(user, password)
