"""A run's evidence taken over into a second directory, so that a part of it can be gathered again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias, cast

from harness.errors import EvidenceError
from harness.evidence import blobs, journal
from harness.evidence.journal import Record, Writer
from harness.evidence.layout import CAPTURE, MANIFEST, SENSITIVE, scans
from harness.evidence.records import Kind
from harness.evidence.run import Run
from harness.model import Part, text
from harness.values import Json, from_json

Keep: TypeAlias = Callable[[str, Part], bool]
_PROCESS = "clone"
_DECIDING = (Part.PAIR.value, Part.COMPARISON.value)


def clone(run: Run, root: Path, keep: Keep) -> Run:
    """The same run below another `root`, unsealed, with only those parts of checks that `keep` wants.

    What is kept is what was recorded, byte for byte; the journal is chained anew. Judgements and
    reports stay behind. EvidenceError when the run is damaged or `root` holds one of its id.
    """
    path = root / run.path.name
    found = scans(run.path, run.manifest.run_id)
    try:
        path.mkdir(parents=True)
    except FileExistsError:
        raise EvidenceError(text("evidence.run.exists", run=run.manifest.run_id)) from None
    capture = path / CAPTURE
    (capture / journal.FOLDER).mkdir(parents=True)
    _link_all(run.path / CAPTURE / blobs.FOLDER, capture / blobs.FOLDER)
    if (run.path / SENSITIVE).is_dir():
        _link_all(run.path / SENSITIVE, path / SENSITIVE)
    shutil.copyfile(run.path / CAPTURE / MANIFEST, capture / MANIFEST)
    for item in found:
        entries = [(kind, from_json(body)) for kind, body in _kept(journal.records(item), keep)]
        writer = Writer(capture / journal.FOLDER, _PROCESS, run.manifest.run_id)
        writer.append(*entries)
        writer.append((Kind.CLOSE, None))
        writer.close()
    return Run.open(path)


def _kept(records: Iterable[Record], keep: Keep) -> Iterator[tuple[Kind, Json]]:
    pending: dict[str, list[Json]] = {}
    for record in records:
        body = record.body
        match record.kind:
            case Kind.PLAN:
                assert isinstance(body, list)
                yield record.kind, [item for item in body if keep(*_spec_and_part(item))]
            case Kind.FINDING:
                pending.setdefault(_name(_fields(body)["check_id"]), []).append(body)
            case Kind.CHECK:
                check_id, part = _spec_and_part(body)
                findings = pending.pop(check_id, []) if part.value in _DECIDING else []
                if keep(check_id, part):
                    yield from ((Kind.FINDING, finding) for finding in findings)
                    yield record.kind, body
            case Kind.EVIDENCE:
                fields = _fields(body)
                if keep(_name(fields["check_id"]), Part(_name(fields["part"]))):
                    yield record.kind, body
            case Kind.COVERS:
                check_id = _name(_fields(body)["check_id"])
                if any(keep(check_id, part) for part in Part):
                    yield record.kind, body
            case Kind.SESSION | Kind.UNIVERSE:
                yield record.kind, body


def _spec_and_part(body: Json) -> tuple[str, Part]:
    fields = _fields(body)
    return _name(_fields(fields["spec"])["id"]), Part(_name(fields["part"]))


def _fields(body: Json) -> Mapping[str, Json]:
    assert isinstance(body, dict)
    content = body["object"]
    assert isinstance(content, dict)
    return content


def _name(content: Json) -> str:
    return cast(str, content)


def _link_all(origin: Path, destination: Path) -> None:
    """Blobs never change, so both runs may share them; copied where the file system cannot link."""
    destination.mkdir(parents=True)
    for item in origin.iterdir():
        try:
            os.link(item, destination / item.name)
        except OSError:
            shutil.copyfile(item, destination / item.name)
