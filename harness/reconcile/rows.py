"""Rows in canonical form, and sorted by a digest of their key without holding them all in memory.

Sorting by a digest makes the order the same on every database: no collation, no kind of key matters.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeAlias

from harness.reconcile.entity import EntityMapping, FieldMapping, Form
from harness.reconcile.hints import HIDDEN, hidden
from harness.reconcile.kinds import Kind, NotOfKind, canonical, nfc, typed
from harness.redact import mask
from harness.values import Value

Cell: TypeAlias = "str | None"
Cells: TypeAlias = tuple[Cell, ...]
Row: TypeAlias = tuple[bytes, Cells]
Order: TypeAlias = "tuple[tuple[int, str], ...]"

_STRANGE = "\x01"  # marks a value that is not of its field's kind
_IN_MEMORY = 150_000
_BY_DIGEST = itemgetter(0)


def order_of(key: Iterable[Cell]) -> Order:
    """What puts keys in the order of their length, then of their letters: natural for whole numbers."""
    return tuple((-1, "") if part is None else (len(part), part) for part in key)


class RowForm:
    """Turns what a driver gives into rows, for one mapping; personal data is masked at once."""

    def __init__(self, mapping: EntityMapping, mask_key: bytes) -> None:
        self._cells = [_cell_of(column, mask_key) for column in mapping.columns]
        # What of a cell is left to do once its canonical text is known.
        self._finishing = [
            (place, self._cells[place])
            for place, column in enumerate(mapping.columns)
            if column.personal or column.form is not Form.EXACT or column.empty_is_null
        ]
        self._personal = [column.personal for column in mapping.columns]
        self.width = len(mapping.fields)
        self.key = tuple(mapping.position(name) for name in mapping.key) or tuple(range(self.width))

    def row(self, values: Sequence[Any]) -> Row:
        """The row of one record as the driver gave it."""
        cells = tuple(cell(value) for cell, value in zip(self._cells, values, strict=True))
        return self.digest(cells), cells

    def rows_of_texts(self, columns: Sequence[Sequence[str | None]]) -> Iterator[Row]:
        """The rows of columns whose cells are canonical texts already."""
        finished = list(columns)
        for place, cell in self._finishing:
            finished[place] = [cell(value) for value in columns[place]]
        for cells in zip(*finished, strict=True):
            yield self.digest(cells), cells

    def hides(self, place: int) -> bool:
        """Whether the column holds personal data, whose cells show nothing of it."""
        return self._personal[place]

    def cell(self, place: int, value: Any) -> Cell:
        """The cell of one column of a row."""
        return self._cells[place](value)

    def column(self, place: int, values: list[Any]) -> list[Cell]:
        """The cells of one column of many rows."""
        cell = self._cells[place]
        if cell is _plain_text and {*map(type, values)} <= {str, type(None)}:
            return values
        return [cell(value) for value in values]

    def digest(self, cells: Cells) -> bytes:
        """The digest of the key; every length is written and NULL marked, so no two keys run together."""
        parts = (cells[place] for place in self.key)
        content = "".join("N" if part is None else f"{len(part)}:{part}" for part in parts)
        return hashlib.md5(content.encode(), usedforsecurity=False).digest()


def shown(cell: Cell, column: FieldMapping) -> Value:
    """The cell as a person may see it: typed, or masked when it is personal."""
    if cell is None:
        return None
    if column.personal:
        return cell.partition(HIDDEN)[0]
    return cell[1:] if cell.startswith(_STRANGE) else typed(cell, column.type)


def cell_for(value: Any, column: FieldMapping) -> Cell:
    """The canonical cell of a value, before any masking."""
    try:
        cell = canonical(value, column.type)
    except NotOfKind:
        return f"{_STRANGE}{value}"
    if cell is None:
        return None
    if column.form is Form.NFC:
        cell = nfc(cell)
    elif column.form is Form.TRIMMED:
        cell = cell.rstrip(" ")
    if column.ignore_case:
        cell = cell.casefold()
    return None if column.empty_is_null and cell == "" else cell


def _cell_of(column: FieldMapping, mask_key: bytes) -> Callable[[Any], Cell]:
    if column.personal:
        return partial(_masked, column=column, mask_key=mask_key)
    plain = column.form is Form.EXACT and not column.empty_is_null and not column.ignore_case
    if column.type is Kind.TEXT and plain:
        return _plain_text
    return partial(cell_for, column=column)


def _plain_text(value: Any) -> Cell:
    return value if value is None or isinstance(value, str) else canonical(value, Kind.TEXT)


def _masked(value: Any, *, column: FieldMapping, mask_key: bytes) -> Cell:
    cell = cell_for(value, column)
    if cell is None:
        return None
    return hidden(mask(cell, mask_key), cell, mask_key, hints=column.type is Kind.TEXT)


@contextmanager
def sorted_rows(rows: Iterable[Row], *, in_memory: int = _IN_MEMORY) -> Iterator[Iterator[Row]]:
    """The rows in the order of their digests; beyond `in_memory` they wait in temporary files."""
    with tempfile.TemporaryDirectory(prefix="harness-rows-") as folder:
        runs: list[Path] = []
        buffer: list[Row] = []
        for row in rows:
            buffer.append(row)
            if len(buffer) >= in_memory:
                runs.append(_write_run(Path(folder, str(len(runs))), buffer))
                buffer = []
        buffer.sort(key=_BY_DIGEST)
        yield heapq.merge(*map(_read_run, runs), buffer, key=_BY_DIGEST) if runs else iter(buffer)


def _write_run(path: Path, rows: list[Row]) -> Path:
    rows.sort(key=_BY_DIGEST)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps([digest.hex(), *cells])}\n" for digest, cells in rows)
    return path


def _read_run(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            digest, *cells = json.loads(line)
            yield bytes.fromhex(digest), tuple(cells)
