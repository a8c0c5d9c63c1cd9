"""Latency by percentile: how slow the slowest half, twentieth, hundredth are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from harness.messages import Language
from harness.model import Side
from harness.reporting.pictures.lettering import width
from harness.reporting.pictures.scales import Form, Scale, latency_form, spanning
from harness.reporting.pictures.sheet import SIDES, Key, Panel, begin, grid
from harness.reporting.pictures.svg import INK, Drawing, Look, Shape, line
from harness.reporting.pictures.wordings import duration, said, samples, side_name
from harness.statistics import percentile, samples_needed

SHARES = (0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999)
_STEPS = 30
_LIMIT = Look(INK, Shape.DOWN)


@dataclass(frozen=True, slots=True)
class Spread:
    """The seconds of one transaction on both sides, and its limits: share to seconds."""

    transaction: str
    seconds: Mapping[Side, Sequence[float]]
    limits: Mapping[float, float]

    def shares(self, side: Side) -> tuple[float, ...]:
        """The percentiles that the samples of a side are enough for."""
        return tuple(share for share in SHARES if self.count(side) >= samples_needed(share))

    def count(self, side: Side) -> int:
        """How many good samples a side has."""
        return len(self.seconds[side])


def by_percentile(spreads: Sequence[Spread], title: str, language: Language) -> Drawing:
    """One field a transaction, from the median to the last percentile that enough samples support."""
    form = latency_form(_drawn(each) for each in spreads)
    about = [said("percentiles.about", language), said(f"axis.{form}", language)]
    legend = [Key(SIDES[side], side_name(side, language)) for side in Side]
    if any(each.limits for each in spreads):
        legend.append(Key(_LIMIT, said("percentiles.limit", language), line=False))
    fields = grid(len(spreads))
    told = " ".join(_told(each, language) for each in spreads)
    drawing, top = begin(title, about, legend, fields.high, language, told)
    for each, place in zip(spreads, fields.below(top), strict=True):
        place.heading(drawing, each.transaction, samples(each.count, language))
        x = Scale(SHARES[0], SHARES[-1], place.x + 10, place.x + place.wide - 16, Form.TAIL)
        y = spanning(_drawn(each), place.y + place.high, place.y, form)
        _spread(Panel(drawing, x, y), each, language)
    return drawing


def _drawn(spread: Spread) -> list[float]:
    """Every value that a field must have room for."""
    found = [percentile(spread.seconds[side], share) for side in Side for share in spread.shares(side)]
    return [*found, *spread.limits.values()] if found else []


def _spread(panel: Panel, spread: Spread, language: Language) -> None:
    if not any(spread.shares(side) for side in Side):
        panel.empty(said("no_samples", language))
        return
    panel.axes(SHARES, _share, partial(duration, language=language))
    absent = [side for side in Side if not spread.shares(side)]
    if absent:
        panel.note(said("no_samples_of", language, side=side_name(absent[0], language)))
    else:
        _too_few(panel, spread, language)
    for side in Side:
        shares = spread.shares(side)
        if not shares:
            continue
        ordered = sorted(spread.seconds[side])
        curve = [
            (share, percentile(ordered, share))
            for share in sorted({*shares, *_between(shares[0], shares[-1])})
        ]
        look = SIDES[side]
        panel.drawing.path(line(panel.places(curve)), stroke=look.colour, wide=1.6, dashed=look.dashed)
        marked = panel.places([(share, percentile(ordered, share)) for share in shares])
        panel.drawing.marks(marked, look, 3.4 if look.filled else 4.6)  # both are seen where they meet
    panel.drawing.marks([(x, y - 5) for x, y in panel.places(sorted(spread.limits.items()))], _LIMIT)


def _too_few(panel: Panel, spread: Spread, language: Language) -> None:
    """Says where the lines end and why, in the room that they leave."""
    last = max(spread.shares(side)[-1] for side in Side if spread.shares(side))
    if last == SHARES[-1]:
        return
    following = SHARES[SHARES.index(last) + 1]
    why = said("percentiles.few", language, share=_share(following), needed=samples_needed(following))
    if width(why, 11) < panel.x.end - panel.x(last) - 12:
        panel.note(why)


def _between(first: float, last: float) -> Iterator[float]:
    """Shares at even distances on the scale."""
    for step in range(1, _STEPS):
        yield 1 - (1 - first) * ((1 - last) / (1 - first)) ** (step / _STEPS)


def _share(share: float) -> str:
    return f"p{share * 100:.4g}"


def _told(spread: Spread, language: Language) -> str:
    figures = tuple(
        " ".join((side_name(side, language), _share(share), duration(percentile(seconds, share), language)))
        for side, seconds in spread.seconds.items()
        for share in spread.shares(side)
    )
    return said("told.percentiles", language, transaction=spread.transaction, figures=figures)
