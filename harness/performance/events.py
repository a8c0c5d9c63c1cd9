"""What the generator says about itself and its blocks, one JSON line each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.model import Side
from harness.performance.blocks import Series

SAMPLES = "samples.csv"
WRITES = "writes.csv"
EVENTS = "events.jsonl"
LOG = "generator.log"


@dataclass(frozen=True, slots=True)
class WorkerRun:
    """What one worker did of a block, as `BlockRun` says it of the whole."""

    worker: str
    seconds: float
    planned: int
    in_time: int
    cpu: float
    lag: float


@dataclass(frozen=True, slots=True)
class BlockRun:
    """A block as it went: how much was planned and sent in time, and how busy the generator was.

    `cpu` is the share of one processor; `lag` how late the scheduler woke at the worst twentieth (s). Where
    `workers` carried it out both are those of the worst of them. `users` is 0 where users arrived.
    """

    number: int
    series: Series
    pair: int
    side: Side
    turn: int
    began: float
    seconds: float
    planned: int
    in_time: int
    cpu: float
    lag: float
    users: int = 0
    workers: tuple[WorkerRun, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """All that one generator said. It is finished only when it said so itself.

    `halted` is the side that ended the load by what the plan forbids (`errors`, a share, or `seconds`).
    Its blocks count from `origin`, a moment (s) of the machine's steady clock. `joined` are the workers,
    `refused` those that cannot take part, and why; `lost` went away during a block, which is not counted. Of
    a worker's own story `connected` says that it has found its master.
    """

    blocks: tuple[BlockRun, ...] = ()
    unavailable: tuple[tuple[Side, str], ...] = ()
    stopped: tuple[tuple[Side, int], ...] = ()
    offered: tuple[str, ...] = ()
    finished: bool = False
    origin: float = 0.0
    halted: tuple[tuple[Side, str, float], ...] = ()
    connected: bool = False
    joined: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    lost: tuple[tuple[str, int], ...] = ()


def block_event(block: BlockRun) -> str:
    """The line that reports a finished block."""
    return event("block", **asdict(block))


def block_of(row: Mapping[str, Any]) -> BlockRun:
    """The block that was stored as plain values, now or by a version that knew less of it."""
    workers = tuple(WorkerRun(**each) for each in row.get("workers", ()))
    return BlockRun(**{**row, "series": Series(row["series"]), "side": Side(row["side"]), "workers": workers})


def event(kind: str, **data: Any) -> str:
    """One line of the generator's own journal."""
    return json.dumps({"event": kind, **data}) + "\n"


def read(path: Path) -> Story:
    """The story so far; a last line that a crash cut off is left out."""
    if not path.exists():
        return Story()
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return _story([json.loads(each) for each in lines if each.endswith("\n")])


def _story(rows: list[dict[str, Any]]) -> Story:
    def of(kind: str) -> list[dict[str, Any]]:
        found = [row for row in rows if row["event"] == kind]
        return [{name: item for name, item in row.items() if name != "event"} for row in found]

    return Story(
        blocks=tuple(block_of(row) for row in of("block")),
        unavailable=tuple((Side(row["side"]), str(row["code"])) for row in of("unavailable")),
        stopped=tuple((Side(row["side"]), int(row["block"])) for row in of("stopped")),
        halted=tuple((Side(row["side"]), str(row["what"]), float(row["value"])) for row in of("halted")),
        offered=tuple(str(name) for row in of("offered") for name in row["scenarios"]),
        finished=bool(of("finished")),
        connected=bool(of("connected")),
        joined=tuple(str(row["worker"]) for row in of("joined")),
        refused=tuple((str(row["worker"]), str(row["code"])) for row in of("refused")),
        lost=tuple((str(row["worker"]), int(row["block"])) for row in of("lost")),
        origin=next((float(row["at"]) for row in of("origin")), 0.0),
    )
