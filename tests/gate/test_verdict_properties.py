"""What must hold for every run: nothing bad improves a recommendation, order does not matter."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain, combinations
from math import prod
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.config.lists import Consent, OperationRow, SignOffRow
from harness.config.policy import Policy
from harness.evidence import Cut
from harness.gate import Declared, judge
from harness.gate.waivers import selector
from harness.manual import Evidence, ManualResult, Result
from harness.model import Area, Outcome, Part, Severity, Status, Waiver
from tests.gate.runs import (
    AS_OF,
    ASKED,
    DEFAULT,
    FLOOR_LINE,
    SIDES,
    Check,
    Line,
    by_hand,
    changed,
    finding,
    judged,
    manifest,
    passing,
    people_found,
    policy,
    recorded,
    spec,
    waiver,
)

CLEAN = passing()
CASES = settings.get_profile("cases")
ORDER = (Outcome.GO, Outcome.GO_WITH_CONDITIONS, Outcome.NO_GO)
KEYS = ("SO1", "SO2", "SO3")

places = st.integers(0, len(CLEAN) - 1)
severities = st.sampled_from(Severity)
bad = st.sampled_from([Status.FAILED, Status.BROKEN, Status.SKIPPED, Status.UNKNOWN])


# A whole check in one drawn number: drawing each of its traits takes longer than judging the run.
TRAITS: tuple[Sequence[Any], ...] = (
    range(4),
    (*ASKED, Area.RIGHTS),
    tuple(Severity),
    tuple(Status),
    tuple(chain.from_iterable(combinations(KEYS, size) for size in range(len(KEYS) + 1))),
    tuple(Severity),
    (None, SIDES[:1], SIDES[:2]),
    SIDES,
)


def check_of(number: int) -> Check:
    """Any check that ended in any way."""
    traits = []
    for choices in TRAITS:
        number, chosen = divmod(number, len(choices))
        traits.append(choices[chosen])
    name, area, severity, status, keys, found_as, done, at = traits
    own = spec(f"check_{name}", area, severity)
    found = tuple(finding(own, found_as, key=key) for key in keys) if status is Status.FAILED else ()
    return Check(own, status, found, done=done, at=at)


runs = st.lists(st.integers(0, prod(map(len, TRAITS)) - 1), max_size=8).map(
    lambda numbers: tuple({check.spec.id: check for check in map(check_of, numbers)}.values())
)


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


DAY = timedelta(days=1)
TODAY = AS_OF.date()
DEPARTMENTS = ("Finance", "Sales")
CASES_BY_HAND = tuple(
    by_hand(
        f"TM-{number}", module="sale", document="order", operation=f"step {number}", place=f"uat:{number}"
    )
    for number in range(3)
)
STRICT = (FLOOR_LINE, Line("signed_off", list(DEPARTMENTS)), Line("coverage_share", {"operation": "1"}))


def signed(department: str, **more: Any) -> SignOffRow:
    """A department's consent, unless `more` says otherwise."""
    values: dict[str, Any] = {
        "department": department,
        "name": "Chen Jing",
        "day": TODAY.isoformat(),
        "run": manifest().run_id,
        "decision": "approved",
        "outstanding": 0,
    }
    return SignOffRow.model_validate(values | more)


SIGNED = tuple(map(signed, DEPARTMENTS))
WHOLE = replace(people_found(*CASES_BY_HAND), sign_offs=SIGNED)


def listed(*rows: ManualResult, sign_offs: Sequence[SignOffRow] = SIGNED, operations: Any = ()) -> Declared:
    """What is declared beside the run, with these results by hand."""
    return replace(people_found(*rows), sign_offs=tuple(sign_offs), operations=tuple(operations))


