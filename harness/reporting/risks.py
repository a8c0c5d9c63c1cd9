"""The risk matrix as reports show it: where each risk was estimated, and where it was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.config.risks import STEPS
from harness.gate import Level, Movement, Risk, RiskClass
from harness.model import Text, text
from harness.reporting.summary import Tone

TONE = {
    RiskClass.LOW: Tone.GO,
    RiskClass.MEDIUM: Tone.PART,
    RiskClass.HIGH: Tone.CONDITIONS,
    RiskClass.EXTREME: Tone.NO_GO,
}
"""The colour of a cell."""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One cell: the risks measured there, and those that were estimated there and have moved."""

    level: Level
    measured: tuple[Risk, ...]
    moved: tuple[Risk, ...]


def matrix(risks: Sequence[Risk]) -> tuple[tuple[MatrixCell, ...], ...]:
    """The rows of the matrix, the highest probability first; impact grows along a row."""
    steps = range(1, STEPS + 1)
    return tuple(
        tuple(_cell(Level(probability, impact), risks) for impact in steps) for probability in reversed(steps)
    )


def _cell(level: Level, risks: Sequence[Risk]) -> MatrixCell:
    return MatrixCell(
        level,
        measured=tuple(risk for risk in risks if risk.measured == level),
        moved=tuple(risk for risk in risks if risk.declared == level != risk.measured),
    )


def intro(risks: Sequence[Risk]) -> Text:
    """How many risks went which way."""
    moved = [risk.movement for risk in risks]
    return text(
        "risk.intro",
        total=len(risks),
        raised=moved.count(Movement.RAISED),
        lowered=moved.count(Movement.LOWERED),
        unverified=sum(not risk.verified for risk in risks),
    )


def level_text(level: Level) -> Text:
    """A cell in words."""
    return text(
        "risk.level",
        score=level.score,
        name=text(f"risk.class.{level.name}"),
        probability=level.probability,
        impact=level.impact,
    )


def trend(risk: Risk) -> str:
    """The measured scores of the runs before and of this one, the oldest first; ? where not verified."""
    points = [(each.level, each.verified) for each in risk.trend] + [(risk.measured, risk.verified)]
    return " → ".join(f"{level.score}{'' if verified else '?'}" for level, verified in points)


def way(risk: Risk) -> str:
    """An arrow for where the results moved the risk."""
    return {Movement.RAISED: "▲", Movement.LOWERED: "▼", Movement.KEPT: "="}[risk.movement]
