"""What becomes of differences over the runs of a project, whatever order the runs are stored in."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest

from harness.gate import Amount, CheckState, Counts, Moved, risen
from harness.history import Between, Entry, Fate, History, compare, latest, rehearsals, unsteady
from harness.history.comparison import Turned
from harness.history.entries import Checked
from harness.model import Area, Outcome, Severity, Status
from tests.history.past import difference, entry, judged

BROKEN = CheckState.BROKEN


@pytest.mark.parametrize(
    ("runs", "moves"),
    [
        pytest.param([entry(1, "a")], [None], id="the first one"),
        pytest.param([entry(1, "a"), entry(2, "a", "b")], [None, Moved(new=1)], id="new"),
        pytest.param([entry(1, "a", "b"), entry(2, "a")], [None, Moved(gone=1)], id="gone"),
        pytest.param(
            [entry(1, "a"), entry(2), entry(3, "a")], [None, Moved(gone=1), Moved(back=1)], id="back"
        ),
        pytest.param([entry(1, "a"), entry(2, state=BROKEN)], [None, Moved(unseen=1)], id="not looked at"),
        pytest.param(
            [entry(1, "a"), entry(2, scope=("area=data",), complete=False), entry(3, "a")],
            [None, Moved()],
            id="a part of a run does not count",
        ),
        pytest.param(
            [entry(1, "a"), entry(2, complete=False), entry(3, "a")],
            [None, Moved()],
            id="an incomplete one does not count",
        ),
        pytest.param(
            [entry(1, "a"), entry(2, altered=True), entry(3, "a")],
            [None, Moved()],
            id="an altered one does not count",
        ),
        pytest.param(
            [entry(1, "a"), entry(2, profile="full"), entry(3, "a")],
            [None, None, Moved()],
            id="another profile is another row",
        ),
        pytest.param(
            [entry(1, "a"), entry(2, difference("a", open=Counts()))],
            [None, Moved()],
            id="an accepted one is still there",
        ),
    ],
)
def test_differences_come_go_and_come_back(runs: list[Entry], moves: list[Moved | None]) -> None:
    course = rehearsals(runs)

    assert [course[run.run].moved for run in runs if run.rehearsal] == moves


def test_the_order_in_which_runs_are_added_makes_no_difference(tmp_path: Path) -> None:
    runs = [entry(1, "a"), entry(2), entry(3, "a", "b")]
    seen = []
    for number, order in enumerate(permutations(runs)):
        history = History(tmp_path / f"{number}.sqlite")
        for each in order:
            history.add(each)
        seen.append(dict(rehearsals(history.entries(runs[0].project))))

    assert all(each == seen[0] for each in seen)
    assert seen[0]["r3"].moved == Moved(new=1, back=1)


def test_convergence_is_told_of_the_profile_that_was_rehearsed_last() -> None:
    runs = [entry(1, "a"), entry(2, "a", profile="full"), entry(3, "a", "b"), entry(4, scope=("-k x",))]

    assert [each.run for each in latest(runs)] == ["r1", "r3"]
    assert [(one.run, other.run) for one, other in risen(latest(runs), Severity.CRITICAL)] == [("r1", "r3")]
    assert latest([]) == ()


def test_two_runs_side_by_side() -> None:
    first = entry(1, "same", "gone", difference("unseen", check="data.stock"))
    second = entry(
        2, "same", difference("new", Severity.BLOCKER), judgements=(judged(1, Outcome.GO, policy="p2"),)
    )

    found = compare(first, second)

    assert {fate: [each.difference.fingerprint for each in found.of(fate)] for fate in Fate} == {
        Fate.NEW: ["new"],
        Fate.GONE: ["gone"],
        Fate.UNSEEN: ["unseen"],
        Fate.SAME: ["same"],
    }
    assert found.amounts(Fate.NEW) == (Amount(Decimal("10.00"), "CNY"),)
    assert found.policy_changed
    assert compare(first, first).checks == compare(first, first).criteria == ()


def test_a_check_in_another_state_and_a_criterion_met_otherwise_are_told() -> None:
    found = compare(entry(1, "a"), entry(2, state=CheckState.PASSED))

    assert found.checks == (Turned("data.sales", CheckState.FAILED, CheckState.PASSED),)
    (asked,) = found.criteria
    assert (asked.was and asked.was.passed, asked.now and asked.now.passed) == (False, True)
    assert not found.policy_changed


@pytest.mark.parametrize(
    ("runs", "named"),
    [
        pytest.param([entry(1, "a"), entry(2, "a")], [], id="always the same"),
        pytest.param(
            [entry(1, "a"), entry(2, state=CheckState.PASSED)],
            [(Between.RUNS, ("failed", "passed"))],
            id="between runs",
        ),
        pytest.param(
            [entry(1, "a"), entry(2, state=CheckState.PASSED, scope=("-k sales",))],
            [(Between.RUNS, ("failed", "passed"))],
            id="a part of a run tells, too",
        ),
        pytest.param(
            [entry(1, "a"), entry(2, state=CheckState.PASSED, world="upgraded again")], [], id="other systems"
        ),
        pytest.param([entry(1, "a"), entry(2, state=CheckState.MISSING)], [], id="not finished"),
        pytest.param([entry(1, "a"), entry(2, state=CheckState.PASSED, altered=True)], [], id="altered"),
        pytest.param(
            [entry(1, checks=(Checked("data.sales", Area.DATA, CheckState.PASSED, 2,
                                      (Status.FAILED, Status.PASSED)),))],
            [(Between.ATTEMPTS, ("failed", "passed"))],
            id="between attempts",
        ),
        pytest.param(
            [entry(day, checks=(Checked("data.manual.1", Area.DATA, state, 1, manual=True),))
             for day, state in ((1, CheckState.PASSED), (2, CheckState.FAILED))],
            [],
            id="people may find something else",
        ),
    ],
)  # fmt: skip
def test_a_check_that_does_not_say_the_same_of_the_same_is_named(
    runs: list[Entry], named: list[tuple[Between, tuple[str, ...]]]
) -> None:
    assert [(each.between, each.states) for each in unsteady(runs)] == named
