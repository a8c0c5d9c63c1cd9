"""Finds the key that brings the rows of two tables together, and brings them together.

The primary key comes first: most upgrades keep it. Ids that were given out anew bring together rows that
have nothing else in common, which shows; then a unique column (a code, a number) is tried, then two
columns together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from statistics import fmean
from typing import Any, TypeAlias

from harness.model import Side
from harness.reconcile.discovery.cells import Cells, agreement, token
from harness.reconcile.discovery.columns import Aligned
from harness.reconcile.discovery.description import Table
from harness.reconcile.discovery.names import listed, mentions
from harness.reconcile.discovery.profile import Described, common
from harness.reconcile.discovery.sample import Rows, sampled, with_keys
from harness.reconcile.kinds import Kind
from harness.reconcile.view import View

Views: TypeAlias = Mapping[Side, View]
Key: TypeAlias = tuple[tuple[str, str], ...]

_AGREES = 0.5
_TRIED = 6
_TRIAL = 200  # so many rows say whether a key is worth reading the others
_LOOKED_AT = 200
_BUSINESS = listed(
    "code number no num nr ref reference key login symbol iso name bianma bianhao danhao 编码 编号 单号 代码"
)

_MEASURED = listed(
    "quantity qty amount price cost total balance debit credit rate weight sequence"
    " shuliang jine 数量 金额 单价 余额"
)


class KeyKind(StrEnum):
    """What sort of key was found."""

    PRIMARY = "primary"
    BUSINESS = "business"
    COMPOSITE = "composite"
    ASSUMED = "assumed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Alignment:
    """Rows of both sides under a common key, and how much else in them agrees (None: nothing to tell)."""

    key: Key
    kind: KeyKind
    aligned: Aligned
    wanted: int
    agreement: float | None = None

    @property
    def trusted(self) -> bool:
        """True when the rows that the key brought together agree in other columns too."""
        return self.agreement is not None and self.agreement >= _AGREES


NOTHING = Alignment((), KeyKind.NONE, Aligned(Rows((), ()), Rows((), ())), 0)
"""No key brings rows together."""

REFUTED = Alignment((), KeyKind.NONE, NOTHING.aligned, 0)
"""A key brings rows together that have nothing else in common: the ids were given out anew."""


def align(source: Described, target: Described, views: Views) -> Alignment:
    """The best alignment of two tables; NOTHING when no key brings rows together that agree."""
    if not source.table.rows or not target.table.rows:
        return NOTHING
    tried: list[Alignment] = []
    rows = sampled(views[Side.SOURCE], source.table)
    for kind, key in _keys(source, target):
        found = _aligned(source.table, target.table, rows, key, kind, views)
        if found.trusted:
            return found
        if found.aligned.count:
            tried.append(found)
    # Nothing else in the rows can tell: the ids themselves are all there is, and they are there.
    untold = [item for item in tried if item.agreement is None and 2 * item.aligned.count >= item.wanted]
    if untold:
        return untold[0]
    return REFUTED if any(item.agreement is not None for item in tried) else NOTHING


def _keys(source: Described, target: Described) -> Iterator[tuple[KeyKind, Key]]:
    primary = source.table.key, target.table.key
    seen: set[Key] = set()
    if primary[0] and len(primary[0]) == len(primary[1]):
        key = tuple(zip(*primary, strict=True))
        if set(primary[0]) == set(primary[1]):
            key = tuple((name, name) for name in primary[0])
        seen.add(key)
        yield KeyKind.PRIMARY, key
    singles = [key for key in _singles(source, target) if key not in seen][:_TRIED]
    for key in singles:
        yield KeyKind.BUSINESS, key
    for key in [key for key in _composites(source, target) if key not in seen][:_TRIED]:
        yield KeyKind.COMPOSITE, key


def _singles(source: Described, target: Described) -> Iterator[Key]:
    found = []
    for one in source.table.columns:
        for other in target.table.columns:
            profiles = source.profiles.get(one.name), target.profiles.get(other.name)
            if profiles[0] is None or profiles[1] is None or not _lookup(one.kind, other.kind):
                continue
            if not (profiles[0].unique and profiles[1].unique):
                continue
            shared = common(*profiles) or 0.0
            same = one.name == other.name
            likely_code = Kind.TEXT in {one.kind, other.kind} or mentions(one.name, _BUSINESS)
            if likely_code and (same or shared >= 0.3):
                likely = shared + 0.5 * same + 0.5 * mentions(one.name, _BUSINESS)
                likely -= 1.0 * (one.refers_to is not None or other.refers_to is not None)
                found.append((-likely, one.name, other.name))
    yield from (((one, other),) for _, one, other in sorted(found))


def _composites(source: Described, target: Described) -> Iterator[Key]:
    shared = [name for name in source.table.names if name in target.profiles and name in source.profiles]
    declared = [key for key in source.table.unique if len(key) > 1 and set(key) <= set(shared)]
    useful = [
        name
        for name in shared
        if source.profiles[name].filled == source.profiles[name].rows
        and source.profiles[name].distinct > 1
        and not mentions(name, _MEASURED)
        and _lookup(source.table.column(name).kind, target.table.column(name).kind)
    ]
    by_distinct = sorted(useful, key=lambda name: (-source.profiles[name].distinct, name))
    by_distinct = by_distinct[:5]
    for names in (*declared, *combinations(by_distinct, 2), *combinations(by_distinct, 3)):
        room = 1
        for name in names:
            room *= source.profiles[name].distinct
        if room >= source.profiles[names[0]].rows:
            yield tuple((name, name) for name in names)


def _lookup(source: Kind | None, target: Kind | None) -> bool:
    """True when values of the one kind can be looked up in a column of the other."""
    allowed = {Kind.INTEGER, Kind.NUMBER, Kind.TEXT, None}
    return source in allowed and target in allowed


def _aligned(source: Table, target: Table, rows: Rows, key: Key, kind: KeyKind, views: Views) -> Alignment:
    places = [rows.place(one) for one, _ in key]
    mine = by_key(rows, places)
    if 2 * len(mine) < len(rows.rows):  # most rows share their key with others: it is none
        return NOTHING
    few = _evenly(list(mine), _TRIAL)
    found = _reached(target, rows, {item: mine[item] for item in few}, places, key, kind, views)
    worth = found.trusted or (found.agreement is None and found.aligned.count)
    if len(few) == len(mine) or not worth:
        return found
    return _reached(target, rows, mine, places, key, kind, views)


def _reached(
    target: Table,
    rows: Rows,
    mine: Mapping[tuple[str, ...], tuple[Any, ...]],
    places: Sequence[int],
    key: Key,
    kind: KeyKind,
    views: Views,
) -> Alignment:
    wanted = [_as_stored([row[place] for place in places], key, target) for row in mine.values()]
    reached = with_keys(
        views[Side.TARGET], target, [other for _, other in key], [item for item in wanted if item]
    )
    others = by_key(reached, [reached.place(other) for _, other in key])
    both = [found for found in mine if found in others]
    aligned = Aligned(
        Rows(rows.columns, tuple(mine[found] for found in both)),
        Rows(reached.columns, tuple(others[found] for found in both)),
    )
    return Alignment(key, kind, aligned, len(mine), agreement_of(aligned, key))


def _evenly(keys: list[tuple[str, ...]], most: int) -> list[tuple[str, ...]]:
    return keys[:: max(1, -(-len(keys) // most))]


def by_key(rows: Rows, places: Sequence[int]) -> dict[tuple[str, ...], tuple[Any, ...]]:
    """The rows whose key is complete and theirs alone."""
    found: dict[tuple[str, ...], tuple[Any, ...]] = {}
    doubled = set()
    for row in rows.rows:
        tokens = tuple(token(row[place]) for place in places)
        key = tuple(item for item in tokens if item is not None)
        if len(key) < len(places):
            continue
        if key in found:
            doubled.add(key)
        found[key] = row
    return {key: row for key, row in found.items() if key not in doubled}


def _as_stored(values: Iterable[Any], key: Key, target: Table) -> tuple[Any, ...] | None:
    """The values in the kind that the target's columns hold; None when one cannot be."""
    converted = []
    for value, (_, name) in zip(values, key, strict=True):
        kind = target.column(name).kind
        content = value if isinstance(value, str) else token(value)
        if kind in {Kind.INTEGER, Kind.NUMBER}:
            number = token(value) or ""
            if not number.lstrip("-").replace(".", "", 1).isdigit():
                return None
            converted.append(int(number) if "." not in number else value)
        else:
            converted.append(value if kind is None and isinstance(value, int) else content)
    return tuple(converted)


