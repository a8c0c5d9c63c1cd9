"""The append-only, hash-chained journal: one segment per writing process.

A line is ``{"chain":"<sha256>","record":<payload>}``; the chain is the SHA-256 of the chain before it and
the payload's bytes, the first one of the run's id and the segment's name. So no byte can change, no line
vanish, appear or move without the chain saying at which line.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import pydantic_core

from harness.errors import EvidenceError
from harness.evidence.records import Damage, Kind, Problem, problem
from harness.model import text
from harness.values import Json, Value, to_json

FOLDER = "journal"
_HEAD = b'{"chain":"'
_MIDDLE = b'","record":'
_START = len(_HEAD) + 64 + len(_MIDDLE)
_KINDS = {kind.value: kind for kind in Kind}


class Record(NamedTuple):
    """One line of a journal."""

    segment: str
    number: int
    kind: Kind
    at: datetime
    body: Json


@dataclass(frozen=True, slots=True)
class Head:
    """How far a segment reaches: its number of records and the last link of its chain."""

    records: int
    chain: str


@dataclass(frozen=True, slots=True)
class Scan:
    """A segment read byte by byte: sound payloads up to a torn end or the first problem."""

    segment: str
    first: int
    payloads: tuple[bytes, ...]
    head: Head
    size: int
    torn: int = 0
    problem: Problem | None = None


def genesis(run_id: str, segment: str) -> str:
    """What the first record of a segment is chained to: a segment fits one run and one name only."""
    return hashlib.sha256(f"erp-upgrade-harness/{run_id}/{segment}".encode()).hexdigest()


def link(chain: str, payload: bytes) -> str:
    """The next link of the chain."""
    return hashlib.sha256(chain.encode() + payload).hexdigest()


class Writer:
    """Appends records to a new segment; what `append` returned from is on the disk."""

    def __init__(self, folder: Path, process: str, run_id: str) -> None:
        self._descriptor, self.segment = _new_segment(folder, process)
        self._chain = genesis(run_id, self.segment)
        self._records = 0
        self._lock = Lock()

    @property
    def closed(self) -> bool:
        """Whether nothing can be appended any more."""
        return self._descriptor < 0

    def append(self, *entries: tuple[Kind, Value]) -> None:
        """Records written and synced together, in this order; EvidenceError when the disk refuses."""
        if not entries:
            return
        with self._lock:
            if self.closed:
                raise EvidenceError(text("evidence.journal.closed", segment=self.segment))
            lines, chain = self._lines(entries)
            try:
                _write_all(self._descriptor, b"".join(lines))
                os.fsync(self._descriptor)
            except OSError as error:
                self._release()  # the end may be torn: nothing may follow it
                raise EvidenceError(
                    text("evidence.journal.unwritable", segment=self.segment, reason=str(error))
                ) from error
            self._chain = chain
            self._records += len(lines)

    def _lines(self, entries: Sequence[tuple[Kind, Value]]) -> tuple[list[bytes], str]:
        at = datetime.now(UTC).isoformat()
        lines, chain = [], self._chain
        for number, (kind, body) in enumerate(entries, self._records + 1):
            payload = _payload({"at": at, "body": to_json(body), "kind": kind.value, "n": number})
            chain = link(chain, payload)
            lines.append(_HEAD + chain.encode() + _MIDDLE + payload + b"}\n")
        return lines, chain

    def close(self) -> None:
        """Ends the segment; a second call does nothing."""
        with self._lock:
            self._release()

    def _release(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
            self._descriptor = -1


def _payload(record: dict[str, Json]) -> bytes:
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _new_segment(folder: Path, process: str) -> tuple[int, str]:
    number = 1
    while True:
        name = f"{process}-{number}.jsonl"
        try:
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
        except FileExistsError:
            number += 1
            continue
        sync_folder(folder)
        return descriptor, name


def _write_all(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def scan(path: Path, run_id: str, after: Head | None = None, offset: int = 0) -> Scan:
    """Every sound record of a segment, and what is wrong after them; never raises for its content.

    With `after` and `offset` it goes on where an earlier scan stopped.
    """
    start = after or Head(0, genesis(run_id, path.name))
    chain, size, torn = start.chain, offset, 0
    payloads: list[bytes] = []
    found: Problem | None = None
    with path.open("rb") as file:
        file.seek(offset)
        for line in file:  # one at a time: a journal of a large run is there once, and not three times
            if not line.endswith(b"\n"):
                torn = len(line)
                break
            payload = line[_START:-2]
            following = link(chain, payload)
            if line[:_START] != _HEAD + following.encode() + _MIDDLE or not line.endswith(b"}\n"):
                *later, rest = file.read().split(b"\n")
                torn = len(rest)
                expected = start.records + len(payloads) + 1
                found = _diagnose(path.name, [line[:-1], *later], expected)
                break
            chain, size = following, size + len(line)
            payloads.append(payload)
    head = Head(start.records + len(payloads), chain)
    return Scan(path.name, start.records + 1, tuple(payloads), head, size, torn, found)


def _diagnose(segment: str, lines: Sequence[bytes], expected: int) -> Problem:
    number = _number(lines[0])
    if number is None or number == expected:
        damage = Damage.CHANGED
    elif number < expected:
        damage = Damage.ADDED
    else:
        later = any(_number(line) == expected for line in lines[1:])
        damage = Damage.REORDERED if later else Damage.REMOVED
    return problem(damage, f"{FOLDER}/{segment}", expected)


def _number(line: bytes) -> int | None:
    try:
        record = json.loads(line[_START:-1])
    except ValueError:
        return None
    number = record.get("n") if isinstance(record, dict) else None
    return number if isinstance(number, int) else None


def records(found: Scan, kinds: frozenset[Kind] | None = None) -> Iterator[Record]:
    """The records of a scan, of some kinds or all; EvidenceError for one this version does not know."""
    wanted = None if kinds is None else tuple(b'"kind":"%s"' % kind.encode() for kind in kinds)
    for number, payload in enumerate(found.payloads, found.first):
        if wanted is not None and not any(kind in payload for kind in wanted):
            continue
        try:
            record = pydantic_core.from_json(payload)  # in two thirds of json's time
            kind = _KINDS[record["kind"]]
            if kinds is None or kind in kinds:
                at = datetime.fromisoformat(record["at"])
                yield Record(found.segment, number, kind, at, record["body"])
        except (ValueError, KeyError, TypeError) as error:
            raise EvidenceError(
                text("evidence.journal.unreadable", file=found.segment, line=number, reason=str(error))
            ) from error
