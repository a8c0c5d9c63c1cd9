"""Control totals: exact sums of one field by the values of others, the same from SQL and from rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import pyarrow as pa

from harness.reconcile.entity import EntityMapping
from harness.reconcile.exact import added, times
from harness.reconcile.rows import Cells, Row, RowForm

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

    def take(self, rows: Sequence[Sequence[Any]], form: RowForm) -> None:
        """Counts rows as a driver gave them; only what the totals need of them is made canonical."""
        self.rows += len(rows)
        columns = {
            place: form.column(place, [row[place] for row in rows])
            for place in {place for total, by in self._places for place in (total, *by)}
        }
        for sums, (total, by) in zip(self._sums, self._places, strict=True):
            groups = zip(*(columns[place] for place in by), strict=True) if by else [()] * len(rows)
            for at, number in zip(groups, columns[total], strict=True):
                sums[at] = added(sums[at], number_of(number))

    @property
    def places(self) -> tuple[tuple[int, ...], ...]:
        """Of each total: the columns it is grouped by, then the one that it adds up."""
        return tuple((*by, total) for total, by in self._places)

    def take_columns(self, table: pa.Table, form: RowForm) -> None:
        """The same of rows in columns."""
        self.rows += table.num_rows
        for number, places in enumerate(self.places):
            names = [str(place) for place in range(len(places))]
            chosen = pa.table([table.column(place) for place in places], names=names)
            alike = chosen.group_by(names).aggregate([([], "count_all")])
            columns = [alike.column(name).to_pylist() for name in (*names, "count_all")]
            self.take_alike(number, columns, form)

    def take_alike(self, number: int, columns: Sequence[Sequence[Any]], form: RowForm) -> None:
        """Adds to one total: the cells of its places, and how many rows have just these."""
        *cells, counts = columns or ((),)
        canonical = (
            [
                form.column(place, list(values))
                for place, values in zip(self.places[number], cells, strict=True)
            ]
            if cells
            else []
        )
        sums = self._sums[number]
        for *group, amount, count in zip(*canonical, counts, strict=True):
            at = tuple(group)
            sums[at] = added(sums[at], times(number_of(amount), count))

    def include(self, other: Counting) -> None:
        """Adds what another one has counted."""
        self.rows += other.rows
        for sums, more in zip(self._sums, other.totals, strict=True):
            for at, number in more.items():
                sums[at] = added(sums[at], number)
