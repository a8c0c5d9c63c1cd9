"""Orders of things, and the fewest of them that moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

ROW = 12  # pixels: what is no further down than this is in the same row


def reading_order(places: Sequence[tuple[str, int, int]]) -> tuple[str, ...]:
    """The names from the top to the bottom, each row from its beginning."""
    rows: list[list[tuple[str, int, int]]] = []
    for item in sorted(places, key=lambda place: (place[2], place[1])):
        if rows and item[2] - rows[-1][0][2] <= ROW:
            rows[-1].append(item)
        else:
            rows.append([item])
    return tuple(name for row in rows for name, _, _ in sorted(row, key=lambda place: place[1]))


def moved(source: Sequence[str], target: Sequence[str]) -> tuple[str, ...]:
    """The fewest names without which both orders are the same; only of names that are once on both."""
    common = {name for name in source if source.count(name) == 1 == target.count(name)}
    position = {name: at for at, name in enumerate(name for name in source if name in common)}
    names = [name for name in target if name in common]
    kept = _longest_rise([position[name] for name in names])
    return tuple(name for name in names if position[name] not in kept)


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """The longest rising selection of different numbers."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(ends, number)
        before[number] = ends[at - 1] if at else None
        ends[at : at + 1] = [number]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept
