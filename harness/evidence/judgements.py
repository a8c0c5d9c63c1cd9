"""Stored judgements: each with digests of its files, of the capture it judged, and of the one before."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import uuid4

from harness.errors import EvidenceError
from harness.evidence.journal import Head, Scan, genesis, link, sync_folder
from harness.evidence.layout import JUDGEMENTS, WORK, State, read_signed, signed
from harness.evidence.records import Damage, Problem, problem
from harness.model import text

VERDICT = "verdict.json"
DIGESTS = "digests.json"
_FIELDS = frozenset({"files", "previous", "root", "capture"})


def add(path: Path, judged: State, verdict: bytes, inputs: Mapping[str, bytes]) -> Path:
    """Stores a judgement under the next number: whole or not at all."""
    files = {VERDICT: verdict, **inputs}
    if DIGESTS in files or any(Path(name).name != name for name in files):
        raise EvidenceError(text("evidence.judgement.name", names=tuple(sorted(files))))
    draft = path / WORK / uuid4().hex
    draft.mkdir(parents=True)
    for name, content in files.items():
        _write(draft / name, content)
    (path / JUDGEMENTS).mkdir(exist_ok=True)
    while True:
        stored = listed(path)
        _write(draft / DIGESTS, signed(_digests(files, judged, stored)))
        destination = path / JUDGEMENTS / str(len(stored) + 1)
        try:
            draft.rename(destination)
        except OSError as error:
            if error.errno in (errno.EEXIST, errno.ENOTEMPTY):
                continue  # another process has just taken this number
            raise
        sync_folder(path / JUDGEMENTS)
        return destination


def listed(path: Path) -> tuple[Path, ...]:
    """The stored judgements, the first one first."""
    folder = path / JUDGEMENTS
    found = [item for item in folder.iterdir() if item.name.isdigit()] if folder.is_dir() else []
    return tuple(sorted(found, key=lambda item: int(item.name)))


def verify(path: Path, found: Sequence[Scan], state: State) -> list[Problem]:
    """Everything that is wrong with the stored judgements."""
    folder = path / JUDGEMENTS
    present = sorted(folder.iterdir()) if folder.is_dir() else []
    problems = [
        problem(Damage.ADDED, f"{JUDGEMENTS}/{item.name}") for item in present if not item.name.isdigit()
    ]
    previous = None
    for expected, judgement in enumerate(listed(path), 1):
        if int(judgement.name) != expected:
            problems.append(problem(Damage.REMOVED, f"{JUDGEMENTS}/{expected}"))
            break
        problems += _verify_one(judgement, previous, found, state)
        digests = judgement / DIGESTS
        previous = _sha256(digests.read_bytes()) if digests.is_file() else None
    return problems


def _verify_one(judgement: Path, previous: str | None, found: Sequence[Scan], state: State) -> list[Problem]:
    place = f"{JUDGEMENTS}/{judgement.name}"
    try:
        digests = read_signed(judgement / DIGESTS, f"{place}/{DIGESTS}", _FIELDS)
    except EvidenceError:
        damage = Damage.CHANGED if (judgement / DIGESTS).exists() else Damage.REMOVED
        return [problem(damage, f"{place}/{DIGESTS}")]
    problems: list[Problem] = []
    present = {item.name for item in judgement.iterdir()} - {DIGESTS}
    for name in sorted(present | set(digests["files"])):
        if name not in present:
            problems.append(problem(Damage.REMOVED, f"{place}/{name}"))
        elif name not in digests["files"]:
            problems.append(problem(Damage.ADDED, f"{place}/{name}"))
        elif _digest_of(judgement / name) != digests["files"][name]:
            problems.append(problem(Damage.CHANGED, f"{place}/{name}"))
    if digests["previous"] != previous:
        problems.append(problem(Damage.CHANGED, f"{place}/{DIGESTS}"))
    return problems + _verify_state(digests["capture"], found, state)


def _digest_of(file: Path) -> str | None:
    """None for what is no file any more."""
    return _sha256(file.read_bytes()) if file.is_file() else None


def _verify_state(judged: Mapping[str, object], found: Sequence[Scan], state: State) -> list[Problem]:
    """What was judged must still be there, as the beginning of what is there now."""
    if judged["run"] != state.run_id or judged["manifest"] != state.manifest:
        return [problem(Damage.CHANGED, "manifest.json")]
    heads = judged["heads"]
    scans = {item.segment: item for item in found}
    assert isinstance(heads, dict)
    problems = []
    for segment, (records, chain) in sorted(heads.items()):
        if segment not in scans:
            problems.append(problem(Damage.REMOVED, f"journal/{segment}"))
        elif _head_at(scans[segment], state.run_id, records) != Head(records, chain):
            problems.append(problem(Damage.CUT, f"journal/{segment}"))
    return problems


def _head_at(found: Scan, run_id: str, records: int) -> Head:
    if found.head.records == records:
        return found.head
    chain = genesis(run_id, found.segment)
    for payload in found.payloads[:records]:
        chain = link(chain, payload)
    return Head(min(records, found.head.records), chain)


def _digests(files: Mapping[str, bytes], judged: State, stored: Sequence[Path]) -> dict[str, object]:
    return {
        "files": {name: _sha256(content) for name, content in files.items()},
        "previous": _sha256((stored[-1] / DIGESTS).read_bytes()) if stored else None,
        "root": judged.digest,
        "capture": {
            "run": judged.run_id,
            "manifest": judged.manifest,
            "heads": {name: [head.records, head.chain] for name, head in judged.heads.items()},
        },
    }


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
