"""Both schemas seen together: which tables might correspond, and how alike they are without their rows."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from harness.reconcile.discovery.names import name_likeness, words
from harness.reconcile.discovery.profile import Described, common
from harness.reconcile.kinds import Kind

_CANDIDATES = 16


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two tables are, piece by piece; None where nothing can be said."""

    name: float
    columns: float
    references: float | None
    values: float | None
    shape: float
    """By the kinds of their columns and their row counts."""

    @property
    def structural(self) -> float:
        """What is known without bringing rows together."""
        parts = (0.8 * self.name**2, 0.7 * self.columns, 0.5 * (self.references or 0.0))
        return 1 - math.prod(1 - part for part in parts)


class Sight:
    """Both schemas seen together: which tables might correspond, and how alike they are."""

    def __init__(self, source: Mapping[str, Described], target: Mapping[str, Described]) -> None:
        self.source = source
        self.target = target

    def candidates(self, name: str) -> list[str]:
        """The tables of the target that share something rare with a table of the source."""
        weights: defaultdict[str, float] = defaultdict(float)
        for feature in sorted(_features(self.source[name])):
            for other in self._by_feature.get(feature, ()):
                weights[other] += self._rarity(feature)
        best = sorted(weights, key=lambda other: (-weights[other], other))
        own = [name] if name in self.target else []
        return list(dict.fromkeys([*own, *best[:_CANDIDATES]]))

    def likeness(self, source: str, target: str) -> Likeness:
        """How alike two tables are."""
        one, other = self.source[source], self.target[target]
        return Likeness(
            name_likeness(source, target),
            self._shared(_column_features(one), _column_features(other)),
            _references(one, other),
            _values(one, other),
            _shape(one, other),
        )

    @cached_property
    def _by_feature(self) -> Mapping[str, tuple[str, ...]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for name, described in self.target.items():
            for feature in _features(described):
                found[feature].append(name)
        most = max(20, len(self.target) // 4)
        return {feature: tuple(names) for feature, names in found.items() if len(names) <= most}

    @cached_property
    def _frequency(self) -> Counter[str]:
        return Counter(
            feature
            for side in (self.source, self.target)
            for described in side.values()
            for feature in _features(described)
        )

    def _rarity(self, feature: str) -> float:
        tables = len(self.source) + len(self.target)
        return math.log(1 + tables / self._frequency.get(feature, 1))

    def _shared(self, source: frozenset[str], target: frozenset[str]) -> float:
        every = sum(map(self._rarity, source | target))
        return sum(map(self._rarity, source & target)) / every if every else 0.0


def _features(described: Described) -> frozenset[str]:
    names = (f"word {word}" for word in words(described.name))
    values = (
        f"value {digest}"
        for name, profile in described.profiles.items()
        if profile.telling and not _is_counter(described, name)
        for digest in sorted(profile.sketch)[:8]
    )
    return _column_features(described) | frozenset(names) | frozenset(values)


def _column_features(described: Described) -> frozenset[str]:
    return frozenset(f"column {name.lower()}" for name in described.table.names)


def _references(source: Described, target: Described) -> float | None:
    """The share of tables referred to that both have in common, a renamed one by its likeness."""
    mine = sorted({column.refers_to for column in source.table.columns if column.refers_to})
    theirs = sorted({column.refers_to for column in target.table.columns if column.refers_to})
    if not mine or not theirs:
        return None
    return sum(max(name_likeness(one, other) for other in theirs) for one in mine) / max(
        len(mine), len(theirs)
    )


def _values(source: Described, target: Described) -> float | None:
    """The average share of values that each telling column has in common with its best counterpart."""
    found = []
    for name, profile in source.profiles.items():
        if not profile.telling or _is_counter(source, name):
            continue
        shared = common(profile, target.profiles.get(name)) or 0.0
        if shared < 0.5:
            every = (common(profile, other) or 0.0 for other in target.profiles.values())
            shared = max(every, default=0.0)
        found.append(shared)
    return sum(found) / len(found) if found and target.profiles else None


def _shape(source: Described, target: Described) -> float:
    kinds = [Counter(column.kind for column in item.table.columns) for item in (source, target)]
    alike = sum((kinds[0] & kinds[1]).values()) / max(1, sum((kinds[0] | kinds[1]).values()))
    rows = sorted((source.table.rows, target.table.rows))
    return alike * (0.5 + 0.5 * (rows[0] / rows[1] if rows[1] else 1.0))


def _is_counter(described: Described, name: str) -> bool:
    """True for ids: every table has the same ones."""
    return name in described.table.key and described.table.column(name).kind is Kind.INTEGER
