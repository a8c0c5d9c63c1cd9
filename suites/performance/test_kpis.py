"""Every business figure of the configured file is one check: is it still what the company has agreed on?"""

from __future__ import annotations

from collections.abc import Callable

from harness.performance.kpi import Kpi


def test_kpi(kpi: Kpi, measure: Callable[[Kpi], None]) -> None:
    """The figure is within its limits in the upgraded system, and has not moved too far."""
    measure(kpi)
