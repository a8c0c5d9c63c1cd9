"""The kind that two columns have in common, proved by their values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.reconcile.discovery.cells import Cells, as_kind
from harness.reconcile.kinds import Kind

_NUMERIC = (Kind.INTEGER, Kind.NUMBER, Kind.FLOAT)


def candidates(source: Kind | None, target: Kind | None) -> tuple[Kind, ...]:
    """The kinds that two declared kinds may share, the strictest first; none when they cannot."""
    if source is None or target is None:
        known = source or target
        return tuple(dict.fromkeys((known or Kind.INTEGER, Kind.NUMBER, Kind.TIMESTAMP, Kind.TEXT)))
    if source is target:
        return (source,)
    both = {source, target}
    if both <= set(_NUMERIC):
        return (Kind.INTEGER, Kind.NUMBER) if Kind.INTEGER in both else (Kind.NUMBER,)
    if both == {Kind.DATE, Kind.TIMESTAMP}:
        return (Kind.DATE, Kind.TIMESTAMP)
    if both == {Kind.BOOLEAN, Kind.INTEGER}:
        return (Kind.BOOLEAN,)
    if Kind.BYTES in both:
        return ()
    if Kind.TEXT in both:
        (other,) = both - {Kind.TEXT}
        return (Kind.INTEGER, Kind.NUMBER, Kind.TEXT) if other in _NUMERIC else (other, Kind.TEXT)
    return (Kind.INTERVAL,) if Kind.INTERVAL in both and both & set(_NUMERIC) else ()


def shared(
    kinds: Sequence[Kind], source: Sequence[object], target: Sequence[object]
) -> tuple[Kind, Cells, Cells] | None:
    """The first of the kinds that all values of both columns are of, with their cells."""
    return next(_proved(kinds, source, target), None)


def are_json(values: Sequence[object]) -> bool:
    """True when every text is a list or an object of JSON, and there is one."""
    texts = [value for value in values if value is not None]
    like = all(isinstance(value, str) and value.strip()[:1] in {"[", "{"} for value in texts)
    return bool(texts) and like and as_kind(texts, Kind.JSON) is not None


def _proved(
    kinds: Sequence[Kind], source: Sequence[object], target: Sequence[object]
) -> Iterator[tuple[Kind, Cells, Cells]]:
    for kind in kinds:
        mine = as_kind(source, kind)
        theirs = as_kind(target, kind) if mine is not None else None
        if mine is not None and theirs is not None:
            yield kind, mine, theirs
