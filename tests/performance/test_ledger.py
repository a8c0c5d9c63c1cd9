"""What was acknowledged under load is held against what the ERP has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from harness.model import Finding, FindingKind, Part, Side, Status
from harness.performance.comparison import compare
from harness.performance.events import WRITES
from harness.performance.ledger import Note, audit, entered_text, line, read, read_entered
from harness.written import Entered, Stage, between
from tests.performance.recorded import NOTES, PLAN, SALES, SPEC, THERE, TOO_SHORT, capture

ONE, *OTHERS = THERE


def note(reference: str, stage: Stage = Stage.ENTERED, *, acknowledged: bool = True) -> Note:
    """A write to the target."""
    return Note(Side.TARGET, reference, stage, acknowledged)


@pytest.mark.parametrize(
    ("notes", "entered", "wrong"),
    [
        pytest.param([note("a")], [Entered("a", Stage.ENTERED)], {}, id="kept"),
        pytest.param([note("a")], [Entered("a", Stage.CONFIRMED)], {}, id="further than was told"),
        pytest.param([note("a", acknowledged=False)], [], {}, id="unanswered and not there"),
        pytest.param(
            [note("a", acknowledged=False)], [Entered("a", Stage.ENTERED)], {}, id="unanswered, there"
        ),
        pytest.param([note("a")], [], {"lost": ("a",)}, id="lost"),
        pytest.param([note("a")], [Entered("a", Stage.ENTERED)] * 2, {"doubled": ("a",)}, id="doubled"),
        pytest.param(
            [note("a", acknowledged=False)],
            [Entered("a", Stage.ENTERED)] * 2,
            {"doubled": ("a",)},
            id="doubled though nobody was told",
        ),
        pytest.param(
            [note("a"), note("a", Stage.CONFIRMED)],
            [Entered("a", Stage.QUOTED)],
            {"behind": ("a",)},
            id="behind",
        ),
        pytest.param([note("a")], [Entered("a", None)], {"behind": ("a",)}, id="cancelled"),
        pytest.param([note("a")], [Entered("a", Stage.CONFIRMED, False)], {"half": ("a",)}, id="half done"),
    ],
)
def test_what_becomes_of_a_document(
    notes: Sequence[Note], entered: Sequence[Entered], wrong: dict[str, tuple[str, ...]]
) -> None:
    assert dict(audit(notes, entered).wrong()) == wrong


def test_notes_and_documents_are_read_back_as_they_were_written() -> None:
    assert read("".join(map(line, NOTES))) == NOTES
    kept = (*THERE, Entered("x", None, False))
    assert read_entered(entered_text(kept)) == kept


def test_a_line_that_a_crash_cut_off_is_left_out() -> None:
    assert read("".join(map(line, NOTES))[:-3]) == NOTES[:-1]


def found(entered: Sequence[Entered]) -> tuple[Finding, ...]:
    """What a target that has so much of it is told."""
    made = capture(entered={Side.SOURCE: THERE, Side.TARGET: entered})
    return compare(SPEC, {Part.PAIR: made}).findings


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        (OTHERS, "lost"),
        ([ONE, *THERE], "doubled"),
        ([replace(ONE, stage=Stage.ENTERED), *OTHERS], "behind"),
        ([replace(ONE, whole=False), *OTHERS], "half"),
    ],
)
def test_each_is_one_finding_that_names_the_document(entered: Sequence[Entered], field: str) -> None:
    (finding,) = found(entered)

    assert (finding.kind, finding.entity, finding.field) == (FindingKind.VIOLATION, "documents", field)
    assert SALES[0] in str(finding.text)
    assert (finding.source_value, finding.target_value) == (0, 1)


def test_what_is_kept_is_counted_and_no_finding() -> None:
    conclusion = compare(SPEC, {Part.PAIR: capture()})

    assert conclusion.status is Status.PASSED
    assert conclusion.measures["documents.target.acknowledged"] == len(SALES)
    assert conclusion.measures["documents.target.wrong"] == 0


def test_a_side_that_cannot_tell_is_said_to_be_not_verified() -> None:
    conclusion = compare(SPEC, {Part.PAIR: capture(entered={Side.SOURCE: THERE})})

    assert [each.key for each in conclusion.caveats] == ["performance.caveat.writes_unread", TOO_SHORT]


def test_sessions_that_note_no_write_verify_nothing() -> None:
    made = capture()
    kept = tuple(each if each.name != WRITES else replace(each, content=b"") for each in made.attachments)
    conclusion = compare(SPEC, {Part.PAIR: replace(made, attachments=kept)})

    assert [each.key for each in conclusion.caveats] == ["performance.caveat.writes_unread"] * 2 + [TOO_SHORT]


def test_a_source_that_loses_documents_itself_is_said_and_accuses_nobody() -> None:
    conclusion = compare(SPEC, {Part.PAIR: capture(entered={Side.SOURCE: OTHERS, Side.TARGET: THERE})})

    assert conclusion.findings == ()
    assert [each.key for each in conclusion.caveats] == ["performance.caveat.source_writes", TOO_SHORT]


def test_a_load_that_only_reads_has_nothing_to_account_for() -> None:
    reading = replace(PLAN, scenarios=tuple(replace(each, writes=False) for each in PLAN.scenarios))
    conclusion = compare(SPEC, {Part.PAIR: capture(plan=reading, entered={}, missing={})})

    assert [each.key for each in conclusion.caveats] == [TOO_SHORT]
    assert not [name for name in conclusion.measures if name.startswith("documents.")]


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        ((), (), []),
        ((), ("2026/0007", "2026/0009"), [("documents", "gaps", 2)]),
        (("2026/0003",), ("2026/0007",), []),
        (("2026/0003",), (), []),
    ],
)
def test_a_number_that_nobody_has_is_found_where_the_source_leaves_none_out(
    source: tuple[str, ...], target: tuple[str, ...], found: list[tuple[str, str, int]]
) -> None:
    missing = {Side.SOURCE: source, Side.TARGET: target}
    conclusion = compare(SPEC, {Part.PAIR: capture(missing=missing)})

    assert [(each.entity, each.field, each.count) for each in conclusion.findings] == found
    assert conclusion.measures["documents.target.missing_numbers"] == len(target)


@pytest.mark.parametrize(
    ("numbers", "series"),
    [
        (["A7", "A9"], ["A7", "A8", "A9"]),
        (["2026/0098", "2026/0101"], ["2026/0098", "2026/0099", "2026/0100", "2026/0101"]),
        (["9", "11"], ["9", "10", "11"]),
        (["B1/x", "A2"], ["A2", "B1/x"]),
        (["none"], []),
        ([], []),
    ],
)
def test_numbers_between_are_those_of_each_series(numbers: list[str], series: list[str]) -> None:
    assert list(between(numbers)) == series
