"""What must hold for every run: nothing bad improves a recommendation, order does not matter."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.evidence import Cut
from harness.gate import judge
from harness.gate.waivers import selector
from harness.model import Area, Outcome, Part, Severity, Status
from tests.gate.runs import (
    AS_OF,
    ASKED,
    DEFAULT,
    SIDES,
    Check,
    changed,
    finding,
    judged,
    manifest,
    passing,
    recorded,
    spec,
    waiver,
)

pytestmark = pytest.mark.thorough

CLEAN = passing()
CASES = settings.get_profile("cases")
ORDER = (Outcome.GO, Outcome.GO_WITH_CONDITIONS, Outcome.NO_GO)
KEYS = ("SO1", "SO2", "SO3")

places = st.integers(0, len(CLEAN) - 1)
severities = st.sampled_from(Severity)
bad = st.sampled_from([Status.FAILED, Status.BROKEN, Status.SKIPPED, Status.UNKNOWN])


@st.composite
def checks(draw: st.DrawFn) -> Check:
    """Any check that ended in any way."""
    own = spec(
        f"check_{draw(st.integers(0, 3))}", draw(st.sampled_from((*ASKED, Area.RIGHTS))), draw(severities)
    )
    status = draw(st.sampled_from(Status))
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True)) if status is Status.FAILED else []
    found = tuple(finding(own, draw(severities), key=key) for key in keys)
    done = draw(st.sampled_from([None, SIDES[:1], SIDES[:2]]))
    return Check(own, status, found, done=done, at=draw(st.sampled_from(SIDES)))


runs = st.lists(checks(), max_size=8, unique_by=lambda check: check.spec.id).map(tuple)


def rank(outcome: Outcome | None) -> int:
    """How bad an outcome is."""
    assert outcome is not None
    return ORDER.index(outcome)


@CASES
@given(places, bad, st.sampled_from(SIDES), st.sampled_from([Severity.BLOCKER, Severity.CRITICAL]))
def test_no_single_bad_input_leaves_go(place: int, status: Status, part: Part, severity: Severity) -> None:
    own = replace(CLEAN[place].spec, severity=severity)

    outcome = judged(changed(CLEAN, place, spec=own, status=status, at=part)).verdict.outcome

    assert outcome is Outcome.NO_GO


@CASES
@given(places, st.integers(0, 2), st.booleans())
def test_no_missing_part_leaves_go(place: int, done: int, whole: bool) -> None:
    lacking = changed(CLEAN, place, done=SIDES[:done])
    gone = tuple(check for check in CLEAN if check.spec.area is not CLEAN[place].spec.area)

    assert judged(gone if whole else lacking).verdict.outcome is Outcome.NO_GO


@CASES
@given(runs)
def test_an_unsealed_or_cut_run_is_never_go(run: tuple[Check, ...]) -> None:
    cut = (Cut("main-1.jsonl", 3, 10),)

    assert judged(run, sealed=False).verdict.outcome is Outcome.NO_GO
    assert judged(run, cuts=cut).verdict.outcome is Outcome.NO_GO


@CASES
@given(runs, places, severities, bad)
def test_making_something_worse_never_improves(
    run: tuple[Check, ...], place: int, severity: Severity, status: Status
) -> None:
    if not run:
        return
    place %= len(run)
    own = run[place]
    key = "another"
    with_finding = changed(
        run, place, status=Status.FAILED, findings=(*own.findings, finding(own.spec, severity, key=key))
    )
    if own.status is not Status.PASSED:
        with_finding = changed(run, place, findings=(*own.findings, finding(own.spec, severity, key=key)))
    ended_worse = changed(run, place, status=status) if own.status is Status.PASSED else run
    additional = (*run, Check(spec("added", Area.DATA), Status.FAILED, (finding(spec("added")),)))

    base = rank(judged(run).verdict.outcome)

    for worse in (with_finding, ended_worse, additional):
        assert rank(judged(worse).verdict.outcome) >= base


@CASES
@given(runs, st.integers(0, 2**16))
def test_the_order_of_results_does_not_matter(run: tuple[Check, ...], seed: int) -> None:
    stored = recorded(run)
    mixed = random.Random(seed)
    shuffled = replace(
        stored,
        planned=tuple(mixed.sample(stored.planned, len(stored.planned))),
        results=tuple(mixed.sample(stored.results, len(stored.results))),
        findings=tuple(mixed.sample(stored.findings, len(stored.findings))),
    )

    def verdict(source: object) -> object:
        return judge(source, manifest(), DEFAULT, (), AS_OF, "SIT")  # type: ignore[arg-type]

    assert verdict(shuffled) == verdict(stored)


@CASES
@given(runs, st.sampled_from(KEYS), st.integers(1, 3))
def test_a_waiver_changes_only_what_it_matches(run: tuple[Check, ...], key: str, limit: int) -> None:
    accepting = waiver(entity="sale_line", key=key, limit=limit)

    without = {id_of(item): item.open for item in judged(run).findings}
    with_it = judged(run, waivers=(accepting,))

    chosen = selector(accepting)
    for item in with_it.findings:
        if not chosen.matches(item.finding):
            assert item.open == without[id_of(item)]
        assert item.finding.count == 1
    assert len(with_it.findings) == len(without)


def id_of(item: object) -> str:
    """The lasting name of a judged finding."""
    return str(item.finding.fingerprint)  # type: ignore[attr-defined]


@CASES
@given(runs)
def test_go_means_that_nothing_is_open_or_in_doubt(run: tuple[Check, ...]) -> None:
    judgement = judged(run)

    if judgement.verdict.outcome is Outcome.GO:
        assert all(check.state.concluded for check in judgement.checks if check.severity.rank <= 2)
        assert all(item.finding.severity is Severity.MINOR for item in judgement.findings if item.open)
        assert all(result.passed for result in judgement.verdict.rules)
