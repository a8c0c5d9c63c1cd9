"""What one load run recorded, as it is stored and as the comparison reads it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import cast

from harness.errors import LoadError
from harness.model import Capture, Side, text
from harness.performance.blocks import Series
from harness.performance.events import WRITES, BlockRun, Story, block_of
from harness.performance.ledger import Note, read_entered
from harness.performance.ledger import read as read_notes
from harness.performance.plan import LoadPlan, plan_from_value
from harness.performance.samples import Sample, from_parquet
from harness.performance.server import stored as server
from harness.performance.server import tables
from harness.performance.sql.stored import FILE as STATEMENTS
from harness.performance.sql.stored import Statements
from harness.performance.sql.stored import read as read_statements
from harness.values import Value
from harness.written import Entered

RAW = "samples.parquet"
_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """What one side has of a load's documents, and the numbers that nobody has; None where it cannot tell."""

    entered: tuple[Entered, ...]
    missing: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """The plan, the generator's story, every raw sample, what was written and is there, what databases did.

    `entered` and `missing` lack a side that could not tell; `statements` says why it is empty. `tables` has
    grown by so many bytes.
    """

    plan: LoadPlan
    story: Story
    exit_code: int
    samples: tuple[Sample, ...]
    notes: tuple[Note, ...] = ()
    entered: Mapping[Side, tuple[Entered, ...]] = field(default_factory=dict)
    missing: Mapping[Side, tuple[str, ...]] = field(default_factory=dict)
    statements: Mapping[Side, Statements] = field(default_factory=dict)
    servers: tuple[server.Sample, ...] = ()
    readings: Mapping[Side, server.Readings] = field(default_factory=dict)
    tables: Mapping[Side, Mapping[str, int]] = field(default_factory=dict)
    # asked a hundred times of a million samples, so gone through once
    _sorted: dict[tuple[Side, Series, str], list[tuple[BlockRun, Sample]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def of(
        self, side: Side, transaction: str, series: Series = Series.MAIN
    ) -> Sequence[tuple[BlockRun, Sample]]:
        """One transaction's samples in one side's blocks of a series that ended, in their order."""
        if not self._sorted:
            known = {block.number: block for block in self.story.blocks}
            for sample in self.samples:
                block = known.get(sample.block)
                if block is not None:
                    place = (block.side, block.series, sample.transaction)
                    self._sorted.setdefault(place, []).append((block, sample))
        return self._sorted.get((side, series, transaction), ())


def entered_of(side: Side) -> str:
    """The attachment that holds what a side has of what was entered."""
    return f"entered-{side}.csv"


def missing_of(side: Side) -> str:
    """The attachment that holds the numbers that nobody has on a side."""
    return f"missing-numbers-{side}.txt"


def recording_value(plan: LoadPlan, story: Story, exit_code: int) -> Value:
    """All but the raw samples, as the plain value of a capture."""
    return {
        "schema": _SCHEMA,
        "plan": plan.to_value(),
        "exit_code": exit_code,
        "finished": story.finished,
        "origin": story.origin,
        "blocks": [_row(block) for block in story.blocks],
        "unavailable": [[side.value, code] for side, code in story.unavailable],
        "stopped": [[side.value, block] for side, block in story.stopped],
        "halted": [[side.value, what, value] for side, what, value in story.halted],
        "lost": [[worker, block] for worker, block in story.lost],
        "offered": list(story.offered),
    }


def recording(capture: Capture) -> Recording:
    """The recording that a capture holds; LoadError when this version cannot read it."""
    plain = cast("Mapping[str, Value]", capture.value)
    if not isinstance(plain, Mapping) or plain.get("schema") != _SCHEMA:
        raise LoadError(text("performance.unknown.schema"))
    kept = {each.name: each.content for each in capture.attachments}
    return Recording(
        plan=plan_from_value(plain["plan"]),
        story=_story(plain),
        exit_code=cast(int, plain["exit_code"]),
        samples=from_parquet(capture.content(RAW)),
        notes=read_notes(kept.get(WRITES, b"").decode()),
        entered={
            side: read_entered(kept[entered_of(side)].decode()) for side in Side if entered_of(side) in kept
        },
        missing={
            side: tuple(kept[missing_of(side)].decode().splitlines())
            for side in Side
            if missing_of(side) in kept
        },
        statements=read_statements(kept.get(STATEMENTS, b"").decode()),
        servers=server.read(kept.get(server.FILE, b"").decode()),
        readings=server.readings(kept.get(server.READINGS, b"").decode()),
        tables=tables.read(kept.get(tables.FILE, b"").decode()),
    )


def _story(plain: Mapping[str, Value]) -> Story:
    def rows(name: str) -> list[list[str]]:
        return cast("list[list[str]]", plain.get(name, []))

    blocks = cast("list[dict[str, object]]", plain["blocks"])
    return Story(
        blocks=tuple(block_of(row) for row in blocks),
        unavailable=tuple((Side(side), code) for side, code in rows("unavailable")),
        stopped=tuple((Side(side), int(block)) for side, block in rows("stopped")),
        halted=tuple((Side(side), what, float(value)) for side, what, value in rows("halted")),
        lost=tuple((worker, int(block)) for worker, block in rows("lost")),
        offered=tuple(cast("list[str]", plain["offered"])),
        finished=bool(plain["finished"]),
        origin=float(cast(float, plain.get("origin", 0.0))),
    )


def _row(block: BlockRun) -> Value:
    workers = [asdict(each) for each in block.workers]
    plain = {item.name: getattr(block, item.name) for item in fields(block)}
    return cast(Value, plain | {"series": block.series.value, "side": block.side.value, "workers": workers})
