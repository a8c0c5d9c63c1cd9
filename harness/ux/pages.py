"""What a task may ask of an ERP's web client, in words of no ERP. Adapters implement it as page objects."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, runtime_checkable

from harness.documents import PartyDraft


@dataclass(frozen=True, slots=True)
class OrderEntry:
    """What a person types into an order: words that the client completes, and how much of the product."""

    partner: str
    product: str
    quantity: Decimal
    reference: str


@runtime_checkable
class WebClient(Protocol):
    """The web client of one environment in one browser page, used as a person would: by mouse and keys.

    Methods act and return; they do not wait for the last request, the step around them does. They find
    things by role, label and text where the client allows it. When the client shows an error instead of
    doing what was asked they raise `Refused`, and `Unreachable` when it cannot be opened at all.
    """

    def open(self) -> None:
        """Loads the client until it can be used, nobody logged in."""

    def log_in(self) -> None:
        """Logs the adapter's account in, until the start screen shows."""

    def open_list(self, entity: str) -> None:
        """Opens the list of an entity (`party`, `sale`, `purchase`, `receipt`) through the menu."""

    def listed(self) -> int:
        """How many rows the list on screen shows."""

    def start_party(self) -> None:
        """From the list of parties to an empty form."""

    def fill_party(self, draft: PartyDraft) -> None:
        """Types the draft into the form on screen."""

    def save(self) -> None:
        """Saves the record on screen and makes sure that the client says it is saved."""

    def busy(self) -> bool:
        """Whether the client itself says that it is working."""

    def required_fields(self) -> tuple[str, ...]:
        """The labels of the fields on screen that are marked as required."""

    def personal_texts(self) -> tuple[str, ...]:
        """Texts on screen that name the person who is logged in; they are never stored."""

    def background(self, path: str) -> bool:
        """Whether requests to this path run for ever in the background and are not waited for."""

    def screens(self) -> tuple[str, ...]:
        """Every screen that the menu offers this account; empty when nobody is logged in."""

    def screen_of(self, entity: str) -> str:
        """The name in `screens` of the list of an entity."""


@runtime_checkable
class FindsRecords(WebClient, Protocol):
    """Searches lists by words and opens what was found."""

    def find(self, words: str) -> None:
        """Searches the list on screen for the words, as a person types them."""

    def open_first(self) -> None:
        """Opens the first record of the list on screen as a form."""


@runtime_checkable
class SurvivesReload(WebClient, Protocol):
    """Goes on where it was when its page is loaded anew."""

    def reload(self) -> None:
        """Loads the page anew, until it can be used; refused when the client has forgotten who is there."""


@runtime_checkable
class SellsGoods(WebClient, Protocol):
    """From a quotation to a posted invoice."""

    def start_order(self) -> None:
        """From the list of orders to an empty form."""

    def fill_order(self, entry: OrderEntry) -> None:
        """Types the order and its one line into the form on screen."""

    def quote_order(self) -> None:
        """Makes the order on screen a quotation."""

    def confirm_order(self) -> None:
        """Confirms the quotation on screen, until the ERP has made of it what it makes of it."""

    def open_invoice(self) -> None:
        """From the order on screen to its invoice."""

    def post_invoice(self) -> None:
        """Posts the invoice on screen."""


@runtime_checkable
class ReceivesGoods(WebClient, Protocol):
    """Records what a supplier delivers."""

    def start_receipt(self) -> None:
        """From the list of receipts to an empty form."""

    def fill_receipt(self, supplier: str, reference: str) -> None:
        """Names the supplier, and takes what is expected of the order with this reference."""

    def receive(self) -> None:
        """Books the receipt on screen: the goods are there."""


@runtime_checkable
class ApprovesPurchases(FindsRecords, Protocol):
    """Approves what others want to buy."""

    def approve(self) -> None:
        """Confirms the order to a supplier that is on screen."""


@runtime_checkable
class ShowsStock(WebClient, Protocol):
    """Tells how much there is of a product."""

    def ask_stock(self, product: str) -> None:
        """From the start screen to how much there is of a product in each place."""


@runtime_checkable
class GivesLists(WebClient, Protocol):
    """Gives the list on screen out as a file."""

    def start_export(self) -> None:
        """From the list on screen to the choice of what is exported."""

    def export_list(self) -> int:
        """Has the file made; how many lines the browser received, the heading among them."""


@runtime_checkable
class ChangesPasswords(WebClient, Protocol):
    """Lets people change their own password."""

    def log_in_as(self, user: str, password: str) -> None:
        """Logs a person in who is not the adapter's account."""

    def open_own_settings(self) -> None:
        """Opens what people may set for themselves."""

    def change_password(self, user: str, password: str) -> None:
        """Types the new password into the settings on screen, saves them, answers who is there if asked."""


@runtime_checkable
class TakesWrongInput(SellsGoods, Protocol):
    """Where people make mistakes: the client refuses them in words, and lets people go on."""

    def marks(self) -> tuple[str, str]:
        """How its pages mark what they complain of: CSS selectors of the elements that hold the words, and
        of those around or at a field that is wrong. Without the former, what ARIA calls an alert is read."""

    def enter_words_for_a_date(self) -> None:
        """Types words into a field for a date of the order on screen; refused unless they are taken."""

    def dismiss(self) -> None:
        """Closes the message or question on screen, if any."""

    def log_in_again(self) -> None:
        """Answers the client's question who is there, and goes on where it was."""
