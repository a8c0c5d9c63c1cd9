"""Where the header of a table is and what its columns are called: a pure look at its first rows.

Account balances                      <- a title above it
             | Opening  |             <- a header of two rows, its upper cells merged
No.  | Name  | D  | C   | Closing
1001 | Cash  | 1  |     | 2
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from harness.messages import text
from harness.model import Text
from harness.reconcile.files.grid import Grid, Merge
from harness.reconcile.files.shapes import MARK

_DATA = re.compile(r"^[\s\d.,+()/:¥$€£%-]*\d[\s\d.,+()/:¥$€£%-]*$")
_YEAR = re.compile(r"^(19|20)\d\d$")
_FILLED = 0.6  # a header names at least so many of the columns
_MOST_ROWS = 4


@dataclass(frozen=True, slots=True)
class Layout:
    """The rows of the header as places in the head, and the headings of the columns ('' for none)."""

    header: tuple[int, ...]
    headings: tuple[str, ...]
    doubt: Text | None = None


def layout(grid: Grid, file: str, chosen: tuple[int, int] | None = None) -> Layout:
    """The layout of a table; `chosen` are rows of the file from 1, (0, 0) for no header."""
    rows = [tuple(map(_shown, row)) + ("",) * (grid.width - len(row)) for row in grid.head]
    if chosen == (0, 0):
        return Layout((), ("",) * grid.width)
    if chosen is not None:
        header = tuple(range(chosen[0] - 1, min(chosen[1], len(rows))))
    else:
        header = _header(grid.head, rows)
    if not header:
        return Layout((), ("",) * grid.width, text("files.doubt.header", file=file))
    return Layout(header, _headings(rows, header, grid.merges))


def _header(raw: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    typical = _typical(rows)
    for place, row in enumerate(rows):
        if _could_name(raw[place], row, typical):
            return _with_lower(raw, rows, place)
        if _filled(row) >= max(2, typical):
            return ()  # data stands here already
    return ()


def _typical(rows: Sequence[Sequence[str]]) -> int:
    """How many cells most rows fill; of two counts the larger one."""
    counts = Counter(filled for row in rows if (filled := _filled(row)))
    return max(counts, key=lambda filled: (counts[filled], filled)) if counts else 0


def _could_name(raw: Sequence[str], row: Sequence[str], typical: int) -> bool:
    cells = [cell for cell in row if cell]
    if len(cells) < max(1, _FILLED * typical) or (typical > 1 and len(cells) < 2):
        return False
    if any(cell.startswith((f"{MARK}d", f"{MARK}t", f"{MARK}b")) for cell in raw):
        return False
    return not _data(cells[0]) and sum(map(_data, cells)) == 0


def _with_lower(raw: Sequence[Sequence[str]], rows: Sequence[Sequence[str]], place: int) -> tuple[int, ...]:
    """The row and those below that divide its headings further."""
    last = place
    while last + 1 < min(len(rows), place + _MOST_ROWS) and _divides(rows[last], rows[last + 1]):
        last += 1
    return tuple(range(place, last + 1))


def _divides(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """True when the lower row only names columns that the upper one leaves open or spans."""
    if not any(lower) or any(map(_data, filter(None, lower))):
        return False
    named = [place for place, cell in enumerate(lower) if cell]
    opened = [place for place in named if not upper[place]]
    spans = [place for place in named if upper[place] and place + 1 in opened]
    return bool(opened) and len(opened) + len(spans) == len(named)


def _headings(
    rows: Sequence[Sequence[str]], header: tuple[int, ...], merges: Sequence[Merge]
) -> tuple[str, ...]:
    lines = [list(rows[place]) for place in header]
    _fill_merged(lines, header, merges)
    if len(lines) > 1:
        for line in lines[:-1]:
            _fill_spans(line, lines[-1])
    columns = zip(*lines, strict=True)
    return tuple("/".join(dict.fromkeys(filter(None, map(tidy, parts)))) for parts in columns)


def _fill_merged(lines: list[list[str]], header: tuple[int, ...], merges: Sequence[Merge]) -> None:
    for top, start, bottom, end in merges:
        if top not in header:
            continue
        value = lines[header.index(top)][start]
        for row in range(top, bottom + 1):
            if row in header:
                line = lines[header.index(row)]
                line[start : end + 1] = [value] * len(line[start : end + 1])


def _fill_spans(line: list[str], lowest: Sequence[str]) -> None:
    """A heading above several columns stands over the first of them only."""
    for place in range(1, len(line)):
        if not line[place] and lowest[place]:
            line[place] = line[place - 1]


def tidy(heading: str) -> str:
    """A heading composed, with single blanks."""
    return " ".join(unicodedata.normalize("NFC", heading).split())


def _shown(cell: str) -> str:
    return (cell[2:] if cell.startswith(MARK) else cell).strip()


def _filled(row: Sequence[str]) -> int:
    return sum(map(bool, row))


def _data(cell: str) -> bool:
    return bool(_DATA.match(cell)) and not _YEAR.match(cell)
