"""Goes through a screen with the Tab key: in which order, whether one sees where one is, and all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from harness.ux.examined import Stop, Walk
from harness.ux.probes.script import script
from harness.ux.signatures import of_name

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROUND = 6  # presses between two looks: asking after each would take longer than pressing
ROUNDS = 20
WINDOWS = 6  # that leaving a field may open on one way
PRESSES, LOOKS, PAUSE_MS = 5, 6, 100  # half a second is enough for a window to close
OPENED, OVER = "opened", "over"


def walk(page: Page, hide: Callable[[str], str], settle: Callable[[], object]) -> Walk:
    """Until the focus has come round or is caught, or a limit is reached; then it is where it was before.

    Some clients open a window when Tab leaves a field that wants a value. It is dismissed, and the way goes
    on behind the field. `settle` waits until the page rests: such a window may open late.
    """
    describe = script("describe.js")

    def act(name: str) -> str:
        said: str = page.evaluate(script("focus.js"), [name, describe])
        return said

    act("start")
    try:
        _go(page, act)
        for _ in range(WINDOWS):  # several may be on their way
            settle()
            if act("windows") != OPENED or not _dismiss(page, act):
                break
    finally:
        raw: Mapping[str, Any] = page.evaluate(script("focus.js"), ["end", describe])
    return Walk(
        stops=tuple(Stop(of_name(hide(name)), bool(seen)) for name, seen in raw["stops"]),
        missed=tuple(of_name(hide(name)) for name in raw["missed"]),
        caught=None if raw["caught"] is None else of_name(hide(raw["caught"])),
        whole=bool(raw["over"]),
    )


def _go(page: Page, act: Callable[[str], str]) -> None:
    windows = 0
    for _ in range(ROUNDS):
        for _ in range(ROUND):
            page.keyboard.press("Tab")
        said = act("look")
        if said == OPENED:
            windows += 1
            if windows > WINDOWS or not _dismiss(page, act):
                return
            said = act("pass")
        if said == OVER:
            return


def _dismiss(page: Page, act: Callable[[str], str]) -> bool:
    """Whether every window that has opened is gone; one that lies upon another is left first."""
    for _ in range(PRESSES):
        act("enter")
        page.keyboard.press("Escape")
        for _ in range(LOOKS):
            if act("windows") != OPENED:
                return True
            page.wait_for_timeout(PAUSE_MS)
    return False
