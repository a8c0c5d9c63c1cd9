"""The files of a run directory, and reading them as they lie there.

<run>/capture/manifest.json, journal/*.jsonl, blobs/<sha256>, seal.json    immutable once sealed
<run>/judgements/<n>/                                                       each with its digests
<run>/sensitive/<sha256>       personal data, only when every environment is synthetic
<run>/reports/                 made from the rest, outside the seal
<run>/work/                    drafts of files; nothing in it is evidence
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import EvidenceError
from harness.evidence import journal
from harness.evidence.codec import from_stored, to_value
from harness.evidence.journal import Head, Scan
from harness.evidence.records import SCHEMA, Damage, Manifest, failure, problem
from harness.model import text
from harness.values import to_json

CAPTURE = "capture"
MANIFEST = "manifest.json"
SEAL = "seal.json"
SEAL_FIELDS = frozenset({"schema", "run", "sealed", "root", "records", "files"})
SEAL_PROCESS = "seal"
JUDGEMENTS = "judgements"
SENSITIVE = "sensitive"
WORK = "work"


@dataclass(frozen=True, slots=True)
class State:
    """How far a run's evidence reaches: its manifest and the head of each segment."""

    run_id: str
    manifest: str
    heads: Mapping[str, Head]

    @property
    def digest(self) -> str:
        """The root digest: one value for everything recorded. Sealing does not change it."""
        content = {
            "run": self.run_id,
            "manifest": self.manifest,
            "heads": {name: [head.records, head.chain] for name, head in sorted(self.heads.items())},
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def pretty(content: Any) -> bytes:
    """Canonical JSON that people can read: equal data gives equal bytes."""
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def signed(content: dict[str, Any]) -> bytes:
    """Canonical JSON with its own digest in it."""
    return pretty({**content, "digest": hashlib.sha256(pretty(content)).hexdigest()})


def read_signed(path: Path, name: str, fields: Set[str]) -> dict[str, Any]:
    """What `signed` wrote of these fields; EvidenceError when a single byte of it is not as it was written.

    Another signed file in its place lacks some of them.
    """
    try:
        data = path.read_bytes()
        content = json.loads(data)
        content.pop("digest")
    except FileNotFoundError:
        raise failure(problem(Damage.REMOVED, name)) from None
    except (IsADirectoryError, ValueError, KeyError, AttributeError):
        raise failure(problem(Damage.CHANGED, name)) from None
    if signed(content) != data or not fields <= set(content):
        raise failure(problem(Damage.CHANGED, name))
    return dict(content)


def write_manifest(manifest: Manifest) -> bytes:
    """The manifest as it is stored."""
    return pretty(to_json(to_value(manifest)))


def read_manifest(path: Path) -> tuple[Manifest, str]:
    """The manifest and the digest of its bytes; EvidenceError for an unknown schema or a damaged file."""
    try:
        data = (path / CAPTURE / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise EvidenceError(text("evidence.run.none", path=str(path))) from None
    except IsADirectoryError:
        raise failure(problem(Damage.CHANGED, MANIFEST)) from None
    try:
        content = json.loads(data)
        schema = content["object"]["schema"]
    except (ValueError, KeyError, TypeError):
        raise failure(problem(Damage.CHANGED, MANIFEST)) from None
    if schema != SCHEMA:
        raise EvidenceError(text("evidence.schema.unknown", found=str(schema), known=str(SCHEMA)))
    try:
        return from_stored(Manifest, content), hashlib.sha256(data).hexdigest()
    except ValueError:
        raise failure(problem(Damage.CHANGED, MANIFEST)) from None


def segments(path: Path) -> tuple[Path, ...]:
    """The journal's segments in the order of their names; the seal's own one is not among them."""
    folder = path / CAPTURE / journal.FOLDER
    found = sorted(folder.glob("*.jsonl"), key=lambda item: _natural(item.name))
    own = f"{SEAL_PROCESS}-"
    return tuple(item for item in found if item.is_file() and not item.name.startswith(own))


def seal_segments(path: Path) -> tuple[Path, ...]:
    """The segments that only say that the run was sealed."""
    found = sorted((path / CAPTURE / journal.FOLDER).glob(f"{SEAL_PROCESS}-*.jsonl"))
    return tuple(item for item in found if item.is_file())


def is_sealed(path: Path) -> bool:
    """Whether nothing may be recorded any more."""
    return (path / CAPTURE / SEAL).exists() or bool(seal_segments(path))


def scans(path: Path, run_id: str) -> tuple[Scan, ...]:
    """Every segment, read; EvidenceError at the first that is not what was written."""
    found = tuple(journal.scan(segment, run_id) for segment in segments(path))
    for item in found:
        if item.problem is not None:
            raise failure(item.problem)
    return found


def state(manifest: Manifest, digest: str, found: tuple[Scan, ...]) -> State:
    """The state that scans have found."""
    return State(manifest.run_id, digest, {item.segment: item.head for item in found})


def _natural(name: str) -> tuple[str, int, str]:
    process, _, number = name.removesuffix(".jsonl").rpartition("-")
    return (process, int(number), name) if number.isdigit() else (name, 0, name)
