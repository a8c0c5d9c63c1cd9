"""A business task as people do it in the web client: named steps, the same code on both sides."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from harness.documents import PartyDraft
from harness.model import Text, Title
from harness.ux.pages import WebClient


class Steps(Protocol):
    """The running task: opens steps that are measured, gives inputs, and holds expectations."""

    def step(self, name: str, title: Title, *, screen: str) -> AbstractContextManager[None]:
        """Measures what happens inside until the client is idle, then examines the screen it ends on."""

    def prelude(self) -> AbstractContextManager[None]:
        """Steps inside only lead to where the task begins: another check judges them.

        They must be completed, but what differs there, or is still there afterwards, is not found again.
        """

    def expect(self, fulfilled: bool, otherwise: Text) -> None:
        """Ends the task as not completed, for the reason given, unless the expectation is fulfilled."""

    def customer(self, locale: str = "zh_CN") -> PartyDraft:
        """A customer to enter: another one each time, the same ones on both sides of a run."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done and how. `perform` is called once per repetition, in a fresh page."""

    name: str
    perform: Callable[[Steps, WebClient], None]

    def __post_init__(self) -> None:
        if not self.name.replace("_", "").isalnum():
            raise ValueError(f"a task's name is a word such as 'create_party', not {self.name!r}")
