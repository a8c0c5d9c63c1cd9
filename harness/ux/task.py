"""A business task as people do it in the web client: named steps, the same code on both sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from harness.documents import PartyDraft
from harness.model import Text, Title
from harness.ux.pages import WebClient


class Steps(Protocol):
    """The running task: opens steps that are measured, gives inputs, and holds expectations."""

    @property
    def given(self) -> Mapping[str, str]:
        """What the task's preparation has made for this repetition, by the names it gave."""

    def step(self, name: str, title: Title, *, screen: str) -> AbstractContextManager[None]:
        """Measures what happens inside until the client is idle, then examines the screen it ends on."""

    def refused(self, name: str, title: Title, *, screen: str) -> AbstractContextManager[None]:
        """A step that the client must refuse: `Refused` inside is wanted, and its words are judged."""

    def trouble(self, kind: str) -> AbstractContextManager[None]:
        """While it lasts the client is `offline`, the server answers with a `server_error`, or the
        `session` that was open before is known to nobody any more."""

    def prelude(self) -> AbstractContextManager[None]:
        """Steps inside only lead to where the task begins: another check judges them.

        They must be completed, but what differs there, or is still there afterwards, is not found again.
        """

    def expect(self, fulfilled: bool, otherwise: Text) -> None:
        """Ends the task as not completed, for the reason given, unless the expectation is fulfilled."""

    def customer(self, locale: str = "zh_CN") -> PartyDraft:
        """A customer to enter: another one each time, the same ones on both sides of a run."""


class Drawing(Protocol):
    """What a preparation draws: another one each time, the same ones on both sides of a run."""

    @property
    def day(self) -> date:
        """The day of every document that is made."""

    def customer(self, locale: str = "zh_CN") -> PartyDraft:
        """A customer or supplier to create."""

    def reference(self) -> str:
        """A word by which a person finds a document, and no other."""

    def password(self) -> str:
        """A password that nothing guesses; it is never stored."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done and how. `perform` is called once per repetition, in a fresh page.

    `needs` is what the pages of an ERP must be able to do. `prepare` makes through the adapter, before the
    page opens, what a repetition finds there; `restore` puts away afterwards what must not stay, whether or
    not the task was completed.
    """

    name: str
    perform: Callable[[Steps, Any], None]
    needs: type = WebClient
    prepare: Callable[[Any, Drawing], Mapping[str, str]] | None = None
    restore: Callable[[Any, Mapping[str, str]], None] | None = None

    def __post_init__(self) -> None:
        if not self.name.replace("_", "").isalnum():
            raise ValueError(f"a task's name is a word such as 'create_party', not {self.name!r}")
