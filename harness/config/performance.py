"""The table [performance]: which hosts may be loaded, and how much slower is too slow."""

from __future__ import annotations

from decimal import Decimal

from harness.config.table import Above, Line, Table


class PerformanceTable(Table):
    """Load goes to the hosts listed here and to no other."""

    hosts: tuple[Line, ...] = ()
    margin: Above = Decimal("0.20")
