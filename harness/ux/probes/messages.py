"""Reads what a screen complains of, and which of its fields it marks as wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.ux.probes.script import script
from harness.ux.signatures import of_name

if TYPE_CHECKING:
    from playwright.sync_api import Page


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the client showed of a refusal. `seen`: on the part of the page that is visible.

    `bound`: its words stand at a field that is marked as wrong, belong to it, or name it.
    """

    words: str
    seen: bool
    bound: bool
    fields: tuple[str, ...]


def complaint(page: Page, marks: tuple[str, str], hide: Callable[[str], str]) -> Complaint:
    """All that is complained of on the screen now; personal words are taken out by `hide`."""
    found: dict[str, Any] = page.evaluate(script("messages.js"), list(marks))
    fields = tuple(sorted({of_name(hide(item)).rstrip(":： ") for item in found["fields"]} - {""}))
    said = [item for item in found["messages"] if item["words"]]
    words = hide(" / ".join(item["words"] for item in said))
    named = any(field.casefold() in words.casefold() for field in fields)
    return Complaint(
        words=words,
        seen=any(item["seen"] for item in said),
        bound=named or any(item["near"] for item in said),
        fields=fields,
    )
