"""What people do wrong in Tryton's web client, and how they get out of it again."""

from __future__ import annotations

from harness.adapters.options import password_of
from harness.adapters.tryton.pages.forms import Forms
from harness.errors import Refused
from harness.model import text

_BARS = ".infobar .alert-danger, .infobar .alert-warning, .infobar .alert-error"


class Mistakes(Forms):
    """Wrong input, and recovery."""

    def marks(self) -> tuple[str, str]:
        """Bars above the form and dialogs; fields that are wrong have a class of their own."""
        return f"{_BARS}, .modal-dialog .alert, .login-dialog label, .ask-dialog label", ".has-error"

    def enter_words_for_a_date(self) -> None:
        """Types words where the order's date belongs; refused when the field does not keep them."""
        field = self._field("Sale Date")
        self._type(field, "soon")
        field.press("Tab")
        if field.input_value() != "soon":
            raise Refused(
                text("ux.tryton.refused", action="enter", message=""), code="web_client", message=""
            )

    def dismiss(self) -> None:
        """Closes the dialog on screen by its only or first button, and every bar."""
        for close in self._page.get_by_role("dialog").locator("visible=true").all():
            close.get_by_role("button").first.click()
        for bar in self._tab.get_by_role("alert").locator("visible=true").all():
            bar.get_by_role("button", name="Close").click()

    def log_in_again(self) -> None:
        """Types the password that the client asks for."""
        self.answer_who(self._account.user, password_of(self._session.environment, self._account))
