"""What becomes of differences from one rehearsal to the next, and what of it a judgement keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.gate import Counts, Declared, Earlier, Known, Moved, from_bytes, to_bytes
from harness.model import Severity, Status
from tests.gate.runs import CHECKED, changed, finding, judged, known, passing, rehearsed, waiver

CLEAN = passing()
ONE = CLEAN[0]
NAME = "fp-data.check_0-SO0012/2"
FOUND = changed(CLEAN, 0, status=Status.FAILED, findings=(finding(ONE.spec),))
BROKEN = changed(CLEAN, 0, status=Status.BROKEN)


@pytest.mark.parametrize(
    ("found", "checks", "moved"),
    [
        pytest.param([()], FOUND, Moved(new=1), id="new"),
        pytest.param([known(NAME)], FOUND, Moved(), id="the same"),
        pytest.param([known(NAME)], CLEAN, Moved(gone=1), id="gone"),
        pytest.param([known(NAME)], BROKEN, Moved(unseen=1), id="nobody looked"),
        pytest.param([known("x", check="data.none")], CLEAN, Moved(unseen=1), id="its check is no more"),
        pytest.param([known(NAME), ()], FOUND, Moved(back=1), id="back"),
        pytest.param([known(NAME), ()], CLEAN, Moved(), id="gone for good"),
        pytest.param([known(NAME), (), known(NAME)], CLEAN, Moved(gone=1), id="gone again"),
        pytest.param([known(NAME), known("y")], FOUND, Moved(gone=1, back=1), id="one for another"),
    ],
)
def test_differences_come_and_go(
    found: list[tuple[Known, ...]], checks: tuple[object, ...], moved: Moved
) -> None:
    earlier = rehearsed(*found, concluded=CHECKED)

    last = judged(checks, declared=earlier).trend[-1]  # type: ignore[arg-type]

    assert last.moved == moved


def test_what_nobody_looked_at_stays_open_until_somebody_does() -> None:
    past = rehearsed(
        known(NAME, critical=2), known("y", check="data.check_1")
    )  # whose check did not conclude

    unseen = judged(BROKEN, declared=past).trend[-1]
    looked = judged(CLEAN, declared=past).trend[-1]

    assert (unseen.unseen, unseen.standing(Severity.CRITICAL)) == (Counts(critical=2), 2)
    assert looked.standing(Severity.CRITICAL) == 0


def test_an_accepted_difference_is_there_but_not_open() -> None:
    accepted = judged(FOUND, waivers=(waiver(),), declared=rehearsed(known(NAME))).trend[-1]

    assert (accepted.moved, accepted.open) == (Moved(), Counts())


def test_several_findings_of_one_fingerprint_are_one_difference() -> None:
    two = (finding(ONE.spec), finding(ONE.spec, Severity.MAJOR))
    (only,) = judged(changed(CLEAN, 0, status=Status.FAILED, findings=two), declared=rehearsed()).trend

    assert (only.open, only.moved) == (Counts(critical=1, major=1), None)


def test_a_judgement_keeps_the_trend_and_the_digest_of_what_it_was_told() -> None:
    judgement = judged(FOUND, declared=rehearsed(known("a"), known("b")))

    assert from_bytes(to_bytes(judgement)) == judgement
    assert [each.run for each in judgement.trend] == ["r0", "r1", "20261120-070000"]
    assert judgement.trend[-1].outcome is judgement.verdict.outcome
    assert "rehearsals" in judgement.verdict.digests
    assert "rehearsals" not in judged(FOUND).verdict.digests
    assert judged(FOUND).trend == ()


def test_equal_pasts_have_equal_digests_and_others_not() -> None:
    digests = {
        judged(CLEAN, declared=declared).verdict.digests["rehearsals"]
        for declared in (Declared(earlier=Earlier()), rehearsed(), rehearsed(known("a")))
    }

    assert len(digests) == 2
    assert replace(rehearsed(known("a"))).digests() == rehearsed(known("a")).digests()
