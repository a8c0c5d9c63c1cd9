"""Batch captures made of given figures, as if two systems had run them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Mapping
from datetime import time
from decimal import Decimal

from harness.model import Area, Capture, CheckSpec, Conclusion, Mode, Part, Side, Title
from harness.performance.batch.comparison import compare
from harness.performance.batch.plan import BatchPlan, Window
from harness.performance.batch.recording import Done, Failed, recording_value

PLAN = BatchPlan(
    "month_end",
    expected=160,
    window=Window(time(2), time(2, 0, 30)),
    volumes=(5, 10, 20, 40),
    repeats=2,
    margin=Decimal("0.25"),
)
"""Half a minute for 160 documents, four times as many as are measured."""

SPEC = CheckSpec(
    "performance.month_end",
    Title("Month end", "月结"),
    Area.PERFORMANCE,
    "accounting",
    Mode.PAIR,
    "batch",
    writes=True,
)
Law = Callable[[int], float]


def as_today(volume: int) -> float:
    """Half a second, and five hundredths for each document: 8.5 s for 160."""
    return 0.5 + 0.05 * volume


def right(volume: int) -> dict[str, int | Decimal]:
    """What a system that does the work comes to."""
    return {"documents": volume, "debit": Decimal("10.10") * volume}


def done(
    side: Side,
    law: Law = as_today,
    *,
    plan: BatchPlan = PLAN,
    noise: float = 0.02,
    seed: int = 1,
    figures: Callable[[int], Mapping[str, int | Decimal]] = right,
) -> list[Done]:
    """One side's runs, the warm-up first."""
    chance = random.Random(f"{seed}:{side}")
    return [
        Done(
            side,
            run.repeat,
            run.volume,
            Decimal(f"{law(run.volume) * math.exp(chance.gauss(0, noise)):.6f}"),
            figures(run.volume),
        )
        for run in plan.runs((side,))
    ]


def capture(runs: Iterable[Done], *failed: Failed, plan: BatchPlan = PLAN) -> Capture:
    """What one part stored."""
    return Capture(recording_value(plan, runs, failed))


def concluded(
    source: Iterable[Done], target: Iterable[Done], *failed: Failed, plan: BatchPlan = PLAN
) -> Conclusion:
    """The conclusion of a pair."""
    return compare(SPEC, {Part.PAIR: capture([*source, *target], *failed, plan=plan)})


def told(conclusion: Conclusion) -> list[str]:
    """The keys of everything that is said: the reason, then the caveats."""
    reason = [conclusion.reason] if conclusion.reason else []
    return [each.key for each in (*reason, *conclusion.caveats)]
