"""The lists of both sides as they are stored, and side by side: what a person reads and ticks. Pure."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from harness.model import Attachment, Capture, Part, Side
from harness.reconcile.business.control import Column, Control
from harness.reconcile.rows import Cells, shown
from harness.reconcile.totals import number_of
from harness.values import Value

KIND = "control"
MEDIA_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list, with the cells of both sides; a side that lacks it has None."""

    source: Cells | None
    target: Cells | None

    @property
    def key_side(self) -> Cells:
        """The cells that name the line."""
        cells = self.source if self.source is not None else self.target
        assert cells is not None
        return cells

    def of(self, side: Side) -> Cells | None:
        """The cells of one side."""
        return self.source if side is Side.SOURCE else self.target


def attachment(side: Side, lines: Iterable[Cells]) -> Attachment:
    """One side's list as stored: a JSON line each, in the order of the texts."""
    ordered = sorted(lines, key=in_order)
    content = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in ordered)
    return Attachment(_name(side), MEDIA_TYPE, content.encode())


def stored(captures: Mapping[Part, Capture], side: Side) -> tuple[Cells, ...]:
    """One side's list from the captures of a check, of whatever part holds it."""
    part = Part.PAIR if Part.PAIR in captures else Part(side.value)
    content = captures[part].content(_name(side)).decode()
    return tuple(tuple(json.loads(line)) for line in content.splitlines())


def control_of(capture: Capture) -> Control | None:
    """The control that a capture was gathered with; None when it is of another kind."""
    value: Any = capture.value
    if not isinstance(value, Mapping) or value.get("kind") != KIND:
        return None
    return Control.from_value(value["control"])


def side_by_side(control: Control, source: Sequence[Cells], target: Sequence[Cells]) -> tuple[Line, ...]:
    """Both lists joined by their keys, in the order of the keys.

    Where a key occurs more than once, equal lines meet first and the rest in their order.
    """
    places = [control.places[name] for name in control.key]
    by_key: dict[Cells, tuple[list[Cells], list[Cells]]] = defaultdict(lambda: ([], []))
    for own, cells in ((0, source), (1, target)):
        for line in cells:
            by_key[tuple(line[place] for place in places)][own].append(line)
    keys = sorted(by_key, key=lambda key: in_order(key))
    return tuple(line for key in keys for line in _joined(*by_key[key]))


def double_keys(control: Control, lines: Sequence[Cells]) -> int:
    """How many keys occur more than once on one side."""
    places = [control.places[name] for name in control.key]
    counts = Counter(tuple(line[place] for place in places) for line in lines)
    return sum(count > 1 for count in counts.values())


def value_of(column: Column, place: int, cells: Cells | None) -> Value:
    """A cell as a person may see it."""
    return None if cells is None else shown(cells[place], column.field)


def number(cell: str | None) -> Decimal:
    """A cell in a sum: NULL adds nothing."""
    return number_of(cell)


def _joined(source: list[Cells], target: list[Cells]) -> Iterator[Line]:
    if len(source) == 1 and len(target) == 1:
        yield Line(source[0], target[0])
        return
    equal = Counter(source) & Counter(target)
    yield from (Line(cells, cells) for cells in equal.elements())
    rest = [sorted((Counter(lines) - equal).elements(), key=in_order) for lines in (source, target)]
    for place in range(max(map(len, rest))):
        yield Line(*(lines[place] if place < len(lines) else None for lines in rest))


def _name(side: Side) -> str:
    return f"{side.value}.jsonl"


def in_order(cells: Cells) -> tuple[tuple[int, Decimal, str], ...]:
    """Orders lines as a person does: nothing, then numbers (also those in text) by size, then texts."""
    return tuple(_rank(cell) for cell in cells)


def _rank(cell: str | None) -> tuple[int, Decimal, str]:
    if cell is None:
        return 0, Decimal(0), ""
    if cell.isascii() and cell.isdigit():
        return 1, Decimal(cell), cell
    return 2, Decimal(0), cell
