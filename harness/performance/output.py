"""The files that a generator writes while it runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TextIO

from harness.performance import events, ledger, samples
from harness.performance.sql import stored


class Output:
    """The files of evidence: all is on the disk after each block, and what is written to the ERP at once."""

    def __init__(self, folder: Path) -> None:
        self._samples = (folder / events.SAMPLES).open("a", encoding="utf-8", newline="")
        self._notes = (folder / events.WRITES).open("a", buffering=1, encoding="utf-8", newline="")
        self._events = (folder / events.EVENTS).open("a", buffering=1, encoding="utf-8")
        self._statements = (folder / stored.FILE).open("a", buffering=1, encoding="utf-8")

    def sample(self, sample: samples.Sample) -> None:
        """Writes one raw sample."""
        self._samples.write(samples.line(sample))

    def event(self, line: str) -> None:
        """Writes what the generator says, and makes everything so far last."""
        self._events.write(line)
        for file in (self._samples, self._notes, self._events):
            _to_disk(file)

    def note(self, note: ledger.Note) -> None:
        """Writes what is sent to be kept, or is acknowledged."""
        self._notes.write(ledger.line(note))

    def statements(self, line: str) -> None:
        """Writes what a database did."""
        self._statements.write(line)

    def close(self) -> None:
        """Closes the files."""
        for file in (self._samples, self._notes, self._events, self._statements):
            file.close()


def _to_disk(file: TextIO) -> None:
    file.flush()
    os.fsync(file.fileno())
