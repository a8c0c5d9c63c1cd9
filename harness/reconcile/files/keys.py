"""Which columns could name the rows of two files: unique and filled on both sides, and the same values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

from harness.model import Side
from harness.reconcile.files.columns import is_code
from harness.reconcile.files.detected import CellKind, Detected, DetectedColumn
from harness.reconcile.files.grid import stored
from harness.reconcile.files.origin import FileOrigin

Pairs: TypeAlias = "Sequence[tuple[DetectedColumn, DetectedColumn]]"

_SAMPLE = 500
_COMMON = 0.5  # so many of the sampled values must be on the other side too
_WIDEST = 3
_CANDIDATES = 6


def proposed_key(
    source: FileOrigin, target: FileOrigin, tables: Mapping[Side, Detected], columns: Pairs
) -> tuple[str, ...]:
    """The best key by the names of the source's columns; empty when there is none."""
    origins = {Side.SOURCE: source, Side.TARGET: target}
    for candidate in _candidates(columns):
        names = {
            Side.SOURCE: tuple(column.name for column, _ in candidate),
            Side.TARGET: tuple(column.name for _, column in candidate),
        }
        unique = all(_unique(origins[side], tables[side].table, names[side]) for side in Side)
        if unique and _share(origins, tables, names) >= _COMMON:
            return names[Side.SOURCE]
    return ()


def _candidates(columns: Pairs) -> Iterator[Pairs]:
    """Single columns first, those that are called a code before others; then the first few together."""
    fit = [pair for pair in columns if not any(_measures(column) for column in pair)]
    fit.sort(key=lambda pair: not is_code(pair[0].heading))
    yield from ([pair] for pair in fit)
    for width in range(2, _WIDEST + 1):
        yield from combinations(fit[:_CANDIDATES], width)


def _measures(column: DetectedColumn) -> bool:
    """True for what has decimals, or is no name: amounts happen to be unique and name nothing."""
    return bool(column.scale) or column.kind in {CellKind.BOOLEAN, CellKind.OTHER}


def _unique(origin: FileOrigin, table: str, names: Sequence[str]) -> bool:
    columns = ", ".join(map(stored, names))
    filled = " AND ".join(f"{stored(name)} IS NOT NULL" for name in names)
    query = (
        f"SELECT count(*), (SELECT count(*) FROM (SELECT DISTINCT {columns} FROM {stored(table)}"
        f" WHERE {filled})) FROM {stored(table)}"
    )
    with origin.open(Side.SOURCE) as view:
        ((rows, distinct),) = view.all(query)
    return bool(rows) and rows == distinct


def _share(
    origins: Mapping[Side, FileOrigin],
    tables: Mapping[Side, Detected],
    names: Mapping[Side, Sequence[str]],
) -> float:
    """How many values of a sample of the smaller side's keys the other side has."""
    smaller, larger = sorted(Side, key=lambda side: tables[side].rows)
    wanted = _values(origins[smaller], tables[smaller].table, names[smaller], None)
    found = _values(origins[larger], tables[larger].table, names[larger], wanted)
    return len(found & wanted) / len(wanted) if wanted else 0


def _values(origin: FileOrigin, table: str, names: Sequence[str], only: set[str] | None) -> set[str]:
    parts = ", ' / ', ".join(f"trim(CAST({stored(name)} AS VARCHAR))" for name in names)
    key = f"concat({parts})"
    query = f"SELECT {key} FROM {stored(table)}"
    if only is None:
        query += f" ORDER BY md5({key}) LIMIT {_SAMPLE}"
    else:
        listed = ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(only))
        query += f" WHERE {key} IN ({listed or 'NULL'})"
    with origin.open(Side.SOURCE) as view:
        return {str(value) for (value,) in view.all(query)}