# Each spoils one result by hand that otherwise counts.
SPOILED_BY_HAND: tuple[Callable[[ManualResult], ManualResult], ...] = (
    lambda row: replace(row, result=Result.FAILED),
    lambda row: replace(row, result=Result.BLOCKED),
    lambda row: replace(row, result=Result.NOT_RUN),
    lambda row: replace(row, tester=None),
    lambda row: replace(row, day=None),
    lambda row: replace(row, day=TODAY + 2 * DAY),
    lambda row: replace(row, day=TODAY - 300 * DAY),
    lambda row: replace(row, evidence=()),
    lambda row: replace(row, evidence=(Evidence("shot.png", None),)),
)
# Each spoils the signature of one department; none leaves it out.
SPOILED_SIGNATURE: tuple[Callable[[str], SignOffRow | None], ...] = (
    lambda department: None,
    lambda department: signed(department, run="another run"),
    lambda department: signed(department, day=(TODAY + DAY).isoformat()),
    lambda department: signed(department, decision="rejected", remark="Not yet."),
    lambda department: signed("Somebody else"),
)
SPOILED_WAIVER = (
    waiver(key="SO-NONE", expires=TODAY - DAY),
    waiver(key="SO-NONE", approver="li  wei"),
)
UNREADABLE = (
    Line("no_open_findings", "none"),
    Line("minimum_checks", -1),
    Line("evidence_age_days", True),
    Line("coverage_share", {"operation": "2"}),
    Line("signed_off", []),
    Line("no_such_rule"),
)


def outcome(
    declared: Declared = WHOLE, rules: Policy | None = None, waivers: tuple[Waiver, ...] = ()
) -> Outcome | None:
    """What the clean run is recommended as, with this beside it."""
    chosen = rules or policy(*STRICT)
    return judged(CLEAN, declared=declared, rules=chosen, waivers=waivers).verdict.outcome


def test_the_whole_is_go_before_anything_of_it_is_spoiled() -> None:
    assert outcome() is Outcome.GO


@CASES
@given(st.integers(0, len(CASES_BY_HAND) - 1), st.sampled_from(SPOILED_BY_HAND), st.sampled_from((0, 1)))
def test_no_single_bad_result_by_hand_leaves_go(place: int, spoil: Callable[..., Any], serious: int) -> None:
    rows = list(CASES_BY_HAND)
    rows[place] = spoil(replace(rows[place], severity=tuple(Severity)[serious]))

    assert outcome(listed(*rows)) is Outcome.NO_GO


def unsigned(department: str, spoil: Callable[[str], SignOffRow | None]) -> dict[str, Any]:
    """All that is declared, but for the signature of one department."""
    others = [row for row in SIGNED if row.department != department]
    return {"declared": listed(*CASES_BY_HAND, sign_offs=[*others, *filter(None, [spoil(department)])])}


def untested(case: ManualResult, department: str) -> dict[str, Any]:
    """What the company does by its own list, with one operation that nobody has tried."""
    cell = OperationRow(module="sale", document="order", operation=case.operation, department=department)
    rest = [row for row in CASES_BY_HAND if row is not case]
    return {"declared": listed(*rest, operations=[cell])}


spoiled = st.one_of(
    st.builds(unsigned, st.sampled_from(DEPARTMENTS), st.sampled_from(SPOILED_SIGNATURE)),
    st.builds(untested, st.sampled_from(CASES_BY_HAND), st.sampled_from(DEPARTMENTS)),
    st.sampled_from(SPOILED_WAIVER).map(lambda bad: {"waivers": (bad,)}),
    st.sampled_from(UNREADABLE).map(lambda line: {"rules": policy(*STRICT, line)}),
)


@CASES
@given(spoiled)
def test_no_single_bad_signature_waiver_limit_or_gap_leaves_go(beside: dict[str, Any]) -> None:
    assert outcome(**beside) is Outcome.NO_GO


