"""The table [ux]: how the browser is opened."""

from __future__ import annotations

from harness.config.table import Count, Line, Switch, Table


class UxTable(Table):
    """The browser that both sides are used with."""

    locale: Line = "en"
    viewport: tuple[Count, Count] = (1280, 800)
    headless: Switch = True
    repeats: Count = 3
