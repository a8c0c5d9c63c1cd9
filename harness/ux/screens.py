"""Examines the screen that a step ends on: what can be used there, and for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from playwright.sync_api import Error as BrowserError

from harness.model import Attachment
from harness.ux.examined import Examined
from harness.ux.pages import WebClient
from harness.ux.probes.accessibility import Checked, Violation, lasting, violations
from harness.ux.probes.composition import composed
from harness.ux.probes.focus import walk
from harness.ux.probes.survey import survey
from harness.ux.signatures import of_name, without_personal
from harness.ux.snapshot import Element, elements

if TYPE_CHECKING:
    from playwright.sync_api import Page


@dataclass(frozen=True, slots=True)
class ScreenFacts:
    """What a screen offers. `violations` and `examined` are None when that could not be gathered: not the
    same as nothing to say."""

    elements: tuple[Element, ...]
    required: tuple[str, ...]
    violations: tuple[Violation, ...] | None
    examined: Examined | None = None
    skipped: tuple[str, ...] = ()


@dataclass
class Examiner:
    """Looks at every screen in the first repetition that reaches it; pictures are sensitive.

    Accessibility is looked at in the next repetition too: only what both find counts.
    """

    page: Page
    client: WebClient
    hide: Callable[[str], str]
    known: dict[str, ScreenFacts] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)
    confirmed: set[str] = field(default_factory=set)
    masks: tuple[str, ...] = ()
    latin: tuple[str, ...] = ()
    settle: Callable[[], object] = lambda: None

    def examine(self, screen: str, *, completed: bool) -> None:
        """Facts, structure and picture of the screen now. Of a step that failed only the last two."""
        name = screen if completed else f"{screen} (not completed)"
        facts = self.known.get(name)
        if facts is not None and facts.violations and name not in self.confirmed:
            self.confirmed.add(name)
            self.known[name] = replace(facts, violations=lasting(facts.violations, self._violations()))
        if name in self.known or any(item.name == f"{name}.png" for item in self.attachments):
            return
        try:
            structure = self._structure(name)
            self.attachments.append(Attachment(f"{name}.png", "image/png", self._picture(), sensitive=True))
        except BrowserError:  # a page that hangs gives no picture; the step's own problem says why
            return
        if completed:
            checked = self._violations()
            self.known[name] = ScreenFacts(
                elements(structure),
                self._required(),
                None if checked is None else checked.found,
                self._look(),
                () if checked is None else checked.skipped,
            )

    def _picture(self) -> bytes:
        """As a person sees it, but for what changes by itself."""
        return self.page.screenshot(
            mask=[self.page.locator(selector) for selector in self.masks], animations="disabled"
        )

    def _look(self) -> Examined | None:
        """The look, the way of the focus and the input of Chinese; the screen is as before afterwards."""
        try:
            look = survey(self.page, self.hide, self.latin)
            return replace(
                look, walk=walk(self.page, self.hide, self.settle), composed=composed(self.page, self.hide)
            )
        except BrowserError:
            return None

    def _structure(self, name: str) -> str:
        """The accessible structure, stored with data as a person sees it: sensitive."""
        self.hide = _hiding(self.client.personal_texts(), self.hide)
        structure = self.hide(self.page.locator("body").aria_snapshot())
        self.attachments.append(
            Attachment(f"{name}.aria.yml", "text/plain", structure.encode(), sensitive=True)
        )
        return structure

    def _required(self) -> tuple[str, ...]:
        return tuple(sorted(of_name(self.hide(item)) for item in self.client.required_fields()))

    def _violations(self) -> Checked | None:
        try:
            checked = violations(self.page)
        except BrowserError:
            return None
        found = [replace(item, element=self.hide(item.element)) for item in checked.found]
        return Checked(tuple(found), checked.skipped)


def _hiding(personal: Iterable[str], further: Callable[[str], str]) -> Callable[[str], str]:
    texts = tuple(personal)
    return lambda content: further(without_personal(content, texts))
