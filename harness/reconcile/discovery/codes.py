"""Code maps inferred from what stands beside what on rows with the same key."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from harness.reconcile.discovery.cells import Cells

MOST = 50
"""A column with more different values than this holds no codes."""

_LONGEST = 40
_PURE = 0.98


@dataclass(frozen=True, slots=True)
class CodeMap:
    """Which code of the source stands beside which of the target, and on how many rows."""

    codes: tuple[tuple[str, str], ...]
    rows: int
    explained: int
    beyond_chance: float | None

    @property
    def one_to_one(self) -> bool:
        """True when no two codes of the source became the same one."""
        return len({target for _, target in self.codes}) == len(self.codes)

    @property
    def mapping(self) -> Mapping[str, str]:
        """The codes that changed and those that did not."""
        return dict(self.codes)


def inferred(source: Cells, target: Cells) -> CodeMap | None:
    """The map that explains nearly every row; None when there is none, or nothing to map."""
    if not _like_codes(source) or not _like_codes(target):
        return None
    beside: defaultdict[str, Counter[str | None]] = defaultdict(Counter)
    rows = explained = 0
    for one, other in zip(source.texts, target.texts, strict=True):
        if one is not None:
            beside[one][other] += 1
        rows += 1
        explained += one is None and other is None
    best = {one: _most_common(others) for one, others in beside.items()}
    explained += sum(beside[one][other] for one, other in best.items())
    codes = tuple(sorted((one, other) for one, other in best.items() if other is not None))
    # One code only, and a number: rather a counter or an id than a code.
    single = len(codes) == 1 and not any(character.isalpha() for character in codes[0][0])
    if not codes or single or explained < _PURE * rows or all(one == other for one, other in codes):
        return None
    by_luck = max(target.counts.values()) / rows
    beyond = None if by_luck == 1 else max(0.0, (explained / rows - by_luck) / (1 - by_luck))
    return CodeMap(codes, rows, explained, beyond)


def _like_codes(cells: Cells) -> bool:
    return (
        cells.filled > 0
        and cells.distinct <= MOST
        and (cells.distinct <= 3 or 2 * cells.distinct <= cells.filled)
        and all(len(item) <= _LONGEST for item in cells.counts if item is not None)
    )


def _most_common(others: Counter[str | None]) -> str | None:
    return min(others, key=lambda item: (-others[item], item is None, item or ""))
