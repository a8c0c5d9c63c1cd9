"""Writes one process's part of the journal. Everything is redacted before it is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, TypeAlias

from harness.evidence import blobs
from harness.evidence.captures import body_of, restored
from harness.evidence.codec import encode_as, from_value, to_value
from harness.evidence.journal import Writer
from harness.evidence.records import (
    CheckCovers,
    EvidenceRef,
    Kind,
    Planned,
    Session,
    StoredAttachment,
    StoredCapture,
)
from harness.model import (
    Attachment,
    Capture,
    CheckResult,
    CheckSpec,
    Conclusion,
    Cover,
    Finding,
    Item,
    Part,
    fingerprint_of,
)
from harness.redact import Redactor
from harness.values import Value, dumps

CAPTURE_TYPE = "application/vnd.erp-upgrade-harness.capture+json"
_Entry: TypeAlias = tuple[Kind, Value]
_BATCH = 2000  # items of a plan or a universe per record: a line stays readable


class Places(NamedTuple):
    """Where a recorder puts bytes. `sensitive` is None when such attachments are dropped."""

    blobs: Path
    work: Path
    sensitive: Path | None


class Recorder:
    """One process's journal segment. Its records are on the disk when a method returns.

    The order within a check is: capture, attachments, findings, covers, then the result, which closes
    the attempt; `conclude` keeps it. A second result for the same part is the next attempt.
    """

    def __init__(
        self,
        writer: Writer,
        places: Places,
        redactor: Redactor,
        fingerprint_key: bytes,
        session: Session,
        attempts: Counter[tuple[str, Part]],
    ) -> None:
        self._writer = writer
        self._places = places
        self._redactor = redactor
        self._key = fingerprint_key
        self._attempts = attempts
        self._writer.append((Kind.SESSION, to_value(session, redactor)))

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def segment(self) -> str:
        """The name of the journal segment this recorder writes."""
        return self._writer.segment

    def plan(self, items: Iterable[tuple[CheckSpec, Part]]) -> None:
        """What the run means to execute; plans add up, so a resumed run plans again."""
        planned = [to_value(Planned(spec, part), self._redactor) for spec, part in items]
        self._writer.append(*_batches(Kind.PLAN, planned))

    def universe(self, items: Iterable[Item]) -> None:
        """What there is to verify."""
        self._writer.append(*self._universe(items))

    def covers(self, check_id: str, covers: Sequence[Cover]) -> None:
        """What a check has looked at; it counts once the check has concluded."""
        self._writer.append(*self._covers(check_id, covers))

    def capture(self, spec: CheckSpec, part: Part, capture: Capture) -> Capture:
        """Stores a capture and gives it back as it was stored: what the comparator must be given.

        Redacted, and without dropped attachments, so that an offline comparison sees the same.
        """
        kept = tuple(self._keep(attachment) for attachment in capture.attachments)
        body = encode_as(StoredCapture, _stored(capture, kept), self._redactor)
        content = dumps(body)
        digest = blobs.put(self._places.blobs, content, self._places.work)
        whole = self._ref(
            spec.id, part, StoredAttachment("capture", CAPTURE_TYPE, digest), len(content), capture=True
        )
        refs = [self._ref(spec.id, part, item, len(bytes_)) for item, bytes_ in kept]
        self._writer.append(
            *[(Kind.EVIDENCE, to_value(ref)) for ref in (whole, *refs)],
            *self._universe(capture.universe),
            *self._covers(spec.id, capture.covers),
        )
        contents = {item.digest: bytes_ for item, bytes_ in kept if item.digest is not None}
        return restored(body_of(content), contents)

    def attach(self, check_id: str, part: Part, attachment: Attachment) -> EvidenceRef:
        """Stores bytes of a check; sensitive ones are dropped unless the run holds made-up data only."""
        item, content = self._keep(attachment)
        ref = self._ref(check_id, part, item, len(content))
        self._writer.append((Kind.EVIDENCE, to_value(ref)))
        return ref

    def finding(self, finding: Finding) -> Finding:
        """Stores one finding and gives it back redacted, with its fingerprint."""
        return self.findings((finding,))[0]

    def findings(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Stores many findings with one sync and gives them back redacted, with their fingerprints."""
        entries = self._findings(findings)
        self._writer.append(*entries)
        return tuple(from_value(Finding, body) for _, body in entries)

    def result(self, result: CheckResult) -> CheckResult:
        """Stores the outcome of one part, with the number of its attempt, and closes the attempt."""
        return self._result(result, ())

    def conclude(
        self, spec: CheckSpec, part: Part, conclusion: Conclusion, *, started: datetime, seconds: Decimal
    ) -> CheckResult:
        """Stores all of a conclusion in its order: attachments, covers, findings, result."""
        for attachment in conclusion.attachments:
            self.attach(spec.id, part, attachment)
        result = CheckResult(
            spec=spec,
            part=part,
            status=conclusion.status,
            started=started,
            seconds=seconds,
            reason=conclusion.reason,
            caveats=conclusion.caveats,
            measures=conclusion.measures,
        )
        return self._result(
            result, (*self._covers(spec.id, conclusion.covers), *self._findings(conclusion.findings))
        )

    def close(self) -> None:
        """Ends the segment properly; a second call does nothing."""
        if not self._writer.closed:
            self._writer.append((Kind.CLOSE, None))
            self._writer.close()

    def _result(self, result: CheckResult, entries: Sequence[_Entry]) -> CheckResult:
        key = (self._redactor.name(result.spec.id), result.part)
        numbered = replace(result, attempt=self._attempts[key] + 1)
        body = to_value(numbered, self._redactor)
        self._writer.append(*entries, (Kind.CHECK, body))
        self._attempts[key] += 1
        return from_value(CheckResult, body)

    def _findings(self, findings: Iterable[Finding]) -> list[_Entry]:
        named = [replace(finding, fingerprint=fingerprint_of(finding, self._key)) for finding in findings]
        return [(Kind.FINDING, to_value(finding, self._redactor)) for finding in named]

    def _universe(self, items: Iterable[Item]) -> list[_Entry]:
        return _batches(Kind.UNIVERSE, [to_value(item, self._redactor) for item in items])

    def _covers(self, check_id: str, covers: Sequence[Cover]) -> list[_Entry]:
        if not covers:
            return []
        return [(Kind.COVERS, to_value(CheckCovers(check_id, tuple(covers)), self._redactor))]

    def _keep(self, attachment: Attachment) -> tuple[StoredAttachment, bytes]:
        content = self._redactor.content(attachment.content, attachment.media_type)
        folder = self._places.sensitive if attachment.sensitive else self._places.blobs
        digest = None if folder is None else blobs.put(folder, content, self._places.work)
        name = self._redactor.text(attachment.name)
        media_type = self._redactor.text(attachment.media_type)
        return StoredAttachment(name, media_type, digest, attachment.sensitive), content

    def _ref(
        self, check_id: str, part: Part, item: StoredAttachment, size: int, *, capture: bool = False
    ) -> EvidenceRef:
        return EvidenceRef(
            check_id=self._redactor.name(check_id),
            part=part,
            attempt=self._attempts[self._redactor.name(check_id), part] + 1,
            name=item.name,
            media_type=item.media_type,
            size=size,
            digest=item.digest,
            capture=capture,
            sensitive=item.sensitive,
        )


def _batches(kind: Kind, bodies: Sequence[Value]) -> list[_Entry]:
    return [(kind, bodies[start : start + _BATCH]) for start in range(0, len(bodies), _BATCH)]


def _stored(capture: Capture, kept: Sequence[tuple[StoredAttachment, bytes]]) -> StoredCapture:
    return StoredCapture(
        value=capture.value,
        attachments=tuple(item for item, _ in kept),
        covers=capture.covers,
        universe=capture.universe,
        caveats=capture.caveats,
        measures=capture.measures,
        failure=capture.failure,
    )
