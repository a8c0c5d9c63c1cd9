"""What a task may ask of an ERP's web client, in words of no ERP. Adapters implement it as page objects."""

from __future__ import annotations

from typing import Protocol

from harness.documents import PartyDraft


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
        """Opens the list of an entity (`party`, `sale`, `product`, `invoice`) through the menu."""

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
