"""The table [ux]: how the browser is opened, and how much slower a task may be."""

from __future__ import annotations

from decimal import Decimal

from harness.config.table import Above, Count, Line, Switch, Table


class UxTable(Table):
    """The browser that both sides are used with. Times are in seconds."""

    locale: Line = "en"
    timezone: Line = "Asia/Shanghai"
    viewport: tuple[Count, Count] = (1280, 800)
    headless: Switch = True
    repeats: Count = 3
    timeout: Above = Decimal(30)
    margin: Above = Decimal("0.20")
