"""Gathers one side: the task performed in a browser as often as asked, into one capture.

A screen counts as covered only when both sides have been compared; the capture covers nothing yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, cast

from playwright.sync_api import Error as BrowserError

from harness.adapters.protocol import Adapter, HasWebClient
from harness.adapters.wire.kept import KeptSession, SessionStore
from harness.errors import AdapterError, ConfigError, Refused, Unreachable
from harness.model import Attachment, Capture, Item, Part, Text, text
from harness.ux.browser import BrowserHandle
from harness.ux.inputs import Inputs
from harness.ux.matrix import universe
from harness.ux.pages import WebClient
from harness.ux.probes.idle import wait_until_idle
from harness.ux.probes.inputs import InputCounter
from harness.ux.probes.traffic import Traffic
from harness.ux.probes.vitals import vitals
from harness.ux.record import Repetition, run_value, screen_value
from harness.ux.screens import Examiner, ScreenFacts
from harness.ux.signatures import of_browser_error, without_personal
from harness.ux.steps import NotCompleted, RecordedSteps
from harness.ux.task import Task
from harness.values import Value
from harness.ways import BrowserSession

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCHEMA = 1
SETTLED = 3.0  # seconds that a screen may take to come to rest after it was examined


class _WebAdapter(Adapter, HasWebClient, Protocol):
    """An adapter that has a web client."""


@dataclass
class _Series:
    """All repetitions of one task on one side, as they come in."""

    task: Task
    adapter: _WebAdapter
    browser: BrowserHandle
    inputs: Inputs
    repetitions: list[Repetition] = field(default_factory=list)
    screens: dict[str, ScreenFacts] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)
    confirmed: set[str] = field(default_factory=set)
    offered: tuple[str, ...] = ()
    caveats: list[Text] = field(default_factory=list)
    unreachable: Text | None = None

    def repeat(self) -> bool:
        """Once through the task in a fresh page; whether it was completed."""
        try:
            given = self.task.prepare(self.adapter, self.inputs) if self.task.prepare else {}
        except (Refused, Unreachable) as error:
            return self._not_prepared(error)
        try:
            return self._in_a_page(given)
        finally:
            if self.task.restore:
                self.task.restore(self.adapter, given)

    def _not_prepared(self, error: Refused | Unreachable) -> bool:
        self.unreachable = error.sentence if isinstance(error, Unreachable) else None
        problem = text("ux.problem.not_prepared", reason=error.sentence)
        self.repetitions.append(Repetition((), problem, {}))
        return False

    def _in_a_page(self, given: Mapping[str, str]) -> bool:
        with self.browser.new_page(self._kept()) as page:
            client = cast(WebClient, self.adapter.pages(page))
            if not isinstance(client, self.task.needs):
                raise self._not_capable()
            steps = self._steps(page, client, given)
            problem = self._perform(steps, client)
            if problem is None and not self.repetitions:
                self._ask_what_is_offered(client)
            self.unreachable = steps.unreachable
            seen = vitals(page) if problem is None else {}
            self.repetitions.append(Repetition(tuple(steps.records), problem, seen))
        return problem is None

    def _not_capable(self) -> ConfigError:
        adapter, needed = self.adapter.environment.adapter, self.task.needs.__name__
        return ConfigError(
            text("ux.error.not_capable", adapter=adapter, task=self.task.name, capability=needed)
        )

    def _perform(self, steps: RecordedSteps, client: WebClient) -> Text | None:
        try:
            self.task.perform(steps, client)
        except NotCompleted as stopped:
            steps.stopped(stopped.problem)
            return stopped.problem
        except BrowserError as error:  # between steps: the page crashed, or the browser is gone
            return text("ux.problem.browser", message=of_browser_error(error.message, {}))
        return None

    def _ask_what_is_offered(self, client: WebClient) -> None:
        try:
            self.offered = client.screens()
        except AdapterError as error:
            self.caveats.append(text("ux.caveat.no_menu", reason=error.sentence))

    def _kept(self) -> KeptSession | None:
        """The session of the person who logs this role in; None where the task types a password."""
        environment, role = self.adapter.environment, self.adapter.role
        account = environment.accounts.get(role)
        by_person = account is not None and isinstance(account.way, BrowserSession)
        return SessionStore.of_user().kept(environment, role) if by_person else None

    def _steps(self, page: Page, client: WebClient, given: Mapping[str, str]) -> RecordedSteps:
        options = self.adapter.environment.options
        segments = {value: name for name, value in options.items() if isinstance(value, str)}
        traffic = Traffic(segments, self.browser.hosts, client.background)
        traffic.watch(page)
        hands = InputCounter()
        page.expose_function("__harnessInput", hands.receive)
        settings = self.browser.settings
        examiner = Examiner(
            page,
            client,
            self._hide,
            self.screens,
            self.attachments,
            self.confirmed,
            settings.masks,
            settings.latin,
            lambda: wait_until_idle(page, traffic, client.busy, SETTLED),
        )
        return RecordedSteps(page, client, traffic, hands, self.inputs, examiner, settings.timeout, given)

    def _hide(self, content: str) -> str:
        """Takes what the task types, and the password, out of every text that is stored."""
        account = self.adapter.environment.accounts.get(self.adapter.role)
        password = (account.password.reveal(),) if account and account.way is None else ()
        return without_personal(content, (*self.inputs.personal, *password))


def gather(
    task: Task, adapter: HasWebClient, part: Part, browser: BrowserHandle, *, repeats: int, seed: str
) -> Capture:
    """See `harness.ux.gather`. A repetition that is not completed ends the series: the next would too."""
    series = _Series(task, cast(_WebAdapter, adapter), browser, Inputs(seed))
    for _ in range(repeats):
        if not series.repeat():
            break
    return _capture(series, repeats)


def _capture(series: _Series, repeats: int) -> Capture:
    visited = tuple(series.screens)
    return Capture(
        value=_value(series, repeats),
        attachments=tuple(series.attachments),
        universe=(
            *(Item("screen", name) for name in dict.fromkeys((*series.offered, *visited))),
            *universe(series.browser.settings),
        ),
        caveats=tuple(series.caveats),
        measures=_measures(series),
        failure=series.unreachable,
    )


def _value(series: _Series, repeats: int) -> Value:
    settings = series.browser.settings
    return {
        "schema": SCHEMA,
        "task": series.task.name,
        "browser": {"name": series.browser.name, "version": series.browser.version},
        "conditions": {
            "locale": settings.locale,
            "timezone": settings.timezone,
            "viewport": list(settings.viewport),
        },
        "margin": settings.margin,
        "repeats": repeats,
        "runs": [run_value(item) for item in series.repetitions],
        "screens": {name: screen_value(facts) for name, facts in series.screens.items()},
    }


def _measures(series: _Series) -> Mapping[str, Value]:
    completed = [item for item in series.repetitions if item.problem is None]
    measures: dict[str, Value] = {
        "repetitions": len(series.repetitions),
        "completed": len(completed),
        "screens": len(series.screens),
    }
    for item in completed[:1]:
        measures["requests"] = sum(step.complaints.requests for step in item.steps)
        measures["klm_seconds"] = sum((step.effort.seconds for step in item.steps), Decimal(0))
    return measures
