"""Whether a run directory is what was stored. Needs nothing but the directory."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import EvidenceError
from harness.evidence import blobs, journal, judgements
from harness.evidence.codec import from_stored
from harness.evidence.journal import Scan
from harness.evidence.layout import (
    CAPTURE,
    MANIFEST,
    SEAL,
    SEAL_FIELDS,
    SENSITIVE,
    State,
    is_sealed,
    read_manifest,
    read_signed,
    seal_segments,
    segments,
    state,
)
from harness.evidence.records import Damage, EvidenceRef, Kind, Manifest, Problem, Session, problem
from harness.model import Text, text

_ALLOWED = re.compile(rf"{MANIFEST}|{SEAL}|{journal.FOLDER}/[\w.-]+\.jsonl|{blobs.FOLDER}/[0-9a-f]{{64}}")


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying found: `problems` contradict what was stored, `notices` only deserve a mention."""

    ok: bool
    sealed: bool
    problems: tuple[Problem, ...]
    notices: tuple[Text, ...]
    digest: str
    segments: int = 0
    records: int = 0
    blobs: int = 0
    judgements: int = 0

    @property
    def first(self) -> Problem | None:
        """The first problem; None when there is none."""
        return self.problems[0] if self.problems else None


def verify(path: Path) -> Verification:
    """Checks every byte under the seal, the journal's chains, the blobs and the judgements."""
    try:
        manifest, digest = read_manifest(path)
    except EvidenceError as error:
        return _unreadable(path, error)
    found = tuple(journal.scan(segment, manifest.run_id) for segment in segments(path))
    reached = state(manifest, digest, found)
    problems = [item.problem for item in found if item.problem is not None]
    problems += _sessions(found, digest)
    references, unreadable = _references(found)
    problems += unreadable
    problems += _blobs(path, references)
    problems += _seal(path, manifest, reached) if is_sealed(path) else _strangers(path)
    problems += judgements.verify(path, found, reached)
    problems = list(dict.fromkeys(problems))
    return Verification(
        ok=not problems,
        sealed=is_sealed(path),
        problems=tuple(problems),
        notices=tuple(_notices(path, found, references)),
        digest=reached.digest,
        segments=len(found),
        records=sum(len(item.payloads) for item in found),
        blobs=len(references),
        judgements=len(judgements.listed(path)),
    )


def _unreadable(path: Path, error: EvidenceError) -> Verification:
    damage = Damage.CHANGED if (path / CAPTURE / MANIFEST).exists() else Damage.REMOVED
    found = Problem(damage, MANIFEST, error.sentence)
    return Verification(False, is_sealed(path), (found,), (), "")


def _sessions(found: tuple[Scan, ...], digest: str) -> Iterator[Problem]:
    for item in found:
        for record in journal.records(item, frozenset({Kind.SESSION})):
            if from_stored(Session, record.body).manifest != digest:
                yield problem(Damage.CHANGED, MANIFEST)
                return


def _references(found: tuple[Scan, ...]) -> tuple[dict[str, bool], list[Problem]]:
    """Every digest that a record refers to, and whether it is of a sensitive attachment."""
    references: dict[str, bool] = {}
    problems = []
    for item in found:
        try:
            for record in journal.records(item, frozenset({Kind.EVIDENCE})):
                ref = from_stored(EvidenceRef, record.body)
                if ref.digest is not None:
                    references[ref.digest] = ref.sensitive and references.get(ref.digest, True)
        except (EvidenceError, ValueError):
            problems.append(problem(Damage.CHANGED, f"{journal.FOLDER}/{item.segment}"))
    return references, problems


def _blobs(path: Path, references: dict[str, bool]) -> Iterator[Problem]:
    for digest, sensitive in sorted(references.items()):
        folder = path / SENSITIVE if sensitive else path / CAPTURE / blobs.FOLDER
        file = folder / digest
        if not file.is_file():
            if not sensitive:  # personal data may be deleted; that is a notice
                yield problem(Damage.REMOVED, f"{folder.name}/{digest}")
        elif blobs.digest_of(file.read_bytes()) != digest:
            yield problem(Damage.CHANGED, f"{folder.name}/{digest}")


def _strangers(path: Path) -> Iterator[Problem]:
    """Files that no recorder writes."""
    for name in _files(path / CAPTURE):
        if not _ALLOWED.fullmatch(name):
            yield problem(Damage.ADDED, name)


def _seal(path: Path, manifest: Manifest, reached: State) -> Iterator[Problem]:
    try:
        seal = read_signed(path / CAPTURE / SEAL, SEAL, SEAL_FIELDS)
    except EvidenceError:
        damage = Damage.CHANGED if (path / CAPTURE / SEAL).exists() else Damage.REMOVED
        yield problem(damage, SEAL)
        return
    for segment in seal_segments(path):
        sealing = journal.scan(segment, manifest.run_id)
        if sealing.problem is not None:
            yield sealing.problem
    yield from _sealed_files(path / CAPTURE, seal["files"])
    if seal["root"] != reached.digest:
        yield problem(Damage.CHANGED, journal.FOLDER)


def _sealed_files(folder: Path, sealed: dict[str, Any]) -> Iterator[Problem]:
    present = set(_files(folder)) - {SEAL}
    for name in sorted(present | set(sealed)):
        if name not in present:
            yield problem(Damage.REMOVED, name)
        elif name not in sealed:
            yield problem(Damage.ADDED, name)
        else:
            content = (folder / name).read_bytes() if (folder / name).is_file() else b""
            size, digest = sealed[name]
            if len(content) < size:
                yield problem(Damage.CUT, name)
            elif hashlib.sha256(content).hexdigest() != digest or len(content) != size:
                yield problem(Damage.CHANGED, name)


def _files(folder: Path) -> Iterator[str]:
    """Everything below a folder that is not a plain folder of ours, relative to it."""
    for place, folders, names in os.walk(folder):
        for name in names:
            yield (Path(place) / name).relative_to(folder).as_posix()
        for name in folders:
            inner = Path(place) / name
            known = inner.parent == folder and name in (journal.FOLDER, blobs.FOLDER)
            if inner.is_symlink() or not known:
                yield inner.relative_to(folder).as_posix()


def _notices(path: Path, found: tuple[Scan, ...], references: dict[str, bool]) -> Iterator[Text]:
    if not is_sealed(path):
        yield text("evidence.notice.unsealed")
    for item in found:
        if item.torn:
            line = item.head.records + 1
            yield text("evidence.notice.cut", file=f"{journal.FOLDER}/{item.segment}", line=line)
    unreferenced = unreferenced_blobs(path, references)
    if unreferenced:
        yield text("evidence.notice.unreferenced", count=len(unreferenced))
    gone = sum(
        1
        for digest, sensitive in references.items()
        if sensitive and not (path / SENSITIVE / digest).is_file()
    )
    if gone:
        yield text("evidence.notice.sensitive_gone", count=gone)


def unreferenced_blobs(path: Path, references: dict[str, bool]) -> tuple[str, ...]:
    """Blobs that no record names: their writer was killed before it could say what they are."""
    folder = path / CAPTURE / blobs.FOLDER
    present = {item.name for item in folder.iterdir()} if folder.is_dir() else set()
    return tuple(sorted(present - set(references)))
