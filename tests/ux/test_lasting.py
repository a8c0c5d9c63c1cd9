"""A violation counts only if every look at the screen finds it."""

from __future__ import annotations

import pytest

from harness.ux.probes.accessibility import Checked, Violation, lasting

CONTRAST = Violation("color-contrast", "serious", 'tab "General"', "contrast")
IMAGE = Violation("image-alt", "critical", "img.icon", "alt")
SAME_RULE_ELSEWHERE = Violation("image-alt", "critical", "img.logo", "alt")


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        pytest.param((CONTRAST, IMAGE), (CONTRAST, IMAGE), id="all are found again"),
        pytest.param((IMAGE,), (IMAGE,), id="one was passing"),
        pytest.param((SAME_RULE_ELSEWHERE,), (), id="the same rule at another element is another one"),
        pytest.param((), (), id="none is found again"),
        pytest.param(None, (CONTRAST, IMAGE), id="a look that failed says nothing"),
    ],
)
def test_only_what_is_found_again_lasts(
    again: tuple[Violation, ...] | None, expected: tuple[Violation, ...]
) -> None:
    assert lasting((CONTRAST, IMAGE), None if again is None else Checked(again)) == expected


def test_a_rule_that_was_not_run_says_nothing() -> None:
    """What it found before stays."""
    assert lasting((CONTRAST, IMAGE), Checked((), skipped=("color-contrast",))) == (CONTRAST,)
