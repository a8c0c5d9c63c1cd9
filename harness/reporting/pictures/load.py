"""What a stored load check has to show: its samples, and the answers that were judged."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import TypeAlias

from harness.model import CheckResult, Side
from harness.performance.capacity import capacity
from harness.performance.decisions import margin_of, name_of
from harness.performance.events import BlockRun
from harness.performance.findings import label
from harness.performance.observed import Observed
from harness.performance.samples import Sample
from harness.reporting.pictures.capacity import Curve
from harness.reporting.pictures.over_time import Course, Stretch
from harness.reporting.pictures.percentiles import Spread
from harness.reporting.pictures.ratios import Interval, Row
from harness.statistics import Answer, Tolerance
from harness.values import Value

Grouping: TypeAlias = Callable[[tuple[BlockRun, Sample]], tuple[int, int]]

_MOST = 24  # stretches of one side: two sides of them fill a field
_FEW = 8  # samples on average, below which a block is not cut into shorter stretches


def courses(seen: Observed) -> tuple[Course, ...]:
    """Every transaction over the time of the measured blocks."""
    origins = _origins(seen)
    found = {side: _by_transaction(seen, side) for side in Side}
    return tuple(
        Course(name, {side: _stretches(found[side].get(name, []), origins[side]) for side in Side})
        for name in seen.plan.transactions
    )


def spreads(seen: Observed) -> tuple[Spread, ...]:
    """All good samples of every transaction, with its limits."""
    return tuple(
        Spread(
            name,
            {side: seen.seconds(side, name) for side in Side},
            {
                float(each.quantile): float(each.seconds)
                for each in seen.plan.limits
                if each.transaction == name
            },
        )
        for name in seen.plan.transactions
    )


def curves(seen: Observed) -> tuple[Curve, ...]:
    """What each side answered in the stages beyond the usual load; nothing without such stages."""
    taken = {side: capacity(seen, side) for side in Side}
    return tuple(
        Curve(
            side,
            tuple((stage.asked, stage.answered) for stage in each.stages),
            None if each.knee is None else each.knee.asked,
        )
        for side, each in taken.items()
        if each is not None
    )


def rows(seen: Observed, result: CheckResult) -> tuple[Row, ...]:
    """The answers as they were stored when the check was concluded; what has none has no interval."""
    margin = float(margin_of(seen))
    tolerance = Tolerance(margin, float(seen.plan.noticeable))
    return tuple(
        Row(
            name,
            label(quantile),
            _allowed(seen, name, quantile, tolerance),
            _interval(result.measures, name, quantile),
        )
        for name in seen.plan.transactions
        for quantile in seen.plan.quantiles
    )


def _allowed(seen: Observed, transaction: str, quantile: Decimal, tolerance: Tolerance) -> float:
    """The ratio from which it counts as slower: as it is decided, the mean over the blocks of the source."""
    blocks = seen.per_block(Side.SOURCE, transaction, quantile).values()
    ratios = [math.log(tolerance.allowed(each) / each) for each in blocks if each > 0]
    return math.exp(math.fsum(ratios) / len(ratios)) if ratios else 1 + tolerance.margin


def _interval(measures: Mapping[str, Value], transaction: str, quantile: Decimal) -> Interval | None:
    name = name_of((transaction, quantile))
    figures = [measures.get(f"{name}.{part}") for part in ("ratio", "low", "high")]
    answer = measures.get(f"{name}.answer")
    if not isinstance(answer, str) or answer not in set(Answer):
        return None
    known = [float(each) for each in figures if isinstance(each, Decimal | int | float) and each > 0]
    return Interval(known[0], known[1], known[2], Answer(answer)) if len(known) == len(figures) else None


def _origins(seen: Observed) -> dict[Side, float]:
    """When the time of each side begins: with its own first block, or with that of both."""
    began = {side: [block.began for block in seen.blocks(side)] for side in Side}
    if seen.in_turn:
        return dict.fromkeys(Side, min((at for each in began.values() for at in each), default=0.0))
    return {side: min(each, default=0.0) for side, each in began.items()}


def _by_transaction(seen: Observed, side: Side) -> dict[str, Sequence[tuple[BlockRun, Sample]]]:
    recording = seen.recordings[side]
    found = {name: recording.of(side, name) for name in seen.plan.transactions}
    return {name: samples for name, samples in found.items() if samples}


def _stretches(found: Sequence[tuple[BlockRun, Sample]], origin: float) -> tuple[Stretch, ...]:
    """The samples in groups of neighbouring blocks, or of parts of long ones: never more than `_MOST`."""
    blocks = sorted({block.number for block, _ in found})
    if not blocks:
        return ()
    together = math.ceil(len(blocks) / _MOST)
    parts = max(1, min(_MOST // len(blocks), len(found) // (len(blocks) * _FEW)))
    order = {number: index // together for index, number in enumerate(blocks)}

    def group(item: tuple[BlockRun, Sample]) -> tuple[int, int]:
        block, sample = item
        part = int(sample.intended / block.seconds * parts) if block.seconds else 0
        return order[block.number], min(part, parts - 1)

    return tuple(_grouped(sorted(found, key=group), group, origin))


def _grouped(found: Sequence[tuple[BlockRun, Sample]], group: Grouping, origin: float) -> Iterator[Stretch]:
    for _, members in groupby(found, key=group):
        pairs = list(members)
        times = [block.began + sample.intended - origin for block, sample in pairs]
        seconds = tuple(sample.seconds for _, sample in pairs if sample.ok)
        yield Stretch(math.fsum(times) / len(times), seconds, len(pairs) - len(seconds))
