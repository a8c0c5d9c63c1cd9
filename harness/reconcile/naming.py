"""How a row is called when it is spoken of: its key, what describes it, the money it stands for."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from harness.reconcile.entity import SHIPPED, EntityMapping, FieldMapping
from harness.reconcile.rows import Cell, Cells, shown
from harness.reconcile.totals import number_of
from harness.sqltext.lookups import UNKNOWN
from harness.values import Value


class Naming:
    """The names of one entity's rows."""

    def __init__(self, mapping: EntityMapping) -> None:
        self._columns = mapping.columns
        self._key = tuple(map(mapping.position, mapping.key)) or range(len(mapping.fields))
        own = (place for place in range(len(mapping.fields), len(mapping.columns)) if _tells(mapping, place))
        self._labels = (*map(mapping.position, mapping.describe), *own)
        self.amount_place = mapping.position(mapping.amount.field) if mapping.amount else None
        self.one_currency = mapping.amount.currency if mapping.amount else None
        self.currency_place = (
            mapping.position(mapping.amount.currency_from)
            if mapping.amount and mapping.amount.currency_from and not self.one_currency
            else None
        )

    def key(self, cells: Cells) -> str:
        """The business key, or every compared field when there is none."""
        return self._spelled(cells, self._key)

    def label(self, cells: Cells) -> str:
        """What else helps to find the row; empty when nothing does."""
        return self._spelled(cells, (place for place in self._labels if cells[place] is not None))

    def amount(self, cells: Cells) -> Decimal | None:
        """The money that the row stands for, without its sign; None when the entity has no amount."""
        return None if self.amount_place is None else number_of(cells[self.amount_place]).copy_abs()

    def currency(self, cells: Cells) -> str | None:
        """The currency of that money."""
        return self.one_currency if self.currency_place is None else cells[self.currency_place]

    def _spelled(self, cells: Cells, places: Iterable[int]) -> str:
        return ", ".join(
            f"{self._columns[place].name}={_plain(displayed(cells[place], self._columns[place]))}"
            for place in places
        )


def displayed(cell: Cell, column: FieldMapping) -> Value:
    """The cell as a person may see it, without the mark of a value that its map does not know."""
    return unknown(cell, column) or shown(cell, column)


def unknown(cell: Cell, column: FieldMapping) -> str | None:
    """The value that the map of its field does not know, if the cell holds one."""
    return cell[1:] if cell is not None and column.map and cell.startswith(UNKNOWN) else None


def _tells(mapping: EntityMapping, place: int) -> bool:
    """True when a label helps to find the row; the amount and its currency are shown elsewhere."""
    amount, name = mapping.amount, mapping.columns[place].name
    return name != SHIPPED and (amount is None or name not in {amount.field, amount.currency_from})


def _plain(value: Value) -> str:
    return "NULL" if value is None else str(value)
