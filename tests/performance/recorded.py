"""Load captures made of given figures, as if a generator had recorded them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from harness.model import Area, Attachment, Capture, CheckSpec, Mode, Side, Title
from harness.performance import LoadPlan, Scenario
from harness.performance.blocks import Block, Series, arrivals, blocks
from harness.performance.events import WRITES, BlockRun, Story
from harness.performance.ledger import Note, entered_text, line
from harness.performance.recording import RAW, entered_of, missing_of, recording_value
from harness.performance.samples import Sample, to_parquet
from harness.performance.server import stored as server
from harness.performance.sql import stored
from harness.performance.sql.reading import Plan, Work
from harness.written import Entered, Stage

PLAN = LoadPlan(
    scenarios=(
        Scenario("sale.open", 2),
        Scenario("sale.order", 1, ("sale.create", "sale.confirm"), writes=True),
    ),
    rounds=1,
    noticeable=Decimal("0.1"),
)
SPEC = CheckSpec(
    "performance.sales", Title("Sales", "销售"), Area.PERFORMANCE, "sales", Mode.PAIR, "load", writes=True
)
TYPICAL = {"sale.open": 0.02, "sale.create": 0.05, "sale.confirm": 0.25}

SALES = ("LOAD-r-0-1", "LOAD-r-0-2", "LOAD-r-1-1")
NOTES = tuple(
    Note(side, reference, stage, acknowledged)
    for side in Side
    for reference in SALES
    for stage in (Stage.ENTERED, Stage.CONFIRMED)
    for acknowledged in (False, True)
)
THERE = tuple(Entered(reference, Stage.CONFIRMED) for reference in SALES)
KEPT: Mapping[Side, Sequence[Entered]] = dict.fromkeys(Side, THERE)
LENGTH = 3.1
NO_GAPS: Mapping[Side, Sequence[str]] = dict.fromkeys(Side, ())
TOO_SHORT = "performance.caveat.too_short"
"""What is said of every run as short as `PLAN` makes it; a capture as it is made here needs no more."""

Seconds = Callable[[Block, str], "float | str"]
"""What a transaction of a block took, or the error that it ended with."""


def plain(block: Block, transaction: str) -> float:
    """Both sides alike, with 8 % noise between blocks."""
    chance = random.Random(f"{block.number}:{transaction}")
    return TYPICAL[transaction] * 2.718 ** chance.gauss(0, 0.08)


def on_target(change: Callable[[Block, str, float], float | str]) -> Seconds:
    """`plain` on the source, and what `change` makes of it on the target."""

    def seconds(block: Block, transaction: str) -> float | str:
        usual = plain(block, transaction)
        return change(block, transaction, usual) if block.side is Side.TARGET else usual

    return seconds


def slow_confirm(block: Block, transaction: str, usual: float) -> float:
    """300 ms more on every confirmation."""
    return usual + 0.3 if transaction == "sale.confirm" else usual


def capture(
    seconds: Seconds = plain,
    *,
    plan: LoadPlan = PLAN,
    sides: Sequence[Side] = tuple(Side),
    until: int | None = None,
    story: Callable[[Story], Story] = lambda story: story,
    run: Callable[[BlockRun], BlockRun] = lambda run: run,
    exit_code: int = 0,
    entered: Mapping[Side, Sequence[Entered]] = KEPT,
    missing: Mapping[Side, Sequence[str]] = NO_GAPS,
    statements: str | None = None,
    servers: str | None = None,
    length: float = LENGTH,
) -> Capture:
    """A capture whose samples took what `seconds` says; `until` cuts the blocks short.

    Each side has acknowledged the sales of `SALES` as confirmed, and has `entered` of them. Both databases
    and servers could be read, and have nothing worth telling, unless `statements` and `servers` say more.
    Each block took `length` seconds.
    """
    done = blocks(plan, sides)[:until]
    told = Story(
        tuple(run(_run(plan, block, length)) for block in done), offered=("sale.open",), finished=True
    )
    statements = _asked(plan, done) if statements is None else statements
    servers = _used(done, length) if servers is None else servers
    table = to_parquet([sample for block in done for sample in _samples(plan, block, seconds)])
    return Capture(
        recording_value(plan, story(told), exit_code),
        attachments=(
            Attachment(RAW, "application/vnd.apache.parquet", table),
            Attachment(WRITES, "text/csv", "".join(map(line, NOTES)).encode()),
            Attachment(stored.FILE, "application/jsonl", statements.encode()),
            Attachment(server.FILE, "text/csv", servers.encode()),
            *(
                Attachment(entered_of(side), "text/csv", entered_text(there).encode())
                for side, there in entered.items()
            ),
            *(
                Attachment(missing_of(side), "text/plain", "".join(f"{each}\n" for each in numbers).encode())
                for side, numbers in missing.items()
            ),
        ),
    )


def _asked(plan: LoadPlan, done: Sequence[Block]) -> str:
    """One statement in each step of a single user, with its plan."""
    work = {"1": Work(1, 1.0, 1, 1)}
    steps = (
        stored.work_line(block.side, block.number, step, work)
        for block in done
        for step in (plan.transactions if block.series is Series.ALONE else ())
    )
    return "".join(steps) + "".join(
        stored.texts_line(side, {"1": "SELECT $1"}) + stored.plans_line(side, {"1": Plan((), "Result")})
        for side in Side
    )


def _used(done: Sequence[Block], length: float) -> str:
    """As much after each block as before it."""
    samples = (
        server.Sample(block.side, at=(block.number + 1) * length, memory=1 << 28, files=9, connections=4)
        for block in done
    )
    return "".join(map(server.line, samples))


def _run(plan: LoadPlan, block: Block, length: float) -> BlockRun:
    count = plan.arrivals_per_block(block.factor)
    return BlockRun(
        number=block.number,
        series=Series(block.series),
        pair=block.pair,
        side=block.side,
        turn=block.turn,
        began=block.number * length,
        seconds=length,
        planned=count,
        in_time=count,
        cpu=0.05,
        lag=0.002,
    )


def _samples(plan: LoadPlan, block: Block, seconds: Seconds) -> list[Sample]:
    named = {scenario.name: scenario for scenario in plan.scenarios}
    found = []
    planned = [(arrival.offset, arrival.scenario) for arrival in arrivals(plan, block)]
    if block.series is Series.ALONE:
        planned = [(float(place), name) for place, name in enumerate(named)]
    for offset, scenario in planned:
        for transaction in named[scenario].transactions:
            took = seconds(block, transaction)
            sample = Sample(block.number, transaction, offset, offset, 0.001, False, str(took))
            found.append(
                sample if isinstance(took, str) else replace(sample, seconds=took, ok=True, error="")
            )
    return found
