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


def walk(page: Page, hide: Callable[[str], str]) -> Walk:
    """Until the focus has come round or is caught, or a limit is reached; then it is where it was before."""
    code, describe = script("focus.js"), script("describe.js")
    page.evaluate(code, ["start", describe])
    try:
        for _ in range(ROUNDS):
            for _ in range(ROUND):
                page.keyboard.press("Tab")
            if page.evaluate(code, ["look", describe]):
                break
    finally:
        raw: Mapping[str, Any] = page.evaluate(code, ["end", describe])
    return Walk(
        stops=tuple(Stop(of_name(hide(name)), bool(seen)) for name, seen in raw["stops"]),
        missed=tuple(of_name(hide(name)) for name in raw["missed"]),
        caught=None if raw["caught"] is None else of_name(hide(raw["caught"])),
        whole=bool(raw["over"]),
    )
