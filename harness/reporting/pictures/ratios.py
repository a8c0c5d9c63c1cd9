"""The answer of a comparison: how many times as long each transaction takes, with its interval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.messages import Language
from harness.model import Text
from harness.reporting.pictures.lettering import on_two_lines
from harness.reporting.pictures.scales import Form, Scale
from harness.reporting.pictures.sheet import ANSWERS, EDGE, WIDE, Key, begin
from harness.reporting.pictures.svg import INK, LINE, PALE, SOFT, Drawing, number
from harness.reporting.pictures.wordings import ratio, said
from harness.reporting.wording import plain
from harness.statistics import Answer

_ROW = 26
_NAME, _SHARE = 210.0, 44.0
_START, _END = EDGE + _NAME + _SHARE + 10, 662.0
_MOST = 6.0  # a ratio beyond this is at the edge, with an arrow: the figure beside it is exact


@dataclass(frozen=True, slots=True)
class Interval:
    """Target over source and where it lies with the confidence of the comparison."""

    ratio: float
    low: float
    high: float
    answer: Answer


@dataclass(frozen=True, slots=True)
class Row:
    """One transaction and percentile; `allowed` is the ratio from which it counts as slower.

    No interval: it was not compared.
    """

    transaction: str
    share: str
    allowed: float
    interval: Interval | None


def ratios(
    rows: Sequence[Row],
    margin: float,
    confidence: float,
    title: str,
    language: Language,
    why: Text | None = None,
) -> Drawing:
    """One row a question, slower towards the end of the line; what is undecided is seen to be.

    `why` is told where nothing at all was compared.
    """
    about = [said("ratio.about", language, margin=_percent(margin), confidence=_percent(confidence))]
    if any(row.allowed > 1 + margin * 1.001 for row in rows):
        about.append(said("ratio.noticeable", language))
    if any(_cautious(row) for row in rows):
        about.append(said("ratio.cautious", language))
    if why is not None and not any(row.interval for row in rows):
        about = [said("ratio.none", language, why=why)]
    given = {row.interval.answer if row.interval else None for row in rows}
    legend = [
        Key(look, _answer(each, language), line=each is not None)
        for each, look in ANSWERS.items()
        if each in given
    ]
    body = 18 + _ROW * len(rows) + 22
    told = " ".join(_told(row, language) for row in rows)
    drawing, top = begin(title, about, legend, body, language, told)
    scale = _scale(rows, margin)
    first, last = top + 18, top + 18 + _ROW * len(rows)
    drawing.text((_START, top + 10), said("ratio.faster", language), size=11, fill=SOFT)
    drawing.text((_END, top + 10), said("ratio.slower", language), size=11, anchor="end", fill=SOFT)
    for index, row in enumerate(rows):
        _allowance(drawing, scale, row, margin, first + _ROW * index)
    _axis(drawing, scale, margin, first, last)
    for index, row in enumerate(rows):
        same = index > 0 and rows[index - 1].transaction == row.transaction
        _row(drawing, scale, row, first + _ROW * (index + 0.5), language, named=not same)
    return drawing


def _percent(share: float) -> str:
    return f"{share * 100:.0f}"


def _scale(rows: Sequence[Row], margin: float) -> Scale:
    known = [value for row in rows if row.interval for value in (row.interval.low, row.interval.high)]
    known += [1 + margin, 1 / (1 + margin), *(row.allowed for row in rows)]
    low, high = max(min(known), 1 / _MOST), min(max(known), _MOST)
    return Scale(min(low / 1.06, 0.9), max(high * 1.06, 1.1), _START, _END, Form.LOG)


def _axis(drawing: Drawing, scale: Scale, margin: float, first: float, last: float) -> None:
    ticks = [value for value in (0.2, 0.33, 0.5, 0.7, 1.5, 2, 3, 5) if scale.low < value < scale.high]
    drawing.path("".join(f"M{number(scale(v))} {number(first)}V{number(last)}" for v in ticks), stroke=LINE)
    at = number(scale(1 + margin))
    drawing.path(f"M{at} {number(first)}V{number(last)}", stroke=INK, dashed=True)
    drawing.path(f"M{number(scale(1))} {number(first)}V{number(last)}", stroke=INK, wide=1.4)
    taken: list[float] = []
    for value in (1, 1 + margin, *ticks):
        place = scale(value)
        if all(abs(place - other) > 44 for other in taken):
            taken.append(place)
            drawing.text((place, last + 16), ratio(value), size=11, anchor="middle", fill=SOFT)


def _allowance(drawing: Drawing, scale: Scale, row: Row, margin: float, y: float) -> None:
    start, end = scale(1 / (1 + margin)), scale(row.allowed)
    drawing.rect(start, y + 3, end - start, _ROW - 6, fill=PALE)
    drawing.path(f"M{number(end)} {number(y + 3)}v{_ROW - 6}", stroke=SOFT)


def _row(drawing: Drawing, scale: Scale, row: Row, y: float, language: Language, *, named: bool) -> None:
    if named:
        _name(drawing, row.transaction, y)
    drawing.text((EDGE + _NAME + _SHARE, y + 4), row.share, size=11, anchor="end", fill=SOFT)
    found = row.interval
    look = ANSWERS[found.answer if found else None]
    if found is not None:
        drawing.path(_reach(scale, found, y), stroke=look.colour, wide=2, dashed=look.dashed)
        drawing.marks([(scale(found.ratio), y)], look, radius=5)
        shown = f"{found.ratio:.2f} ({found.low:.2f} – {found.high:.2f})"
        drawing.text((_END + 16, y + 4), shown, room=130)
    place = (_END + 156, y)
    drawing.marks([place], look, radius=4.5)
    word = _answer(found.answer if found else None, language)
    bold = found is not None and found.answer is Answer.WORSE
    drawing.text((place[0] + 12, y + 4), word, fill=look.colour, bold=bold, room=WIDE - EDGE - place[0] - 12)


def _name(drawing: Drawing, name: str, y: float) -> None:
    lines = on_two_lines(plain(name), 11.5, _NAME / 1.1)
    for index, each in enumerate(lines):
        drawing.text(
            (EDGE, y + 4 + 12 * (index - (len(lines) - 1) / 2)), each, size=11.5, room=_NAME, bold=True
        )


def _cautious(row: Row) -> bool:
    found = row.interval
    return found is not None and found.answer is Answer.UNDECIDED and found.low > row.allowed


def _reach(scale: Scale, found: Interval, y: float) -> str:
    """The interval, with a bar at each end that is on the sheet and an arrow at one that is not."""
    low, high = scale(found.low), scale(found.high)
    n = number
    ends = f"M{n(low)} {n(y)}H{n(high)}"
    ends += f"M{n(low + 5)} {n(y - 5)}l-5 5l5 5" if found.low < scale.low else f"M{n(low)} {n(y - 4)}v8"
    ends += f"M{n(high - 5)} {n(y - 5)}l5 5l-5 5" if found.high > scale.high else f"M{n(high)} {n(y - 4)}v8"
    return ends


def _answer(answer: Answer | None, language: Language) -> str:
    return said(f"answer.{answer or 'none'}", language)


def _told(row: Row, language: Language) -> str:
    return "".join(_parts(row, language))


def _parts(row: Row, language: Language) -> Iterator[str]:
    found = row.interval
    answer = _answer(found.answer if found else None, language)
    yield f"{row.transaction} {row.share}: {answer}"
    if found is not None:
        yield f", {found.ratio:.2f} ({found.low:.2f} – {found.high:.2f})"
    yield "."
