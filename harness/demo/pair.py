"""What a demo pair is, once it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.model import Side


@dataclass(frozen=True, slots=True)
class DemoPair:
    """A running source and target with everything that a run against them needs."""

    folder: Path
    config: Path
    source_url: str
    target_url: str
    source_database: str
    target_database: str
    source_sql: str = field(repr=False)
    target_sql: str = field(repr=False)
    rows: int = 0

    def url(self, side: Side) -> str:
        """The address of one side's web client and RPC."""
        return self.source_url if side.value == "source" else self.target_url


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """One process of the demo, as the machine has it now."""

    name: str
    pid: int
    running: bool


@dataclass(frozen=True, slots=True)
class DemoStatus:
    """What is left of a demo: `pair` is set when both servers and the database run."""

    folder: Path
    processes: tuple[ProcessStatus, ...]
    pair: DemoPair | None

    @property
    def up(self) -> bool:
        """Whether the pair can be used."""
        return self.pair is not None
