"""The history out of run directories: each is verified first, and one that was altered does not get in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.errors import EvidenceError
from harness.evidence import Run, verify
from harness.history.entries import stored_entry
from harness.history.store import Added, History
from harness.model import Text

_MANIFESTS = ("capture/manifest.json", "*/capture/manifest.json")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one run directory; `why` it was left out."""

    path: Path
    added: Added | None
    why: Text | None = None


def run_directories(folder: Path) -> tuple[Path, ...]:
    """The folder itself if it is a run directory, and those directly below it, by name."""
    found = {item.parent.parent for pattern in _MANIFESTS for item in folder.glob(pattern)}
    return tuple(sorted(found))


def import_runs(history: History, folders: Iterable[Path]) -> Iterator[Imported]:
    """Adds each run once, however often it is found, and says what became of it."""
    for path in dict.fromkeys(path for folder in folders for path in run_directories(folder)):
        yield _imported(history, path)


def _imported(history: History, path: Path) -> Imported:
    try:
        run = Run.open(path)
        damaged = verify(path).first
        if damaged is not None:
            history.mark_altered(run.manifest.project, run.manifest.run_id)
            return Imported(path, Added.ALTERED, damaged.text)
        entry = stored_entry(run)
    except EvidenceError as problem:
        return Imported(path, None, problem.sentence)
    return Imported(path, history.add(entry, verified=True))
