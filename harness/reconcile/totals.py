"""Control totals: exact sums of one field by the values of others, the same from SQL and from rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

from harness.reconcile.entity import EntityMapping
from harness.reconcile.exact import added
from harness.reconcile.rows import Cells, Row

Group: TypeAlias = Cells
Totals: TypeAlias = "tuple[Mapping[Group, Decimal], ...]"


def number_of(cell: str | None) -> Decimal:
    """The number in a cell; NULL, and what is no number, adds nothing to a sum."""
    if cell is None or not cell.lstrip("-").replace(".", "", 1).isdigit():
        return Decimal(0)
    return Decimal(cell)


class Counting:
    """Passes rows on and keeps their count and control totals."""

    def __init__(self, mapping: EntityMapping) -> None:
        self._places = [
            (mapping.position(total.sum), tuple(mapping.position(name) for name in total.by))
            for total in mapping.totals
        ]
        self._sums: list[defaultdict[Group, Decimal]] = [defaultdict(Decimal) for _ in mapping.totals]
        self.rows = 0

    @property
    def totals(self) -> Totals:
        """The sums of what has passed so far."""
        return tuple(self._sums)

    def through(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The same rows, counted."""
        for row in rows:
            self.rows += 1
            for sums, (place, by) in zip(self._sums, self._places, strict=True):
                at = tuple(row[1][group] for group in by)
                sums[at] = added(sums[at], number_of(row[1][place]))
            yield row
