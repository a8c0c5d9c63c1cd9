"""Web vitals of the document that is loaded, in seconds: only relative in a laboratory."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_READ = """
() => {
  const [navigation] = performance.getEntriesByType("navigation");
  const state = window.__harness || {};
  return { ttfb: navigation?.responseStart ?? null, fcp: state.fcp ?? null, lcp: state.lcp ?? null };
}
"""
_COUNTERS = """
() => {
  const { dialogs = 0, shift = 0, bytes = 0 } = window.__harness || {};
  return { dialogs, shift, bytes };
}
"""
# A fixed piece of work, so that two captures made at different times can tell a slow machine from a slow ERP.
_YARDSTICK = """
() => {
  const times = [];
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    let sum = 0;
    for (let i = 0; i < 3e6; i++) sum = (sum + Math.imul(i, 31)) | 0;
    times.push(performance.now() - start + (sum === 1 ? 1 : 0));
  }
  return times.sort((a, b) => a - b)[2];
}
"""
_MILLISECOND = Decimal("0.001")


def vitals(page: Page) -> dict[str, Decimal | None]:
    """Time to first byte, first and largest contentful paint; None where the browser does not say."""
    found: dict[str, float | None] = page.evaluate(_READ)
    return {name: _seconds(value) for name, value in found.items()}


def counters(page: Page) -> dict[str, Decimal]:
    """What the document has counted so far: dialogs, the sum of unexpected layout shifts, bytes received."""
    found: dict[str, float] = page.evaluate(_COUNTERS)
    return {name: Decimal(str(value)).quantize(Decimal("0.0001")) for name, value in found.items()}


def yardstick(page: Page) -> Decimal:
    """Seconds that a fixed computation takes in this browser on this machine now."""
    return _seconds(page.evaluate(_YARDSTICK)) or _MILLISECOND


def _seconds(milliseconds: float | None) -> Decimal | None:
    return None if milliseconds is None else (Decimal(str(milliseconds)) / 1000).quantize(_MILLISECOND / 10)
