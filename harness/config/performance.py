"""The table [performance]: which hosts may be loaded, and how much slower is too slow."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StrictInt

from harness.config.table import Above, Count, Line, Table


class PerformanceTable(Table):
    """Load goes to the hosts listed here and to no other.

    `workers` of other machines carry it out, where there are any: they join at `bind`, an address of this
    machine, within `workers_seconds`.
    """

    hosts: tuple[Line, ...] = ()
    margin: Above = Decimal("0.20")
    workers: Annotated[StrictInt, Field(ge=0)] = 0
    bind: Line = "127.0.0.1"
    workers_seconds: Count = 120
