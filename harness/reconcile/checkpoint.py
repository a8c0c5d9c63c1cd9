"""What ranges of keys have been compared already, kept so that an interrupted comparison goes on from there.

Of a finished range only counts and the keys that differed are kept. Those rows are read once more at the
end, in the last snapshot, so a difference found before an interruption is confirmed after it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from harness.model import Side
from harness.reconcile.layout import KeyRange, Layout
from harness.reconcile.suspects import Numbers

_PLAN = "plan.json"


@dataclass(frozen=True, slots=True)
class RangeResult:
    """What one range of keys told."""

    source_rows: int
    target_rows: int
    segments: int
    bad_segments: int
    rows_read: int
    suspects: Numbers

    def rows(self, side: Side) -> int:
        """How many rows of the range one side holds."""
        return self.source_rows if side is Side.SOURCE else self.target_rows


@dataclass(slots=True)
class Checkpoint:
    """The finished ranges of one comparison: in memory, and in `folder` when there is one."""

    folder: Path | None = None
    layout: Layout | None = None
    begun: datetime | None = None
    """When the oldest range that is still used was read; None when all are of this snapshot."""
    resumed: int = 0
    _done: dict[int, RangeResult] = field(default_factory=dict)

    def begin(self, identity: Mapping[str, Any], layout: Layout) -> Layout:
        """The layout to follow: the one begun with, if it was for the same comparison, else this one."""
        if self.layout is not None:
            self.resumed = len(self._done)
            return self.layout
        self.layout = layout
        self.begun = datetime.now(UTC)
        if self.folder is None:
            return layout
        digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
        return self._continued(self.folder, digest) or self._anew(self.folder, digest, layout)

    def done(self, number: int) -> RangeResult | None:
        """The result of a range, if it is finished."""
        return self._done.get(number)

    def keep(self, number: int, result: RangeResult) -> None:
        """A finished range."""
        self._done[number] = result
        if self.folder is not None:
            numbers = np.array([getattr(result, name) for name in _COUNTS], np.int64)
            _write(self.folder / f"range-{number}", np.r_[numbers, result.suspects].tobytes())

    def discard(self) -> None:
        """Removes what was kept: the comparison is complete."""
        if self.folder is not None and self.folder.is_dir():
            for path in self.folder.iterdir():
                if path.name == _PLAN or path.name.startswith("range-"):
                    path.unlink()

    def _continued(self, folder: Path, digest: str) -> Layout | None:
        path = folder / _PLAN
        if not path.is_file():
            return None
        plan = json.loads(path.read_text(encoding="utf-8"))
        if plan["identity"] != digest:
            return None
        ranges = tuple(KeyRange(**item) for item in plan["layout"].pop("ranges"))
        self.layout = Layout(**plan["layout"], ranges=ranges)
        self.begun = datetime.fromisoformat(plan["begun"])
        for number in range(len(ranges)):
            kept = folder / f"range-{number}"
            if kept.is_file():
                self._done[number] = _result(np.fromfile(kept, np.int64))
        self.resumed = len(self._done)
        return self.layout

    def _anew(self, folder: Path, digest: str, layout: Layout) -> Layout:
        folder.mkdir(parents=True, exist_ok=True)
        self.discard()
        begun = self.begun or datetime.now(UTC)
        plan = {"identity": digest, "layout": asdict(layout), "begun": begun.isoformat()}
        _write(folder / _PLAN, json.dumps(plan).encode())
        return layout


_COUNTS = ("source_rows", "target_rows", "segments", "bad_segments", "rows_read")


def _result(numbers: Numbers) -> RangeResult:
    counts = {name: int(number) for name, number in zip(_COUNTS, numbers, strict=False)}
    return RangeResult(**counts, suspects=numbers[len(_COUNTS) :])


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, whatever happens in between."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
