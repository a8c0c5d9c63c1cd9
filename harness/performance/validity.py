"""Why a load run may say nothing at all: each reason in its own words, never a figure instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from harness.model import Side, Text, text
from harness.performance.blocks import Series
from harness.performance.events import BlockRun, WorkerRun
from harness.performance.observed import CRASH, Observed
from harness.performance.recording import Recording
from harness.statistics import samples_needed

CPU_LIMIT = 0.85
"""The share of one processor above which the generator's own work shows in the latencies."""

LAG_LIMIT = 0.05
"""Seconds that the worst twentieth of the arrivals of a block may start late, as the median block."""

RATE_LIMIT = 0.95
"""The share of the planned arrivals that must start within their block."""


def whole_run(seen: Observed) -> Iterator[Text]:
    """Reasons why no figure of these recordings may be used."""
    for each in seen.distinct():
        yield from _crash(each)
    yield from _source(seen)
    for each in seen.distinct():
        yield from _generator(each)
    yield from _one_worker(seen)
    short = rate_share(seen, Side.SOURCE)
    if short is not None and short < RATE_LIMIT:
        yield text("performance.unknown.rate", side=Side.SOURCE.value, share=_percent(short))


def rate_share(seen: Observed, side: Side) -> float | None:
    """The share of the planned arrivals that started in time; None when no block ended."""
    blocks = seen.blocks(side)
    planned = sum(block.planned for block in blocks)
    return sum(block.in_time for block in blocks) / planned if planned else None


def worker_shares(seen: Observed, side: Side) -> dict[str, float]:
    """The share of its own planned arrivals that each worker started in time."""
    planned: Counter[str] = Counter()
    in_time: Counter[str] = Counter()
    for block in seen.blocks(side):
        for each in block.workers:
            planned[each.worker] += each.planned
            in_time[each.worker] += each.in_time
    return {worker: in_time[worker] / count for worker, count in planned.items() if count}


def too_few(seen: Observed, transaction: str) -> Text | None:
    """Why this transaction has too few good samples to compare, if it has."""
    needed = max(
        seen.plan.minimum_samples, *(samples_needed(float(quantile)) for quantile in seen.plan.quantiles)
    )
    for side in Side:
        count = len(seen.seconds(side, transaction))
        if count < needed:
            return text(
                "performance.unknown.samples",
                transaction=transaction,
                side=side.value,
                count=count,
                needed=needed,
            )
    return None


def _crash(each: Recording) -> Iterator[Text]:
    codes = sorted({sample.error for sample in each.samples if sample.error.startswith(CRASH)})
    if codes:
        yield text("performance.unknown.crash", codes=tuple(codes))
    elif each.story.lost:
        worker, block = each.story.lost[0]
        yield text("performance.unknown.worker_lost", worker=worker, block=block)
    elif not each.story.finished:
        yield text("performance.unknown.unfinished", code=each.exit_code)


def _source(seen: Observed) -> Iterator[Text]:
    story = seen.recordings[Side.SOURCE].story
    for side, code in story.unavailable:
        if side is Side.SOURCE:
            yield text("performance.unknown.source_unavailable", code=code)
    if any(side is Side.SOURCE for side, _ in story.stopped):
        yield text("performance.unknown.source_stopped")
    for side, what, value in story.halted:
        if side is Side.SOURCE:
            percent = _percent(value) if what == "errors" else Decimal(f"{value:.3f}")
            yield text(f"performance.unknown.source_halted.{what}", value=percent)


def _generator(each: Recording) -> Iterator[Text]:
    blocks = [block for block in each.story.blocks if block.series is Series.MAIN]
    if not blocks:
        return
    for worker, runs in _by_worker(blocks).items():
        cpu = sorted(run.cpu for run in runs)[len(runs) // 2]
        lag = sorted(run.lag for run in runs)[len(runs) // 2]
        if cpu > CPU_LIMIT and worker:
            yield text("performance.unknown.worker_saturated", worker=worker, share=_percent(cpu))
        elif cpu > CPU_LIMIT:
            yield text("performance.unknown.saturated", share=_percent(cpu))
        elif lag > LAG_LIMIT and worker:
            yield text("performance.unknown.worker_lag", worker=worker, milliseconds=round(lag * 1000))
        elif lag > LAG_LIMIT:
            yield text("performance.unknown.lag", milliseconds=round(lag * 1000))


def _by_worker(blocks: Sequence[BlockRun]) -> dict[str, list[BlockRun | WorkerRun]]:
    """How each generator went, block by block: each worker, or the only one, which has no name."""
    found: dict[str, list[BlockRun | WorkerRun]] = {}
    for block in blocks:
        for each in block.workers:
            found.setdefault(each.worker, []).append(each)
        if not block.workers:
            found.setdefault("", []).append(block)
    return found


def _one_worker(seen: Observed) -> Iterator[Text]:
    """A worker that cannot follow where another can: it is not the ERP that keeps it waiting."""
    for side in Side:
        shares = worker_shares(seen, side)
        if not shares or max(shares.values()) < RATE_LIMIT:
            continue
        for worker, share in shares.items():
            if share < RATE_LIMIT:
                named = {"worker": worker, "side": side.value}
                yield text("performance.unknown.worker_rate", **named, share=_percent(share))


def _percent(share: float) -> Decimal:
    return Decimal(f"{share * 100:.0f}")
