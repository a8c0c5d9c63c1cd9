"""What simulated users enter, and what the ERP has of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


def references_of(run: str) -> str:
    """How the reference of every document begins that the users of this run enter, in any ERP."""
    return f"LOAD-{run}-"


def reference_of(run: str, user: int, number: int) -> str:
    """The reference of one document: no other has it."""
    return f"{references_of(run)}{user}-{number}"
