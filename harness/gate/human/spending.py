"""The budget: planned and actual for each currency, which are never added up, and the items beyond plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from harness.config.human import BudgetRow


@dataclass(frozen=True, slots=True)
class Item:
    """One item that cost more than planned."""

    item: str
    planned: Decimal
    actual: Decimal


@dataclass(frozen=True, slots=True)
class Spent:
    """All items in one currency; `beyond` are those that cost more than planned, the most first."""

    currency: str
    planned: Decimal
    actual: Decimal
    beyond: tuple[Item, ...] = ()

    @property
    def overrun(self) -> Decimal | None:
        """What was spent beyond the plan, as a share of it; below 0 where less was; None without a plan."""
        return (self.actual - self.planned) / self.planned if self.planned else None


def spent(rows: Sequence[BudgetRow]) -> tuple[Spent, ...]:
    """The sums for each currency, in the order of their names."""
    found: dict[str, list[BudgetRow]] = {}
    for row in rows:
        found.setdefault(row.currency.upper(), []).append(row)
    return tuple(_sum(currency, found[currency]) for currency in sorted(found))


def _sum(currency: str, rows: Sequence[BudgetRow]) -> Spent:
    beyond = [Item(row.item, row.planned, row.actual) for row in rows if row.actual > row.planned]
    return Spent(
        currency,
        sum((row.planned for row in rows), Decimal(0)),
        sum((row.actual for row in rows), Decimal(0)),
        tuple(sorted(beyond, key=lambda item: (item.planned - item.actual, item.item))),
    )
