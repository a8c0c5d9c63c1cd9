"""What every picture begins with, and the axes that several of them share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.messages import Language
from harness.model import Side
from harness.reporting.pictures.lettering import width, wrapped
from harness.reporting.pictures.scales import Scale
from harness.reporting.pictures.svg import LINE, PAPER, SOFT, Drawing, Look, Shape, line, number
from harness.reporting.pictures.wordings import figure, said, time_unit
from harness.statistics import Answer

WIDE = 960.0
EDGE = 20.0
_LEGEND = 22
_AXIS = 58  # for what is written beside the y axis
_HEAD, _FOOT = 32, 28

SIDES: Mapping[Side, Look] = {
    Side.SOURCE: Look("#0b5c97", Shape.CIRCLE, filled=False, dashed=True),
    Side.TARGET: Look("#b3470b", Shape.SQUARE),
}
"""The source is hollow and dashed, the target full: told apart in black and white, too."""

ANSWERS: Mapping[Answer | None, Look] = {
    Answer.WORSE: Look("#a1141c", Shape.UP),
    Answer.EQUIVALENT: Look("#2f3b4c", Shape.CIRCLE),
    Answer.BETTER: Look("#0d6a4b", Shape.DOWN),
    Answer.UNDECIDED: Look("#5b6675", Shape.DIAMOND, filled=False, dashed=True),
    None: Look("#5b6675", Shape.CROSS, dashed=True),
}
"""What is not decided is hollow and dashed, and what was not compared is a cross."""


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the legend."""

    look: Look
    label: str
    line: bool = True


def begin(
    title: str,
    about: Sequence[str],
    legend: Sequence[Key],
    body: float,
    language: Language,
    told: str = "",
) -> tuple[Drawing, float]:
    """A sheet with its heading, so many pixels for the picture itself, and where that begins.

    `told` is what the picture shows, in words, for those who do not see it.
    """
    lines = [each for part in about for each in wrapped(part, 12, WIDE - 2 * EDGE)]
    top = EDGE + 22 + 17 * len(lines) + (_LEGEND if legend else 0) + 8
    drawing = Drawing((WIDE, top + body + EDGE / 2), title, " ".join((*about, told)).strip(), language)
    drawing.text((EDGE, EDGE + 12), title, size=17, bold=True, room=WIDE - 2 * EDGE)
    for index, each in enumerate(lines):
        drawing.text((EDGE, EDGE + 34 + 17 * index), each, fill=SOFT)
    _put_legend(drawing, legend, EDGE + 34 + 17 * len(lines) + 6)
    return drawing, top


def _put_legend(drawing: Drawing, legend: Sequence[Key], y: float) -> None:
    x = EDGE
    for key in legend:
        if key.line:
            drawing.path(line([(x, y - 4), (x + 26, y - 4)]), stroke=key.look.colour, dashed=key.look.dashed)
        drawing.marks([(x + 13, y - 4)], key.look)
        drawing.text((x + 32, y), key.label)
        x += 32 + width(key.label, 12) + 26


@dataclass(frozen=True, slots=True)
class Panel:
    """A field with two axes; the y scale runs upwards."""

    drawing: Drawing
    x: Scale
    y: Scale

    def axes(
        self, ticks: Sequence[float], x_label: Callable[[float], str], y_label: Callable[[float], str]
    ) -> None:
        """The grid with what its lines stand for; labels that would touch each other are left out."""
        first, last, floor, ceiling = self.x.start, self.x.end, self.y.start, self.y.end
        grid = ""
        for value in self.y.ticks():
            grid += f"M{number(first)} {number(self.y(value))}H{number(last)}"
            place = (first - 9, self.y(value) + 4)
            self.drawing.text(place, y_label(value), size=11, anchor="end", fill=SOFT)
        self.drawing.path(grid, stroke=LINE)
        frame = f"M{number(first)} {number(ceiling)}V{number(floor)}H{number(last)}"
        taken = float("-inf")
        for value in ticks:
            label, place = x_label(value), (self.x(value), floor + 16)
            half = width(label, 11) / 2
            if place[0] - half >= taken:
                taken = place[0] + half + 8
                frame += f"M{number(place[0])} {number(floor)}v4"
                self.drawing.text(place, label, size=11, anchor="middle", fill=SOFT)
        self.drawing.path(frame, stroke=SOFT)

    def empty(self, why: str) -> None:
        """The field without anything in it, and why."""
        wide, high = self.x.end - self.x.start, self.y.start - self.y.end
        self.drawing.rect(self.x.start, self.y.end, wide, high, fill=PAPER, stroke=LINE)
        middle = ((self.x.start + self.x.end) / 2, (self.y.start + self.y.end) / 2 + 4)
        self.drawing.text(middle, why, anchor="middle", fill=SOFT, room=wide - 12)

    def note(self, why: str) -> None:
        """A small remark in the lower corner."""
        room = self.x.end - self.x.start - 12
        self.drawing.text(
            (self.x.end - 4, self.y.start - 8), why, size=11, anchor="end", fill=SOFT, room=room
        )

    def places(self, points: Sequence[tuple[float, float]], shift: float = 0) -> list[tuple[float, float]]:
        """Where the points are on the sheet."""
        return [(self.x(x) + shift, self.y(y)) for x, y in points]


@dataclass(frozen=True, slots=True)
class Place:
    """The room of one of several panels: where its field is, and how much its heading has."""

    x: float
    y: float
    wide: float
    high: float

    def heading(self, drawing: Drawing, name: str, note: str) -> None:
        """The panel's name with a small note at the end of the line."""
        room = self.wide + _AXIS - width(note, 11) - 16
        drawing.text((self.x - _AXIS, self.y - 13), name, size=13, bold=True, room=room)
        drawing.text((self.x + self.wide, self.y - 13), note, size=11, anchor="end", fill=SOFT)


@dataclass(frozen=True, slots=True)
class Grid:
    """Several panels, two beside each other; `high` is what they need together."""

    high: float
    places: tuple[Place, ...]

    def below(self, top: float) -> Iterator[Place]:
        """The place of each panel, seen from the top of the picture."""
        for place in self.places:
            yield replace(place, y=place.y + top)


def grid(count: int) -> Grid:
    """Room for so many panels; a single one is larger."""
    columns, high = (1, 300.0) if count == 1 else (2, 150.0)
    wide = (WIDE - 2 * EDGE - 24 * (columns - 1)) / columns
    row = _HEAD + high + _FOOT
    places = (
        Place(EDGE + (n % columns) * (wide + 24) + _AXIS, (n // columns) * row + _HEAD, wide - _AXIS, high)
        for n in range(count)
    )
    return Grid(row * math.ceil(count / columns), tuple(places))


def time_axis(scale: Scale, language: Language) -> tuple[Sequence[float], Callable[[float], str]]:
    """Round times on a scale of seconds, all of them in the unit that suits its length."""
    unit, seconds = time_unit(scale.high)
    shown = replace(scale, low=scale.low / seconds, high=scale.high / seconds)
    ticks = [value * seconds for value in shown.ticks(8)]
    return ticks, lambda value: said(f"unit.{unit}", language, value=figure(value / seconds))
