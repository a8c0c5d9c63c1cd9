"""Rehearsals in a row, as every report shows them: one line a run."""

from __future__ import annotations

from collections.abc import Sequence

from harness.gate import Rehearsal
from harness.model import Severity, Text, text
from harness.reporting.summary import money

MOVES = ("new", "gone", "back", "unseen")
NAMES = ("day", "run", "milestone", "outcome")
NUMBERS = (*map(str, Severity), "amount", *MOVES)
MOST = 20
"""How many of the last rehearsals a page shows."""


def heads() -> tuple[Text, ...]:
    """The headings of the table; those of `NUMBERS` are of figures."""
    return tuple(text(f"report.rehearsal.{name}") for name in (*NAMES, *NUMBERS))


def cells(rehearsal: Rehearsal) -> tuple[Text | str, ...]:
    """One line of the table."""
    return (
        f"{rehearsal.created:%Y-%m-%d}",
        rehearsal.run,
        rehearsal.milestone,
        "—" if rehearsal.outcome is None else text(f"gate.outcome.{rehearsal.outcome}"),
        *figures(rehearsal),
    )


def figures(rehearsal: Rehearsal) -> tuple[Text | str, ...]:
    """The figures of one line; nothing is said of what moved where there is no rehearsal before."""
    moved = rehearsal.moved
    counts = (f"{getattr(rehearsal.open, level):,}" for level in Severity)
    moves = ("—" if moved is None else f"{getattr(moved, name):,}" for name in MOVES)
    return (*counts, money(rehearsal.amounts), *moves)


def intro(trend: Sequence[Rehearsal]) -> Text | None:
    """The sentence above the table, or in its place; None where no history was read."""
    if not trend:
        return None
    return text("report.rehearsal.about" if len(trend) > 1 else "report.rehearsal.first")
