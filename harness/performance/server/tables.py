"""Which tables grow while a system is loaded: their sizes before and after it, indexes included."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from harness.model import Side

FILE = "tables.csv"
BEFORE, AFTER = "before", "after"

_MOST = 5


def lines(side: Side, when: str, found: Mapping[str, int]) -> str:
    """The sizes as lines of CSV."""
    text = io.StringIO()
    csv.writer(text).writerows((side, when, name, size) for name, size in sorted(found.items()))
    return text.getvalue()


def read(content: str) -> dict[Side, dict[str, int]]:
    """How many bytes each table has grown by; a side that was not looked at twice is left out."""
    known: dict[tuple[Side, str], dict[str, int]] = {}
    for side, when, name, size in csv.reader(content.splitlines()):
        known.setdefault((Side(side), when), {})[name] = int(size)
    return {
        side: {name: size - known[side, BEFORE].get(name, 0) for name, size in after.items()}
        for (side, when), after in known.items()
        if when == AFTER and (side, BEFORE) in known
    }


def largest(grown: Mapping[str, int]) -> list[tuple[str, int]]:
    """The few that grew most, the most first."""
    ordered = sorted(grown.items(), key=lambda each: (-each[1], each[0]))
    return [(name, size) for name, size in ordered[:_MOST] if size > 0]
