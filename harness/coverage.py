"""What there is to verify, minus what was verified: the difference is named, never forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from harness.model import Cover, Item

IGNORED = "ignored"
OPERATION = "operation"
"""The kind of item that says what people do in business, as `module/document/operation`."""
DID = "did"
REFUSED_RIGHTLY = "refused"
"""How an operation was covered, with the step behind a colon: it was done, or refused as it should be."""


@dataclass(frozen=True, slots=True, order=True)
class Operation:
    """What people do in business: of which module, with which kind of document, which operation."""

    module: str
    document: str
    operation: str

    def __str__(self) -> str:
        return "/".join(part.replace("/", " ") for part in (self.module, self.document, self.operation))

    @classmethod
    def of(cls, item: str) -> Operation:
        """What `str` gave; ValueError for anything else."""
        module, document, operation = item.split("/")
        return cls(module, document, operation)


@dataclass(frozen=True, slots=True)
class KindCoverage:
    """One kind of item (tables, columns, screens): how much there is, and what nobody looked at.

    `gaps` are neither covered nor left out, the largest first; `left_out` was declared ignored, with its
    reason; `strays` were covered but are in no universe, which points to a wrong name. `size` is what all
    items hold together (rows), as far as it is known.
    """

    kind: str
    total: int
    covered: int
    gaps: tuple[Item, ...] = ()
    left_out: tuple[tuple[Item, str], ...] = ()
    strays: tuple[str, ...] = ()
    size: int = 0

    @property
    def not_verified(self) -> int:
        """How many items no check verified: the gaps and what was left out on purpose."""
        return self.total - self.covered

    @property
    def size_not_verified(self) -> int:
        """What the items not verified hold together, as far as their sizes are known."""
        return self._size_of_gaps + self._size_left_out

    @property
    def share(self) -> Decimal | None:
        """Which share of the items that nobody left out is verified; None when there is none."""
        return _share(self.covered, self.covered + len(self.gaps))

    @property
    def size_share(self) -> Decimal | None:
        """The same share of what the items hold."""
        wanted = self.size - self._size_left_out
        return _share(wanted - self._size_of_gaps, wanted)

    @property
    def _size_of_gaps(self) -> int:
        return sum(item.size or 0 for item in self.gaps)

    @property
    def _size_left_out(self) -> int:
        return sum(item.size or 0 for item, _ in self.left_out)


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / Decimal(whole) if whole > 0 else None


def coverage(universe: Iterable[Item], covers: Iterable[Cover]) -> tuple[KindCoverage, ...]:
    """Per kind in alphabetical order; every item of the universe is covered, left out or a gap."""
    items: dict[str, dict[str, Item]] = {}
    for item in universe:
        items.setdefault(item.kind, {})[item.item] = larger(items.get(item.kind, {}).get(item.item), item)
    reached: dict[str, dict[str, str]] = {}
    for cover in covers:
        _note(reached.setdefault(cover.kind, {}), cover)
    kinds = sorted(items.keys() | reached.keys())
    return tuple(_of_kind(kind, items.get(kind, {}), reached.get(kind, {})) for kind in kinds)


def larger(known: Item | None, found: Item) -> Item:
    """The one of two entries for the same item that knows the larger size."""
    return found if known is None or (known.size or 0) < (found.size or 0) else known


def is_ignored(how: str) -> bool:
    """Whether this way of covering says that the item was left out on purpose."""
    return how == IGNORED or how.startswith(f"{IGNORED}:")


def _note(reached: dict[str, str], cover: Cover) -> None:
    # One check that verifies an item outweighs any number that leave it out.
    if cover.item not in reached or is_ignored(reached[cover.item]):
        reached[cover.item] = cover.how


def _of_kind(kind: str, items: Mapping[str, Item], reached: Mapping[str, str]) -> KindCoverage:
    ordered = sorted(items.values(), key=lambda item: (-(item.size or 0), item.item))
    left_out = tuple(
        (item, reached[item.item].removeprefix(IGNORED).lstrip(": "))
        for item in ordered
        if item.item in reached and is_ignored(reached[item.item])
    )
    gaps = tuple(item for item in ordered if item.item not in reached)
    strays = tuple(sorted(name for name in reached if name not in items))
    covered = len(ordered) - len(gaps) - len(left_out)
    size = sum(item.size or 0 for item in ordered)
    return KindCoverage(kind, len(ordered), covered, gaps, left_out, strays, size)
