"""Counts what a person's hands do, and how long the keystroke-level model says that takes.

The model (Card, Moran and Newell): K a key, P pointing at something, B pressing or releasing a button,
H a hand going from the keyboard to the mouse or back, M thinking before turning to something else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

KEY = Decimal("0.28")
POINT = Decimal("1.1")
BUTTON = Decimal("0.1")
HAND = Decimal("0.4")
MENTAL = Decimal("1.35")

# How people feel a wait (Miller; Nielsen): at once, without losing the thread, without turning away.
CLASSES = (("at_once", 0.1), ("short", 1.0), ("long", 10.0), ("endless", float("inf")))


def sorted_waits(waits: Iterable[float]) -> dict[str, int]:
    """How many waits there are of each class."""
    found = dict.fromkeys((name for name, _ in CLASSES), 0)
    for wait in waits:
        found[next(name for name, limit in CLASSES if wait <= limit)] += 1
    return found


@dataclass(frozen=True, slots=True)
class Effort:
    """Input counted: `keys` includes characters of an input method; `moves` are turns to another element."""

    clicks: int = 0
    keys: int = 0
    points: int = 0
    hand_switches: int = 0
    moves: int = 0

    @property
    def seconds(self) -> Decimal:
        """The keystroke-level time of this input, without the waits. A click presses and releases."""
        return (
            self.keys * KEY
            + self.points * POINT
            + 2 * self.clicks * BUTTON
            + self.hand_switches * HAND
            + self.moves * MENTAL
        )


class InputCounter:
    """Receives the page's input events; knows how many there were, never what they were."""

    def __init__(self) -> None:
        self._events: list[tuple[str, bool, int]] = []
        self._on_mouse: bool | None = None
        self._latest: float | None = None
        self._waits: list[float] = []

    def receive(self, kind: str, moved: bool, amount: int, at: float = 0, settled: float = 0) -> None:
        """One event of the page: `pointer`, `key` or `text`.

        `at` is when, `settled` when the page had last changed before it, both in milliseconds.
        """
        self._events.append((kind, moved, amount))
        if self._latest is not None:
            self._waits.append(max(0.0, settled - self._latest) / 1000)
        self._latest = at

    def take_waits(self, started: float, ended: float) -> tuple[float, ...]:
        """Seconds that the page took to answer each input of a step, from `started` to `ended` (epoch).

        A step without any input waits once, for all of it.
        """
        waits, self._waits = self._waits, []
        latest, self._latest = self._latest, None
        since = started if latest is None else latest / 1000
        return (*waits, max(0.0, ended - since))

    def take(self) -> Effort:
        """The effort since the last call. The hand stays where it is from one step to the next."""
        events, self._events = self._events, []
        clicks = keys = points = switches = moves = 0
        for kind, moved, amount in events:
            on_mouse = kind == "pointer"
            if on_mouse:
                clicks += 1
                points += moved or not self._on_mouse
            else:
                keys += amount
            switches += self._on_mouse is not None and self._on_mouse != on_mouse
            moves += moved
            self._on_mouse = on_mouse
        return Effort(clicks, keys, points, switches, moves)
