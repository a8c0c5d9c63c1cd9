"""The cells of one column as texts that can be held against another column's, and what they show.

No cell leaves this module's callers: what is kept of a sample are counts and keyed digests.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property

from harness.reconcile.kinds import Kind, NotOfKind, canonical

SKETCH = 128
"""So many of the smallest digests of a column's distinct values stand for all of them."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?")
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,12})?")


@dataclass(frozen=True)
class Cells:
    """The canonical texts of one column, row by row."""

    texts: tuple[str | None, ...]

    @cached_property
    def counts(self) -> Counter[str | None]:
        """How often each value occurs."""
        return Counter(self.texts)

    @property
    def distinct(self) -> int:
        """How many different values, NULL among them."""
        return len(self.counts)

    @property
    def filled(self) -> int:
        """How many are not NULL."""
        return len(self.texts) - self.counts.get(None, 0)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two columns agree row by row, and how much more often than chance would have it.

    `beyond_chance` is None where the values cannot tell: one value on both sides, or no row.
    """

    rows: int
    equal: int
    distinct: int
    beyond_chance: float | None

    @property
    def share(self) -> float:
        """The share of rows that agree."""
        return self.equal / self.rows if self.rows else 0.0


def agreement(source: Cells, target: Cells) -> Agreement:
    """Holds two columns of the same rows against each other."""
    rows = len(source.texts)
    equal = sum(one == other for one, other in zip(source.texts, target.texts, strict=True))
    distinct = min(source.distinct, target.distinct)
    if rows == 0:
        return Agreement(0, 0, 0, None)
    few, many = sorted((source.counts, target.counts), key=len)
    chance = sum(times * many.get(value, 0) for value, times in few.items()) / rows**2
    if chance == 1 or max(source.distinct, target.distinct) == 1:
        return Agreement(rows, equal, distinct, None)
    return Agreement(rows, equal, distinct, max(0.0, (equal / rows - chance) / (1 - chance)))


def as_kind(values: Sequence[object], kind: Kind) -> Cells | None:
    """The values as texts of that kind; None when one of them is of another."""
    try:
        return Cells(tuple(canonical(value, kind) for value in values))
    except NotOfKind:
        return None


def token(value: object) -> str | None:
    """A text that equal values share however they are stored: 1, 1.00 and '1' alike."""
    match value:
        case None:
            return None
        case bool():
            return "1" if value else "0"
        case int() | float() | Decimal():
            return canonical(value, Kind.NUMBER)
        case datetime():
            return _moment(value.isoformat(" "))
        case date() | time():
            return value.isoformat()
        case str():
            content = value.strip()
            if _NUMBER.fullmatch(content):
                return canonical(content, Kind.NUMBER)
            return _moment(content) if _MOMENT.fullmatch(content) else content
    return str(value)


def _moment(content: str) -> str:
    """A timestamp without what its form adds: a T, zeros behind the second, midnight."""
    day, _, clock = content.replace("T", " ").partition(" ")
    whole, _, fraction = clock.partition(".")
    parts = [whole, fraction.rstrip("0")] if fraction.rstrip("0") else [whole]
    return day if parts == ["00:00:00"] else f"{day} {'.'.join(parts)}"


def sketch(tokens: Iterable[str | None]) -> frozenset[int]:
    """The smallest digests of the distinct tokens: two sketches overlap as their columns do."""
    digests = sorted({_digest(item) for item in tokens if item})
    return frozenset(digests[:SKETCH])


def overlap(source: frozenset[int], target: frozenset[int]) -> float:
    """The estimated share of common values of two columns, from their sketches."""
    if not source or not target:
        return 0.0
    smallest = sorted(source | target)[:SKETCH]
    return sum(item in source and item in target for item in smallest) / len(smallest)


def _digest(content: str) -> int:
    return int.from_bytes(hashlib.blake2b(content.encode("utf-8", "replace"), digest_size=8).digest())
