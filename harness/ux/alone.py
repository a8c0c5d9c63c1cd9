"""Looks at one page of which nothing is known but its address, and tells what is the matter with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from harness.adapters.protocol import HasWebClient
from harness.config.ux import UxTable
from harness.errors import ConfigError, Unreachable
from harness.messages import Language, render
from harness.model import Area, Capture, CheckSpec, Environment, Mode, Part, Side, Text, Title, text
from harness.ux.comparison import compare
from harness.ux.examined import TORN, Examined
from harness.ux.observed import Observed, Screen, observed
from harness.ux.screen_differences import CONTRAST, SERIOUS
from harness.ux.task import Steps, Task

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from harness.ux.pages import WebClient

SCREEN = "page"
LOOKS = 2  # what only one look finds was on its way to something else
# What is good and what is poor begins after these seconds, as the web vitals say.
RATINGS = {
    "ttfb": (Decimal("0.8"), Decimal("1.8")),
    "fcp": (Decimal("1.8"), Decimal(3)),
    "lcp": (Decimal("2.5"), Decimal(4)),
}
SPEC = CheckSpec(
    "ux.page", Title("The page", "页面"), Area.UX, module="page", mode=Mode.SIDE, comparator="ux"
)
_LABELS = """
() => [...document.querySelectorAll("[required], [aria-required=true]")]
  .filter((item) => item.checkVisibility())
  .map((item) => item.labels?.[0]?.textContent || item.getAttribute("aria-label") || item.name || "")
  .filter(Boolean)
"""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is the matter with a page: what kind, where, and what exactly."""

    kind: str
    where: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Vital:
    """A time of the loading page and how it is rated; for one page on one machine it is only relative."""

    name: str
    seconds: Decimal | None
    rating: str


@dataclass(frozen=True, slots=True)
class _PageClient:
    """The smallest web client: a page that is opened."""

    page: Page
    url: str

    def open(self) -> None:
        from playwright.sync_api import Error as BrowserError

        try:
            self.page.goto(self.url)
        except BrowserError as error:
            reason = error.message.partition("\n")[0]
            raise Unreachable(text("ux.page.unreachable", url=self.url, reason=reason)) from error

    def busy(self) -> bool:
        return False

    def required_fields(self) -> tuple[str, ...]:
        return tuple(self.page.evaluate(_LABELS))

    def personal_texts(self) -> tuple[str, ...]:
        return ()

    def background(self, path: str) -> bool:
        return False

    def screens(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class _PageAdapter:
    """What `gather` needs of an adapter."""

    environment: Environment
    role: str = ""

    def pages(self, page: Page) -> _PageClient:
        return _PageClient(page, self.environment.url)


def look(urls: Sequence[str], settings: UxTable) -> list[Capture]:
    """Each page in the same browser, which reaches the pages' own hosts and nothing else.

    ConfigError for what is no address of a page, and for a page that does not open.
    """
    from harness.ux import gather, open_browser

    for url in urls:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(text("ux.page.no_url", url=url))
    with open_browser(settings, urls) as browser:
        captures = []
        for url, side in zip(urls, Side, strict=False):
            adapter = cast(HasWebClient, _PageAdapter(Environment(side, "page", url)))
            task = Task("page", _open, needs=_PageClient)
            captures.append(gather(task, adapter, Part(side.value), browser, repeats=LOOKS, seed="page"))
    for capture in captures:
        if capture.failure is not None:
            raise ConfigError(capture.failure)
    return captures


def _open(steps: Steps, client: WebClient) -> None:
    with steps.step("open", Title("Open the page", "打开页面"), screen=SCREEN):
        client.open()


def troubles(capture: Capture) -> list[Trouble]:
    """All that is the matter with one page, without another one to hold it against."""
    seen = observed(capture.value)
    screen = seen.screens.get(SCREEN)
    return [
        *([Trouble("not_completed", seen.problem.en)] if seen.problem else []),
        *_complaints(seen),
        *(_of_screen(screen) if screen is not None else []),
    ]


def _complaints(seen: Observed) -> Iterator[Trouble]:
    said = {
        (kind, message): None
        for run in seen.runs
        for step in run
        for kind, messages in step.complaints.items()
        for message in messages
    }
    return (Trouble(kind, message) for kind, message in said)


def _of_screen(screen: Screen) -> Iterator[Trouble]:
    if screen.violations is None or screen.examined is None:
        yield Trouble("not_examined", SCREEN)
    for item in screen.violations or ():
        if item.rule == CONTRAST and screen.examined is not None:
            continue  # the look says it, of every text
        kind = "accessibility" if item.impact in SERIOUS else "accessibility_minor"
        yield Trouble(kind, item.element, f"{item.rule}: {item.help}")
    if screen.examined is not None:
        yield from _of_look(screen.examined)


def _of_look(look: Examined) -> Iterator[Trouble]:
    yield from (Trouble("language", item.where, item.text) for item in look.foreign)
    yield from (Trouble(f"text_{item.problem}", item.where, item.text) for item in look.unreadable)
    yield from (Trouble(f"place_{item.problem}", item.where) for item in look.places)
    placed = {item.where for item in look.places}
    yield from (Trouble("zoom", item.where) for item in look.zoomed or () if item.where not in placed)
    yield from (Trouble("contrast", where) for where in look.pale)
    yield from (Trouble("image", where) for where in look.images)
    yield from (Trouble("glyphs", where) for where in look.boxes)
    if look.walk is not None and look.walk.caught is not None:
        yield Trouble("focus_trap", look.walk.caught)
    elif look.walk is not None:
        hidden = dict.fromkeys(item.where for item in look.walk.stops if not item.seen)
        yield from (Trouble("focus_visible", where) for where in hidden)
    if look.composed is not None and look.composed.problem == TORN:
        yield Trouble("composition", look.composed.where)


def vitals(capture: Capture) -> list[Vital]:
    """The times of the first loading, rated."""
    value = cast(Mapping[str, Sequence[Mapping[str, Mapping[str, Decimal | None]]]], capture.value)
    found = value["runs"][0]["vitals"]
    return [Vital(name, found.get(name), _rating(name, found.get(name))) for name in RATINGS]


def _rating(name: str, seconds: Decimal | None) -> str:
    if seconds is None:
        return "unknown"
    good, poor = RATINGS[name]
    return "good" if seconds <= good else "poor" if seconds > poor else "medium"


def differences(source: Capture, target: Capture) -> list[Text]:
    """What is worse on the second page, in sentences; why it could not be decided is one, too."""
    conclusion = compare(SPEC, {Part.SOURCE: source, Part.TARGET: target})
    undecided = [conclusion.reason] if conclusion.reason and not conclusion.findings else []
    return [*(finding.text for finding in conclusion.findings), *undecided]


def as_json(urls: Sequence[str], captures: Sequence[Capture], worse: Sequence[Text]) -> dict[str, object]:
    """Everything found, for programs."""
    return {
        "pages": [
            {
                "url": url,
                "troubles": [
                    {"kind": item.kind, "where": item.where, "detail": item.detail}
                    for item in troubles(capture)
                ],
                "vitals": {
                    item.name: {
                        "seconds": None if item.seconds is None else str(item.seconds),
                        "rating": item.rating,
                    }
                    for item in vitals(capture)
                },
            }
            for url, capture in zip(urls, captures, strict=True)
        ],
        "worse": [{language.value: render(each, language) for language in Language} for each in worse],
    }
