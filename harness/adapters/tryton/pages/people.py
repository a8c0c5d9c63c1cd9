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

    def change_password(self, password: str) -> None:
        """Types the new password and OK; refused when the client complains."""
        self._session._demand("change a password in the web client")
        window = self._window
        field = window.get_by_label("Password:", exact=True)
        self._type(field, password)
        window.get_by_role("button", name="OK", exact=True).click()
        window.wait_for(state="hidden")
        self._refused_if(self._refusals, "change the password")

    def log_out(self) -> None:
        """By the icon or entry of this name, until the client asks who is there."""
        named = self._page.get_by_role("link", name="Logout", exact=False).locator("visible=true")
        if not named.count():
            self._page.locator("#user-preferences a").first.click()
            named = self._page.get_by_text("Logout", exact=False).locator("visible=true")
        named.first.click()
        self._user_name.wait_for()
        self._page.locator(".login-dialog:focus-within").wait_for()
        self._choose_database()
