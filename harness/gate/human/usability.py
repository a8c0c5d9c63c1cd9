"""Scores of questionnaires, from 0 to 100, with the interval in which the mean of all users would be.

SUS as Brooke scored it (SUS: a "quick and dirty" usability scale, in Usability Evaluation in Industry,
1996). UMUX-Lite with the regression of Lewis, Utesch and Maher (UMUX-LITE: when there's no time for the SUS,
CHI 2013), which puts it on the scale of SUS: it goes from 22.9 to 87.9, and never beyond.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from harness.config.human import AnswerRow
from harness.model import Side
from harness.statistics import paired

FEWEST = 5
"""Fewer sheets are too few to judge by, and of a department to show: they would say who answered what."""

_RISK = 0.025  # on either side: an interval of 95 %
_CENT = Decimal("0.01")


class Instrument(StrEnum):
    """The questionnaires."""

    SUS = "sus"
    UMUX_LITE = "umux_lite"


@dataclass(frozen=True, slots=True)
class Score:
    """The mean of the sheets of one system, of all departments or of one; no interval below two sheets."""

    instrument: Instrument
    side: Side
    department: str | None
    sheets: int
    mean: Decimal
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def enough(self) -> bool:
        """Whether so many answered that the score may be judged."""
        return self.sheets >= FEWEST


def sus(answers: Sequence[int]) -> Decimal:
    """Odd items are in favour, even ones against; each gives 0 to 4, and all of them 0 to 100."""
    points = (answer - 1 if place % 2 == 0 else 5 - answer for place, answer in enumerate(answers))
    return Decimal(sum(points)) * Decimal("2.5")


def umux_lite(answers: Sequence[int]) -> Decimal:
    """Both items are in favour; their share of the scale, and the regression to the scale of SUS."""
    return Decimal("0.65") * Decimal((sum(answers) - 2) * 100) / 12 + Decimal("22.9")


_SCORING: Mapping[Instrument, Callable[[AnswerRow], Decimal | None]] = MappingProxyType(
    {
        Instrument.SUS: lambda row: None if row.sus is None else sus(row.sus),
        Instrument.UMUX_LITE: lambda row: None if row.umux is None else umux_lite(row.umux),
    }
)


def scores(rows: Sequence[AnswerRow], as_of: datetime) -> tuple[Score, ...]:
    """For each questionnaire and system the score of everybody, and of departments with enough sheets."""
    filled = [row for row in rows if row.day is None or row.day <= as_of.date()]
    return tuple(
        score
        for instrument in Instrument
        for side in Side
        for score in _of(instrument, side, [row for row in filled if row.side is side])
    )


def _of(instrument: Instrument, side: Side, rows: Sequence[AnswerRow]) -> Iterator[Score]:
    values = list[Decimal]()
    departments: dict[str, list[Decimal]] = {}
    for row in rows:
        value = _SCORING[instrument](row)
        if value is not None:
            values.append(value)
            departments.setdefault(row.department or "", []).append(value)
    if values:
        yield _score(instrument, side, None, values)
    for name in sorted(departments):
        if name and len(departments[name]) >= FEWEST:
            yield _score(instrument, side, name, departments[name])


def _score(instrument: Instrument, side: Side, department: str | None, values: Sequence[Decimal]) -> Score:
    mean = (sum(values, Decimal(0)) / len(values)).quantize(_CENT)
    if len(values) < 2:
        return Score(instrument, side, department, len(values), mean)
    estimate = paired([float(value) for value in values])
    low, high = max(0.0, estimate.low(_RISK)), min(100.0, estimate.high(_RISK))
    return Score(instrument, side, department, len(values), mean, _rounded(low), _rounded(high))


def _rounded(score: float) -> Decimal:
    return Decimal(score).quantize(_CENT)
