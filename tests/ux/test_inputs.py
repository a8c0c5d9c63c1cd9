"""Input is counted as a person would count it, and costs what the keystroke-level model says."""

from decimal import Decimal

import pytest

from harness.ux.inputs import Inputs
from harness.ux.probes.inputs import Effort, InputCounter, sorted_waits

POINTER, KEY, TEXT = "pointer", "key", "text"


@pytest.mark.parametrize(
    ("events", "effort", "seconds"),
    [
        ([], Effort(), "0"),
        # M + P + BB
        ([(POINTER, True, 1)], Effort(clicks=1, points=1, moves=1), "2.65"),
        # a double click points once
        ([(POINTER, True, 1), (POINTER, False, 1)], Effort(clicks=2, points=1, moves=1), "2.85"),
        # M + 3K
        ([(KEY, True, 1), (KEY, False, 1), (KEY, False, 1)], Effort(keys=3, moves=1), "2.19"),
        # characters of an input method count one by one
        ([(TEXT, True, 1), (TEXT, False, 2)], Effort(keys=3, moves=1), "2.19"),
        # click a field, type into it: one thought, one hand switch
        (
            [(POINTER, True, 1), (KEY, False, 1)],
            Effort(clicks=1, keys=1, points=1, hand_switches=1, moves=1),
            "3.33",
        ),
        # back to the same button with the mouse after a key: points again
        (
            [(POINTER, True, 1), (KEY, False, 1), (POINTER, False, 1)],
            Effort(clicks=2, keys=1, points=2, hand_switches=2, moves=1),
            "5.03",
        ),
    ],
)
def test_effort(events: list[tuple[str, bool, int]], effort: Effort, seconds: str) -> None:
    """Counts by hand, seconds by hand."""
    counter = InputCounter()
    for event in events:
        counter.receive(*event)

    assert counter.take() == effort
    assert effort.seconds == Decimal(seconds)


def test_the_hand_stays_where_it_is_between_steps() -> None:
    """A step that starts with the keyboard after a click has a hand switch."""
    counter = InputCounter()
    counter.receive(POINTER, True, 1)
    counter.take()
    counter.receive(KEY, True, 1)

    assert counter.take().hand_switches == 1


def test_inputs_are_the_same_on_both_sides_and_another_each_time() -> None:
    """Key counts can only be compared if the same is typed."""
    source, target = Inputs("run-1:ux.create_party"), Inputs("run-1:ux.create_party")
    drafts = [source.customer("zh_CN") for _ in range(3)]

    assert drafts == [target.customer("zh_CN") for _ in range(3)]
    assert len({draft.name for draft in drafts}) == 3
    assert any("\u4e00" <= character <= "\u9fff" for character in drafts[0].name)
    assert {draft.name for draft in drafts} <= set(source.personal)


def test_each_input_is_answered_after_a_while_of_its_own() -> None:
    """Milliseconds of the page; the last answer is what the step ends with."""
    counter = InputCounter()
    counter.receive(POINTER, True, 1, at=10_000, settled=9_000)
    counter.receive(KEY, True, 1, at=12_000, settled=10_050)
    counter.receive(KEY, False, 1, at=13_000, settled=12_700)

    waits = counter.take_waits(9.5, 26.0)

    assert [round(wait, 3) for wait in waits] == [0.05, 0.7, 13.0]
    assert sorted_waits(waits) == {"at_once": 1, "short": 1, "long": 0, "endless": 1}


def test_a_step_without_input_waits_once_for_all_of_it() -> None:
    assert InputCounter().take_waits(5.0, 9.0) == (4.0,)
