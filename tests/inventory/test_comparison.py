"""From two lists to findings: serious ones by name, small ones together, and never a pass by default."""

from __future__ import annotations

from typing import Any

import pytest

from harness.compare import conclude
from harness.inventory.stored import decoded, encoded
from harness.messages import Language, render
from harness.model import (
    Area,
    Capture,
    CheckSpec,
    Conclusion,
    FindingKind,
    Mode,
    Part,
    Severity,
    Side,
    Status,
    Title,
    fingerprint_of,
    text,
)
from harness.things import Sort, Thing
from tests.inventory.things import a_field, a_model, a_thing, captured

SPEC = CheckSpec(
    "function.inventory", Title("Inventory", "清单"), Area.FUNCTION, "system", Mode.PAIR, "inventory"
)
SOURCE = (a_model(), a_field(required=True), a_field("sale.old", filled=0), a_thing(Sort.JOB, active=True))


def concluded(source: tuple[Thing, ...], target: tuple[Thing, ...], renames: Any = ()) -> Conclusion:
    return conclude(SPEC, {Part.PAIR: captured({Side.SOURCE: source, Side.TARGET: target}, renames)})


def test_equal_lists_pass() -> None:
    assert concluded(SOURCE, SOURCE).status is Status.PASSED


def test_a_serious_change_is_a_finding_of_its_own() -> None:
    target = (a_model(), a_field(), a_field("sale.old", filled=0), a_thing(Sort.JOB, active=True))
    (finding,) = concluded(SOURCE, target).findings
    assert (finding.entity, finding.key, finding.field) == ("field", "sale.note", "optional")
    assert (finding.severity, finding.source_value, finding.target_value) == (Severity.MAJOR, True, False)


def test_small_changes_of_a_sort_are_counted_together() -> None:
    source = (a_model(), *(a_field(f"sale.old{number}", filled=0) for number in range(30)))
    (finding,) = concluded(source, (a_model(),)).findings
    assert (finding.entity, finding.field, finding.count) == ("field", "small", 30)
    assert finding.severity is Severity.MINOR
    for language in Language:
        said = render(finding.text, language)
        assert "30" in said and "sale.old0" in said


def test_the_name_of_a_group_lasts_until_the_group_changes() -> None:
    def name(*fields: str) -> str:
        source = (a_model(), *(a_field(field, filled=0) for field in fields))
        (finding,) = concluded(source, (a_model(),)).findings
        return fingerprint_of(finding, b"key")

    assert name("sale.a", "sale.b") == name("sale.b", "sale.a") != name("sale.a", "sale.c")


def test_what_appeared_is_listed_but_is_no_finding() -> None:
    conclusion = concluded(SOURCE, (*SOURCE, a_field("sale.new")))
    assert (conclusion.status, conclusion.measures["appeared"]) == (Status.PASSED, 1)
    (listed,) = (each.content for each in conclusion.attachments if each.name == "differences.csv")
    assert b"sale.new" in listed


@pytest.mark.parametrize("part", [Part.PAIR, Part.TARGET])
def test_a_target_that_cannot_be_listed_is_a_finding(part: Part) -> None:
    silent = text("adapters.http.no_answer", url="x", reason="y")
    if part is Part.PAIR:
        gathered = captured({Side.SOURCE: SOURCE})
        captures = {part: Capture(gathered.value, gathered.attachments, failure=silent)}
    else:
        captures = {Part.SOURCE: captured({Side.SOURCE: SOURCE}), part: Capture(None, failure=silent)}
    conclusion = conclude(SPEC, captures)
    assert conclusion.status is Status.FAILED
    assert [finding.kind for finding in conclusion.findings] == [FindingKind.UNAVAILABLE]


@pytest.mark.parametrize(
    "capture",
    [Capture(None, failure=text("inventory.nothing_listed")), captured({Side.SOURCE: (), Side.TARGET: ()})],
    ids=["the source cannot be listed", "both lists are empty"],
)
def test_without_a_list_of_the_source_nothing_is_decided(capture: Capture) -> None:
    assert conclude(SPEC, {Part.PAIR: capture}).status is Status.UNKNOWN


def test_both_ways_of_gathering_say_the_same() -> None:
    target = (a_model(), a_field())
    apart = {
        Part.SOURCE: captured({Side.SOURCE: SOURCE}),
        Part.TARGET: captured({Side.TARGET: target}),
    }
    assert conclude(SPEC, apart).findings == concluded(SOURCE, target).findings


def test_renames_are_part_of_the_evidence() -> None:
    target = (a_model(), a_field("sale.remark", required=True), *SOURCE[2:])
    renames = [["field", "sale.note", "sale.remark", "because"]]
    assert concluded(SOURCE, target, renames).status is Status.PASSED
    assert concluded(SOURCE, target).status is Status.FAILED


def test_a_list_reads_back_as_it_was_written() -> None:
    assert decoded(encoded(SOURCE)) == SOURCE
