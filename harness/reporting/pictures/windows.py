"""When batches are expected to finish, against the windows that they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from harness.messages import Language
from harness.reporting.pictures.scales import Scale
from harness.reporting.pictures.sheet import ANSWERS, EDGE, WIDE, Key, begin, time_axis
from harness.reporting.pictures.svg import INK, LINE, PALE, PAPER, SOFT, Drawing, Look, number
from harness.reporting.pictures.wordings import duration, said
from harness.statistics import Answer

_ROW = 44
_DAY = 24 * 3600
_START, _END = EDGE + 200.0, 640.0
_WORDS: Mapping[bool | None, str] = {True: "fits", False: "breaks", None: "unsure"}
_LOOKS: Mapping[bool | None, Look] = {
    True: ANSWERS[Answer.EQUIVALENT],
    False: ANSWERS[Answer.WORSE],
    None: ANSWERS[Answer.UNDECIDED],
}


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch, and how many seconds after its window opens it ends (with its interval) and the window does.

    `fits` is the answer that was judged, None for undecided; `opens` gives the hours of the day.
    """

    name: str
    predicted: float
    low: float
    high: float
    window: float
    fits: bool | None
    opens: time | None = None


def windows(batches: Sequence[Batch], title: str, language: Language) -> Drawing:
    """One bar a batch; the end of its window is a thick line across it."""
    given = {batch.fits for batch in batches}
    legend = [
        Key(look, said(f"windows.{_WORDS[fits]}", language)) for fits, look in _LOOKS.items() if fits in given
    ]
    told = " ".join(_told(batch, language) for batch in batches)
    body = _ROW * max(len(batches), 1) + 26
    drawing, top = begin(title, [said("windows.about", language)], legend, body, language, told)
    longest = max((max(each.window, each.high) for each in batches), default=1.0)
    scale = Scale(0, longest * 1.04, _START, _END)
    ticks, label = time_axis(scale, language)
    floor = top + _ROW * len(batches)
    drawing.path("".join(f"M{number(scale(v))} {number(top)}V{number(floor)}" for v in ticks), stroke=LINE)
    for value in ticks:
        drawing.text((scale(value), floor + 16), label(value), size=11, anchor="middle", fill=SOFT)
    for index, batch in enumerate(batches):
        _batch(drawing, scale, batch, top + _ROW * index, language)
    return drawing


def _batch(drawing: Drawing, scale: Scale, batch: Batch, y: float, language: Language) -> None:
    look, n = _LOOKS[batch.fits], number
    start, end, close = scale(0), scale(batch.predicted), scale(batch.window)
    middle = y + _ROW / 2
    drawing.text((EDGE, middle - 2), batch.name, bold=True, room=_START - EDGE - 14)
    span = said("windows.window", language, at=_moment(batch, batch.window, language))
    drawing.text((EDGE, middle + 13), span, size=11, fill=SOFT, room=_START - EDGE - 14)
    drawing.rect(start, y + 6, close - start, _ROW - 12, fill=PALE)
    bar = f"M{n(start)} {n(middle - 6)}H{n(end)}v12H{n(start)}z"
    drawing.path(bar, fill=look.colour if look.filled else PAPER, stroke=look.colour, opacity=0.35)
    low, high = scale(batch.low), scale(batch.high)
    reach = f"M{n(low)} {n(middle)}H{n(high)}M{n(low)} {n(middle - 9)}v18M{n(high)} {n(middle - 9)}v18"
    drawing.path(reach, stroke=look.colour, wide=1.8, dashed=look.dashed)
    drawing.path(f"M{n(close)} {n(y + 3)}v{_ROW - 6}", stroke=INK, wide=2.4)
    predicted, earliest, latest = (
        _moment(batch, seconds, language) for seconds in (batch.predicted, batch.low, batch.high)
    )
    drawing.text((_END + 16, middle - 2), predicted, bold=True, room=150)
    drawing.text((_END + 16, middle + 13), f"{earliest} – {latest}", size=11, fill=SOFT, room=150)
    drawing.marks([(_END + 182, middle)], look)
    word = said(f"windows.{_WORDS[batch.fits]}", language)
    drawing.text((_END + 194, middle + 4), word, fill=look.colour, bold=True, room=WIDE - EDGE - _END - 194)


def _moment(batch: Batch, seconds: float, language: Language) -> str:
    """The time of the day; how long after the window opens where that is not known, or not the same night."""
    if batch.opens is None or not 0 <= seconds < _DAY:
        return duration(seconds, language)
    return f"{datetime.combine(datetime.min, batch.opens) + timedelta(seconds=seconds):%H:%M}"


def _told(batch: Batch, language: Language) -> str:
    figures = {
        name: _moment(batch, getattr(batch, name), language)
        for name in ("predicted", "low", "high", "window")
    }
    answer = said(f"windows.{_WORDS[batch.fits]}", language)
    return said("told.batch", language, batch=batch.name, answer=answer, **figures)
