"""A million samples: what is reported is what a sort of them all gives, and it is there in good time."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest

from harness.model import Part, Side
from harness.performance.blocks import Series
from harness.performance.comparison import compare
from harness.performance.observed import observed
from tests.performance.recorded import PLAN, SPEC, capture

PER_BLOCK = 40_000


@pytest.mark.qualify
def test_percentiles_of_a_million_samples_are_those_of_a_full_sort() -> None:
    chance = random.Random(1)
    plan = replace(
        PLAN,
        scenarios=PLAN.scenarios[:1],
        rate=Decimal(PER_BLOCK),
        block_seconds=Decimal(1),
        pairs=13,
        alone=0,
        warmup_pairs=0,
    )
    made = capture(lambda block, transaction: chance.lognormvariate(-3, 1), plan=plan)
    conclusion = compare(SPEC, {Part.PAIR: made})

    seen = observed({Part.PAIR: made})
    for side in Side:
        seconds = sorted(each.seconds for _, each in seen.recordings[side].of(side, "sale.open", Series.MAIN))
        assert len(seconds) == 13 * PER_BLOCK
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
            exact = seconds[round(share * (len(seconds) - 1))]
            reported = float(str(conclusion.measures[f"sale.open.{side}.{name}"]))
            print(f"{side} {name}: exact {exact:.5f}, reported {reported}")
            assert reported == pytest.approx(exact, rel=0.01)
