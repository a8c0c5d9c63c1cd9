"""What was found out about a file, and what a person has said about it instead.

Everything that the reading of a file depends on is here, to be shown; a doubt is never resolved silently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from harness.model import Text


class Format(StrEnum):
    """The kinds of files that can be a side."""

    TEXT = "text"
    XLSX = "xlsx"
    PARQUET = "parquet"
    DUCKDB = "duckdb"


class CellKind(StrEnum):
    """What the cells of a column are read as."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIMESTAMP = "timestamp"
    BOOLEAN = "boolean"
    OTHER = "other"


class DayOrder(StrEnum):
    """Which of day and month comes first where both are numbers."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person says about a file; None (or nothing) leaves it to detection.

    `header_rows` counts from 1 in the file; an empty range, (0, 0), says that there is no header.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    header_rows: tuple[int, int] | None = None
    sheet: str | None = None
    dates: DayOrder | None = None
    kinds: Mapping[str, CellKind] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the content does not decide; `column` when it concerns one."""

    text: Text
    column: str | None = None


@dataclass(frozen=True, slots=True)
class DetectedColumn:
    """One column: its name in the table, its heading in the file, what its cells are, and why.

    `strange` cells are of another kind than the column; `numbers` is the percentage that could be numbers.
    """

    name: str
    heading: str
    kind: CellKind
    why: Text
    decimal: str | None = None
    thousands: str | None = None
    day_order: DayOrder | None = None
    currencies: tuple[str, ...] = ()
    strange: int = 0
    numbers: int = 0
    scale: int | None = None


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row of totals that was taken out, and what its columns state and the rows above add up to."""

    row: int
    label: str
    stated: tuple[tuple[str, Decimal], ...] = ()
    computed: tuple[tuple[str, Decimal], ...] = ()

    def wrong(self) -> tuple[tuple[str, Decimal, Decimal], ...]:
        """Column, stated and computed value, where the file contradicts itself."""
        computed = dict(self.computed)
        return tuple(
            (name, value, computed[name])
            for name, value in self.stated
            if name in computed and computed[name] != value
        )


@dataclass(frozen=True, slots=True)
class Detected:
    """How one table of a file is read."""

    file: str
    format: Format
    table: str
    columns: tuple[DetectedColumn, ...]
    rows: int
    encoding: str | None = None
    encoding_why: Text | None = None
    delimiter: str | None = None
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    header_rows: tuple[int, ...] = ()
    total_rows: tuple[TotalRow, ...] = ()
    skipped: tuple[Text, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    def column(self, name: str) -> DetectedColumn | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)
