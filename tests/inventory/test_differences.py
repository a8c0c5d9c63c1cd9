"""What counts as a change, of what kind, and how serious it is."""

from __future__ import annotations

from typing import Any

import pytest

from harness.inventory.changes import SEVERITIES, Change
from harness.inventory.differences import differences
from harness.inventory.renames import Rename, Renames
from harness.model import Severity
from harness.things import Sort, Thing
from tests.inventory.things import a_field, a_model, a_thing

MODEL = a_model()
CRITICAL, MAJOR, MINOR = Severity.CRITICAL, Severity.MAJOR, Severity.MINOR


def told(source: tuple[Thing, ...], target: tuple[Thing, ...], *renames: Rename) -> list[Any]:
    found = differences(source, target, Renames(renames))
    return [(each.name, each.change, each.severity) for each in found]


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ({}, {}, []),
        ({"type": "text"}, {"type": "number"}, [(Change.TYPE, MAJOR)]),
        ({"relation": "party"}, {"relation": "person"}, [(Change.TYPE, MAJOR)]),
        ({}, {"required": True}, [(Change.REQUIRED, MINOR)]),
        ({"filled": 9}, {"required": True}, [(Change.REQUIRED, MAJOR)]),
        ({"required": True}, {}, [(Change.OPTIONAL, MAJOR)]),
        ({}, {"readonly": True}, [(Change.READONLY, MAJOR)]),
        ({"readonly": True}, {}, [(Change.WRITABLE, MINOR)]),
        ({"default": "order"}, {"default": "manual"}, [(Change.DEFAULT, MAJOR)]),
        ({"default": "order"}, {"default": None}, [(Change.DEFAULT_LOST, MAJOR)]),
        ({"default": None}, {"default": "order"}, [(Change.DEFAULT_NEW, MINOR)]),
        ({"default": None}, {"default": False}, []),
        ({"default": 0}, {"default": None}, []),
        ({"filled": 10}, {"filled": 0}, [(Change.EMPTY, CRITICAL)]),
        ({"filled": 10}, {"filled": 1}, []),
        ({"filled": 0}, {"filled": 0}, []),
        ({"filled": 10}, {"sampled": 0, "filled": 0}, []),
    ],
    ids=[
        "the same",
        "another type",
        "a link to something else",
        "required, and always filled in before",
        "required, and not always filled in before",
        "no longer required",
        "read-only",
        "can be changed now",
        "another default",
        "no default any more",
        "a default where there was none",
        "false is no default",
        "nor is zero",
        "no value any more",
        "fewer values are no proof",
        "never had a value",
        "no records to look at",
    ],
)
def test_a_field(source: dict[str, Any], target: dict[str, Any], expected: list[Any]) -> None:
    found = told((MODEL, a_field(**source)), (MODEL, a_field(**target)))
    assert found == [("sale.note", *each) for each in expected]


@pytest.mark.parametrize(
    ("sort", "source", "target", "expected"),
    [
        (Sort.MENU, {"roles": ["a", "b"]}, {"roles": ["b"]}, [(Change.LOST_BY_ROLE, MAJOR)]),
        (Sort.MENU, {"roles": ["a"]}, {"roles": ["a", "b"]}, [(Change.GAINED_BY_ROLE, MINOR)]),
        (Sort.JOB, {"active": False}, {"active": True}, [(Change.STARTED, CRITICAL)]),
        (Sort.JOB, {"active": True}, {"active": False}, [(Change.STOPPED, MAJOR)]),
        (Sort.JOB, {"every": "1 days"}, {"every": "1 hours"}, [(Change.SCHEDULE, MINOR)]),
        (Sort.SEQUENCE, {"next": 38}, {"next": 1}, [(Change.RESTARTED, CRITICAL)]),
        (Sort.SEQUENCE, {"next": 38}, {"next": 19}, [(Change.RESTARTED, CRITICAL)]),
        (Sort.SEQUENCE, {"next": 38}, {"next": 20}, [(Change.BEHIND, MINOR)]),
        (Sort.SEQUENCE, {"next": 3}, {"next": 2}, [(Change.BEHIND, MINOR)]),
        (Sort.SEQUENCE, {"next": 38}, {"next": 1, "latest": 37, "taken": 0}, [(Change.RESTARTED, CRITICAL)]),
        (Sort.SEQUENCE, {"next": 38}, {"next": 36, "latest": 20, "taken": 1}, [(Change.RESTARTED, CRITICAL)]),
        (Sort.SEQUENCE, {"next": 108}, {"next": 33, "latest": 20, "taken": 0}, [(Change.BEHIND, MINOR)]),
        (Sort.SEQUENCE, {"next": 38}, {"next": 40}, []),
        (Sort.SEQUENCE, {"prefix": "SO"}, {"prefix": None}, [(Change.FORMAT, MAJOR)]),
        (Sort.SETTING, {"value": "order"}, {"value": "manual"}, [(Change.VALUE, MAJOR)]),
        (Sort.LANGUAGE, {"translations": 100}, {"translations": 89}, [(Change.TRANSLATIONS, MINOR)]),
        (Sort.LANGUAGE, {"translations": 100}, {"translations": 90}, []),
        (Sort.LANGUAGE, {"date": "%d"}, {"date": "%m"}, [(Change.FORMAT, MINOR)]),
        (Sort.MODULE, {"version": "7.0"}, {"version": "8.0"}, []),
        (Sort.MODEL, {"read": "yes"}, {"read": "access"}, [(Change.UNREADABLE, CRITICAL)]),
        (Sort.MODEL, {"read": "access"}, {"read": "access"}, []),
    ],
)
def test_a_thing_of_another_sort(
    sort: Sort, source: dict[str, Any], target: dict[str, Any], expected: list[Any]
) -> None:
    found = told((a_thing(sort, **source),), (a_thing(sort, **target),))
    assert found == [("x", *each) for each in expected]


