"""Performs the steps of one repetition of a task and measures each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import TimeoutError as BrowserTimeout

from harness.documents import PartyDraft
from harness.errors import Refused, Unreachable
from harness.model import Text, Title, text
from harness.ux.inputs import Inputs
from harness.ux.pages import TakesWrongInput, WebClient
from harness.ux.probes.idle import wait_until_idle
from harness.ux.probes.inputs import Effort, InputCounter
from harness.ux.probes.messages import Complaint, complaint
from harness.ux.probes.traffic import Complaints, Traffic
from harness.ux.probes.vitals import counters, yardstick
from harness.ux.screens import Examiner
from harness.ux.signatures import of_browser_error
from harness.ux.troubles import TROUBLES

if TYPE_CHECKING:
    from playwright.sync_api import Page

_MILLISECOND = Decimal("0.001")
PATIENCE_MS = 8000.0  # for the words of a refusal
# How a step that must be refused can end, in the words that captures hold.
DECLINED, ACCEPTED = "declined", "accepted"


class NotCompleted(Exception):
    """The task ended before its end. Never leaves `harness.ux`."""

    def __init__(self, problem: Text) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What one step took. `problem` is why it was not completed; None when it was.

    `refusal` is what the client said of a step that it had to refuse; None for any other step.
    """

    name: str
    title: Title
    screen: str
    seconds: Decimal
    effort: Effort
    complaints: Complaints
    dialogs: int
    layout_shift: Decimal
    yardstick: Decimal | None = None
    problem: Text | None = None
    prelude: bool = False
    waits: tuple[float, ...] = ()
    transferred: int = 0
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Whether the client refused (`declined`) or did as it was told (`accepted`), and in which words."""

    outcome: str
    complaint: Complaint


@dataclass
class RecordedSteps:
    """One repetition: implements `Steps`. A step that fails ends the repetition with `NotCompleted`."""

    page: Page
    client: WebClient
    traffic: Traffic
    hands: InputCounter
    inputs: Inputs
    examiner: Examiner
    timeout: Decimal
    given: Mapping[str, str] = field(default_factory=dict)
    records: list[StepRecord] = field(default_factory=list)
    unreachable: Text | None = None
    _in_prelude: bool = False
    _seen: dict[str, Decimal] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, title: Title, *, screen: str) -> Iterator[None]:
        """See `Steps.step`. Examining the screen comes after the clock has stopped."""
        with self._measured(name, title, screen, lambda: None):
            yield

    @contextmanager
    def refused(self, name: str, title: Title, *, screen: str) -> Iterator[None]:
        """See `Steps.refused`. A client that says nothing until our patience ends says nothing to people."""
        self.page.set_default_timeout(PATIENCE_MS)
        outcome = DECLINED

        def read() -> Refusal:
            marks = self.client.marks() if isinstance(self.client, TakesWrongInput) else ("", "")
            return Refusal(outcome, complaint(self.page, marks, self.examiner.hide))

        try:
            with self._measured(name, title, screen, read):
                try:
                    yield
                    outcome = ACCEPTED
                except (Refused, BrowserTimeout):
                    pass
        finally:
            self.page.set_default_timeout(float(self.timeout * 1000))

    @contextmanager
    def _measured(
        self, name: str, title: Title, screen: str, read: Callable[[], Refusal | None]
    ) -> Iterator[None]:
        started = time.time()
        problem: Text | None = None
        refusal: Refusal | None = None
        ended: float | None = None
        try:
            yield
            ended = wait_until_idle(self.page, self.traffic, self.client.busy, float(self.timeout))
            refusal = read()
            if ended is None:
                problem = self._never_idle()
        except NotCompleted as stopped:
            problem = stopped.problem
        except (Refused, Unreachable) as refused:  # what else an adapter raises is our own mistake
            problem = refused.sentence
            self.unreachable = refused.sentence if isinstance(refused, Unreachable) else None
        except BrowserError as error:
            problem = text(
                "ux.problem.browser", message=of_browser_error(error.message, self.traffic.segments)
            )
        over = time.time() if problem else ended or started
        self._record(
            StepRecord(
                name,
                title,
                screen,
                _seconds(over - started),
                Effort(),
                Complaints(),
                0,
                Decimal(0),
                problem=problem,
                prelude=self._in_prelude,
                refusal=refusal,
                waits=self.hands.take_waits(started, over),
            )
        )
        if problem is not None:
            raise NotCompleted(problem)

    @contextmanager
    def trouble(self, kind: str) -> Iterator[None]:
        """See `Steps.trouble`."""
        self.traffic.broken_on_purpose = True
        try:
            with TROUBLES[kind](self.page):
                yield
        finally:
            self.traffic.broken_on_purpose = False

    @contextmanager
    def prelude(self) -> Iterator[None]:
        """See `Steps.prelude`. Only the screen that the prelude ends on is examined."""
        self._in_prelude = True
        yield
        self._in_prelude = False
        if self.records:
            self.examiner.examine(self.records[-1].screen, completed=True)

    def expect(self, fulfilled: bool, otherwise: Text) -> None:
        """See `Steps.expect`."""
        if not fulfilled:
            raise NotCompleted(otherwise)

    def stopped(self, problem: Text) -> None:
        """The task ended here. An expectation after a step speaks of that step."""
        if self.records and self.records[-1].problem is None:
            self.records[-1] = replace(self.records[-1], problem=problem)

    def customer(self, locale: str = "zh_CN") -> PartyDraft:
        """See `Steps.customer`."""
        return self.inputs.customer(locale)

    def _record(self, begun: StepRecord) -> None:
        """Completes the record of a step with what was counted during it, and looks at its screen."""
        reached, completed = self.unreachable is None, begun.problem is None
        grown = self._grown() if reached else {}
        complaints = self.traffic.take()
        self.records.append(
            replace(
                begun,
                effort=self.hands.take(),
                complaints=complaints,
                dialogs=int(grown.get("dialogs", 0)) + complaints.native_dialogs,
                layout_shift=grown.get("shift", Decimal(0)),
                transferred=int(grown.get("bytes", 0)),
                yardstick=yardstick(self.page) if completed else None,
            )
        )
        if reached and not (self._in_prelude and completed):
            self.examiner.examine(begun.screen, completed=completed)

    def _never_idle(self) -> Text:
        waiting = self.traffic.waiting()
        if waiting:
            return text("ux.problem.no_answer", seconds=self.timeout, requests=waiting)
        return text("ux.problem.never_idle", seconds=self.timeout)

    def _grown(self) -> dict[str, Decimal]:
        """By how much the page's own counters have grown since the last step."""
        try:
            now = counters(self.page)
        except BrowserError:  # the page is gone: the step's own problem says so
            return {}
        # A fresh document counts from nothing again.
        known, self._seen = self._seen, now
        return {
            name: count - known.get(name, Decimal(0)) if count >= known.get(name, Decimal(0)) else count
            for name, count in now.items()
        }


def _seconds(seconds: float) -> Decimal:
    return Decimal(str(max(seconds, 0.0))).quantize(_MILLISECOND)
