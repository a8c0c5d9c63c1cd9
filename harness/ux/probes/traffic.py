"""Watches what the page asks of the network and what it complains about, as signatures."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harness.ux.signatures import of_message, of_place, of_url

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Dialog, Error, Frame, Page, Request, Response

FIRST_ERROR = 400


@dataclass(frozen=True, slots=True)
class Complaints:
    """What went wrong in the page during one step, each signature once, in order."""

    page_errors: tuple[str, ...] = ()
    console_errors: tuple[str, ...] = ()
    failed_requests: tuple[str, ...] = ()
    requests: int = 0
    native_dialogs: int = 0
    pages: int = 0


@dataclass
class Traffic:
    """The page's requests and messages. `background` requests neither count nor keep a step waiting."""

    segments: Mapping[str, str]
    own_hosts: frozenset[str]
    background: Callable[[str], bool]
    active: set[Request] = field(default_factory=set)
    last_activity: float = 0.0
    _page_errors: dict[str, None] = field(default_factory=dict)
    _console_errors: dict[str, None] = field(default_factory=dict)
    _failed_requests: dict[str, None] = field(default_factory=dict)
    _requests: int = 0
    _native_dialogs: int = 0
    _pages: int = 0
    _place: str = ""
    broken_on_purpose: bool = False

    def watch(self, page: Page) -> None:
        """Starts watching. A native dialog is accepted, as a person must do to go on, and counted."""
        page.on("request", self._started)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)
        page.on("console", self._said)
        page.on("pageerror", self._raised)
        page.on("dialog", self._asked)
        page.on("framenavigated", self._went)

    def take(self) -> Complaints:
        """What was seen since the last call."""
        taken = Complaints(
            tuple(self._page_errors),
            tuple(self._console_errors),
            tuple(self._failed_requests),
            self._requests,
            self._native_dialogs,
            self._pages,
        )
        self._page_errors, self._console_errors, self._failed_requests = {}, {}, {}
        self._requests = self._native_dialogs = self._pages = 0
        return taken

    def waiting(self) -> tuple[str, ...]:
        """The requests without an answer so far, as signatures."""
        return tuple(sorted({self._signature(request) for request in self.active}))

    def _started(self, request: Request) -> None:
        if self.background(urlsplit(request.url).path):
            return
        if request.is_navigation_request() and request.frame.parent_frame is None:
            self.active.clear()  # what the page before was waiting for ends with it, often without a word
        self._requests += 1
        self.active.add(request)
        self.last_activity = time.time()

    def _ended(self, request: Request) -> None:
        if request in self.active:
            self.active.discard(request)
            self.last_activity = time.time()

    def _failed(self, request: Request) -> None:
        self._ended(request)
        failure = request.failure or ""
        # A request that the page itself gives up (it navigates, it searches again) is no failure.
        if "ERR_ABORTED" not in failure and not request.url.startswith("blob:"):
            self._note(request, failure)

    def _answered(self, response: Response) -> None:
        if response.status >= FIRST_ERROR:
            self._note(response.request, str(response.status))

    def _note(self, request: Request, outcome: str) -> None:
        if self.broken_on_purpose:  # by us: how the client takes it is judged, not that it fails
            return
        self._failed_requests[f"{self._signature(request)} {outcome}"] = None

    def _signature(self, request: Request) -> str:
        return f"{request.method} {of_url(request.url, self.segments, own_hosts=self.own_hosts)}"

    def _said(self, message: ConsoleMessage) -> None:
        # The browser's own line about a failed request repeats what `failed_requests` says better.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self._console_errors[of_message(message.text, self.segments)] = None

    def _raised(self, error: Error) -> None:
        self._page_errors[of_message(f"{error.name}: {error.message}", self.segments)] = None

    def _asked(self, dialog: Dialog) -> None:
        self._native_dialogs += 1
        dialog.accept()

    def _went(self, frame: Frame) -> None:
        """Another document, or another place in one: a tab that a client opens has an address of its own."""
        place = of_place(frame.url)
        if frame.parent_frame is None and place and place != self._place:
            self._place = place
            self._pages += 1
