"""Types Chinese as an input method does: through a composition that is shown first and then committed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.ux.examined import TORN, WHOLE, Place
from harness.ux.probes.script import script
from harness.ux.signatures import of_name

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHINESE = "中文输入"
SHOWN_FIRST = ("z", "zhong", "zhong'wen", CHINESE)


def composed(page: Page, hide: Callable[[str], str]) -> Place | None:
    """The first empty field of the screen and whether Chinese reached it whole; None where there is none."""
    where: str | None = page.evaluate(script("composition.js"), ["choose", script("describe.js")])
    if where is None:
        return None
    try:
        _compose(page)
    finally:
        value: str = page.evaluate(script("composition.js"), ["clear", ""])
    return Place(of_name(hide(where)), WHOLE if value == CHINESE else TORN)


def _compose(page: Page) -> None:
    browser = page.context.browser
    if browser is None or browser.browser_type.name != "chromium":
        page.keyboard.insert_text(CHINESE)  # other engines let nobody compose from outside
        return
    session = page.context.new_cdp_session(page)
    try:
        for shown in SHOWN_FIRST:
            session.send(
                "Input.imeSetComposition",
                {"text": shown, "selectionStart": len(shown), "selectionEnd": len(shown)},
            )
        session.send("Input.insertText", {"text": CHINESE})
    finally:
        session.detach()
