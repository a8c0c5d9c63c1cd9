"""Finds the latest capture of a part in a journal that is still growing, without reading it all again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from harness.evidence import journal
from harness.evidence.codec import from_stored
from harness.evidence.journal import Head
from harness.evidence.layout import segments
from harness.evidence.records import EvidenceRef, Kind, failure
from harness.model import Part


@dataclass(slots=True)
class CaptureIndex:
    """Where each segment was read to, and the captures found so far."""

    path: Path
    run_id: str
    _read: dict[str, tuple[Head, int]] = field(default_factory=dict)
    _found: dict[tuple[str, Part], tuple[int, datetime, str]] = field(default_factory=dict)

    def latest(self, check_id: str, part: Part) -> str | None:
        """The digest of the latest capture of this part; None when there is none."""
        for segment in segments(self.path):
            self._advance(segment)
        found = self._found.get((check_id, part))
        return found[2] if found else None

    def _advance(self, segment: Path) -> None:
        head, offset = self._read.get(segment.name, (None, 0))
        if segment.stat().st_size == offset:
            return
        scan = journal.scan(segment, self.run_id, head, offset)
        if scan.problem is not None:
            raise failure(scan.problem)
        self._read[segment.name] = (scan.head, scan.size)
        for record in journal.records(scan, frozenset({Kind.EVIDENCE})):
            self._note(from_stored(EvidenceRef, record.body), record.at)

    def _note(self, ref: EvidenceRef, at: datetime) -> None:
        if not ref.capture or ref.digest is None:
            return
        key = (ref.check_id, ref.part)
        known = self._found.get(key)
        if known is None or known[:2] <= (ref.attempt, at):
            self._found[key] = (ref.attempt, at, ref.digest)