def agreement_of(aligned: Aligned, key: Key) -> float | None:
    """How well the telling columns of the source are found again, whatever they are called."""
    few = aligned.first(_LOOKED_AT)
    mine = _telling(few.source, {one for one, _ in key})
    # A reference may lead to rows that were renumbered: it speaks only where nothing else does.
    own = {column.name for column in few.source.columns if column.refers_to is None}
    mine = {name: cells for name, cells in mine.items() if name in own} or mine
    theirs = _telling(few.target, {other for _, other in key})
    if not mine or few.count < 2:
        return None
    return fmean(_best(name, cells, theirs) for name, cells in mine.items())


def _telling(rows: Rows, key: set[str]) -> dict[str, Cells]:
    cells = {
        column.name: Cells(tuple(token(value) for value in rows.cells(column.name)))
        for column in rows.columns
        if column.name not in key
    }
    return {name: found for name, found in cells.items() if found.distinct > 1}


def _best(name: str, cells: Cells, theirs: Mapping[str, Cells]) -> float:
    same = theirs.get(name)
    found = agreement(cells, same).beyond_chance or 0.0 if same is not None else 0.0
    if found >= 0.9:
        return found
    return max((agreement(cells, other).beyond_chance or 0.0 for other in theirs.values()), default=0.0)
