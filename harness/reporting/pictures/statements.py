"""SQL statements before and after: two bars each, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.messages import Language
from harness.model import Side
from harness.reporting.pictures.scales import Scale
from harness.reporting.pictures.sheet import EDGE, SIDES, WIDE, Key, begin
from harness.reporting.pictures.svg import LINE, PAPER, SOFT, Drawing, number
from harness.reporting.pictures.wordings import figure, said, side_name

_ROW, _BAR = 58, 11
_END = WIDE - EDGE - 190
MOST = 12


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, what it costs on each side (None: not run there), and in words what became of it.

    `calls`: how often each side sends it for that.
    """

    text: str
    source: float | None
    target: float | None
    note: str = ""
    calls: tuple[int, int] | None = None

    def of(self, side: Side) -> float | None:
        """What it costs on one side."""
        return self.source if side is Side.SOURCE else self.target

    def sent(self, side: Side) -> int | None:
        """How often one side sends it."""
        return None if self.calls is None else self.calls[0 if side is Side.SOURCE else 1]


def statements(found: Sequence[Statement], unit: str, title: str, language: Language) -> Drawing:
    """The statements in the order given, at most `MOST`; what is left out is counted."""
    shown = found[:MOST]
    about = [said("statements.about", language, unit=unit)]
    if len(found) > len(shown):
        about.append(said("statements.more", language, count=len(found) - len(shown)))
    legend = [Key(SIDES[side], side_name(side, language), line=False) for side in Side]
    told = " ".join(_told(each, unit, language) for each in shown)
    body = _ROW * len(shown) + 24
    drawing, top = begin(title, about, legend, body, language, told)
    costs = [cost for each in shown for side in Side if (cost := each.of(side)) is not None]
    scale = Scale(0, max(costs, default=1.0) * 1.02 or 1, EDGE, _END)
    floor = top + _ROW * len(shown)
    grid = "".join(f"M{number(scale(value))} {number(top)}V{number(floor)}" for value in scale.ticks())
    drawing.path(grid, stroke=LINE)
    for value in scale.ticks():
        drawing.text((scale(value), floor + 16), figure(value), size=11, anchor="middle", fill=SOFT)
    for index, each in enumerate(shown):
        _statement(drawing, scale, each, top + _ROW * index, unit, language)
    return drawing


def _statement(
    drawing: Drawing, scale: Scale, each: Statement, y: float, unit: str, language: Language
) -> None:
    drawing.rect(EDGE, y + 2, _END - EDGE, 18, fill=PAPER)
    drawing.text((EDGE, y + 15), each.text, room=_END - EDGE)
    drawing.text((WIDE - EDGE, y + 15), each.note, size=11, anchor="end", bold=True, room=180)
    for place, side in enumerate(Side):
        cost, look = each.of(side), SIDES[side]
        upper = y + 22 + place * (_BAR + 3)
        if cost is not None:
            fill = look.colour if look.filled else PAPER
            drawing.rect(EDGE, upper, max(scale(cost) - EDGE, 1), _BAR, fill=fill, stroke=look.colour)
        drawing.text(
            (WIDE - EDGE, upper + 10),
            _cost(each, side, unit, language),
            size=11,
            anchor="end",
            fill=look.colour,
        )


def _cost(each: Statement, side: Side, unit: str, language: Language) -> str:
    cost, sent = each.of(side), each.sent(side)
    if cost is None:
        return said("statements.absent", language)
    return f"{figure(cost)} {unit}" if sent is None else f"{sent:,} × · {figure(cost)} {unit}"


def _told(each: Statement, unit: str, language: Language) -> str:
    costs = {str(side): _cost(each, side, unit, language) for side in Side}
    return said("told.statement", language, statement=each.text[:120], **costs)
