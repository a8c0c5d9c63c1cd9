"""Every business control of the configured folder is one check: do the lists agree that people sign."""

from __future__ import annotations

from collections.abc import Callable

from harness.reconcile.business import Control


def test_control(control: Control, tick_off: Callable[[Control], None]) -> None:
    """The list is the same on both sides, line by line, and its own rules hold in the upgraded system."""
    tick_off(control)
