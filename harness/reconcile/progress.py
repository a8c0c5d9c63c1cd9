"""How far a comparison is, for whoever watches it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows of both sides together that a step has seen, of how many (0: not known), in how many seconds."""

    entity: str
    step: str
    rows: int
    total: int
    seconds: float

    @property
    def rows_per_second(self) -> int:
        """How fast the comparison has been so far."""
        return int(self.rows / self.seconds) if self.seconds > 0 else 0

    @property
    def seconds_left(self) -> float | None:
        """At this pace; None when it cannot be said."""
        if not self.total or not self.rows or self.seconds <= 0:
            return None
        return max(0.0, (self.total - self.rows) * self.seconds / self.rows)


Report: TypeAlias = Callable[[Progress], None]


@dataclass(slots=True)
class Watch:
    """Tells one listener about one comparison."""

    entity: str
    report: Report | None = None
    total: int = 0
    _started: float = field(default_factory=time.monotonic)

    def tell(self, step: str, rows: int) -> None:
        """Says that `step` has seen so many rows."""
        if self.report is not None:
            seconds = time.monotonic() - self._started
            self.report(Progress(self.entity, step, rows, max(self.total, rows), seconds))
