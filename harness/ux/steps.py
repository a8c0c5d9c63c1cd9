"""Performs the steps of one repetition of a task and measures each."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from playwright.sync_api import Error as BrowserError

from harness.documents import PartyDraft
from harness.errors import Refused, Unreachable
from harness.model import Text, Title, text
from harness.ux.inputs import Inputs
from harness.ux.pages import WebClient
from harness.ux.probes.idle import wait_until_idle
from harness.ux.probes.inputs import Effort, InputCounter
from harness.ux.probes.traffic import Complaints, Traffic
from harness.ux.probes.vitals import layout_shift, yardstick
from harness.ux.screens import Examiner
from harness.ux.signatures import of_browser_error

if TYPE_CHECKING:
    from playwright.sync_api import Page

_MILLISECOND = Decimal("0.001")


class NotCompleted(Exception):
    """The task ended before its end. Never leaves `harness.ux`."""

    def __init__(self, problem: Text) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What one step took. `problem` is why it was not completed; None when it was."""

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
    records: list[StepRecord] = field(default_factory=list)
    unreachable: Text | None = None
    _in_prelude: bool = False
    _shift: Decimal = Decimal(0)
    _dialogs: int = 0

    @contextmanager
    def step(self, name: str, title: Title, *, screen: str) -> Iterator[None]:
        """See `Steps.step`. Examining the screen comes after the clock has stopped."""
        started = time.time()
        problem: Text | None = None
        try:
            yield
            ended = wait_until_idle(self.page, self.traffic, self.client.busy, float(self.timeout))
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
        seconds = (time.time() if problem else ended or started) - started
        self._record(name, title, screen, seconds, problem)
        if problem is not None:
            raise NotCompleted(problem)

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

    def _record(self, name: str, title: Title, screen: str, seconds: float, problem: Text | None) -> None:
        reached = self.unreachable is None
        dialogs, shift = self._page_counts() if reached else (0, Decimal(0))
        speed = yardstick(self.page) if problem is None else None
        complaints = self.traffic.take()
        record = StepRecord(
            name,
            title,
            screen,
            Decimal(str(max(seconds, 0.0))).quantize(_MILLISECOND),
            self.hands.take(),
            complaints,
            dialogs + complaints.native_dialogs,
            shift,
            speed,
            problem,
            self._in_prelude,
        )
        self.records.append(record)
        if reached and not (self._in_prelude and problem is None):
            self.examiner.examine(screen, completed=problem is None)

    def _never_idle(self) -> Text:
        waiting = self.traffic.waiting()
        if waiting:
            return text("ux.problem.no_answer", seconds=self.timeout, requests=waiting)
        return text("ux.problem.never_idle", seconds=self.timeout)

    def _page_counts(self) -> tuple[int, Decimal]:
        try:
            dialogs = int(self.page.evaluate("() => (window.__harness || {}).dialogs || 0"))
            shift = layout_shift(self.page)
        except BrowserError:  # the page is gone: the step's own problem says so
            return 0, Decimal(0)
        # A fresh document counts from nothing again.
        taken = (
            dialogs - self._dialogs if dialogs >= self._dialogs else dialogs,
            shift - self._shift if shift >= self._shift else shift,
        )
        self._dialogs, self._shift = dialogs, shift
        return taken
