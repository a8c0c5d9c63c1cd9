"""The answer for every transaction and percentile, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from harness.model import Param, Side, Text, text
from harness.performance import findings
from harness.performance.findings import as_ratio, label
from harness.performance.observed import Observed
from harness.performance.plan import MINIMUM_PAIRS
from harness.performance.validity import too_few
from harness.statistics import (
    Answer,
    Decision,
    Measured,
    NoiseFloor,
    Tolerance,
    decide,
    detectable,
    measure_apart,
    measure_pairs,
    noise_floor,
)

Question: TypeAlias = tuple[str, Decimal]

# How many blocks are missing is a rough guess from few blocks: it stops nothing until it is far off.
_PATIENCE = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing the sides gave, transaction by transaction.

    `detectable` is the slow-down that would have been called worse 19 times in 20.
    """

    decisions: Mapping[Question, Decision]
    floors: Mapping[Question, NoiseFloor]
    unknown: tuple[Text, ...]
    detectable: Mapping[Question, float] = field(default_factory=dict)

    def worth_more(self, pairs: int) -> bool:
        """Whether another round of so many pairs may decide something that is undecided."""
        answers = {decision.answer for decision in self.decisions.values()}
        needed = [each.more_blocks for each in self.decisions.values() if each.more_blocks is not None]
        return Answer.WORSE not in answers and any(blocks <= _PATIENCE * pairs for blocks in needed)


def compared(seen: Observed) -> Compared:
    """Every transaction of the plan compared, together as one family."""
    measured: dict[Question, Measured] = {}
    unknown: list[Text] = []
    for transaction in seen.plan.transactions:
        reason = _incomparable(seen, transaction)
        if reason is not None:
            unknown.append(reason)
            continue
        for quantile in seen.plan.quantiles:
            measured[transaction, quantile] = _measured(seen, transaction, quantile)
    floors = _floors(seen, measured)
    names = {name_of(question): question for question in measured}
    margin = float(margin_of(seen))
    family = {name: measured[question] for name, question in names.items()}
    decided = decide(family, margin, look=seen.look)
    decisions = {names[name]: decision for name, decision in decided.items()}
    decisions, noisy = _without_noise(seen, decisions)
    return Compared(
        decisions,
        floors,
        (*unknown, *noisy, *_undecided(seen, decisions, floors)),
        {each: detectable(item, look=seen.look, family=len(measured)) for each, item in measured.items()},
    )


def _incomparable(seen: Observed, transaction: str) -> Text | None:
    if findings.source_fails(seen, transaction):
        return text("performance.unknown.source_errors", transaction=transaction)
    reason = too_few(seen, transaction)
    if reason is not None:
        return reason
    blocks = min(
        len(seen.pairs(transaction, quantile))
        if seen.in_turn
        else min(len(seen.per_block(side, transaction, quantile)) for side in Side)
        for quantile in seen.plan.quantiles
    )
    if blocks < MINIMUM_PAIRS:
        return text("performance.unknown.blocks", transaction=transaction, count=blocks, needed=MINIMUM_PAIRS)
    return None


def _measured(seen: Observed, transaction: str, quantile: Decimal) -> Measured:
    tolerance = _tolerance(seen)
    if seen.in_turn:
        return measure_pairs(seen.pairs(transaction, quantile), tolerance)
    source, target = ([*seen.per_block(side, transaction, quantile).values()] for side in Side)
    return measure_apart(source, target, tolerance)


def _floors(seen: Observed, measured: Mapping[Question, Measured]) -> dict[Question, NoiseFloor]:
    pairs = {question: seen.noise_pairs(*question) for question in measured}
    return {question: noise_floor(found) for question, found in pairs.items() if len(found) >= 2}


def _without_noise(
    seen: Observed, decisions: Mapping[Question, Decision]
) -> tuple[dict[Question, Decision], list[Text]]:
    """Takes the decisions away whose own same-system baseline would have been called different."""
    kept, reasons = dict(decisions), []
    for question in decisions:
        pairs = seen.noise_pairs(*question)
        if len(pairs) < MINIMUM_PAIRS:
            continue
        for baseline in (pairs, [(second, first) for first, second in pairs]):
            noise = decide({"noise": measure_pairs(baseline, _tolerance(seen))}, float(margin_of(seen)))[
                "noise"
            ]
            if noise.answer is Answer.WORSE:
                kept.pop(question, None)
                reasons.append(
                    text(
                        "performance.unknown.baseline",
                        transaction=question[0],
                        share=label(question[1]),
                        ratio=as_ratio(noise.ratio),
                    )
                )
    return kept, reasons


def _undecided(
    seen: Observed, decisions: Mapping[Question, Decision], floors: Mapping[Question, NoiseFloor]
) -> Iterator[Text]:
    for question, decision in decisions.items():
        if decision.answer is not Answer.UNDECIDED:
            continue
        params: dict[str, Param] = {
            "transaction": question[0],
            "share": label(question[1]),
            "low": as_ratio(decision.low),
            "high": as_ratio(decision.high),
        }
        minutes = _minutes(seen, decision.more_blocks)
        floor = floors.get(question)
        if minutes is None:
            yield text("performance.unknown.hopeless", **params)
        elif floor is not None and floor.resolvable(len(seen.blocks(Side.TARGET))) > float(margin_of(seen)):
            noise = Decimal(f"{floor.resolvable(len(seen.blocks(Side.TARGET))) * 100:.0f}")
            yield text("performance.unknown.noise", **params, minutes=minutes, noise=noise)
        else:
            yield text("performance.unknown.undecided", **params, minutes=minutes)


def _minutes(seen: Observed, more_blocks: int | None) -> Decimal | None:
    if more_blocks is None:
        return None
    blocks = seen.blocks(Side.TARGET)
    seconds = sum(block.seconds for block in blocks) / len(blocks)
    return max(Decimal("0.1"), Decimal(f"{more_blocks * 2 * seconds / 60:.1f}"))


def _tolerance(seen: Observed) -> Tolerance:
    return Tolerance(float(margin_of(seen)), float(seen.plan.noticeable))


def margin_of(seen: Observed) -> Decimal:
    """The margin that counts for how the sides were taken."""
    return seen.plan.margin if seen.in_turn else max(seen.plan.margin, seen.plan.margin_apart)


def name_of(question: Question) -> str:
    """The question as it is called in measures: `sale.confirm.p50`."""
    return f"{question[0]}.{label(question[1])}"
