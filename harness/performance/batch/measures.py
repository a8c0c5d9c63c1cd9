"""The figures of a batch comparison under flat names, for the record and the charts."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from decimal import Decimal

from harness.model import Side
from harness.performance.batch.forecast import Forecast
from harness.performance.batch.recording import Seen
from harness.performance.findings import as_ratio, as_seconds
from harness.statistics import Decision
from harness.values import Value


def measures(
    seen: Seen, forecasts: Mapping[Side, Forecast | None], decision: Decision | None
) -> dict[str, Value]:
    """Seconds by volume, the trend, the finish with its interval, and how the sides compare."""
    name, plan = seen.plan.batch, seen.plan
    found: dict[str, Value] = {}
    for side in Side:
        runs = seen.of(side).values()
        for volume in plan.volumes:
            seconds = [float(run.seconds) for run in runs if run.volume == volume]
            if seconds:
                found[f"{name}.{side}.{volume}.seconds"] = as_seconds(statistics.median(seconds))
        expected = forecasts[side]
        if expected is not None:
            found |= {f"{name}.{side}.{key}": value for key, value in _forecast(seen, expected).items()}
    if decision is not None:
        found[f"{name}.ratio"] = as_ratio(decision.ratio)
        found[f"{name}.low"] = as_ratio(decision.low)
        found[f"{name}.high"] = as_ratio(decision.high)
        found[f"{name}.answer"] = decision.answer.value
    found[f"{name}.volume"] = plan.expected
    found[f"{name}.beyond"] = Decimal(f"{plan.times_larger:.1f}")
    found[f"{name}.window.start"] = plan.window.start.isoformat()
    found[f"{name}.window.end"] = plan.window.clock(plan.window.seconds)
    found[f"{name}.window.seconds"] = plan.window.seconds
    return found


def _forecast(seen: Seen, expected: Forecast) -> dict[str, Value]:
    window = seen.plan.window
    return {
        "seconds": as_seconds(expected.seconds),
        "seconds_low": as_seconds(expected.low),
        "seconds_high": as_seconds(expected.high),
        "finish": window.clock(expected.seconds),
        "finish_low": window.clock(expected.low),
        "finish_high": window.clock(expected.high),
        "window_share": as_ratio(expected.seconds / window.seconds),
        "spare_minutes": Decimal(f"{(window.seconds - expected.high) / 60:.1f}"),
        "growth": expected.growth.value,
        "exponent": as_ratio(expected.trend.exponent),
        "bends": expected.trend.bends,
        "answer": expected.fits.value,
    }
