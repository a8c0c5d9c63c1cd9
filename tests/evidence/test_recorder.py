"""The recorder: nothing secret is stored, whatever field of whatever record it stands in."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest

from harness.evidence import Run, verify
from harness.model import (
    Attachment,
    Capture,
    CheckResult,
    CheckSpec,
    Conclusion,
    Cover,
    Finding,
    FindingKind,
    Item,
    Mode,
    Part,
    Severity,
    Status,
    Text,
    Title,
    fingerprint_of,
    text,
)
from harness.redact import Redactor
from harness.values import Value
from tests.evidence.samples import (
    CREATED,
    KEY,
    a_capture,
    a_finding,
    a_manifest,
    a_recorder,
    a_result,
    a_run,
    a_spec,
)

CANARY = 'Kanarie/9 "+ü&x'
FORMS = (
    CANARY.encode(),
    quote(CANARY, safe="").encode(),
    base64.b64encode(CANARY.encode())[:16],
    CANARY.encode().hex().encode(),
    CANARY.encode("utf-16-le"),
    b"Kanarie/9",
)


def _everywhere() -> tuple[CheckSpec, Capture, Conclusion]:
    note = f"before {CANARY} after"
    title = Title(note, note)
    said = Text("a.b", (("p", note), ("t", title), ("n", (note, Text("a.c", (("q", note),))))))
    spec = CheckSpec(
        f"rights.{CANARY}x",
        title,
        area=a_spec().area,
        module=note,
        mode=Mode.PAIR,
        comparator=f"flow {CANARY}",
        requirements=(note,),
        department=note,
        owner=note,
    )
    value: Value = {note: [note, {CANARY: note.encode()}], "url": f"http://u:{quote(CANARY, safe='')}@host/"}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"{CANARY}.txt", note * 20)
    attachments = (
        Attachment(note, note, note.encode()),
        Attachment("a", "text/plain; charset=utf-8", note.encode()),
        Attachment("b", "application/octet-stream", b"\x00\xff" + CANARY.encode() + b"\x00"),
        Attachment("c", "image/png", b"\x89PNG" + CANARY.encode("utf-16-le")),
        Attachment("d", "application/zip", archive.getvalue()),
        Attachment("e", "application/gzip", gzip.compress(note.encode() * 20)),
        Attachment("f", "application/json", base64.b64encode(b"x" + CANARY.encode())),
    )
    measures = {note: note}
    capture = Capture(
        value,
        attachments,
        (Cover(note, note, note),),
        (Item(note, note),),
        (said,),
        measures,
        said,
    )
    finding = Finding(
        spec.id,
        FindingKind.MISMATCH,
        note,
        Severity.MAJOR,
        said,
        note,
        note,
        note,
        value,
        value,
        currency=note,
    )
    conclusion = Conclusion(Status.FAILED, said, (finding,), attachments, capture.covers, (said,), measures)
    return spec, capture, conclusion


def _leaks(folder: Path) -> list[tuple[str, bytes]]:
    found = []
    for file in folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            if content[:4] == b"PK\x03\x04":
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    content += b"".join(archive.read(name) for name in archive.namelist())
            if content[:2] == b"\x1f\x8b":
                content += gzip.decompress(content)
            found += [(str(file), form) for form in FORMS if form in content or form in str(file).encode()]
    return found


def test_a_secret_in_every_field_of_every_record_is_stored_nowhere(tmp_path: Path) -> None:
    spec, capture, conclusion = _everywhere()
    noted: dict[str, dict[str, Value]] = {"source": {CANARY: CANARY, "synthetic": True}}
    manifest = replace(
        a_manifest(), project=CANARY, scope=(CANARY,), environments=noted, code_revision=CANARY
    )
    run = Run.create(tmp_path, manifest, Redactor([CANARY]))
    with a_recorder(run, secrets=(CANARY,)) as recorder:
        recorder.plan([(spec, Part.PAIR)])
        recorder.universe([Item(CANARY, CANARY)])
        recorder.covers(spec.id, (Cover(CANARY, CANARY, CANARY),))
        stored = recorder.capture(spec, Part.PAIR, capture)
        recorder.attach(spec.id, Part.PAIR, Attachment("s", "image/png", CANARY.encode(), sensitive=True))
        shown = recorder.finding(conclusion.findings[0])
        result = recorder.conclude(spec, Part.PAIR, conclusion, started=CREATED, seconds=Decimal(1))
        recorder.result(
            CheckResult(spec, Part.PAIR, Status.BROKEN, CREATED, Decimal(1), text("a.b", why=CANARY))
        )
    assert _leaks(run.path) == []
    recorded = Run.open(run.path).read()
    for told in (stored, shown, result, recorded):
        assert "Kanarie" not in repr(told)
    assert len(recorded.attempts) == 2
    run.seal()
    assert verify(run.path).ok


def test_nothing_stored_still_matches_what_it_was_stored_for(tmp_path: Path) -> None:
    spec, capture, conclusion = _everywhere()
    run = a_run(tmp_path)
    with a_recorder(run) as recorder:
        recorder.capture(spec, Part.PAIR, capture)
        recorder.conclude(spec, Part.PAIR, conclusion, started=CREATED, seconds=Decimal(1))
    assert _leaks(run.path) != [], "without a redactor the canary is there: the test above can fail"


def test_sensitive_attachments_are_dropped_and_their_dropping_is_recorded(tmp_path: Path) -> None:
    run, spec = a_run(tmp_path), a_spec()
    with a_recorder(run) as recorder:
        stored = recorder.capture(spec, Part.SOURCE, a_capture())
    assert [attachment.name for attachment in stored.attachments] == ["answer.json"]
    assert not (run.path / "sensitive").exists()
    dropped = [ref for ref in run.read().evidence if ref.digest is None]
    assert [(ref.name, ref.size, ref.sensitive) for ref in dropped] == [("screen.png", 16, True)]
    assert all(b"of a person" not in file.read_bytes() for file in run.path.rglob("*") if file.is_file())


def test_sensitive_attachments_of_made_up_data_are_kept_apart(tmp_path: Path) -> None:
    run, spec = a_run(tmp_path, synthetic=True), a_spec()
    with a_recorder(run) as recorder:
        stored = recorder.capture(spec, Part.SOURCE, a_capture())
    assert stored.content("screen.png") == b"\x89PNG of a person"
    (kept,) = (run.path / "sensitive").iterdir()
    assert run.blob(kept.name) == b"\x89PNG of a person"
    assert not (run.path / "capture" / "blobs" / kept.name).exists()
    run.seal()
    kept.write_bytes(b"another picture")
    assert not verify(run.path).ok
    kept.unlink()  # personal data may be deleted later: said, not a damage
    assert verify(run.path).ok
    assert "evidence.notice.sensitive_gone" in [notice.key for notice in verify(run.path).notices]
    again = Run.open(run.path).capture(spec.id, Part.SOURCE)
    assert again is not None
    assert [attachment.name for attachment in again.attachments] == ["answer.json"]


def test_a_fingerprint_does_not_depend_on_the_values_or_on_what_is_masked(tmp_path: Path) -> None:
    finding = a_finding()
    with a_recorder(a_run(tmp_path), secrets=("SO-1",)) as recorder:
        stored = recorder.finding(finding)
        other = recorder.finding(replace(finding, source_value="else", target_value="other"))
    assert stored.key == "***"
    assert stored.fingerprint == other.fingerprint == fingerprint_of(finding, KEY)


def test_a_large_plan_is_few_lines(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    with a_recorder(run) as recorder:
        recorder.plan((a_spec(f"data.entity_{number}"), Part.PAIR) for number in range(5000))
        recorder.universe(Item("column", f"t.c{number}") for number in range(5000))
    recorded = run.read()
    assert len(recorded.planned) == len(recorded.universe) == 5000
    assert verify(run.path).records == 1 + 3 + 3 + 1


def test_a_closed_recorder_can_be_closed_again(tmp_path: Path) -> None:
    recorder = a_recorder(a_run(tmp_path))
    recorder.close()
    recorder.close()


def test_the_attempt_is_counted_not_taken_from_the_caller(tmp_path: Path) -> None:
    spec = a_spec()
    with a_recorder(a_run(tmp_path)) as recorder:
        first = recorder.result(replace(a_result(spec, Part.SOURCE), attempt=9))
        second = recorder.result(a_result(spec, Part.SOURCE))
    assert (first.attempt, second.attempt) == (1, 2)


def test_what_is_no_value_is_refused_before_anything_is_stored(tmp_path: Path) -> None:
    run, spec = a_run(tmp_path), a_spec()
    with a_recorder(run) as recorder, pytest.raises(TypeError, match="object"):
        recorder.capture(spec, Part.SOURCE, Capture({"live": object()}))  # type: ignore[dict-item]
    assert run.read().evidence == ()
