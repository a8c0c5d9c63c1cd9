"""What is proposed for one entity: two tables, a key, column pairs, and what only one side has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harness.model import Side
from harness.reconcile.discovery.alignment import NOTHING, Key, KeyKind, Views
from harness.reconcile.discovery.columns import ColumnPair, Known, paired, scored_pair
from harness.reconcile.discovery.description import Column, Table
from harness.reconcile.discovery.personal import Suspicion
from harness.reconcile.discovery.profile import common
from harness.reconcile.discovery.sample import unique
from harness.reconcile.discovery.tables import Match


@dataclass(frozen=True, slots=True)
class Proposal:
    """The corresponding tables of one entity with the pairs of their columns."""

    match: Match
    key: Key
    key_kind: KeyKind
    columns: tuple[ColumnPair, ...]
    personal: Mapping[str, Suspicion]
    """What is suspected of the target's columns that are paired."""

    @property
    def source(self) -> Table:
        """The table of the current system."""
        return self.match.source.table

    @property
    def target(self) -> Table:
        """The table of the upgraded system."""
        return self.match.target.table

    @property
    def only_source(self) -> tuple[str, ...]:
        """The source's columns without a counterpart."""
        known = {pair.source for pair in self.columns}
        return tuple(name for name in self.source.names if name not in known)

    @property
    def only_target(self) -> tuple[str, ...]:
        """The target's columns without a counterpart."""
        known = {pair.target for pair in self.columns}
        return tuple(name for name in self.target.names if name not in known)

    @property
    def doubtful(self) -> tuple[ColumnPair, ...]:
        """The pairs of columns that a person should look at."""
        return tuple(pair for pair in self.columns if pair.review)

    @property
    def review(self) -> bool:
        """True when anything of it is for a person to decide."""
        return self.match.review or self.key_doubtful or bool(self.doubtful)

    @property
    def key_doubtful(self) -> bool:
        """True when no common row shows that the key is one."""
        return self.key_kind is KeyKind.NONE or (self.key_kind is KeyKind.ASSUMED and not self.empty)

    @property
    def empty(self) -> bool:
        """True when neither side holds a row: there is nothing to compare."""
        return not self.source.rows and not self.target.rows


def proposed(match: Match, counterparts: Mapping[str, str], views: Views) -> Proposal:
    """The proposal for two tables; `counterparts` leads from a table of the source to its counterpart."""
    source, target = match.source.table, match.target.table
    kind, key = _key(match, views)
    known = Known(match.alignment.aligned, _same_place(counterparts), _overlap(match))
    keys = tuple(
        pair
        for one, other in key
        if (pair := scored_pair(source.column(one), target.column(other), known)) is not None
    )
    anew = _given_out_anew(match, kind)
    known_names = {one for one, _ in key} | anew, {other for _, other in key} | anew
    open_source = [column for column in source.columns if column.name not in known_names[0]]
    open_target = [column for column in target.columns if column.name not in known_names[1]]
    pairs = (*keys, *paired(open_source, open_target, known))
    return Proposal(match, key, kind, pairs, _personal(match, pairs))


def _key(match: Match, views: Views) -> tuple[KeyKind, Key]:
    """The key that brought the rows together, else the primary key unless the rows speak against it."""
    alignment = match.alignment
    source, target = match.source.table, match.target.table
    if alignment.kind is KeyKind.PRIMARY or (alignment.key and _is_unique(match, alignment.key, views)):
        return alignment.kind, alignment.key
    if alignment is NOTHING and source.key and set(source.key) == set(target.key):
        return KeyKind.ASSUMED, tuple((name, name) for name in source.key)
    return KeyKind.NONE, ()


def _given_out_anew(match: Match, kind: KeyKind) -> set[str]:
    """A primary key that the rows speak against: comparing it would call every row different."""
    source, target = match.source.table, match.target.table
    if kind in {KeyKind.PRIMARY, KeyKind.ASSUMED} or len(source.key) != 1 or source.key != target.key:
        return set()
    return set(source.key)


def _is_unique(match: Match, key: Key, views: Views) -> bool:
    sides = (
        (views[Side.SOURCE], match.source.table, tuple(one for one, _ in key)),
        (views[Side.TARGET], match.target.table, tuple(other for _, other in key)),
    )
    return all(
        any(set(declared) <= set(names) for declared in table.unique) or unique(view, table, names)
        for view, table, names in sides
    )


def _same_place(counterparts: Mapping[str, str]) -> Callable[[Column, Column], bool | None]:
    def same(source: Column, target: Column) -> bool | None:
        if source.refers_to is None or target.refers_to is None:
            return None
        expected = counterparts.get(source.refers_to)
        return None if expected is None else expected == target.refers_to

    return same


def _overlap(match: Match) -> Callable[[Column, Column], float | None]:
    def shared(source: Column, target: Column) -> float | None:
        return common(match.source.profiles.get(source.name), match.target.profiles.get(target.name))

    return shared


def _personal(match: Match, pairs: Sequence[ColumnPair]) -> dict[str, Suspicion]:
    found = {}
    for pair in pairs:
        for described, name in ((match.source, pair.source), (match.target, pair.target)):
            profile = described.profiles.get(name)
            if profile is not None and profile.personal is not None:
                found[pair.target] = profile.personal
    return found
