"""Latency in the course of a run: the usual, the middle half and the extremes of each stretch of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from harness.messages import Language
from harness.model import Side
from harness.reporting.pictures.scales import Scale, latency_form, spanning
from harness.reporting.pictures.sheet import ANSWERS, SIDES, Key, Panel, begin, grid, time_axis
from harness.reporting.pictures.svg import PAPER, Drawing, line, number
from harness.reporting.pictures.wordings import duration, figure, said, samples, side_name
from harness.statistics import percentile

_BOX = 2.0  # half of what a stretch is wide, in pixels
_WIDE = number(2 * _BOX)
_FAILED = ANSWERS[None]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some seconds of one side: when (the middle), how many failed, and the seconds of the good ones."""

    at: float
    seconds: tuple[float, ...]
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """One transaction over the time of a run."""

    transaction: str
    stretches: Mapping[Side, Sequence[Stretch]]

    def of(self, side: Side) -> Sequence[Stretch]:
        """The stretches of one side with good samples in them."""
        return [each for each in self.stretches[side] if each.seconds]

    def failed(self) -> list[float]:
        """When requests of either side failed."""
        return [each.at for side in Side for each in self.stretches[side] if each.failed]

    def values(self) -> list[float]:
        """Every good sample of both sides."""
        return [seconds for side in Side for each in self.of(side) for seconds in each.seconds]

    def count(self, side: Side) -> int:
        """How many good samples a side has."""
        return sum(len(each.seconds) for each in self.of(side))


def over_time(courses: Sequence[Course], title: str, language: Language, *, apart: bool = False) -> Drawing:
    """One field a transaction. No sample is left out of it: the thin lines reach to the extremes."""
    form = latency_form(course.values() for course in courses)
    about = [said("over_time.about", language), said(f"axis.{form}", language)]
    if apart:
        about.append(said("over_time.apart", language))
    legend = [Key(SIDES[side], side_name(side, language)) for side in Side]
    if any(course.failed() for course in courses):
        legend.append(Key(_FAILED, said("over_time.failed", language), line=False))
    fields = grid(len(courses))
    told = " ".join(_told(course, language) for course in courses)
    drawing, top = begin(title, about, legend, fields.high, language, told)
    last = max((each.at for course in courses for side in Side for each in course.stretches[side]), default=1)
    for course, place in zip(courses, fields.below(top), strict=True):
        place.heading(drawing, course.transaction, samples(course.count, language))
        x = Scale(0, last * 1.03 or 1, place.x + 4, place.x + place.wide)
        y = spanning(course.values(), place.y + place.high, place.y, form)
        _course(Panel(drawing, x, y), course, language)
    return drawing


def _course(panel: Panel, course: Course, language: Language) -> None:
    if not course.values():
        panel.empty(said("no_samples", language))
    else:
        panel.axes(*time_axis(panel.x, language), partial(duration, language=language))
        for side in Side:
            if not course.of(side):
                panel.note(said("no_samples_of", language, side=side_name(side, language)))
    for side, shift in zip(Side, (-_BOX, _BOX), strict=True):
        _side(panel, course.of(side), side, shift)
    panel.drawing.marks([(panel.x(at), panel.y.end + 5) for at in course.failed()], _FAILED, radius=3)


def _side(panel: Panel, stretches: Sequence[Stretch], side: Side, shift: float) -> None:
    look = SIDES[side]
    thin = boxes = ""
    medians = []
    for each in stretches:
        x = panel.x(each.at) + shift
        low, quarter, middle, three, high = (
            panel.y(percentile(each.seconds, share)) for share in (0, 0.25, 0.5, 0.75, 1)
        )
        if low - high > 0.1:
            thin += f"M{number(x)} {number(low)}V{number(high)}"
        if quarter - three > 0.1:
            boxes += f"M{number(x - _BOX)} {number(quarter)}h{_WIDE}V{number(three)}h-{_WIDE}z"
        medians.append((x, middle))
    panel.drawing.path(thin, stroke=look.colour, opacity=0.6)
    panel.drawing.path(boxes, stroke=look.colour, fill=look.colour if look.filled else PAPER, opacity=0.6)
    panel.drawing.path(line(medians), stroke=look.colour, wide=1.4, dashed=look.dashed)
    panel.drawing.marks(medians, look, radius=2.4)


def _told(course: Course, language: Language) -> str:
    return said(
        "told.over_time", language, transaction=course.transaction, sides=tuple(_medians(course, language))
    )


def _medians(course: Course, language: Language) -> Iterator[str]:
    for side in Side:
        values = [seconds for each in course.of(side) for seconds in each.seconds]
        shown = duration(percentile(values, 0.5), language) if values else said("no_samples", language)
        yield f"{side_name(side, language)} {shown} ({figure(len(values))})"