@pytest.mark.parametrize(
    ("gone", "severity"),
    [
        (a_thing(Sort.MODULE), CRITICAL),
        (a_model(), MAJOR),
        (a_model(records=0), MINOR),
        (a_model(technical=True), MINOR),
        (a_thing(Sort.MENU), MAJOR),
        (a_thing(Sort.MENU, technical=True), MINOR),
        (a_thing(Sort.REPORT), MAJOR),
        (a_thing(Sort.WIZARD), MINOR),
        (a_thing(Sort.JOB, active=False), MINOR),
        (a_thing(Sort.SEQUENCE, next=38), MAJOR),
        (a_thing(Sort.SEQUENCE, next=1), MINOR),
        (a_thing(Sort.SETTING, value=None), MINOR),
    ],
)
def test_what_is_gone_weighs_by_whether_it_was_used(gone: Thing, severity: Severity) -> None:
    assert told((gone,), ()) == [(gone.name, Change.GONE, severity)]


@pytest.mark.parametrize(("filled", "severity"), [(10, MAJOR), (0, MINOR)])
def test_a_field_that_is_gone_weighs_by_its_values(filled: int, severity: Severity) -> None:
    assert told((MODEL, a_field(filled=filled)), (MODEL,)) == [("sale.note", Change.GONE, severity)]


def test_the_fields_of_a_model_that_is_gone_or_new_are_not_told_again() -> None:
    things = (MODEL, a_field(), a_thing(Sort.METHOD, "sale.confirm", model="sale"))
    assert told(things, ()) == [("sale", Change.GONE, MAJOR)]
    assert told((), things) == [("sale", Change.NEW, None)]


@pytest.mark.parametrize(
    ("new", "change", "severity"),
    [
        (a_field(), Change.NEW, None),
        (a_field(required=True), Change.NEW_REQUIRED, MAJOR),
        (a_field(required=True, default="x"), Change.NEW, None),
        (a_field(required=True, readonly=True), Change.NEW, None),
        (a_thing(Sort.JOB, active=True), Change.NEW_ACTIVE, MAJOR),
        (a_thing(Sort.JOB, active=True, technical=True), Change.NEW_ACTIVE, MINOR),
        (a_thing(Sort.JOB, active=False), Change.NEW, None),
        (a_thing(Sort.MENU, roles=["a"]), Change.NEW, None),
    ],
)
def test_what_is_new_is_a_finding_only_where_it_asks_or_acts(
    new: Thing, change: Change, severity: Severity | None
) -> None:
    assert told((MODEL,), (MODEL, new)) == [(new.name, change, severity)]


def test_a_menu_entry_that_stands_elsewhere_has_moved() -> None:
    one = Thing(Sort.MENU, "A / Terms", "Terms", "A", {"roles": ["a"], "opens": "terms"})
    other = Thing(Sort.MENU, "B / Terms", "Terms", "B", {"roles": ["a"], "opens": "terms"})
    assert told((one,), (other,)) == [("A / Terms", Change.MOVED, MINOR)]
    twice = Thing(Sort.MENU, "C / Terms", "Terms", "C", {"roles": ["a"], "opens": "terms"})
    assert {change for _, change, _ in told((one,), (other, twice))} == {Change.GONE, Change.NEW}


RENAMED = Rename(Sort.FIELD, "sale.note", "sale.remark", "because")


def test_a_known_rename_is_no_difference_but_what_changed_with_it_is() -> None:
    source = (MODEL, a_field("sale.note", required=True))
    assert told(source, (MODEL, a_field("sale.remark", required=True)), RENAMED) == []
    assert told(source, (MODEL, a_field("sale.remark")), RENAMED) == [("sale.remark", Change.OPTIONAL, MAJOR)]
    assert told(source, (MODEL,), RENAMED) == [("sale.remark", Change.GONE, MAJOR)]


def test_what_had_the_name_before_gives_way_to_what_is_renamed() -> None:
    source = (MODEL, a_field("sale.note"), a_field("sale.remark", type="number"))
    assert told(source, (MODEL, a_field("sale.remark")), RENAMED) == []


def test_a_renamed_model_takes_its_fields_along() -> None:
    renamed = Rename(Sort.MODEL, "sale", "order", "because")
    source = (MODEL, a_field(), a_field("sale.line", relation="sale"))
    target = (
        a_model("order"),
        a_field("order.note", model="order"),
        a_field("order.line", model="order", relation="order"),
    )
    assert told(source, target, renamed) == []


def test_a_renamed_folder_takes_its_entries_along() -> None:
    renamed = Rename(Sort.MENU, "A", "B", "because")
    source = tuple(a_thing(Sort.MENU, name, roles=["a"]) for name in ("A", "A / X", "AX"))
    target = tuple(a_thing(Sort.MENU, name, roles=["a"]) for name in ("B", "B / X", "AX"))
    assert told(source, target, renamed) == []


def test_every_weight_is_of_a_change_that_such_a_thing_can_have() -> None:
    of_fields = set(Change) - {Change.NEW, Change.MOVED, Change.UNREADABLE}
    assert {change for sort, change in SEVERITIES if sort is Sort.FIELD} <= of_fields
    assert not any(change is Change.NEW for _, change in SEVERITIES)
