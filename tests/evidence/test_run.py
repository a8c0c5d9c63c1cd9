"""Runs: created once, recorded by several processes, read as one, sealed for ever."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from harness.errors import EvidenceError, ExitCode, UnknownRun
from harness.evidence import Run, verify
from harness.evidence.layout import pretty
from harness.model import Conclusion, Cover, Item, Mode, Part, Side, Status, text
from tests.evidence.samples import (
    CREATED,
    a_capture,
    a_conclusion,
    a_finding,
    a_manifest,
    a_recorder,
    a_result,
    a_run,
    a_spec,
    fill,
)

WHY = text("evidence.notice.unsealed")


def test_a_run_reads_back_what_was_recorded(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    fill(run, checks=2)
    recorded = Run.open(run.path).read()
    assert len(recorded.planned) == 6
    assert recorded.missing() == ()
    assert {check: result.status for check, result in recorded.conclusions().items()} == {
        "function.flow_main_0": Status.FAILED,
        "function.flow_main_1": Status.FAILED,
    }
    assert [finding.key for finding in recorded.findings] == ["SO-1", "SO-2"] * 2
    assert len({finding.fingerprint for finding in recorded.findings}) == 4
    assert {(item.item, item.size) for item in recorded.universe} == {("sale", 20), ("sale_line", 40)}
    assert ("function.flow_main_0", Cover("column", "sale_line.quantity", "rows")) in recorded.covers
    assert recorded.latest("function.flow_main_1", Part.TARGET) is not None
    assert recorded.latest("function.flow_main_1", Part.PAIR) is None


def test_several_processes_are_read_as_one(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    for process in ("gw1", "gw0"):
        fill(run, process)
    assert sorted(Run.open(run.path).read().conclusions()) == ["function.flow_gw0_0", "function.flow_gw1_0"]


def test_the_order_of_processes_does_not_matter(tmp_path: Path) -> None:
    one, other = a_run(tmp_path / "a"), a_run(tmp_path / "b")
    for run, order in ((one, ("x", "y")), (other, ("y", "x"))):
        for process in order:
            fill(run, process)
    first, second = one.read(), other.read()
    assert (first.planned, first.results, first.findings) == (
        second.planned,
        second.results,
        second.findings,
    )


def test_a_capture_comes_back_as_it_was_stored(tmp_path: Path) -> None:
    run, spec = a_run(tmp_path), a_spec()
    with a_recorder(run) as recorder:
        stored = recorder.capture(spec, Part.SOURCE, a_capture("first"))
        assert run.capture(spec.id, Part.SOURCE) == stored
        assert run.capture(spec.id, Part.TARGET) is None
        recorder.result(a_result(spec, Part.SOURCE))
        again = recorder.capture(spec, Part.SOURCE, a_capture("second"))
        assert run.capture(spec.id, Part.SOURCE) == again
    assert Run.open(run.path).capture(spec.id, Part.SOURCE) == again
    assert again.content("answer.json") == b'{"state": "done"}'


def test_a_second_result_is_a_second_attempt_and_the_first_stays_visible(tmp_path: Path) -> None:
    run, spec = a_run(tmp_path), a_spec(mode=Mode.PAIR)
    with a_recorder(run) as recorder:
        recorder.conclude(spec, Part.PAIR, a_conclusion(), started=CREATED, seconds=Decimal(1))
    with a_recorder(run) as recorder:
        later = CREATED + timedelta(hours=1)
        recorder.conclude(spec, Part.PAIR, Conclusion(Status.PASSED), started=later, seconds=Decimal(1))
    recorded = run.read()
    assert [(result.attempt, result.status) for result in recorded.attempts] == [
        (1, Status.FAILED),
        (2, Status.PASSED),
    ]
    assert [result.attempt for result in recorded.results] == [2]
    assert recorded.findings == ()
    assert recorded.conclusions()[spec.id].status is Status.PASSED


def test_findings_of_an_interrupted_attempt_still_stand(tmp_path: Path) -> None:
    run, spec = a_run(tmp_path), a_spec(mode=Mode.PAIR)
    with a_recorder(run) as recorder:
        recorder.conclude(spec, Part.PAIR, Conclusion(Status.PASSED), started=CREATED, seconds=Decimal(1))
        recorder.finding(a_finding())
    assert [finding.key for finding in run.read().findings] == ["SO-1"]
    with a_recorder(run) as recorder:
        recorder.conclude(spec, Part.PAIR, Conclusion(Status.PASSED), started=CREATED, seconds=Decimal(1))
    assert run.read().findings == ()


def test_a_comparison_older_than_a_side_decides_nothing(tmp_path: Path) -> None:
    run, spec = a_run(tmp_path), a_spec()
    fill(run)
    with a_recorder(run) as recorder:
        spec = next(spec for spec, _ in run.read().planned)
        recorder.result(a_result(spec, Part.TARGET))
    recorded = run.read()
    assert [(item.id, part) for item, part in recorded.missing()] == [(spec.id, Part.COMPARISON)]
    assert spec.id not in recorded.conclusions()


def test_what_was_planned_and_has_no_result_is_missing(tmp_path: Path) -> None:
    run, spec = a_run(tmp_path), a_spec()
    with a_recorder(run) as recorder:
        recorder.plan([(spec, Part.SOURCE), (spec, Part.TARGET)])
        recorder.result(a_result(spec, Part.SOURCE, Status.BROKEN))
    assert run.read().missing() == ((spec, Part.TARGET),)


def test_what_a_check_that_did_not_conclude_looked_at_is_not_covered(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    cover = Cover("table", "sale", "rows")
    with a_recorder(run) as recorder:
        recorder.universe([Item("table", "sale", 7)])
        for status in (Status.BROKEN, Status.UNKNOWN, Status.SKIPPED, Status.PASSED):
            spec = a_spec(f"data.{status}", Mode.PAIR)
            recorder.covers(spec.id, (cover,))
            recorder.result(a_result(spec, Part.PAIR, status))
    recorded = run.read()
    assert recorded.covers == (("data.passed", cover),)
    assert len(recorded.stated_covers) == 4


def test_a_name_that_no_run_has_is_answered_with_those_there_are(tmp_path: Path) -> None:
    for run_id in ("run-1", "run-2"):
        Run.create(tmp_path, a_manifest(run_id))

    with pytest.raises(UnknownRun, match=r"run-9.*run-2.*run-1") as unknown:
        Run.find(tmp_path, "run-9")

    assert unknown.value.exit_code is ExitCode.USAGE_ERROR


def test_the_latest_run_is_the_one_created_last(tmp_path: Path) -> None:
    for number in (1, 3, 2):
        Run.create(tmp_path, a_manifest(f"run-{number}", created=CREATED + timedelta(days=number)))
    assert Run.find(tmp_path, "latest").manifest.run_id == "run-3"
    assert Run.find(tmp_path, "run-1").manifest.run_id == "run-1"


@pytest.mark.parametrize("name", ["latest", "run-9"])
def test_a_run_that_is_not_there_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(EvidenceError, match="run"):
        Run.find(tmp_path, name)


def test_a_run_is_never_overwritten(tmp_path: Path) -> None:
    a_run(tmp_path)
    with pytest.raises(EvidenceError, match="never overwritten"):
        a_run(tmp_path)


@pytest.mark.parametrize("run_id", ["", "../run", "a/b", ".hidden", "."])
def test_an_id_that_is_no_plain_name_is_refused(run_id: str) -> None:
    with pytest.raises(ValueError, match="plain name"):
        a_manifest(run_id)


@pytest.mark.parametrize("schema", [0, 2, "1", None])
def test_an_unknown_schema_is_refused(tmp_path: Path, schema: object) -> None:
    run = a_run(tmp_path)
    file = run.path / "capture" / "manifest.json"
    content = json.loads(file.read_bytes())
    content["object"]["schema"] = schema
    file.write_bytes(pretty(content))
    with pytest.raises(EvidenceError, match="schema"):
        Run.open(run.path)


def test_a_sealed_run_takes_nothing_more(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    fill(run)
    digest = run.read().digest
    assert not run.read().sealed
    run.seal()
    run.seal()
    assert run.sealed
    assert run.read().sealed
    assert run.read().digest == digest
    with pytest.raises(EvidenceError, match="sealed"):
        a_recorder(run)


def test_a_damaged_run_is_not_sealed(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    fill(run)
    next((run.path / "capture" / "blobs").iterdir()).write_bytes(b"something else")
    with pytest.raises(EvidenceError, match="changed"):
        run.seal()
    assert not run.sealed


def test_a_seal_that_was_interrupted_is_completed(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    fill(run)
    run.seal()
    (run.path / "capture" / "seal.json").unlink()
    assert run.sealed
    assert not verify(run.path).ok
    run.seal()
    assert verify(run.path).ok


def test_a_cut_counts_until_a_later_session_has_made_up_for_it(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    fill(run)
    segment = run.path / "capture" / "journal" / "main-1.jsonl"
    segment.write_bytes(segment.read_bytes()[:-40])
    recorded = run.read()
    assert [(cut.segment, cut.resumed) for cut in recorded.cuts] == [("main-1.jsonl", False)]
    fill(run)
    healed = run.read()
    assert healed.cuts == ()
    assert [cut.segment for cut in healed.healed_cuts] == ["main-1.jsonl"]
    run.seal()
    assert verify(run.path).ok


@pytest.mark.parametrize("process", ["", "a b", "../x", "seal", "a-b"])
def test_a_process_has_a_plain_name(tmp_path: Path, process: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        a_recorder(a_run(tmp_path), process)


def test_a_missing_blob_is_an_error_not_an_empty_capture(tmp_path: Path) -> None:
    run, spec = a_run(tmp_path), a_spec()
    with a_recorder(run) as recorder:
        recorder.capture(spec, Part.SOURCE, a_capture())
    for blob in (run.path / "capture" / "blobs").iterdir():
        blob.unlink()
    with pytest.raises(EvidenceError, match="removed"):
        run.capture(spec.id, Part.SOURCE)


def test_an_altered_journal_is_an_error_for_every_reader(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    fill(run)
    segment = run.path / "capture" / "journal" / "main-1.jsonl"
    segment.write_bytes(segment.read_bytes().replace(b'"SO-1"', b'"SO-7"'))
    fresh = Run.open(run.path)
    for reader in (
        fresh.read,
        fresh.seal,
        lambda: fresh.capture("function.flow_main_0", Part.SOURCE),
        lambda: a_recorder(fresh, "gw9"),
        lambda: fresh.add_judgement(b"{}", {}),
    ):
        with pytest.raises(EvidenceError, match=r"main-1\.jsonl, line"):
            reader()


def test_a_manifest_knows_whether_all_data_is_made_up() -> None:
    assert a_manifest(synthetic=True).synthetic
    assert not a_manifest().synthetic
    half = {"source": {"synthetic": True}, "target": {"synthetic": False}}
    assert not replace(a_manifest(), environments=half).synthetic
    only_said = {"source": {"synthetic": "yes"}}
    assert not replace(a_manifest(), environments=only_said, sides=(Side.SOURCE,)).synthetic
