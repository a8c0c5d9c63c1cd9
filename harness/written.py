"""What simulated users enter, and what the ERP has of it afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_LAST_DIGITS = re.compile(r"(.*?)(\d+)(\D*)")


class Stage(StrEnum):
    """How far a document has come, in the order in which it comes there."""

    ENTERED = "entered"
    QUOTED = "quoted"
    CONFIRMED = "confirmed"
    POSTED = "posted"

    @property
    def rank(self) -> int:
        """Its place in that order."""
        return list(Stage).index(self)


@dataclass(frozen=True, slots=True)
class Write:
    """What a transaction does to a document: the reference that no other has, and where it comes to."""

    reference: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class Entered:
    """A document of simulated users as the ERP holds it afterwards; without a stage when it was cancelled.

    `whole`: everything is there that its stage brings along, such as its lines, deliveries and invoices.
    """

    reference: str
    stage: Stage | None
    whole: bool = True


def between(numbers: Iterable[str]) -> tuple[str, ...]:
    """Every number from the lowest to the highest of each series, those given included, in their order.

    A series is what numbers share before and after their last digits: `INV/2026/` of `INV/2026/0017`. Digits
    are filled up with zeros as the given ones are. What has no digits is in no series.
    """
    series: dict[tuple[str, str], list[str]] = {}
    for number in numbers:
        found = _LAST_DIGITS.fullmatch(number)
        if found is not None:
            series.setdefault((found[1], found[3]), []).append(found[2])
    return tuple(
        f"{before}{value:0{min(map(len, digits))}d}{after}"
        for (before, after), digits in sorted(series.items())
        for value in range(min(map(int, digits)), max(map(int, digits)) + 1)
    )


def references_of(run: str) -> str:
    """How the reference of every document begins that the users of this run enter, in any ERP."""
    return f"LOAD-{run}-"


def reference_of(run: str, user: int, number: int) -> str:
    """The reference of one document: no other has it."""
    return f"{references_of(run)}{user}-{number}"
