"""Answers that take ever longer: what is found, and that a clean system does not cry wolf."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from decimal import Decimal

import pytest

from harness.messages import Language, render
from harness.model import FindingKind, Part
from harness.performance.blocks import Block
from harness.performance.comparison import compare
from harness.performance.drift import CORRELATED, grows
from harness.performance.server.growth import Growth
from tests.performance.recorded import PLAN, SPEC, Seconds, capture, on_target, plain

SOAK = replace(PLAN, pairs=40, error_limit=Decimal("0.9"))
BLOCK_SECONDS = 60.0
"""Forty pairs of a minute: an hour and twenty minutes."""

NOISE = 0.08


def growing(share: float) -> Seconds:
    """`sale.confirm` takes such a share longer on the target when the run ends."""
    return on_target(
        lambda block, name, usual: longer(block, usual, share) if name == "sale.confirm" else usual
    )


def at_first(factor: float) -> Seconds:
    """`sale.confirm` takes another time in the first eight of the target's blocks."""
    return on_target(
        lambda block, name, usual: usual * (factor if name == "sale.confirm" and block.pair < 8 else 1)
    )


def longer(block: Block, usual: float, share: float) -> float:
    return usual * (1 + share * block.pair / SOAK.pairs)


def on_both(block: Block, transaction: str) -> float:
    return longer(block, plain(block, transaction), 0.9)


@pytest.mark.parametrize(
    ("seconds", "found"),
    [
        (plain, []),
        (growing(0.9), ["sale.confirm"]),
        (growing(0.06), []),  # too little to matter
        (on_both, []),  # the machine, or the source's own fault
        (at_first(1.5), []),  # caches fill
        (at_first(0.7), []),  # it goes up, and stays
    ],
)
def test_what_grows_on_the_target_alone_is_found(seconds: Seconds, found: list[str]) -> None:
    conclusion = compare(SPEC, {Part.PAIR: capture(seconds, plan=SOAK, length=BLOCK_SECONDS)})

    growth = [each for each in conclusion.findings if each.field == "growth"]
    assert [each.entity for each in growth] == found
    assert all(each.kind is FindingKind.REGRESSION for each in growth)


def test_a_growth_is_said_with_its_interval_by_the_hour() -> None:
    """A quarter of a second and 90 % of it more after 80 minutes: 169 ms an hour."""
    conclusion = compare(SPEC, {Part.PAIR: capture(growing(0.9), plan=SOAK, length=BLOCK_SECONDS)})

    (found,) = [each for each in conclusion.findings if each.field == "growth"]
    slope, low, high = (float(str(found.text[name])) for name in ("slope", "low", "high"))
    assert low < 169 < high
    assert high - low < 160
    assert f"+{found.text['slope']} ms an hour ({found.text['low']} to" in render(found.text, Language.EN)
    assert found.target_value == Decimal(str(slope))
    name = "sale.confirm.target.grows_milliseconds_an_hour"
    measures = conclusion.measures
    assert [measures[f"{name}{end}"] for end in ("", "_low", "_high")] == [
        found.text[end] for end in ("slope", "low", "high")
    ]
    assert "sale.open.source.grows_milliseconds_an_hour" in measures


def test_what_nobody_notices_within_a_day_is_no_growth() -> None:
    """2 ms became 4 ms in an hour: a day later 50 ms."""
    hours = tuple(place / 30 for place in range(40))
    source, target = (
        Growth(hours, (0.002,) * 40),
        Growth(hours, tuple(0.002 + 0.002 * hour for hour in hours)),
    )

    assert grows(source, target, noticeable=0.1) is None
    assert grows(source, target, noticeable=0.01) is not None


def test_a_run_of_minutes_says_nothing_of_an_hour() -> None:
    conclusion = compare(SPEC, {Part.PAIR: capture(growing(2), plan=SOAK, length=3.1)})

    assert not [each for each in conclusion.findings if each.field == "growth"]
    assert not [name for name in conclusion.measures if "an_hour" in name]
    assert "performance.caveat.too_brief" in [each.key for each in conclusion.caveats]


def test_too_few_blocks_say_nothing() -> None:
    conclusion = compare(
        SPEC, {Part.PAIR: capture(growing(2), plan=replace(SOAK, pairs=14), length=BLOCK_SECONDS)}
    )

    assert not [each for each in conclusion.findings if each.field == "growth"]
    assert "performance.caveat.too_short" in [each.key for each in conclusion.caveats]


def simulated(chance: random.Random, blocks: int, growth: float, correlation: float = CORRELATED) -> Growth:
    """A side's medians: noise in which each block is like the one before, and a growth over the whole run."""
    noise = chance.gauss(0, NOISE)
    values = []
    for block in range(blocks):
        values.append(0.2 * (1 + growth * block / blocks) * math.exp(noise))
        noise = correlation * noise + math.sqrt(1 - correlation**2) * chance.gauss(0, NOISE)
    return Growth(tuple(block / 60 for block in range(blocks)), tuple(values))


@pytest.mark.qualify
@pytest.mark.parametrize("blocks", [15, 20, 40, 120])
@pytest.mark.parametrize("family", [1, 5])
def test_a_clean_system_does_not_cry_wolf(blocks: int, family: int) -> None:
    """At most one run in a hundred, of a plan of one transaction or of five."""
    runs = 1000
    chance = random.Random(f"{blocks}:{family}")
    alarms = sum(
        any(
            grows(simulated(chance, blocks, 0), simulated(chance, blocks, 0), noticeable=0.0, family=family)
            for _ in range(family)
        )
        for _ in range(runs)
    )
    print(f"{blocks} blocks, {family} transactions: {100 * alarms / runs:.1f} % false alarms")

    assert alarms <= 0.01 * runs


@pytest.mark.qualify
@pytest.mark.parametrize(("blocks", "growth"), [(40, 0.5), (120, 0.3)])
def test_a_growth_that_matters_is_found(blocks: int, growth: float) -> None:
    """Nine times in ten, among five transactions."""
    chance = random.Random(f"{blocks}")
    found = sum(
        grows(simulated(chance, blocks, 0), simulated(chance, blocks, growth), noticeable=0.0, family=5)
        is not None
        for _ in range(200)
    )
    print(f"{blocks} blocks, {growth * 100:.0f} %: found {found / 2:.0f} %")

    assert found >= 180
