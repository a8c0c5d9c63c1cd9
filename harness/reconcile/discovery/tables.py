"""Pairs the tables of both sides: by name, structure and references, and by the values of their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from harness.messages import text
from harness.model import Text
from harness.reconcile.discovery.alignment import NOTHING, REFUTED, Alignment, Views, align
from harness.reconcile.discovery.columns import SURE
from harness.reconcile.discovery.likeness import Likeness, Sight
from harness.reconcile.discovery.profile import Described, Report

_SETTLED = 0.5  # tables of one name that share this much of their columns are first taken for the same
_CONTRADICTED = 0.3
_SHORTLIST = 4
_PROPOSED = 0.4
_RIVAL = 0.1
_NAMED = 0.05  # a name that is this much less alike is no rival


@dataclass(frozen=True, slots=True)
class Match:
    """A table of the source, its likely counterpart, and the rows that were brought together."""

    source: Described
    target: Described
    likeness: Likeness
    alignment: Alignment = NOTHING
    rivals: tuple[str, ...] = ()
    referred: int = 0
    """How many pairs of columns that agree lead from one paired table each to these two."""

    @property
    def confidence(self) -> float:
        """How likely they are the same, from 0 to 1."""
        return round(min(0.99, self.certainty), 2)

    @property
    def certainty(self) -> float:
        """The same, exact enough to tell the better of two that are both nearly certain."""
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
        doubt *= 1 - min(0.85, 0.5 * self.referred)
        if not same_name and bool(self.source.table.rows) != bool(self.target.table.rows):
            factor *= 0.6
        if not same_name:
            factor *= 0.9 + 0.1 * self.likeness.shape
        return max(factor, 0.5 if same_name else 0.0) * (1 - doubt)

    @property
    def review(self) -> bool:
        """True when a person should look at it."""
        return self.confidence < SURE or bool(self.rivals)

    @property
    def evidence(self) -> tuple[Text, ...]:
        """Why, in words."""
        return tuple(_evidence(self))


def matched(sight: Sight, views: Views, report: Report) -> tuple[Match, ...]:
    """The best one-to-one matches of tables, by name of the source's table."""
    source, target = sight.source, sight.target
    settled: dict[str, Match] = {}
    for done, name in enumerate(sorted(source), 1):
        report("aligned", done, len(source))
        if name in target and (found := _settled(name, sight, views)) is not None:
            settled[name] = found
    open_source = [name for name in sorted(source) if name not in settled]
    open_target = {name for name in target if name not in settled}
    compared = [match for name in open_source for match in _compared(name, open_target, sight, views)]
    chosen = [*settled.values(), *assigned(compared)]
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
    found.sort(key=lambda match: (-match.certainty, match.target.name))
    for place, match in enumerate(found):
        if place < _SHORTLIST or match.likeness.name == 1:
            yield replace(match, alignment=align(match.source, match.target, views))


def assigned(compared: Iterable[Match]) -> list[Match]:
    """The most certain matches first, each table once; the others that fit nearly as well are its rivals."""
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
    return -match.certainty, -match.likeness.name, match.source.name, match.target.name


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
    if match.referred:
        yield text("discover.evidence.referred", count=match.referred)
    if match.rivals:
        yield text("discover.evidence.rivals", columns=match.rivals)
