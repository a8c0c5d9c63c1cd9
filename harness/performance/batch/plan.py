"""Which batch to run, over which volumes, and when it has to be done: one frozen value, kept as evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import time
from decimal import Decimal
from typing import Any, Protocol, cast

from harness.model import Side
from harness.statistics.growth import MINIMUM_RUNS, MINIMUM_VOLUMES
from harness.values import Value

_DAY = 24 * 60 * 60
_SECONDS_SHOWN = 60 * 60  # in windows shorter than this, seconds are worth showing


class Size(Protocol):
    """The part of a run profile that sizes a batch check."""

    @property
    def batch_repeats(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Window:
    """When the batch starts, and when it has to be done: times of day. It may pass midnight."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise ValueError("a batch window has two different ends")

    @property
    def seconds(self) -> int:
        """How long it is open."""
        return (_of_day(self.end) - _of_day(self.start)) % _DAY

    def clock(self, seconds: float) -> str:
        """When a batch ends that takes so long: `02:40`, and `02:40 +1` a day later than the window does.

        Rounded up: what ends at 04:00:01 has not ended by 04:00.
        """
        unit = 1 if self.seconds < _SECONDS_SHOWN else 60
        took = -int(-(min(seconds, 999.0 * _DAY) + _of_day(self.start) % unit) // unit) * unit
        moment = _of_day(self.start) - _of_day(self.start) % unit + took
        days = moment // _DAY - (_of_day(self.start) + self.seconds) // _DAY
        hour, minute, second = moment % _DAY // 3600, moment % 3600 // 60, moment % 60
        shown = f"{hour:02}:{minute:02}" + (f":{second:02}" if unit == 1 else "")
        return f"{shown} +{days}" if days > 0 else shown


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the plan: `repeat` 0 is the warm-up, which decides nothing."""

    repeat: int
    volume: int
    side: Side


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """A batch by the adapter's name for it, run on both sides in turn over growing numbers of documents.

    `expected` is the number of documents in production. `margin` says how much slower than the source is not
    yet worse, the configured one where that is larger (`margin_apart` when the sides ran at different times);
    what a run takes longer by less than `noticeable` seconds is not. Nothing is said of a volume beyond
    `reach` times the largest one measured.
    """

    batch: str
    expected: int
    window: Window
    volumes: tuple[int, ...] = (5, 10, 20, 40)
    repeats: int = 2
    margin: Decimal = Decimal("0.10")
    margin_apart: Decimal = Decimal("0.50")
    noticeable: Decimal = Decimal(0)
    reach: int = 100
    role: str = "admin"

    def __post_init__(self) -> None:
        _demand(bool(self.batch) and bool(self.role), "a batch plan names its batch and a role")
        _demand(
            len(set(self.volumes)) >= MINIMUM_VOLUMES and sorted(set(self.volumes)) == list(self.volumes),
            f"a trend needs {MINIMUM_VOLUMES} different volumes, the smallest first",
        )
        _demand(
            self.repeats * len(self.volumes) >= MINIMUM_RUNS,
            f"a trend needs {MINIMUM_RUNS} runs: more volumes, or repeats of them",
        )
        _demand(min(self.volumes[0], self.expected, self.reach) >= 1, "at least one document")
        _demand(min(self.margin, self.margin_apart, self.noticeable) >= 0, "a margin is not negative")

    @property
    def writes(self) -> bool:
        """Whether it changes the ERP: it always does."""
        return True

    @property
    def times_larger(self) -> Decimal:
        """How far production is beyond the largest volume measured: 1 and below is not beyond."""
        return Decimal(self.expected) / self.volumes[-1]

    def runs(self, sides: Sequence[Side]) -> Iterator[Run]:
        """Every run in its order; who goes first alternates, so that a drift touches both sides alike."""
        for side in sides:
            yield Run(0, self.volumes[0], side)
        for repeat in range(1, self.repeats + 1):
            for place, volume in enumerate(self.volumes):
                for side in sides if (repeat + place) % 2 else reversed(sides):
                    yield Run(repeat, volume, side)

    def sized(self, size: Size, *, margin: Decimal | None = None) -> BatchPlan:
        """The same batch with a profile's repeats, as many as a trend needs, and the larger margin."""
        needed = -(-MINIMUM_RUNS // len(self.volumes))
        return replace(
            self,
            repeats=max(size.batch_repeats, needed),
            margin=self.margin if margin is None else max(self.margin, margin),
        )

    def to_value(self) -> Value:
        """The plan as plain values."""
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        return cast(Value, plain | {"window": {"start": self.window.start, "end": self.window.end}})


def plan_from_value(value: Value) -> BatchPlan:
    """The plan that `to_value` stored; TypeError, KeyError or ValueError for anything else."""
    if not isinstance(value, Mapping):
        raise ValueError("a stored batch plan is a mapping")
    plain = dict(cast("Mapping[str, Any]", value))
    window = plain["window"]
    return BatchPlan(
        **{
            **plain,
            "window": Window(window["start"], window["end"]),
            "volumes": tuple(plain["volumes"]),
        }
    )


def _of_day(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def _demand(holds: bool, why: str) -> None:
    if not holds:
        raise ValueError(why)
