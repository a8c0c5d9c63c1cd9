"""What a server uses ever more of while the work stays the same: memory, open files, connections.

A run begins with caches that fill, so its first third is left out; what then still grows as steadily, more
than the source, and by an amount that matters, is a leak.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.model import Side
from harness.performance.observed import Observed
from harness.performance.server.stored import Sample
from harness.statistics.trend import FEWEST, Trend, slope, trend

MEGABYTE = 1 << 20
MATTERS: Mapping[str, float] = {"memory": 20 * MEGABYTE, "files": 10, "connections": 5}
"""Growth during the measured blocks below which nothing is said; of memory, a tenth of it too."""

MORE_THAN_SOURCE = 1.5
"""What grows on the source too has to grow that many times as fast on the target."""

_SURPRISE = 0.01
_TENTH = 0.1
_STEADY = 0.5
NEEDED = FEWEST + FEWEST // 2
"""Measured blocks a side below which nothing is said of growth: the first third is left out."""

_LATE = 1.5  # seconds after a block's end at which a sample still tells how it ended


@dataclass(frozen=True, slots=True)
class Growth:
    """One figure of one side for each block, by `places` that ascend: arrivals until then, or hours."""

    places: tuple[float, ...]
    values: tuple[float, ...]

    def trend(self) -> Trend | None:
        """After the first third; None with too few blocks."""
        start = len(self.values) // 3
        if len(self.values) - start < FEWEST:
            return None
        return trend(self.places[start:], self.values[start:])

    @property
    def steady(self) -> bool:
        """Whether it grows in the last third about as fast as in the one before: caches grow ever less."""
        third = len(self.values) // 3
        middle, last = (
            slope(self.places[start : start + third], self.values[start : start + third])
            for start in (third, len(self.values) - third)
        )
        return last >= _STEADY * middle


@dataclass(frozen=True, slots=True)
class Leak:
    """What grows on the target, for each thousand arrivals; `source` does the same on the source."""

    what: str
    thousand: float
    low: float
    high: float
    source: float | None
    first: float
    last: float


def leaks(seen: Observed) -> Iterator[Leak]:
    """Everything that only grows."""
    for what, matters in MATTERS.items():
        source, target = (growth(seen, side, what) for side in Side)
        found, known = target.trend(), source.trend()
        if found is None or found.low <= 0 or found.p_growing > _SURPRISE or not target.steady:
            continue
        grown = found.slope * (target.places[-1] - target.places[len(target.places) // 3])
        enough = max(matters, _TENTH * target.values[0]) if what == "memory" else matters
        if grown < enough or (known is not None and found.low <= MORE_THAN_SOURCE * max(known.slope, 0)):
            continue
        yield Leak(
            what,
            thousand=1000 * found.slope,
            low=1000 * found.low,
            high=1000 * found.high,
            source=None if known is None else 1000 * known.slope,
            first=target.values[0],
            last=target.values[-1],
        )


def unseen(seen: Observed, side: Side) -> tuple[str, ...]:
    """What of a side's server cannot be told to grow or not, because it could not be looked at."""
    enough = len(seen.blocks(side)) >= NEEDED
    known = {what: growth(seen, side, what) for what in MATTERS}
    return tuple(what for what, one in known.items() if not one.values or (enough and one.trend() is None))


def growth(seen: Observed, side: Side, what: str) -> Growth:
    """One thing over the measured blocks of one side; empty where it cannot be seen."""
    recording = seen.recordings[side]
    samples = [each for each in recording.servers if each.side is side and getattr(each, what) is not None]
    times = [each.at for each in samples]
    arrivals, values, served = [], [], 0
    for block in seen.blocks(side):
        served += block.in_time
        end = recording.story.origin + block.began + block.seconds
        place = bisect_right(times, end + _LATE) - 1
        if place >= 0 and times[place] >= end - _LATE:
            arrivals.append(float(served))
            values.append(float(getattr(samples[place], what)))
    return Growth(tuple(arrivals), tuple(values))


def processors(seen: Observed, side: Side) -> float | None:
    """How many processors the side's server kept busy while it was loaded, on average."""
    known = [each for each in _of(seen, side) if each.cpu is not None]
    seconds = sum(block.seconds for block in seen.recordings[side].story.blocks if block.side is side)
    if len(known) < 2 or not seconds:
        return None
    return max(0.0, (known[-1].cpu or 0.0) - (known[0].cpu or 0.0)) / seconds


def own_share(seen: Observed, side: Side) -> float | None:
    """The share of the run's time in which the harness itself asked the side's database something."""
    known = [each for each in _of(seen, side) if each.own is not None]
    if len(known) < 2 or known[-1].at <= known[0].at:
        return None
    return ((known[-1].own or 0.0) - (known[0].own or 0.0)) / (known[-1].at - known[0].at)


def highest(seen: Observed, side: Side, what: str) -> int | None:
    """The most of something that a side used at once."""
    return max(
        (value for each in _of(seen, side) if (value := getattr(each, what)) is not None), default=None
    )


def _of(seen: Observed, side: Side) -> list[Sample]:
    return [each for each in seen.recordings[side].servers if each.side is side]
