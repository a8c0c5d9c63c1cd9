"""Pairs the tables of both sides: by name, structure and references, and by the values of their rows."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from harness.messages import text
from harness.model import Text
from harness.reconcile.discovery.alignment import NOTHING, REFUTED, Alignment, Views, align
from harness.reconcile.discovery.columns import SURE
from harness.reconcile.discovery.names import name_likeness, words
from harness.reconcile.discovery.profile import Described, Report, common
from harness.reconcile.kinds import Kind

_SETTLED = 0.5  # tables of one name that share this much of their columns are first taken for the same
_CONTRADICTED = 0.3
_SHORTLIST = 4
_PROPOSED = 0.4
_RIVAL = 0.1
_NAMED = 0.05  # a name that is this much less alike is no rival


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two tables are, piece by piece; None where nothing can be said."""

    name: float
    columns: float
    references: float | None
    values: float | None

    @property
    def structural(self) -> float:
        """What is known without bringing rows together."""
        parts = (0.8 * self.name**2, 0.7 * self.columns, 0.5 * (self.references or 0.0))
        return 1 - math.prod(1 - part for part in parts)


@dataclass(frozen=True, slots=True)
class Match:
    """A table of the source, its likely counterpart, and the rows that were brought together."""

    source: Described
    target: Described
    likeness: Likeness
    alignment: Alignment = NOTHING
    rivals: tuple[str, ...] = ()

    @property
    def confidence(self) -> float:
        """How likely they are the same, from 0 to 1."""
        same_name = self.likeness.name == 1
        doubt = 1 - self.likeness.structural
        factor = 1.0
        agreed = self.alignment.agreement
        if agreed is None and self.likeness.values is not None:
            doubt *= 1 - 0.8 * self.likeness.values
            factor = 0.5 + 0.5 * min(1.0, 2 * self.likeness.values)
        elif agreed is not None:
            doubt *= 1 - 0.95 * agreed
            factor = min(1.0, (0.6 if same_name else 0.4) + 1.2 * agreed)
        if not same_name and bool(self.source.table.rows) != bool(self.target.table.rows):
            factor *= 0.6
        return round(min(0.99, max(factor, 0.5 if same_name else 0.0) * (1 - doubt)), 2)

    @property
    def review(self) -> bool:
        """True when a person should look at it."""
        return self.confidence < SURE or bool(self.rivals)

    @property
    def evidence(self) -> tuple[Text, ...]:
        """Why, in words."""
        return tuple(_evidence(self))


def matched(
    source: Mapping[str, Described], target: Mapping[str, Described], views: Views, report: Report
) -> tuple[Match, ...]:
    """The best one-to-one matches of tables, by name of the source's table."""
    sight = Sight(source, target)
    settled: dict[str, Match] = {}
    for done, name in enumerate(sorted(source), 1):
        report("aligned", done, len(source))
        if name in target and (found := _settled(name, sight, views)) is not None:
            settled[name] = found
    open_source = [name for name in sorted(source) if name not in settled]
    open_target = {name for name in target if name not in settled}
    compared = [match for name in open_source for match in _compared(name, open_target, sight, views)]
    chosen = [*settled.values(), *_assigned(compared)]
    return tuple(sorted(chosen, key=lambda match: match.source.name))


def _settled(name: str, sight: Sight, views: Views) -> Match | None:
    """A table of the same name and shape, unless its rows say that it is another."""
    likeness = sight.likeness(name, name)
    if likeness.columns < _SETTLED:
        return None
    match = Match(sight.source[name], sight.target[name], likeness)
    match = replace(match, alignment=align(match.source, match.target, views))
    if match.alignment is REFUTED:
        return None
    if match.alignment is NOTHING and likeness.values is not None and likeness.values < _CONTRADICTED:
        return None
    return match


def _compared(name: str, among: set[str], sight: Sight, views: Views) -> Iterator[Match]:
    found = [
        Match(sight.source[name], sight.target[other], sight.likeness(name, other))
        for other in sight.candidates(name)
        if other in among
    ]
    found.sort(key=lambda match: (-match.confidence, match.target.name))
    for place, match in enumerate(found):
        if place < _SHORTLIST or match.likeness.name == 1:
            yield replace(match, alignment=align(match.source, match.target, views))


def _assigned(compared: Iterable[Match]) -> list[Match]:
    order = sorted(compared, key=_best_first)
    chosen: list[Match] = []
    taken: tuple[set[str], set[str]] = set(), set()
    for match in order:
        if match.confidence < _PROPOSED:
            break
        if match.source.name not in taken[0] and match.target.name not in taken[1]:
            taken[0].add(match.source.name)
            taken[1].add(match.target.name)
            chosen.append(match)
    return [replace(match, rivals=tuple(_rivals(match, chosen, order))) for match in chosen]


def _best_first(match: Match) -> tuple[float, float, str, str]:
    return -match.confidence, -match.likeness.name, match.source.name, match.target.name


def _rivals(match: Match, chosen: list[Match], compared: list[Match]) -> Iterator[str]:
    """Tables that would do nearly as well and are not better placed elsewhere."""
    sources = {item.source.name: item.confidence for item in chosen}
    targets = {item.target.name: item.confidence for item in chosen}
    for other in compared:
        if other.confidence < match.confidence - _RIVAL or other.likeness.name < match.likeness.name - _NAMED:
            continue
        names = other.source.name, other.target.name
        if names[0] == match.source.name and names[1] != match.target.name:
            if targets.get(names[1], 0) <= other.confidence:
                yield names[1]
        elif (
            names[1] == match.target.name
            and names[0] != match.source.name
            and sources.get(names[0], 0) <= other.confidence
        ):
            yield names[0]


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
        return list(dict.fromkeys([*own, *best[: 4 * _SHORTLIST]]))

    def likeness(self, source: str, target: str) -> Likeness:
        """How alike two tables are."""
        one, other = self.source[source], self.target[target]
        return Likeness(
            name_likeness(source, target),
            self._shared(_column_features(one), _column_features(other)),
            _references(one, other),
            _values(one, other),
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


def _is_counter(described: Described, name: str) -> bool:
    """True for ids: every table has the same ones."""
    return name in described.table.key and described.table.column(name).kind is Kind.INTEGER


def _evidence(match: Match) -> Iterator[Text]:
    likeness = match.likeness
    if likeness.name == 1:
        yield text("discover.evidence.same_name")
    elif likeness.name >= 0.5:
        yield text("discover.evidence.like_name")
    yield text("discover.evidence.columns", percent=round(100 * likeness.columns))
    if likeness.references is not None and likeness.references >= 0.5:
        yield text("discover.evidence.references", percent=round(100 * likeness.references))
    aligned = match.alignment
    if aligned.aligned.count:
        yield text("discover.evidence.aligned", found=aligned.aligned.count, wanted=aligned.wanted)
    if aligned.agreement is not None:
        yield text("discover.evidence.agreement", percent=round(100 * aligned.agreement))
    elif likeness.values is not None:
        yield text("discover.evidence.overlap", percent=round(100 * likeness.values))
    if match.rivals:
        yield text("discover.evidence.rivals", columns=match.rivals)
