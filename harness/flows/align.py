"""Lines of two documents that mean the same, whatever their order.

Lists of records (order lines, postings) have no dependable order and no dependable id. Equal ones are
paired first; what is left is paired with its most similar partner, so that one changed amount gives one
difference and not a cascade of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from harness.values import Value, dumps

ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Difference:
    """A leaf that differs. `path` has no list positions: `lines[].amount`."""

    path: str
    source: Value
    target: Value


def leaves(value: Value, path: str = "") -> Iterator[tuple[str, Value]]:
    """Every leaf with its path, list positions left out."""
    if isinstance(value, Mapping):
        for name in sorted(value):
            yield from leaves(value[name], f"{path}.{name}" if path else name)
    elif _is_list(value):
        if not value:
            yield f"{path}[]", None
        for item in value:
            yield from leaves(item, f"{path}[]")
    else:
        yield path, value


def differences(source: Value, target: Value, path: str = "") -> Iterator[Difference]:
    """Every leaf in which the two values differ, lists taken as unordered."""
    if isinstance(source, Mapping) and isinstance(target, Mapping):
        for name in sorted({*source, *target}):
            inner = f"{path}.{name}" if path else name
            yield from differences(source.get(name, ABSENT), target.get(name, ABSENT), inner)
    elif _is_list(source) and _is_list(target):
        for one, other in pair(source, target):
            yield from differences(one, other, f"{path}[]")
    elif not same(source, target):
        yield Difference(path, source, target)


def same(source: Value, target: Value) -> bool:
    """Equal in type and value; 1.10 and 1.1000 are the same amount."""
    return type(source) is type(target) and source == target


def pair(source: Sequence[Value], target: Sequence[Value]) -> Iterator[tuple[Value, Value]]:
    """The elements of both lists in pairs; one without a partner is paired with `ABSENT`."""
    rest_target = list(target)
    rest_source: list[Value] = []
    for item in source:
        position = next((n for n, other in enumerate(rest_target) if _equal(item, other)), None)
        if position is None:
            rest_source.append(item)
        else:
            yield item, rest_target.pop(position)
    for item in rest_source:
        if rest_target:
            best = max(range(len(rest_target)), key=lambda n: _alike(item, rest_target[n]))
            yield item, rest_target.pop(best)
        else:
            yield item, ABSENT
    for other in rest_target:
        yield ABSENT, other


def _equal(source: Value, target: Value) -> bool:
    return next(differences(source, target), None) is None


def _alike(source: Value, target: Value) -> int:
    counted = {dumps([path, value]) for path, value in leaves(target)}
    return sum(dumps([path, value]) in counted for path, value in leaves(source))


def _is_list(value: Value) -> TypeGuard[Sequence[Value]]:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
