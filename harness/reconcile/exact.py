"""Sums that lose no digit: Python's own keep 28, so that a large and a small number add up by their order."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal
from functools import reduce
from typing import Final

# More digits than PostgreSQL's numeric has: 131,072 before the point and 16,383 after it.
_EXACT: Final = Context(prec=200_000)

added = _EXACT.add
less = _EXACT.subtract
times = _EXACT.multiply


def summed(numbers: Iterable[Decimal]) -> Decimal:
    """The exact sum; 0 of no numbers."""
    return reduce(added, numbers, Decimal(0))
