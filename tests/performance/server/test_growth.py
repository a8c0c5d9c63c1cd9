"""What is called a leak, and what is only a cache that fills."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from harness.model import Conclusion, Part, Side
from harness.performance.blocks import Series, blocks
from harness.performance.comparison import compare
from harness.performance.server import stored
from harness.performance.server.growth import MEGABYTE
from harness.performance.server.stored import Sample
from tests.performance.recorded import PLAN, SPEC, capture

LONG = replace(PLAN, pairs=24, warmup_pairs=0, alone=0)
Use = Callable[[int], float]


def flat(block: int) -> float:
    return 200


def leaking(block: int) -> float:
    return 200 + 4 * block


def filling(block: int) -> float:
    """A cache: it has nearly filled when the run is over."""
    return 200 + 100 * (1 - math.exp(-block / 6))


def noisy(block: int) -> float:
    return 200 + random.Random(block).gauss(0, 10)


def stepping(block: int) -> float:
    """One large list was once asked for."""
    return 200 if block < 12 else 300


def recorded(what: str, source: Use, target: Use, pairs: int = 24) -> str:
    """A sample a second; each side uses what its function says after so many of its blocks."""
    lines = []
    for number, block in enumerate(blocks(replace(LONG, pairs=pairs), tuple(Side))):
        if block.series is not Series.MAIN:
            continue
        use = target if block.side is Side.TARGET else source
        value = int(use(block.pair) * (MEGABYTE if what == "memory" else 0.2))
        sample = Sample(block.side, at=number * 3.1 + 3.2, **{what: value})  # type: ignore[arg-type]
        lines.append(stored.line(sample))
    return "".join(lines)


def concluded(what: str, source: Use, target: Use, pairs: int = 24) -> Conclusion:
    plan = replace(LONG, pairs=pairs)
    made = capture(plan=plan, servers=recorded(what, source, target, pairs))
    return compare(SPEC, {Part.PAIR: made})


@dataclass(frozen=True)
class Case:
    """How both sides' use develops, and whether that is a leak."""

    name: str
    source: Use
    target: Use
    leak: bool


CASES = [
    Case("nothing grows", flat, flat, False),
    Case("the target grows with every block", flat, leaking, True),
    Case("the source is noisy", noisy, leaking, True),
    Case("both grow", leaking, leaking, False),
    Case("a cache that fills", flat, filling, False),
    Case("noise", noisy, noisy, False),
    Case("one step", flat, stepping, False),
    Case("a very slow drift", flat, lambda block: 200 + 0.2 * block, False),
    Case("the source leaks", leaking, flat, False),
]


@pytest.mark.parametrize("what", ["memory", "files", "connections"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_leak_is_what_only_grows(case: Case, what: str) -> None:
    found = [(each.entity, each.field) for each in concluded(what, case.source, case.target).findings]

    assert found == ([("system", what)] if case.leak else [])


def test_a_short_run_says_nothing_of_leaks() -> None:
    assert concluded("memory", flat, leaking, pairs=12).findings == ()


def test_what_the_servers_used_are_measures() -> None:
    lines = "".join(
        stored.line(Sample(side, at=at, memory=MEGABYTE * 300, cpu=at / 4, connections=4, own=at / 100))
        for at in (0.0, 40.0)
        for side in Side
    )
    measures = compare(SPEC, {Part.PAIR: capture(servers=lines)}).measures

    assert measures["server.target.memory_megabytes"] == 300
    assert measures["server.target.connections"] == 4
    assert float(str(measures["server.source.own_reading_percent"])) == pytest.approx(1)
    assert float(str(measures["server.target.processors"])) > 0


def test_samples_are_read_back() -> None:
    sample = Sample(Side.TARGET, 12.5, memory=7, cpu=1.5, connections=3)

    assert stored.read(stored.line(sample) + "source,1.0,") == (sample,)
