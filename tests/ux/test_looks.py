"""Each row makes one look at a screen worse: it is found once, with its element, and nothing else is."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from harness.messages import Language, render
from harness.model import text
from harness.ux.examined import Column, Examined, Place, Stop, Walk, Words, from_value, to_value
from harness.ux.examined_differences import Renamed, lost_language, of_look, same_and_fixed

WALK = Walk((Stop("a", True), Stop("b", True), Stop("c", True)), (), None, True)
LOOK = Examined(
    language="zh",
    foreign=(Words("tab", "Banking"),),
    unreadable=(Words("label", "街道:", "cut"),),
    places=(Place('button "关闭"', "off"),),
    zoomed=(Place('tab "库存"', "off"),),
    images=(),
    boxes=(),
    pale=("tab",),
    columns=(Column("状态", "red"), Column("日期", "green"), Column("金额", "blue")),
    forms={'column "日期"': ("Y-M-D",), 'column "金额"': ("¥ 1.00",)},
    order=("name", "street", "city"),
    walk=WALK,
    composed=Place("name", "whole"),
)
Change = Callable[[Examined], Examined]


def walked(**changes: object) -> Change:
    """Another way of the focus."""
    return lambda look: replace(look, walk=replace(WALK, **changes))  # type: ignore[arg-type]


def but(**changes: object) -> Change:
    """Another look."""
    return lambda look: replace(look, **changes)  # type: ignore[arg-type]


WORSE = [
    (but(foreign=(*LOOK.foreign, Words("label", "Street Name:"))), {("language", "Street Name:")}),
    (but(unreadable=(*LOOK.unreadable, Words("label", "城市:", "cut"))), {("text_cut", "城市:")}),
    (but(unreadable=(Words("label", "街道:", "overlap"),)), {("text_overlap", "街道:")}),
    (but(places=(*LOOK.places, Place("x", "covered"))), {("place_covered", "x")}),
    (but(zoomed=(Place("y", "clipped"),)), {("zoom", "y")}),
    (but(images=("logo",)), {("image", "logo")}),
    (but(boxes=("label",)), {("glyphs", "label")}),
    (but(pale=("tab", "label")), {("contrast", "label")}),
    (but(forms={**LOOK.forms, 'column "日期"': ("M/D/Y",)}), {("date_form", 'column "日期"')}),
    (but(forms={**LOOK.forms, 'column "金额"': ("¥ 1",)}), {("number_form", 'column "金额"')}),
    (
        but(columns=(Column("状态", "green"), Column("日期", "red"), Column("金额", "blue"))),
        {("column_colours", "状态"), ("column_colours", "日期")},
    ),
    (but(order=("street", "name", "city")), {("field_order", "street")}),
    (walked(stops=(Stop("a", True), Stop("b", False), Stop("c", True))), {("focus_visible", "b")}),
    (walked(stops=(Stop("b", True), Stop("a", True), Stop("c", True))), {("focus_order", "c")}),
    (walked(stops=(Stop("a", True), Stop("c", True)), missed=("b",)), {("keyboard", "b")}),
    (walked(stops=(Stop("a", False),), missed=("b", "c"), caught="a"), {("focus_trap", "a")}),
    (but(composed=Place("name", "torn")), {("composition", "name")}),
]


@pytest.mark.parametrize(("change", "expected"), WORSE)
def test_what_became_worse_is_found_once(change: Change, expected: set[tuple[str, str]]) -> None:
    """In sentences of both languages; after a round trip through storage it is the same."""
    found = list(of_look(LOOK, change(LOOK), Renamed()))

    assert {(item.field, item.key) for item in found} == expected
    for item in found:
        params = {**dict(item.params), "element": item.key, "screen": "s"}
        assert all(render(text(item.sentence, **params), language) for language in Language)
    stored = from_value(to_value(change(LOOK)))
    assert stored is not None
    assert list(of_look(LOOK, stored, Renamed())) == found


FINE = [
    but(),
    but(foreign=(), unreadable=(), places=(), zoomed=()),
    but(columns=(Column("状态", "black"), Column("日期", "black"), Column("金额", "black"))),
    but(order=("name", "attn", "street", "city")),
    but(zoomed=(Place('button "关闭"', "clipped"),)),  # it could not be reached at its own size either
    but(zoomed=None, walk=None, composed=None),
    walked(stops=(*WALK.stops, Stop("new", False))),
    walked(missed=("b",), whole=False),
    walked(stops=(Stop("c", True), Stop("a", True), Stop("b", True))),  # the same round from elsewhere
]


@pytest.mark.parametrize("change", FINE)
def test_what_is_not_worse_is_not_found(change: Change) -> None:
    """The same, better, another design, or not looked at."""
    assert list(of_look(LOOK, change(LOOK), Renamed())) == []


def test_an_element_of_another_name_is_the_same_element() -> None:
    """What its new name makes of its place or of its language is said by the name alone."""
    source = replace(LOOK, places=(Place('textbox "街道:"', "off"),))
    target = replace(
        source, places=(Place('textbox "Street:"', "off"),), foreign=(*LOOK.foreign, Words("l", "Street:"))
    )

    assert list(of_look(source, target, Renamed({"Street:": "街道:"}))) == []


def test_what_both_have_is_counted() -> None:
    """Same and fixed."""
    assert same_and_fixed(LOOK, LOOK) == (5, 0)
    assert same_and_fixed(LOOK, replace(LOOK, foreign=(), places=())) == (3, 2)


def test_a_screen_that_lost_its_language() -> None:
    """One sentence instead of one for every label."""
    assert lost_language(LOOK, replace(LOOK, language="latin"))
    assert not lost_language(replace(LOOK, language="latin"), LOOK)