results_by_hand = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(Result), severities, st.integers(0, 3), st.booleans()),
    max_size=6,
).map(
    lambda rows: tuple(
        by_hand(
            f"TM-{case}", result, severity=severity, day=TODAY - days * DAY, place=f"uat:{place}",
            evidence=(Evidence("shot.png", "ab" * 32),) if proven else (), title=f"as row {place} calls it",
            module=("sale", "")[place % 2], document="order", operation="post", requirements=(f"R{place}",),
        )
        for place, (case, result, severity, days, proven) in enumerate(rows)
    )
)  # fmt: skip
signatures = st.lists(
    st.tuples(
        st.sampled_from(DEPARTMENTS), st.sampled_from(Consent), st.integers(0, 2), st.integers(0, 3),
        st.sampled_from(("Chen Jing", "Li Wei")),
    ),
    max_size=5,
).map(
    lambda rows: tuple(
        signed(
            department, decision=str(decision), day=(TODAY - days * DAY).isoformat(), outstanding=known,
            name=name, remark=None if decision is Consent.APPROVED else f"after {known}",
        )
        for department, decision, days, known, name in rows
    )
)  # fmt: skip


@CASES
@given(runs, results_by_hand, signatures, st.integers(0, 2**16))
def test_the_order_of_what_people_say_does_not_matter(
    run: tuple[Check, ...], rows: tuple[ManualResult, ...], signed_by: tuple[SignOffRow, ...], seed: int
) -> None:
    mixed = random.Random(seed)
    cells = [
        OperationRow(module="sale", document="order", operation=name) for name in ("post", "pay", "send")
    ]

    def judgement(mix: Callable[[Sequence[Any]], Sequence[Any]]) -> object:
        declared = listed(*mix(rows), sign_offs=mix(signed_by), operations=mix(cells))
        found = judged(run, declared=declared, rules=policy(*STRICT))
        # The digests are of the files, whose bytes do depend on the order of their lines.
        return replace(found, verdict=replace(found.verdict, digests={}))

    assert judgement(lambda items: mixed.sample(items, len(items))) == judgement(lambda items: items)


@CASES
@given(runs, results_by_hand, signatures, st.sampled_from(DEPARTMENTS))
def test_a_failure_that_people_add_never_improves(
    run: tuple[Check, ...], rows: tuple[ManualResult, ...], signed_by: tuple[SignOffRow, ...], department: str
) -> None:
    rules = policy(*STRICT)
    failed = by_hand("TM-9", Result.FAILED, place="uat:9")
    refusal = signed(department, decision="rejected", remark="Not yet.")
    nobody_did = OperationRow(module="hr", document="payslip", operation="approve")

    def ranked(declared: Declared, waivers: tuple[Waiver, ...] = ()) -> int:
        return rank(judged(run, declared=declared, rules=rules, waivers=waivers).verdict.outcome)

    base = listed(*rows, sign_offs=signed_by)
    reached = ranked(base)

    assert ranked(listed(*rows, failed, sign_offs=signed_by)) >= reached
    assert ranked(replace(base, sign_offs=(*signed_by, refusal))) >= reached
    assert ranked(replace(base, operations=(nobody_did,))) >= reached
    assert ranked(base, (SPOILED_WAIVER[0],)) >= reached


@CASES
@given(runs, results_by_hand, st.sampled_from(("TM-0", "TM-1", *KEYS)))
def test_a_waiver_for_one_result_accepts_that_one_only(
    run: tuple[Check, ...], rows: tuple[ManualResult, ...], key: str
) -> None:
    accepting = waiver(entity="*", key=key, limit=100)
    declared = listed(*rows)

    without = judged(run, declared=declared)
    with_it = judged(run, declared=declared, waivers=(accepting,))

    assert {id_of(item) for item in with_it.findings} == {id_of(item) for item in without.findings}
    assert {id_of(item) for item in with_it.findings if not item.open} == {
        id_of(item) for item in without.findings if item.finding.key == key
    }
    assert [replace(check, open=0, waived=0) for check in with_it.checks] == [
        replace(check, open=0, waived=0) for check in without.checks
    ]
