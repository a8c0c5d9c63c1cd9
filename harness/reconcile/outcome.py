"""What a comparison of rows found, as frozen values: stored in a run, and turned into findings later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from harness.model import FindingKind
from harness.reconcile.exact import less
from harness.reconcile.shapes import Shape
from harness.values import Value

GROUP_ABOVE = 20
"""Up to so many differences of one kind are findings of their own; above, they are one finding."""


@dataclass(frozen=True, slots=True)
class Example:
    """One difference: where it is, both values as they may be shown, and the money it stands for."""

    key: str
    label: str = ""
    source_value: Value = None
    target_value: Value = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """All differences of one kind in one field, one currency and one shape.

    All are counted, the first ones remembered.
    """

    kind: FindingKind
    field: str | None
    currency: str | None
    count: int
    amount: Decimal | None
    examples: tuple[Example, ...]
    shape: Shape | None = None


@dataclass(frozen=True, slots=True)
class TotalLine:
    """One group of one control total. `explained` is what the row differences add up to."""

    total: int
    group: tuple[str | None, ...]
    source: Decimal
    target: Decimal
    explained: Decimal

    @property
    def unexplained(self) -> Decimal:
        """What differs in the total and in no row: tolerated differences that add up, or rows that moved."""
        return less(less(self.target, self.source), self.explained)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that the comparison of one entity found.

    `shipped` rows are in the target alone, as the mapping expects; rows `set_aside` have a key that a value
    map does not know, so that nobody can say whether they are missing.
    """

    source_rows: int
    target_rows: int
    matched: int
    source_double_keys: int
    target_double_keys: int
    tallies: tuple[Tally, ...]
    totals: tuple[TotalLine, ...]
    shipped: int = 0
    set_aside: int = 0

    def count(self, kind: FindingKind) -> int:
        """How many differences of one kind there are."""
        return sum(tally.count for tally in self.tallies if tally.kind is kind)

    @property
    def uncounted(self) -> int:
        """By how much the counts of both sides differ beyond the missing rows; not 0 means rows moved."""
        missing = self.count(FindingKind.MISSING_IN_TARGET) - self.count(FindingKind.MISSING_IN_SOURCE)
        missing += self.set_aside - self.shipped
        return self.source_rows - self.target_rows - missing

    def unexplained(self) -> Iterator[TotalLine]:
        """The totals that no row difference explains."""
        return (line for line in self.totals if line.unexplained)
