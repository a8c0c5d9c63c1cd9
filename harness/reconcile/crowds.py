"""Groups like with like: what many rows of one field have in common, with the measure that fits them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from harness.reconcile.exact import summed
from harness.reconcile.outcome import GROUP_ABOVE, Tally
from harness.reconcile.shapes import Shape, ShapeKind

_APART = 3  # up to so many measures of one shape are told apart: two shifts in a year are summer and winter

# What one row alone looks like, and what it is among others of the same measure.
_ABSORBED = {ShapeKind.LOST_LAST: ShapeKind.TRUNCATED, ShapeKind.TIME_LOST: ShapeKind.SHIFTED}


def folded(tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    """The tallies of one field with those of one shape joined, the largest first in each currency."""
    by_currency: dict[str | None, list[Tally]] = {}
    for tally in tallies:
        by_currency.setdefault(tally.currency, []).append(tally)
    return tuple(tally for some in by_currency.values() for tally in _of_currency(some))


def _of_currency(tallies: Sequence[Tally]) -> list[Tally]:
    by_kind: dict[ShapeKind | None, list[Tally]] = {}
    counts = {tally.shape: tally.count for tally in tallies}
    for tally in (_absorbed(tally, counts) for tally in tallies):
        by_kind.setdefault(tally.shape.kind if tally.shape else None, []).append(tally)
    joined = [tally for kind, some in by_kind.items() for tally in _of_shape(kind, some)]
    return sorted(joined, key=lambda tally: (-tally.count, str(tally.shape)))


def _absorbed(tally: Tally, counts: Mapping[Shape | None, int]) -> Tally:
    """The tally as part of a larger thing, if that is there with the same measure."""
    if tally.shape is None or tally.shape.kind not in _ABSORBED:
        return tally
    larger = Shape(_ABSORBED[tally.shape.kind], tally.shape.detail)
    fits = bool(larger.detail) and counts.get(larger, 0) > tally.count
    return replace(tally, shape=larger if fits else Shape(tally.shape.kind))


def _of_shape(kind: ShapeKind | None, tallies: Sequence[Tally]) -> list[Tally]:
    details: dict[str, list[Tally]] = {}
    for tally in tallies:
        details.setdefault(tally.shape.detail if tally.shape else "", []).append(tally)
    if kind is ShapeKind.ROUNDED and (common := _common_range(details)):
        return [_joined(tallies, Shape(kind, common))]
    if len(details) > _APART or (kind is ShapeKind.ROUNDED and len(details) > 1):
        return [_joined(tallies, None if kind is None else Shape(kind))]
    return [_joined(some, some[0].shape) for some in details.values()]


def _common_range(details: Iterable[str]) -> str:
    """The numbers of decimals that explain every one of the roundings: `2`, `0-2`; empty for none."""
    ranges = [detail.partition("-") for detail in details if detail]
    least = max((int(low) for low, _, _ in ranges), default=1)
    most = min((int(high or low) for low, _, high in ranges), default=0)
    return "" if least > most else str(least) if least == most else f"{least}-{most}"


def _joined(tallies: Sequence[Tally], shape: Shape | None) -> Tally:
    amounts = [tally.amount for tally in tallies if tally.amount is not None]
    examples = tuple(example for tally in tallies for example in tally.examples)
    return replace(
        tallies[0],
        count=sum(tally.count for tally in tallies),
        amount=summed(amounts) if amounts else None,
        examples=examples[: GROUP_ABOVE + 1],
        shape=shape,
    )
