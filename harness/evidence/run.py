"""A run directory: created once, recorded into by several processes, sealed, then judged."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from harness.errors import EvidenceError, UnknownRun
from harness.evidence import blobs, journal, judgements
from harness.evidence.captures import body_of, restored
from harness.evidence.codec import from_stored, from_value, to_value
from harness.evidence.collecting import without_collection
from harness.evidence.index import CaptureIndex
from harness.evidence.journal import Scan, Writer
from harness.evidence.layout import (
    CAPTURE,
    MANIFEST,
    SEAL,
    SEAL_PROCESS,
    SENSITIVE,
    WORK,
    State,
    is_sealed,
    read_manifest,
    scans,
    signed,
    state,
    write_manifest,
)
from harness.evidence.recorded import Builder, Recorded
from harness.evidence.recorder import Places, Recorder
from harness.evidence.records import Cut, Kind, Manifest, Session
from harness.evidence.verification import verify
from harness.model import Capture, CheckResult, Part, text
from harness.redact import Redactor

LATEST = "latest"
_NAMED = 5


class Run:
    """One run directory, opened."""

    def __init__(self, path: Path, manifest: Manifest, manifest_digest: str) -> None:
        self.path = path
        self.manifest = manifest
        self._manifest_digest = manifest_digest
        self._index = CaptureIndex(path, manifest.run_id)
        self._read: State | None = None

    def __repr__(self) -> str:
        return f"Run({self.manifest.run_id!r}, sealed={self.sealed})"

    @classmethod
    def create(cls, root: Path, manifest: Manifest, redactor: Redactor | None = None) -> Run:
        """A new run directory below `root`; EvidenceError when there is one of this id."""
        path = root / manifest.run_id
        cleaned = from_value(Manifest, to_value(manifest, redactor or Redactor(())))
        try:
            path.mkdir(parents=True)
        except FileExistsError:
            raise EvidenceError(text("evidence.run.exists", run=manifest.run_id)) from None
        for folder in (journal.FOLDER, blobs.FOLDER):
            (path / CAPTURE / folder).mkdir(parents=True)
        blobs.write_once(path / CAPTURE / MANIFEST, write_manifest(cleaned), path / WORK)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Run:
        """The run in this directory; EvidenceError when there is none or its schema is unknown."""
        manifest, digest = read_manifest(path)
        return cls(path, manifest, digest)

    @classmethod
    def find(cls, root: Path, name: str) -> Run:
        """The run of this id below `root`, or for `latest` the one created last; UnknownRun for none."""
        known = {item.parent.parent.name: item.parent.parent for item in root.glob(f"*/{CAPTURE}/{MANIFEST}")}
        if not known:
            raise UnknownRun(text("evidence.run.no_runs", path=str(root)))
        if name != LATEST and name not in known and not (root / name).exists():
            newest = tuple(sorted(known, reverse=True)[:_NAMED])
            raise UnknownRun(text("evidence.run.unknown", run=name, path=str(root), known=newest))
        if name != LATEST:
            return cls.open(root / name)
        return next(cls.newest_first(root))

    @classmethod
    def newest_first(cls, root: Path) -> Iterator[Run]:
        """Every run below `root`, the one created last first."""
        found = [cls.open(item.parent.parent) for item in root.glob(f"*/{CAPTURE}/{MANIFEST}")]
        yield from sorted(found, key=lambda run: (run.manifest.created, run.manifest.run_id), reverse=True)

    @property
    def sealed(self) -> bool:
        """Whether the capture is closed for ever."""
        return is_sealed(self.path)

    @property
    def reports(self) -> Path:
        """The folder of reports, outside the seal; made when asked for."""
        folder = self.path / "reports"
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def work(self) -> Path:
        """Where unfinished work waits to be continued: no evidence, and gone when it is done."""
        return self.path / WORK

    def recorder(self, redactor: Redactor, fingerprint_key: bytes, *, process: str) -> Recorder:
        """A recorder with a journal segment of its own; EvidenceError when the run is sealed."""
        if self.sealed:
            raise EvidenceError(text("evidence.run.sealed", run=self.manifest.run_id))
        if not re.fullmatch(r"[A-Za-z0-9_.]+", process) or process == SEAL_PROCESS:
            raise ValueError(f"not a name for a writing process: {process!r}")
        found = scans(self.path, self.manifest.run_id)
        capture = self.path / CAPTURE
        writer = Writer(capture / journal.FOLDER, process, self.manifest.run_id)
        sensitive = self.path / SENSITIVE if self.manifest.synthetic else None
        session = Session(
            run_id=self.manifest.run_id,
            segment=writer.segment,
            harness_version=self.manifest.harness_version,
            manifest=self._manifest_digest,
            torn=tuple(item.segment for item in found if item.torn),
        )
        places = Places(capture / blobs.FOLDER, self.path / WORK, sensitive)
        return Recorder(writer, places, redactor, fingerprint_key, session, _attempts(found))

    def read(self) -> Recorded:
        """Everything recorded up to the cuts; EvidenceError for a journal that was altered."""
        found = scans(self.path, self.manifest.run_id)
        builder = Builder()
        with without_collection():
            for item in found:
                builder.add(journal.records(item))
        self._read = state(self.manifest, self._manifest_digest, found)
        return builder.build(cuts=_cuts(found), digest=self._read.digest, sealed=self.sealed)

    def capture(self, check_id: str, part: Part) -> Capture | None:
        """The latest capture stored for this part, with its attachments; None when there is none."""
        digest = self._index.latest(check_id, part)
        if digest is None:
            return None
        stored = body_of(self.blob(digest))
        contents = {}
        for item in stored.attachments:
            if item.digest is not None and (not item.sensitive or self._has_sensitive(item.digest)):
                contents[item.digest] = self._bytes(item.digest, sensitive=item.sensitive)
        return restored(stored, contents)

    def blob(self, digest: str) -> bytes:
        """The bytes with this digest; EvidenceError when they are gone or changed."""
        return self._bytes(digest, sensitive=self._has_sensitive(digest))

    def _bytes(self, digest: str, *, sensitive: bool) -> bytes:
        folder = self.path / SENSITIVE if sensitive else self.path / CAPTURE / blobs.FOLDER
        return blobs.get(folder, digest)

    def _has_sensitive(self, digest: str) -> bool:
        return (self.path / SENSITIVE / digest).is_file()

    def seal(self) -> None:
        """Closes the capture for ever; a second call does nothing. EvidenceError when it is damaged."""
        capture = self.path / CAPTURE
        if (capture / SEAL).exists():
            return
        found = scans(self.path, self.manifest.run_id)
        reached = state(self.manifest, self._manifest_digest, found)
        if not self.sealed:
            damaged = verify(self.path).first
            if damaged is not None:
                raise EvidenceError(damaged.text)
            writer = Writer(capture / journal.FOLDER, SEAL_PROCESS, self.manifest.run_id)
            writer.append((Kind.SEAL, {"root": reached.digest}))
            writer.close()
        content = {
            "schema": self.manifest.schema,
            "run": self.manifest.run_id,
            "sealed": datetime.now(UTC).isoformat(),
            "root": reached.digest,
            "records": {item.segment: len(item.payloads) for item in found},
            "files": _files_of(capture),
        }
        blobs.write_once(capture / SEAL, signed(content), self.path / WORK)

    def add_judgement(self, verdict: bytes, inputs: Mapping[str, bytes]) -> Path:
        """Stores a verdict with what it was judged by, and the digest of the capture it judged.

        That is the capture as it was read last: what was recorded since, the verdict does not know.
        """
        reached = self._read
        if reached is None:
            found = scans(self.path, self.manifest.run_id)
            reached = state(self.manifest, self._manifest_digest, found)
        return judgements.add(self.path, reached, verdict, inputs)

    def judgements(self) -> tuple[Path, ...]:
        """The folders of the stored judgements, the first one first."""
        return judgements.listed(self.path)


def _attempts(found: tuple[Scan, ...]) -> Counter[tuple[str, Part]]:
    counts: Counter[tuple[str, Part]] = Counter()
    for item in found:
        for record in journal.records(item, frozenset({Kind.CHECK})):
            result = from_stored(CheckResult, record.body)
            counts[result.spec.id, result.part] += 1
    return counts


def _cuts(found: tuple[Scan, ...]) -> tuple[Cut, ...]:
    known: set[str] = set()
    for item in found:
        for record in journal.records(item, frozenset({Kind.SESSION})):
            known.update(from_stored(Session, record.body).torn)
    return tuple(
        Cut(item.segment, item.head.records + 1, item.torn, item.segment in known)
        for item in found
        if item.torn
    )


def _files_of(capture: Path) -> dict[str, tuple[int, str]]:
    found = {}
    for item in sorted(capture.rglob("*")):
        if item.is_file():
            content = item.read_bytes()
            found[item.relative_to(capture).as_posix()] = (len(content), hashlib.sha256(content).hexdigest())
    return found
