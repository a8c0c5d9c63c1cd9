"""The table [ux]: how the browser is opened, and how much slower a task may be."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from harness.config.table import FILLED, Above, Count, Line, Switch, Table

Browser = Literal["chromium", "firefox"]
Screen = Literal["desktop", "laptop", "tablet", "phone"]


class UxTable(Table):
    """The browser that both sides are used with. Times are in seconds."""

    locale: Line = "en"
    timezone: Line = "Asia/Shanghai"
    viewport: tuple[Count, Count] = (1280, 800)
    browser: Browser = "chromium"
    headless: Switch = True
    repeats: Count = 3
    timeout: Above = Decimal(30)
    margin: Above = Decimal("0.20")
    masks: tuple[Line, ...] = ()
    latin: tuple[Line, ...] = ()
    browsers: Annotated[tuple[Browser, ...], FILLED] = ("chromium", "firefox")
    screens: Annotated[tuple[Screen, ...], FILLED] = ("desktop", "laptop", "tablet")
    languages: Annotated[tuple[Line, ...], FILLED] = ("en", "zh-CN")
    timezones: Annotated[tuple[Line, ...], FILLED] = ("Asia/Shanghai", "Europe/Berlin")
    all_combinations: Switch = False
    roles: Mapping[str, Line] = Field(default_factory=dict)
