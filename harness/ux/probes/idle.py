"""When a step is over: nothing under way, nothing changing, and the client does not say it is working."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.ux.probes.traffic import Traffic

if TYPE_CHECKING:
    from playwright.sync_api import Page

QUIET = 0.3  # seconds without a request or a change of the page; longer than the client's own debouncing
LOOKS = 6
POLL_MS = 25.0
_ACTIVITY = "() => (window.__harness || {}).activity || 0"


def wait_until_idle(page: Page, traffic: Traffic, busy: Callable[[], bool], timeout: float) -> float | None:
    """The wall-clock time (epoch seconds) of the last activity; None if there is no end to it in time.

    The quiet period itself is not counted, so that a fast client is not charged for our patience. Quiet
    counts only while we look, and at several looks: a page that is stalled is silent, but not idle.
    """
    deadline = time.monotonic() + timeout
    seen, since, looks = -1.0, time.monotonic(), 0
    while time.monotonic() < deadline:
        latest = max(traffic.last_activity, float(page.evaluate(_ACTIVITY)) / 1000)
        if traffic.active or latest != seen or busy():
            seen, since, looks = latest, time.monotonic(), 0
        looks += 1
        if looks >= LOOKS and time.monotonic() - since >= QUIET:
            return latest
        page.wait_for_timeout(POLL_MS)
    return None
