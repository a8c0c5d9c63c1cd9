"""What the runs of a batch gave, as it is stored and as the comparison reads it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias, cast

from harness.errors import LoadError
from harness.model import Capture, Part, Side, text
from harness.performance.batch.plan import BatchPlan, plan_from_value
from harness.values import Value

_SCHEMA = 1
Figures: TypeAlias = Mapping[str, int | Decimal]


class Step(StrEnum):
    """What the harness was at when the ERP said no."""

    READY = "ready"
    RUN = "run"
    READ = "read"
    TIDY = "tidy"


@dataclass(frozen=True, slots=True)
class Done:
    """One run that the ERP went through with."""

    side: Side
    repeat: int
    volume: int
    seconds: Decimal
    figures: Figures


@dataclass(frozen=True, slots=True)
class Failed:
    """The run that a side ended with: it was not asked again."""

    side: Side
    volume: int
    step: Step
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The plan and everything that happened. `in_turn`: both sides ran within seconds of each other."""

    plan: BatchPlan
    done: tuple[Done, ...]
    failed: Mapping[Side, Failed] = field(default_factory=dict)
    in_turn: bool = True

    def of(self, side: Side) -> dict[tuple[int, int], Done]:
        """One side's measured runs by repeat and volume, without its warm-up."""
        return {(run.repeat, run.volume): run for run in self.done if run.side is side and run.repeat > 0}

    def runs(self, side: Side) -> list[tuple[float, float]]:
        """(volume, seconds) of one side's measured runs."""
        return [(float(run.volume), float(run.seconds)) for run in self.of(side).values()]

    def pairs(self) -> list[tuple[Done, Done]]:
        """The runs of both sides that did the same work, source first."""
        source, target = self.of(Side.SOURCE), self.of(Side.TARGET)
        return [(source[key], target[key]) for key in source if key in target]


def recording_value(plan: BatchPlan, done: Iterable[Done], failed: Iterable[Failed]) -> Value:
    """Everything, as the plain value of a capture."""
    return {
        "schema": _SCHEMA,
        "plan": plan.to_value(),
        "runs": [
            {
                "side": run.side.value,
                "repeat": run.repeat,
                "volume": run.volume,
                "seconds": run.seconds,
                "figures": dict(run.figures),
            }
            for run in done
        ],
        "failed": [
            {
                "side": each.side.value,
                "volume": each.volume,
                "step": each.step.value,
                "code": each.code,
                "message": each.message,
            }
            for each in failed
        ],
    }


def seen(captures: Mapping[Part, Capture]) -> Seen:
    """What a pair, or both sides by themselves, gave; LoadError when it cannot be compared."""
    if Part.PAIR in captures:
        return _read(captures[Part.PAIR], in_turn=True)
    source, target = (_read(captures[part], in_turn=False) for part in (Part.SOURCE, Part.TARGET))
    if source.plan != target.plan:
        raise LoadError(text("batch.unknown.different"))
    return Seen(target.plan, source.done + target.done, {**source.failed, **target.failed}, in_turn=False)


def _read(capture: Capture, *, in_turn: bool) -> Seen:
    try:
        plain = cast("Mapping[str, Any]", capture.value)
        if plain["schema"] != _SCHEMA:
            raise ValueError("another schema")
        failed = [_failed(row) for row in plain["failed"]]
        return Seen(
            plan_from_value(plain["plan"]),
            tuple(_done(row) for row in plain["runs"]),
            {each.side: each for each in failed},
            in_turn,
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise LoadError(text("batch.unknown.schema")) from problem


def _done(row: Mapping[str, Any]) -> Done:
    seconds = max(row["seconds"], Decimal("0.000001"))
    return Done(Side(row["side"]), row["repeat"], row["volume"], seconds, dict(row["figures"]))


def _failed(row: Mapping[str, Any]) -> Failed:
    return Failed(Side(row["side"]), row["volume"], Step(row["step"]), row["code"], row["message"])
