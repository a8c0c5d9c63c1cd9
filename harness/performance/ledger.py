"""Correct under load: what was sent and acknowledged, held against what the ERP has afterwards.

    sent, acknowledged, there once, as far as acknowledged     kept
    acknowledged, not there                                    lost
    there more than once                                       doubled
    there, and not as far as acknowledged                      behind
    there, and part of what its stage brings along is not      half done
    sent, never acknowledged                                   either way is right: nobody was told

The generator notes every write before it sends it; the ERP is read through another session afterwards.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.model import Side
from harness.written import Entered, Stage

_SENT, _ACKNOWLEDGED = "sent", "acknowledged"


@dataclass(frozen=True, slots=True)
class Note:
    """One write of the generator: that it goes out, or that the ERP has said that it is done."""

    side: Side
    reference: str
    stage: Stage
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class Audit:
    """One side's documents by what became of them; each is named in the worst of its groups only."""

    acknowledged: int
    unanswered: int
    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    half: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether waiting cannot help: what is there twice stays so."""
        return not (self.lost or self.behind or self.half)

    def wrong(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """What is wrong, by name, with the references."""
        for name in ("lost", "doubled", "behind", "half"):
            references: tuple[str, ...] = getattr(self, name)
            if references:
                yield name, references


def audit(notes: Iterable[Note], entered: Sequence[Entered]) -> Audit:
    """What became of the writes of one side."""
    sent: set[str] = set()
    told: dict[str, Stage] = {}
    for note in notes:
        sent.add(note.reference)
        if note.acknowledged:
            told[note.reference] = max(told.get(note.reference, note.stage), note.stage, key=_rank)
    there = Counter(document.reference for document in entered)
    doubled = tuple(sorted(reference for reference, count in there.items() if count > 1))
    once = {each.reference: each for each in entered if there[each.reference] == 1}
    behind = tuple(ref for ref in sorted(told) if ref in once and _rank(once[ref].stage) < told[ref].rank)
    half = tuple(ref for ref in sorted(once) if not once[ref].whole and ref not in behind)
    return Audit(
        acknowledged=len(told),
        unanswered=len(sent - told.keys()),
        lost=tuple(ref for ref in sorted(told) if ref not in there),
        doubled=doubled,
        behind=behind,
        half=half,
    )


def line(note: Note) -> str:
    """The note as one line of CSV."""
    text = io.StringIO()
    what = _ACKNOWLEDGED if note.acknowledged else _SENT
    csv.writer(text).writerow([note.side, note.reference, note.stage, what])
    return text.getvalue()


def read(content: str) -> tuple[Note, ...]:
    """The notes that a generator wrote; a line that a crash cut off is left out."""
    whole = (text for text in content.splitlines(keepends=True) if text.endswith("\n"))
    return tuple(
        Note(Side(side), reference, Stage(stage), what == _ACKNOWLEDGED)
        for side, reference, stage, what in csv.reader(whole)
    )


def read_file(path: Path) -> str:
    """The file as it is, or nothing where nothing was written."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


def entered_text(entered: Iterable[Entered]) -> str:
    """What the ERP has, as lines of CSV."""
    text = io.StringIO()
    rows = csv.writer(text)
    for each in entered:
        rows.writerow([each.reference, each.stage or "", int(each.whole)])
    return text.getvalue()


def read_entered(content: str) -> tuple[Entered, ...]:
    """What `entered_text` wrote."""
    return tuple(
        Entered(reference, Stage(stage) if stage else None, whole == "1")
        for reference, stage, whole in csv.reader(content.splitlines())
    )


def _rank(stage: Stage | None) -> int:
    return -1 if stage is None else stage.rank
