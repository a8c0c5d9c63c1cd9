"""The cells of a table as they stand in a file, before anything is known about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Cells: TypeAlias = "tuple[str | None, ...]"
Merge: TypeAlias = "tuple[int, int, int, int]"


@dataclass(frozen=True, slots=True)
class Grid:
    """The table `raw.<name>` with the columns n, c0, c1 ... and its first rows.

    `numbers` says for each row of the head its n. `merges` are (first row, first column, last row, last
    column) of merged cells, from 0, in the head.
    """

    name: str
    width: int
    head: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    merges: tuple[Merge, ...] = ()


def stored(name: str) -> str:
    """A name quoted for DuckDB."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
