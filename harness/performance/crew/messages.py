"""What a master and its workers say to each other: plain values, no secret, and nothing that can be run."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, cast

from harness.model import Side
from harness.performance import ledger, samples
from harness.performance.blocks import Block, Series, Share
from harness.performance.events import BlockRun, WorkerRun
from harness.performance.plan import LoadPlan, plan_from_value
from harness.values import Value, dumps, loads

HERE, READY, REFUSED, DONE = "load.here", "load.ready", "load.refused", "load.done"
ORDER, BLOCK, OVER = "load.order", "load.block", "load.over"


@dataclass(frozen=True, slots=True)
class System:
    """Digests by which a master and a worker know that they mean the same system and the same users."""

    identity: str
    sessions: str


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker does in a load: the plan, its share, the run's token and the sides in their order."""

    version: str
    plan: LoadPlan
    run: str
    worker: str
    share: Share
    systems: Mapping[Side, System]

    def to_data(self) -> dict[str, Any]:
        """The message that holds it."""
        plain: Value = {
            "plan": self.plan.to_value(),
            "systems": [[side.value, each.identity, each.sessions] for side, each in self.systems.items()],
        }
        share = [self.share.place, self.share.generators]
        names = {"version": self.version, "run": self.run, "worker": self.worker, "share": share}
        return {**names, "order": dumps(plain)}


def order_of(data: Mapping[str, Any]) -> Order:
    """The order that a message holds."""
    plain = cast("Mapping[str, Value]", loads(data["order"]))
    rows = cast("list[list[str]]", plain["systems"])
    return Order(
        version=str(data["version"]),
        plan=plan_from_value(plain["plan"]),
        run=str(data["run"]),
        worker=str(data["worker"]),
        share=Share(*data["share"]),
        systems={Side(side): System(identity, sessions) for side, identity, sessions in rows},
    )


def block_data(block: Block) -> dict[str, Any]:
    """The message that hands out a block."""
    return {
        **asdict(block),
        "series": str(block.series),
        "side": str(block.side),
        "factor": str(block.factor),
    }


def block_of(data: Mapping[str, Any]) -> Block:
    """The block that a message hands out."""
    named = {"series": Series(data["series"]), "side": Side(data["side"]), "factor": Decimal(data["factor"])}
    return Block(**{**data, **named})


@dataclass(frozen=True, slots=True)
class Report:
    """A worker's share of a block: how it went, every sample, and what was written."""

    run: WorkerRun
    samples: Sequence[samples.Sample]
    notes: Sequence[ledger.Note] = ()


def report_data(
    run: BlockRun, made: Sequence[samples.Sample], notes: Sequence[ledger.Note]
) -> dict[str, Any]:
    """The message that reports a block."""
    return {
        "block": run.number,
        "seconds": run.seconds,
        "planned": run.planned,
        "in_time": run.in_time,
        "cpu": run.cpu,
        "lag": run.lag,
        "samples": "".join(map(samples.line, made)),
        "notes": "".join(map(ledger.line, notes)),
    }


def report_of(worker: str, data: Mapping[str, Any]) -> Report:
    """The report that a message holds."""
    figures = {name: data[name] for name in ("seconds", "planned", "in_time", "cpu", "lag")}
    return Report(
        WorkerRun(worker, **figures),
        samples.parsed(io.StringIO(data["samples"], newline="")),
        ledger.read(data["notes"]),
    )


def whole(block: Block, began: float, reports: Sequence[Report]) -> BlockRun:
    """A block that workers have carried out together; it lasted as long as the slowest of them needed."""
    runs = tuple(each.run for each in reports)
    return BlockRun(
        number=block.number,
        series=block.series,
        pair=block.pair,
        side=block.side,
        turn=block.turn,
        began=began,
        seconds=max(each.seconds for each in runs),
        planned=sum(each.planned for each in runs),
        in_time=sum(each.in_time for each in runs),
        cpu=max(each.cpu for each in runs),
        lag=max(each.lag for each in runs),
        users=block.users,
        workers=runs,
    )
