"""A clone holds what was asked for, as it was recorded, and can be recorded into again."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from harness.errors import EvidenceError
from harness.evidence import Run, verify
from harness.evidence.cloning import clone
from harness.model import Conclusion, Part, Status
from tests.evidence.samples import CREATED, a_recorder, a_result, a_run, fill

SOURCE = (Part.SOURCE, Part.SOURCE_REPEAT)


@pytest.fixture
def sealed(tmp_path: Path) -> Run:
    """A sealed run of two checks."""
    run = a_run(tmp_path / "runs", synthetic=True)
    fill(run, checks=2)
    run.seal()
    return run


def test_a_clone_of_everything_records_the_same(sealed: Run, tmp_path: Path) -> None:
    copied = clone(sealed, tmp_path / "clones", lambda check_id, part: True)
    one, other = sealed.read(), copied.read()
    assert (one.planned, one.results, one.findings, one.covers, one.universe, one.evidence) == (
        other.planned,
        other.results,
        other.findings,
        other.covers,
        other.universe,
        other.evidence,
    )
    assert not copied.sealed
    copied.seal()
    assert verify(copied.path).ok


def test_the_source_is_taken_over_and_the_target_gathered_anew(sealed: Run, tmp_path: Path) -> None:
    copied = clone(sealed, tmp_path / "clones", lambda check_id, part: part in SOURCE)
    recorded = copied.read()
    assert {result.part for result in recorded.results} == {Part.SOURCE}
    assert (recorded.findings, recorded.covers, recorded.missing()) == ((), (), ())
    spec = recorded.planned[0][0]
    assert copied.capture(spec.id, Part.TARGET) is None
    assert copied.capture(spec.id, Part.SOURCE) == sealed.capture(spec.id, Part.SOURCE)
    with a_recorder(copied) as recorder:
        recorder.plan([(spec, Part.TARGET), (spec, Part.COMPARISON)])
        result = recorder.result(a_result(spec, Part.TARGET))
        passed = Conclusion(Status.PASSED)
        recorder.conclude(spec, Part.COMPARISON, passed, started=CREATED, seconds=Decimal(1))
    assert result.attempt == 1
    assert copied.read().conclusions()[spec.id].status is Status.PASSED
    copied.seal()
    assert verify(copied.path).ok


def test_one_check_is_left_out_with_all_that_belongs_to_it(sealed: Run, tmp_path: Path) -> None:
    gone = "function.flow_main_1"
    copied = clone(sealed, tmp_path / "clones", lambda check_id, part: check_id != gone)
    journal = (copied.path / "capture" / "journal" / "clone-1.jsonl").read_text(encoding="utf-8")
    assert gone not in journal
    assert len(copied.read().findings) == 2


def test_a_clone_leaves_its_original_alone(sealed: Run, tmp_path: Path) -> None:
    copied = clone(sealed, tmp_path / "clones", lambda check_id, part: True)
    fill(copied, "other")
    assert verify(sealed.path).ok
    assert sealed.read().digest != copied.read().digest


def test_a_damaged_run_is_not_cloned_and_a_clone_overwrites_nothing(sealed: Run, tmp_path: Path) -> None:
    clone(sealed, tmp_path / "clones", lambda check_id, part: True)
    with pytest.raises(EvidenceError, match="never overwritten"):
        clone(sealed, tmp_path / "clones", lambda check_id, part: True)
    segment = sealed.path / "capture" / "journal" / "main-1.jsonl"
    segment.write_bytes(segment.read_bytes().replace(b"SO-1", b"SO-9"))
    with pytest.raises(EvidenceError, match="changed"):
        clone(sealed, tmp_path / "more", lambda check_id, part: True)
