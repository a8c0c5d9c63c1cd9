"""A fault that the current system has too is not new because its element changed its kind."""

from __future__ import annotations

from collections import Counter

import pytest

from harness.ux.observed import Screen, Violation
from harness.ux.screen_differences import differences


def screen(element: str) -> Screen:
    fault = Violation("color-contrast", "serious", element, "contrast")
    return Screen(Counter(), Counter(), (), (fault,))


@pytest.mark.parametrize(
    ("source", "target", "new"),
    [
        pytest.param('link "Ann"', 'button "Ann"', False, id="a link that became a button"),
        pytest.param('link "Ann"', 'button "Bob"', True, id="a button that says something else"),
        pytest.param('tab "Sale"', 'tab "General"', True, id="another tab"),
        pytest.param('tab "Sale"', 'tab "Sale"', False, id="the same tab"),
    ],
)
def test_a_fault_is_new_only_at_another_place(source: str, target: str, new: bool) -> None:
    assert bool(list(differences(screen(source), screen(target)))) is new
