"""A risk of the register and what the run measured of it: nouns that the judgement keeps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.config.risks import STEPS, RiskKind
from harness.model import Text, Title


class RiskClass(StrEnum):
    """Which part of the matrix a cell is in, the least first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    EXTREME = "extreme"

    @property
    def highest(self) -> int:
        """The highest score of the class."""
        return _HIGHEST[self]


_HIGHEST = {
    RiskClass.LOW: 4,
    RiskClass.MEDIUM: 9,
    RiskClass.HIGH: 14,
    RiskClass.EXTREME: STEPS * STEPS,
}


@dataclass(frozen=True, slots=True)
class Level:
    """A cell of the matrix: probability and impact, each from 1 to 5."""

    probability: int
    impact: int

    def __post_init__(self) -> None:
        if not (1 <= self.probability <= STEPS and 1 <= self.impact <= STEPS):
            raise ValueError(f"probability and impact go from 1 to {STEPS}")

    @property
    def score(self) -> int:
        """Probability times impact: orders cells, and is never averaged over risks."""
        return self.probability * self.impact

    @property
    def name(self) -> RiskClass:
        """The class that the cell is in."""
        return next(item for item in RiskClass if self.score <= item.highest)


class Movement(StrEnum):
    """Where the measured results put a risk, seen from where people had put it."""

    RAISED = "raised"
    LOWERED = "lowered"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What a risk was measured at in an earlier run, and whether that run verified it."""

    run: str
    level: Level
    verified: bool


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk: as people estimated it, as measured, and why.

    `verified`: everything that is named for it is there and came to a conclusion. `checks` are the ids of
    those that bear on it, `unmatched` what is named for it and names nothing in the run. `trend` are the
    runs before, the oldest first.
    """

    id: str
    title: Title
    kind: RiskKind
    owner: str | None
    mitigation: Title | None
    declared: Level
    measured: Level
    reasons: tuple[Text, ...]
    verified: bool
    checks: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()
    limit: int | None = None
    trend: tuple[RiskPoint, ...] = ()

    @property
    def movement(self) -> Movement:
        """Which way its score went."""
        if self.measured.score == self.declared.score:
            return Movement.KEPT
        return Movement.RAISED if self.measured.score > self.declared.score else Movement.LOWERED

    def within(self, limit: int) -> bool:
        """Whether its measured score is neither above the limit nor above its own."""
        return self.measured.score <= self.allowed(limit)

    def allowed(self, limit: int) -> int:
        """The stricter of a limit and its own."""
        return limit if self.limit is None else min(limit, self.limit)
