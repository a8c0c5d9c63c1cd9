"""Throughput against the load, in users or in arrivals, with the knee from which more only waits longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.messages import Language
from harness.model import Side
from harness.reporting.pictures.lettering import width
from harness.reporting.pictures.scales import Scale
from harness.reporting.pictures.sheet import EDGE, SIDES, WIDE, Key, Panel, begin
from harness.reporting.pictures.svg import PAPER, SOFT, Drawing, line, number
from harness.reporting.pictures.wordings import figure, said, side_name

_HIGH = 300.0
_LABEL = 18


class Amount(StrEnum):
    """What the load was raised by."""

    USERS = "users"
    ARRIVALS = "arrivals"


@dataclass(frozen=True, slots=True)
class Curve:
    """(load, transactions answered a second) of one side, and the load of its knee if it has one."""

    side: Side
    points: Sequence[tuple[float, float]]
    knee: float | None = None


def capacity(
    curves: Sequence[Curve], title: str, language: Language, amount: Amount = Amount.USERS
) -> Drawing:
    """Both curves on one field; the knee of each is a line down to its load."""
    shown = [curve for curve in curves if curve.points]
    about = [said(f"capacity.{amount}.about", language)]
    about += [
        said(f"capacity.{amount}.no_knee", language, side=side_name(each.side, language), most=_most(each))
        for each in shown
        if each.knee is None
    ]
    legend = [Key(SIDES[each.side], side_name(each.side, language)) for each in shown]
    told = " ".join(_told(each, language) for each in shown)
    drawing, top = begin(title, about, legend, _HIGH + 66, language, told)
    points = [point for each in shown for point in each.points] or [(1, 1)]
    x = Scale(0, max(load for load, _ in points) * 1.05, EDGE + 58, WIDE - EDGE)
    y = Scale(0, max(rate for _, rate in points) * 1.18 or 1, top + 24 + _HIGH, top + 24)
    panel = Panel(drawing, x, y)
    if not shown:
        panel.empty(said("no_samples", language))
        return drawing
    panel.axes(x.ticks(10), figure, figure)
    drawing.text((EDGE, top + 10), said("capacity.rate", language), size=11, fill=SOFT)
    drawing.text(
        (x.end, y.start + 34), said(f"capacity.{amount}.axis", language), size=11, anchor="end", fill=SOFT
    )
    for row, curve in enumerate(shown):
        _knee_line(panel, curve, row)
    for row, curve in enumerate(shown):
        _curve(panel, curve)
        _knee_label(panel, curve, row, amount, language)
    return drawing


def _curve(panel: Panel, curve: Curve) -> None:
    look, places = SIDES[curve.side], panel.places(curve.points)
    panel.drawing.path(line(places), stroke=look.colour, wide=1.8, dashed=look.dashed)
    panel.drawing.marks(places, look, 4)


def _knee_line(panel: Panel, curve: Curve, row: int) -> None:
    if curve.knee is not None:
        down = f"M{number(panel.x(curve.knee))} {number(_level(panel, row))}V{number(panel.y.start)}"
        panel.drawing.path(down, stroke=SIDES[curve.side].colour, dashed=True)


def _knee_label(panel: Panel, curve: Curve, row: int, amount: Amount, language: Language) -> None:
    if curve.knee is None:
        return
    label = said(f"capacity.{amount}.knee", language, at=figure(curve.knee))
    at, level, room = panel.x(curve.knee), _level(panel, row), width(label, 12, bold=True)
    start = at + 6 if at + 6 + room < panel.x.end else at - 6 - room
    panel.drawing.rect(start - 2, level - 11, room + 4, 15, fill=PAPER)
    panel.drawing.text((start, level), label, fill=SIDES[curve.side].colour, bold=True)


def _level(panel: Panel, row: int) -> float:
    return panel.y.end + 14 + _LABEL * row


def _most(curve: Curve) -> str:
    return figure(max(load for load, _ in curve.points))


def _told(curve: Curve, language: Language) -> str:
    points = tuple(f"{figure(load)}: {figure(rate)}" for load, rate in curve.points)
    return said("told.capacity", language, side=side_name(curve.side, language), points=points)
