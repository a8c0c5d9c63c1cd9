"""Reading order from places, and the fewest that moved."""

import pytest

from harness.ux.order import moved, reading_order


def test_rows_are_read_from_their_beginning() -> None:
    """Some pixels up or down are the same row."""
    places = [("b", 200, 13), ("a", 10, 10), ("d", 300, 60), ("c", 10, 62)]

    assert reading_order(places) == ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("source", "target", "names"),
    [
        ("abcd", "abcd", ""),
        ("abcd", "acbd", "c"),
        ("abcd", "dabc", "d"),
        ("abcd", "axbycd", ""),
        ("abcd", "ad", ""),
        ("aabc", "baac", ""),  # two of a name cannot be told apart
        ("abcdef", "fedcba", "fedcb"),
        ("", "", ""),
    ],
)
def test_moved(source: str, target: str, names: str) -> None:
    """What is new, gone or there twice has not moved."""
    found = moved(list(source), list(target))

    assert len(found) == len(names)
    rest = [name for name in source if source.count(name) == 1 == target.count(name) and name not in found]
    assert rest == [name for name in target if name in rest]
