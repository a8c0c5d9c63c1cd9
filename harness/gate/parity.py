"""How alike the environments are: what differs, and whether it makes the evidence weaker.

The target is held against the source, which it is compared with, and against production as it will be, where
that is declared. A difference is expected (the upgrade itself), harmless, or makes the evidence of some areas
weaker; what was not read on both sides is not verified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.model import Area, Text, text
from harness.surroundings import DECLARED, Fact
from harness.values import Value

_ENOUGH = 90  # per cent of the other side's rows that are as good as all of them
_UTC = frozenset({"utc", "etc/utc", "gmt", "etc/gmt", "uct", "etc/uct", "zulu", "z"})
_DATA, _FUNCTION, _SPEED = Area.DATA, Area.FUNCTION, Area.PERFORMANCE


class Fit(StrEnum):
    """What a difference of the environments means for the evidence."""

    WEAKER = "weaker"
    NOT_VERIFIED = "not_verified"
    HARMLESS = "harmless"
    EXPECTED = "expected"
    SAME = "same"


class Against(StrEnum):
    """What the target is held against."""

    SOURCE = "source"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class ParityLine:
    """One fact of the target beside that of another environment, and what the difference means.

    `other_declared`, `target_declared`: people have stated it, nobody has read it.
    """

    fact: Fact
    against: Against
    other: Value
    target: Value
    fit: Fit
    areas: tuple[Area, ...] = ()
    why: Text | None = None
    other_declared: bool = False
    target_declared: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    fit: Fit
    why: Text | None = None
    areas: tuple[Area, ...] = ()


_SAME = _Found(Fit.SAME)


def parity(
    environments: Mapping[str, Mapping[str, Value]], production: Mapping[str, Value]
) -> tuple[ParityLine, ...]:
    """Every fact of the target beside the source's and production's.

    Nothing when the run recorded no more than versions; no line of production when none of it is declared.
    """
    source, target = (environments.get(side, {}) for side in ("source", "target"))
    recorded = {*source, *target} & set(Fact) - {Fact.VERSION}
    if not recorded:
        return ()
    lines = [*_lines(Against.SOURCE, source, target)]
    if production:
        lines += _lines(Against.PRODUCTION, production, target)
    return tuple(lines)


def weakening(lines: Sequence[ParityLine]) -> tuple[ParityLine, ...]:
    """The differences that make evidence weaker."""
    return tuple(line for line in lines if line.fit is Fit.WEAKER)


def said(lines: Sequence[ParityLine]) -> Iterator[Text]:
    """Sentences about weaker evidence, and about what could not be compared."""
    for line in weakening(lines):
        areas = tuple(text(f"gate.area.{area}") for area in line.areas)
        yield text(
            "parity.weaker",
            fact=fact_name(line.fact),
            against=text(f"parity.against.{line.against}"),
            why=line.why,
            areas=areas,
        )
    for against in dict.fromkeys(line.against for line in lines):
        unread = [line for line in lines if line.against is against and line.fit is Fit.NOT_VERIFIED]
        if unread:
            names = tuple(fact_name(line.fact) for line in unread)
            yield text("parity.unread", against=text(f"parity.against.{against}"), facts=names)
    if lines and not any(line.against is Against.PRODUCTION for line in lines):
        yield text("parity.no_production")


def fact_name(fact: Fact) -> Text:
    """What a fact is called."""
    return text(f"parity.fact.{fact}")


def _lines(against: Against, other: Mapping[str, Value], target: Mapping[str, Value]) -> Iterator[ParityLine]:
    counted = all(isinstance(each.get(Fact.ROWS), int) for each in (other, target))
    for fact in Fact:
        ours, theirs = target.get(fact), other.get(fact)
        if ours is None or theirs is None:
            found = _Found(Fit.NOT_VERIFIED, text("parity.why.unread"))
        elif fact is Fact.SIZE_MB and counted and not _same(ours, theirs):
            found = _Found(Fit.HARMLESS, text("parity.why.size"))  # the rows have been compared themselves
        else:
            found = _RULES[fact](theirs, ours, against)
        yield ParityLine(
            fact,
            against,
            theirs,
            ours,
            found.fit,
            found.areas,
            found.why,
            other_declared=against is Against.PRODUCTION or _is_declared(fact, other),
            target_declared=_is_declared(fact, target),
        )


def _is_declared(fact: Fact, environment: Mapping[str, Value]) -> bool:
    names = environment.get(DECLARED)
    return isinstance(names, Sequence) and fact in names


def _version(theirs: Value, ours: Value, against: Against) -> _Found:
    if _same(theirs, ours):
        return _SAME
    if against is Against.SOURCE:
        return _Found(Fit.EXPECTED, text("parity.why.upgrade"))
    return _Found(Fit.WEAKER, text("parity.why.version"), (_DATA, _FUNCTION, _SPEED))


def _database(theirs: Value, ours: Value, against: Against) -> _Found:
    if _same(theirs, ours):
        return _SAME
    if _major(theirs) == _major(ours):
        return _Found(Fit.HARMLESS, text("parity.why.minor"))
    if against is Against.SOURCE:
        return _Found(Fit.EXPECTED, text("parity.why.database_upgrade"))
    return _Found(Fit.WEAKER, text("parity.why.database"), (_DATA, _SPEED))


def _major(database: Value) -> str:
    return str(database).casefold().partition(".")[0]


def _spelling(reason: str) -> Callable[[Value, Value, Against], _Found]:
    """A fact that is the same or not; when not, values are stored, sorted or shown in another way."""

    def rule(theirs: Value, ours: Value, _against: Against) -> _Found:
        if _same(theirs, ours):
            return _SAME
        return _Found(Fit.WEAKER, text(f"parity.why.{reason}"), (_DATA, _FUNCTION))

    return rule


def _same(theirs: Value, ours: Value) -> bool:
    return _plain(theirs) == _plain(ours)


def _plain(value: Value) -> object:
    if not isinstance(value, str):
        return value
    plain = value.strip().casefold()
    return "utc" if plain in _UTC else plain.replace("-", "").replace("_", "")


def _names(theirs: Value, ours: Value, _against: Against) -> _Found:
    there, here = _versions(theirs), _versions(ours)
    if lacking := sorted(there.keys() - here.keys()):
        return _Found(Fit.WEAKER, text("parity.why.lacks", names=tuple(lacking)), (_FUNCTION,))
    if more := sorted(here.keys() - there.keys()):
        return _Found(Fit.HARMLESS, text("parity.why.more", names=tuple(more)))
    if there != here:
        return _Found(Fit.HARMLESS, text("parity.why.other_versions"))
    return _SAME


def _versions(names: Value) -> dict[str, str]:
    """By name without its version: the version."""
    listed = names if isinstance(names, Sequence) and not isinstance(names, str) else [names]
    split = (str(name).partition(" ") for name in listed)
    return {name: version for name, _, version in split}


def _tables(theirs: Value, ours: Value, against: Against) -> _Found:
    if theirs == ours:
        return _SAME
    fit = Fit.EXPECTED if against is Against.SOURCE else Fit.HARMLESS
    return _Found(fit, text("parity.why.tables"))


def _volume(theirs: Value, ours: Value, _against: Against) -> _Found:
    if theirs == ours:
        return _SAME
    if _number(ours) * 100 < _number(theirs) * _ENOUGH:
        return _Found(Fit.WEAKER, text("parity.why.fewer"), (_DATA, _SPEED))
    return _Found(Fit.HARMLESS, text("parity.why.volume"))


def _hardware(theirs: Value, ours: Value, _against: Against) -> _Found:
    """A smaller target hides what it could do; a larger one hides how slow it would be."""
    if theirs == ours:
        return _SAME
    if min(_number(theirs), _number(ours)) * 100 >= max(_number(theirs), _number(ours)) * _ENOUGH:
        return _Found(Fit.HARMLESS, text("parity.why.nearly"))
    reason = "smaller" if _number(ours) < _number(theirs) else "larger"
    return _Found(Fit.WEAKER, text(f"parity.why.{reason}"), (_SPEED,))


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0


_RULES: Mapping[Fact, Callable[[Value, Value, Against], _Found]] = {
    Fact.VERSION: _version,
    Fact.DATABASE: _database,
    Fact.ENCODING: _spelling("encoding"),
    Fact.COLLATION: _spelling("collation"),
    Fact.LOCALE: _spelling("locale"),
    Fact.TIME_ZONE: _spelling("time_zone"),
    Fact.EXTENSIONS: _names,
    Fact.MODULES: _names,
    Fact.TABLES: _tables,
    Fact.ROWS: _volume,
    Fact.SIZE_MB: _volume,
    Fact.CPUS: _hardware,
    Fact.MEMORY_MB: _hardware,
}
