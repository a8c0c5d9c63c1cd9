"""What hands do in a real browser, counted by the probe and by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from harness.config.ux import UxTable
from harness.ux import BrowserHandle, open_browser
from harness.ux.probes.inputs import Effort, InputCounter

pytestmark = pytest.mark.real_pair

PAGE = """
<!doctype html><html lang="en"><title>Form</title><main>
  <label>User <input id="user"></label> <label>Password <input id="password" type="password"></label>
  <label><input type="checkbox" id="urgent"> Urgent</label>
  <label><input type="radio" id="goods"> Goods</label>
  <label>Quantity <input id="quantity"></label> <label>Name <input id="name"></label>
  <label>State <select id="state"><option>Draft<option>Open<option>Done</select></label>
  <button id="save">Save</button> <table><tr><td id="row">A row</td></tr></table>
</main>
"""


def logs_in(page: Any) -> None:
    page.click("#user")
    page.keyboard.type("admin")
    page.keyboard.press("Tab")
    page.keyboard.type("secret")
    page.keyboard.press("Enter")


def ticks_and_saves(page: Any) -> None:
    page.click("#urgent")
    page.click("#goods")
    page.click("#save")


def corrects_a_quantity(page: Any) -> None:
    page.dblclick("#row")
    page.click("#quantity")
    page.keyboard.type("12")
    page.keyboard.press("Backspace")
    page.keyboard.type("3")
    page.click("#save")


def enters_a_chinese_name(page: Any) -> None:
    page.click("#name")
    page.keyboard.insert_text("王芳")
    page.keyboard.press("Enter")


def chooses_by_keyboard(page: Any) -> None:
    page.focus("#name")
    page.keyboard.type("ab")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


# Counted on paper from the lines above, in the operators of the keystroke-level model.
BY_HAND = [
    # M P BB H 5K K | M 6K K
    (logs_in, Effort(clicks=1, keys=13, points=1, hand_switches=1, moves=2), "8.04"),
    # M P BB | M P BB | M P BB
    (ticks_and_saves, Effort(clicks=3, keys=0, points=3, hand_switches=0, moves=3), "7.95"),
    # M P BBBB | M P BB H 2K K K | H M P BB
    (corrects_a_quantity, Effort(clicks=4, keys=4, points=3, hand_switches=2, moves=3), "10.07"),
    # M P BB H 2K K
    (enters_a_chinese_name, Effort(clicks=1, keys=3, points=1, hand_switches=1, moves=1), "3.89"),
    # M 2K K | M K K | M K
    (chooses_by_keyboard, Effort(clicks=0, keys=6, points=0, hand_switches=0, moves=3), "5.73"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserHandle]:
    with open_browser(UxTable(timeout=Decimal(8)), ["http://127.0.0.1"]) as opened:
        yield opened


@pytest.mark.parametrize(("perform", "effort", "seconds"), BY_HAND)
def test_what_is_counted_is_what_a_person_counts(
    browser: BrowserHandle, perform: Callable[[Any], None], effort: Effort, seconds: str
) -> None:
    """Five tasks on a page of our own, with real input, against a count by hand."""
    hands = InputCounter()
    with browser.new_page() as page:
        page.expose_function("__harnessInput", hands.receive)
        page.route("http://127.0.0.1/", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
        page.goto("http://127.0.0.1/")
        perform(page)
        page.wait_for_timeout(100)  # the last event is on its way from the page to us

    counted = hands.take()

    assert counted == effort
    assert counted.seconds == Decimal(seconds)
