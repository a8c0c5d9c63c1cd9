"""What is on every screen of Tryton's web client: logging in, the menu, the tool bar, lists, its messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from harness.adapters.options import account_of, password_of
from harness.adapters.tryton.labels import either
from harness.errors import Refused, Unreachable
from harness.model import Environment, text
from harness.ways import BrowserSession

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from playwright.sync_api import Locator, Page

    from harness.values import Value

# The labels of the menu down to each list; the two versions agree on these.
_MENU = {
    "party": ("Parties", "Parties"),
    "product": ("Products", "Products"),
    "sale": ("Sales", "Sales"),
    "purchase": ("Purchases", "Purchases"),
    "receipt": ("Inventory & Stock", "Shipments", "Supplier Shipments"),
    "warehouse": ("Inventory & Stock", "Warehouses"),
}
_PATIENCE_MS = 6000.0
_REQUIRED = """
() => [...document.querySelectorAll(".required")].filter((item) => item.checkVisibility()).map((item) => {
  if (item.matches("label, .form-label")) return item.textContent;
  const inputs = "input, select, textarea";
  const input = item.matches(inputs) ? item : item.querySelector(inputs);
  const id = input && input.getAttribute("aria-labelledby");
  const label = (id && document.getElementById(id)) || (input && input.labels && input.labels[0]);
  return label ? label.textContent : (input && input.name) || "";
}).filter(Boolean)
"""


class _Session(Protocol):
    """What the pages need of the adapter they belong to."""

    @property
    def environment(self) -> Environment: ...

    @property
    def role(self) -> str: ...

    def web_url(self) -> str: ...

    def _demand(self, action: str) -> None: ...

    def read(self, model: str, fields: Sequence[str]) -> Iterator[Mapping[str, Value]]: ...


class Frame:
    """Implements `harness.ux.pages.WebClient` but for the forms of parties."""

    def __init__(self, page: Page, session: _Session) -> None:
        self._page = page
        self._session = session
        self._account = account_of(session.environment, session.role)
        self._by_person = isinstance(self._account.way, BrowserSession)

    def open(self) -> None:
        """Loads the client until it asks who is there."""
        from playwright.sync_api import Error as BrowserError

        try:
            self._page.goto(self._session.web_url())
        except BrowserError as error:
            reason = error.message.partition("\n")[0]
            raise Unreachable(
                text("ux.tryton.unreachable", side=self._session.environment.side.value, reason=reason)
            ) from error
        if not self._by_person:
            self._user_name.wait_for()
            # The dialog moves the cursor once it has faded in; what is typed before that is torn in two.
            self._page.locator(".login-dialog:focus-within").wait_for()
            self._choose_database()

    def _choose_database(self) -> None:
        """Names the database where the server lists none. Not typed: its length is no effort of the task."""
        asked = self._page.locator("#database").locator("visible=true")
        asked.wait_for()
        if not asked.input_value():
            name = str(self._session.environment.options["database"])
            asked.evaluate("(input, name) => { input.value = name; }", name)

    def log_in(self) -> None:
        """Types user and password into the two dialogs and waits for the menu.

        Nothing is typed where a person's session is kept: the client is in already.
        """
        if self._by_person:
            self._page.locator("#menu .column-char").first.wait_for()
            return
        self.log_in_as(self._account.user, password_of(self._session.environment, self._account))

    def log_in_as(self, user: str, password: str) -> None:
        """Types this user and password into the two dialogs and waits for the menu."""
        self._user_name.press_sequentially(user)
        self._user_name.press("Enter")
        self.answer_who(user, password)

    def answer_who(self, user: str, password: str) -> None:
        """Types the password into the dialog that asks for it, and waits for the menu."""
        asked = self._page.get_by_label(either("Password for {user}", user=user))
        asked.wait_for()
        asked.press_sequentially(password)
        asked.press("Enter")
        menu, refusal = self._page.locator("#menu .column-char").first, self._refusals
        menu.or_(refusal).first.wait_for()
        self._refused_if(refusal, "log in")

    def open_list(self, entity: str) -> None:
        """Opens the folders of the menu on the way, then its entry, and waits for the table."""
        folder, *rest = _MENU[entity]
        at = self._entry(folder).first
        at.click()
        for label in rest:
            at = self._entry_below(at, label)
            at.click()
        self._table.wait_for()

    def listed(self) -> int:
        """Rows of the list on screen."""
        return self._rows.count()

    def save(self) -> None:
        """Save; done when the client no longer offers to save, refused when it complains."""
        self._session._demand("save in the web client")
        self._tool("Save").click()
        saved = self._tab.locator("a#save").locator("xpath=..").and_(self._page.locator(".disabled"))
        complaint = self._complaints
        saved.or_(complaint).first.wait_for(state="attached")
        self._refused_if(complaint, "save")

    @property
    def _complaints(self) -> Locator:
        """Bars above a form, dialogs with a message, and the question who is there when a session is over."""
        bars = self._page.locator(
            ".alert-danger:visible, .alert-warning:visible, .login-dialog:visible, .ask-dialog:visible"
        )
        return bars.or_(self._refusals)

    def reload(self) -> None:
        """Loads the page anew, as people do when something looks odd; refused when it asks who is there."""
        self._page.reload()
        menu, asked = self._page.locator("#menu .column-char").first, self._user_name
        menu.or_(asked).or_(self._complaints).first.wait_for()
        self._refused_if(
            self._page.locator(".login-dialog:visible, .ask-dialog:visible"), "go on after a reload"
        )

    def _start(self, label: str) -> None:
        """New, until the field of this label shows; pressed again, as people do, when nothing happens."""
        field = self._field(label)
        self._tool("New").click()
        if not self._comes(field):
            self._tool("New").click()
        field.wait_for()

    def _comes(self, thing: Locator) -> bool:
        """Whether it shows before people lose their patience."""
        from playwright.sync_api import TimeoutError as BrowserTimeout

        try:
            thing.wait_for(timeout=_PATIENCE_MS)
        except BrowserTimeout:
            return False
        return True

    def busy(self) -> bool:
        """Its own sign that it is processing."""
        return self._page.locator("#processing").is_visible()

    def required_fields(self) -> tuple[str, ...]:
        """Labels of the fields it marks as required."""
        found: list[str] = self._page.evaluate(_REQUIRED)
        return tuple(found)

    def personal_texts(self) -> tuple[str, ...]:
        """Who is logged in, as the corner of the screen and the user name's field say."""
        shown = self._page.locator("#user-preferences").all_inner_texts()
        names = [part.strip() for part in shown for part in re.split(r"[\[\]]|\n", part)]
        return (self._account.user, *(name for name in names if name))

    def background(self, path: str) -> bool:
        """The message bus is a request that never ends."""
        return path.endswith("/bus")

    def screens(self) -> tuple[str, ...]:
        """Every entry of the menu that opens something, by its full name."""
        entries = self._session.read("ir.ui.menu", ("complete_name", "action"))
        return tuple(sorted({str(entry["complete_name"]) for entry in entries if entry["action"]}))

    def screen_of(self, entity: str) -> str:
        """The menu entry's full name."""
        return " / ".join(_MENU[entity])

    @property
    def _user_name(self) -> Locator:
        return self._page.get_by_label(either("User name"))

    @property
    def _tab(self) -> Locator:
        return self._page.locator("#tabcontent > .tab-pane.active")

    @property
    def _table(self) -> Locator:
        return self._tab.locator("table.tree").first

    @property
    def _rows(self) -> Locator:
        return self._table.locator("tbody > tr:visible")

    @property
    def _refusals(self) -> Locator:
        return self._page.get_by_role("dialog").filter(has=self._page.locator(".alert, .alert-dialog"))

    def _tool(self, label: str) -> Locator:
        return self._tab.get_by_role("button", name=either(label)).first

    def _field(self, label: str) -> Locator:
        return self._tab.get_by_label(either(label, ":")).first

    def _entry(self, label: str) -> Locator:
        return self._page.locator("#menu").get_by_title(either(label))

    def _entry_below(self, entry: Locator, label: str) -> Locator:
        """The first entry of this name after another one: a folder's own entries come right after it."""
        row = entry.locator("xpath=ancestor::tr[1]/following-sibling::tr").locator("visible=true")
        return row.get_by_title(either(label)).first

    def _refused_if(self, complaint: Locator, action: str) -> None:
        if complaint.count():
            message = " ".join(complaint.first.inner_text().split())
            sentence = text("ux.tryton.refused", action=action, message=message)
            raise Refused(sentence, code="web_client", message=message)
