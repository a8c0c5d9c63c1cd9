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

    def change_password(self, user: str, current: str, password: str) -> None:
        """Types the new password and OK; Tryton asks for the current one, and then who is there now."""
        self._session._demand("change a password in the web client")
        window = self._window
        self._type(window.get_by_label("Password:", exact=True), password)
        window.get_by_role("button", name="OK", exact=True).click()
        asked = self._page.get_by_label(f"Password for {user}")
        asked.wait_for()
        asked.press_sequentially(current)
        asked.press("Enter")
        asked.wait_for(state="hidden")
        menu = self._page.locator("#menu .column-char").first
        menu.or_(asked).or_(self._refusals).first.wait_for()
        self._refused_if(self._refusals, "change the password")
        if asked.is_visible():
            self.answer_who(user, password)
