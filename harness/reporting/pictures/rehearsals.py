"""From rehearsal to rehearsal: how many differences are open, by severity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.gate import Rehearsal
from harness.messages import Language
from harness.model import Severity, text
from harness.reporting.pictures.scales import Scale
from harness.reporting.pictures.sheet import EDGE, WIDE, Key, Panel, begin
from harness.reporting.pictures.svg import SOFT, Drawing, Look, Shape, line
from harness.reporting.pictures.wordings import figure, said
from harness.reporting.wording import say

_HIGH = 200.0
_LEAST = 5  # the y axis reaches to at least so many: counts have no fractions

LOOKS: Mapping[Severity, Look] = {
    Severity.BLOCKER: Look("#7b0d12", Shape.UP),
    Severity.CRITICAL: Look("#b01a20", Shape.SQUARE),
    Severity.MAJOR: Look("#8a5a00", Shape.DIAMOND, filled=False, dashed=True),
    Severity.MINOR: Look("#5b6675", Shape.CIRCLE, filled=False, dashed=True),
}
"""What forbids going live is full, the rest hollow and dashed."""


def rehearsals(trend: Sequence[Rehearsal], language: Language) -> Drawing:
    """One line a severity over at least two rehearsals; what nobody looked at again is still open."""
    rows = {level: [_count(each, level) for each in trend] for level in Severity}
    legend = [Key(LOOKS[level], say(text(f"gate.severity.{level}"), language)) for level in Severity]
    told = " ".join(_told(level, counts, language) for level, counts in rows.items())
    about = [said("rehearsals.about", language)]
    title = said("rehearsals.title", language)
    drawing, top = begin(title, about, legend, _HIGH + 58, language, told)
    highest = max(_LEAST, *(count for counts in rows.values() for count in counts))
    x = Scale(-0.3, len(trend) - 0.7, EDGE + 58, WIDE - EDGE)
    y = Scale(0, highest * 1.08, top + 24 + _HIGH, top + 24)
    panel = Panel(drawing, x, y)
    panel.axes(range(len(trend)), lambda place: f"{trend[round(place)].created:%m-%d}", figure)
    drawing.text((EDGE, top + 10), said("rehearsals.open", language), size=11, fill=SOFT)
    for level in reversed(Severity):
        places = panel.places(list(enumerate(map(float, rows[level]))))
        look = LOOKS[level]
        drawing.path(line(places), stroke=look.colour, wide=1.8, dashed=look.dashed)
        drawing.marks(places, look)
    return drawing


def _count(rehearsal: Rehearsal, level: Severity) -> int:
    count: int = getattr(rehearsal.open + rehearsal.unseen, level)
    return count


def _told(level: Severity, counts: Sequence[int], language: Language) -> str:
    severity = text(f"gate.severity.{level}")
    return said("told.rehearsals", language, severity=severity, counts=tuple(map(figure, counts)))
