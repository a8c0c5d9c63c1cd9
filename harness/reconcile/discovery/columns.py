"""Pairs the columns of two tables: by their names, kinds and references, and above all by their values.

For rows with the same key the values of two columns are held against each other row by row. Agreement
beyond chance is the strongest evidence there is: it finds a renamed column, and two that swapped names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from harness.messages import text
from harness.model import Text
from harness.reconcile.discovery import codes, kinds
from harness.reconcile.discovery.cells import Agreement, Cells, agreement
from harness.reconcile.discovery.codes import CodeMap
from harness.reconcile.discovery.description import Column
from harness.reconcile.discovery.names import name_likeness
from harness.reconcile.discovery.sample import Rows
from harness.reconcile.kinds import Kind

SURE = 0.9
"""What is less certain than this is for a person to review."""

_PROPOSED = 0.5
_RIVAL = 0.05
_CROSSED_ROWS = 300
_PLACED = 0.6


@dataclass(frozen=True, slots=True)
class Through:
    """References to renumbered rows, compared by the business key behind them: an expression a side."""

    table: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class ColumnPair:
    """A column of the source, its counterpart, and why they belong together."""

    source: str
    target: str
    kind: Kind
    confidence: float
    agreement: Agreement | None = None
    codes: CodeMap | None = None
    likeness: float = 1.0
    same_reference: bool = False
    overlap: float | None = None
    by_place: bool = False
    through: Through | None = None
    rivals: tuple[str, ...] = ()

    @property
    def review(self) -> bool:
        """True when a person should look at it: doubtful, rivalled, or explained by a code map only."""
        return self.confidence < SURE or bool(self.rivals) or self.codes is not None

    @property
    def evidence(self) -> tuple[Text, ...]:
        """Why, in words: no value is in them."""
        return tuple(_evidence(self))


@dataclass(frozen=True)
class Aligned:
    """Rows of both sides in the same order: row by row the same key. No rows when nothing aligns them."""

    source: Rows
    target: Rows

    @property
    def count(self) -> int:
        """How many rows both sides have in common."""
        return len(self.source.rows)

    def first(self, rows: int) -> Aligned:
        """A part of them, taken evenly."""
        step = max(1, -(-self.count // rows))
        return Aligned(
            Rows(self.source.columns, self.source.rows[::step]),
            Rows(self.target.columns, self.target.rows[::step]),
        )

    @cached_property
    def _values(self) -> dict[tuple[bool, str], tuple[object, ...]]:
        return {}

    def values(self, name: str, *, source: bool) -> tuple[object, ...]:
        """The values of a column; none when it was not read."""
        known = self._values.get((source, name))
        if known is None:
            rows = self.source if source else self.target
            read = any(column.name == name for column in rows.columns)
            known = self._values[source, name] = rows.cells(name) if read else ()
        return known


@dataclass(frozen=True, slots=True)
class Known:
    """What two tables have in common besides the names and kinds of their columns."""

    aligned: Aligned
    same_place: Callable[[Column, Column], bool | None]
    """Whether two references lead to the same table; None when one of them leads nowhere."""
    overlap: Callable[[Column, Column], float | None]
    """The share of values in common where no key aligns the rows; None when too few to tell."""


def paired(source: Sequence[Column], target: Sequence[Column], known: Known) -> tuple[ColumnPair, ...]:
    """The best one-to-one pairs of columns, in the order of the source's columns."""
    settled = _settled(source, target, known)
    taken = {pair.source for pair in settled}, {pair.target for pair in settled}
    open_source = [column for column in source if column.name not in taken[0]]
    open_target = [column for column in target if column.name not in taken[1]]
    few = replace(known, aligned=known.aligned.first(_CROSSED_ROWS))
    scored = [
        pair
        for one in open_source
        for other in open_target
        if (pair := scored_pair(one, other, few)) is not None
    ]
    chosen = _assigned(scored)
    chosen += _by_place(source, target, [*settled, *chosen], few)
    by_name = {column.name: column for column in (*source, *target)}
    columns = {column.name: column for column in source}, {column.name: column for column in target}
    exact = (
        replace(found, rivals=pair.rivals) if not pair.by_place else pair
        for pair in chosen
        if (found := scored_pair(columns[0][pair.source], columns[1][pair.target], known))
    )
    order = {name: place for place, name in enumerate(by_name)}
    return tuple(sorted((*settled, *exact), key=lambda pair: order[pair.source]))


def _settled(source: Sequence[Column], target: Sequence[Column], known: Known) -> list[ColumnPair]:
    """Columns of the same name whose values agree: nothing could be better."""
    by_name = {column.name: column for column in target}
    found = []
    for column in source:
        other = by_name.get(column.name)
        pair = scored_pair(column, other, known) if other is not None else None
        if pair is None or pair.agreement is None or pair.agreement.beyond_chance is None:
            continue
        if pair.agreement.share >= 0.98 and pair.agreement.beyond_chance >= 0.9:
            found.append(pair)
    return found


def scored_pair(source: Column, target: Column, known: Known) -> ColumnPair | None:
    """How likely two columns are the same; None when their kinds cannot be."""
    wanted = kinds.candidates(source.kind, target.kind)
    mine = known.aligned.values(source.name, source=True)
    theirs = known.aligned.values(target.name, source=False)
    if Kind.BYTES in {source.kind, target.kind}:
        mine = theirs = ()  # such columns are not read
    found = kinds.shared(wanted, mine, theirs)
    likeness = name_likeness(source.name, target.name)
    if found is None and likeness < 1:
        return None
    kind, held, code_map = _held(source, target, found, mine, theirs)
    place = known.same_place(source, target)
    common = known.overlap(source, target) if held is None else None
    doubt, factor = _values(likeness, kind, held, code_map, common)
    by_name = (0.95 if source.kind is target.kind else 0.85) * likeness ** (2 if held is None else 3)
    doubt *= (1 - by_name) * (0.6 if place else 1.0)
    factor *= 0.6 if place is False and likeness < 1 else 1.0
    confidence = round(min(0.99, factor * (1 - doubt)), 2)
    return ColumnPair(
        source.name, target.name, kind, confidence, held, code_map, likeness, bool(place), common
    )


def _held(
    source: Column,
    target: Column,
    found: tuple[Kind, Cells, Cells] | None,
    mine: Sequence[object],
    theirs: Sequence[object],
) -> tuple[Kind, Agreement | None, CodeMap | None]:
    kind, cells = Kind.TEXT, None
    held: Agreement | None = None
    if found is not None:
        kind, cells = found[0], (found[1], found[2])
    if cells is not None and len(cells[0].texts):
        held = agreement(*cells)
    if kind is Kind.TEXT and kinds.are_json(mine) and kinds.are_json(theirs):
        kind = Kind.JSON
    if held is not None and kind is Kind.TEXT and _disagrees(held):
        kind, held = _read_otherwise(mine, theirs, held)
    if held is None or not _may_be_codes(source, target) or not _disagrees(held):
        return kind, held, None
    as_target = kinds.shared((Kind.BOOLEAN,), theirs, theirs) if target.kind is Kind.BOOLEAN else None
    texts = kinds.shared((Kind.TEXT,), mine, theirs)
    if texts is None:
        return kind, held, None
    code_map = codes.inferred(texts[1], as_target[2] if as_target else texts[2])
    return (Kind.BOOLEAN if as_target and code_map else kind), held, code_map


def _read_otherwise(
    mine: Sequence[object], theirs: Sequence[object], held: Agreement
) -> tuple[Kind, Agreement]:
    """Texts that agree once they are read as numbers, times or truth values: 1.10 and 1.1."""
    for kind in (Kind.NUMBER, Kind.TIMESTAMP, Kind.BOOLEAN, Kind.JSON):
        found = kinds.shared((kind,), mine, theirs)
        other = agreement(found[1], found[2]) if found is not None else held
        if not _disagrees(other):
            return kind, other
    return Kind.TEXT, held


def _may_be_codes(source: Column, target: Column) -> bool:
    coded = {Kind.TEXT, Kind.INTEGER, Kind.BOOLEAN, None}
    return source.kind in coded and target.kind in coded and not (source.refers_to or target.refers_to)


def _disagrees(held: Agreement) -> bool:
    """True where a map of codes could explain more than equality does."""
    return held.share < 0.9 and (held.beyond_chance is None or held.beyond_chance < 0.5)


def _values(
    likeness: float, kind: Kind, held: Agreement | None, code_map: CodeMap | None, common: float | None
) -> tuple[float, float]:
    """The doubt that the values leave, and the share that they leave of everything else."""
    same_name = likeness == 1
    if code_map is not None:
        sure = same_name or code_map.one_to_one
        return 1 - _strength_of_codes(code_map), 1.0 if sure else 0.7
    if held is not None and held.beyond_chance is not None:
        doubt = 1 - _strength(held, kind) * held.beyond_chance
        if same_name and held.share >= 0.5:  # most rows agree: what differs is for the comparison to say
            return doubt, 1.0
        return doubt, min(1.0, 0.45 + (1.1 if same_name else 0.55) * held.beyond_chance)
    if held is not None and held.rows:
        return 1.0, 1.0 if held.share == 1 else 0.5
    if common is not None:
        return 1 - 0.85 * common, 1.0 if same_name else min(1.0, 0.3 + 1.4 * common)
    return 1.0, 1.0


def _strength(held: Agreement, kind: Kind) -> float:
    """How much perfect agreement says: of two truth values little, of twenty different ones nearly all.

    The same few words in the same many rows say more than the same few numbers.
    """
    if held.distinct >= 20:
        return 0.98
    words = kind is Kind.TEXT and held.rows >= 20
    few = (0.85, 0.92, 0.94, 0.95) if words else (0.7, 0.7, 0.85, 0.93)
    return few[0 if held.distinct <= 2 else 1 if held.distinct == 3 else 2 if held.distinct < 6 else 3]


def _strength_of_codes(code_map: CodeMap) -> float:
    count = len(code_map.codes)
    if code_map.beyond_chance is None or count < 2:
        return 0.0
    return code_map.beyond_chance * (0.8 if count >= 5 else 0.65 if count >= 3 else 0.4)


def _assigned(scored: Sequence[ColumnPair]) -> list[ColumnPair]:
    """The most certain pairs first, each column once; then what has at least the same name."""
    order = sorted(scored, key=lambda pair: (-pair.confidence, -pair.likeness, pair.source, pair.target))
    chosen: list[ColumnPair] = []
    taken: tuple[set[str], set[str]] = set(), set()
    for sure in (True, False):
        for pair in order:
            fits = pair.confidence >= _PROPOSED if sure else pair.likeness == 1
            if fits and pair.source not in taken[0] and pair.target not in taken[1]:
                taken[0].add(pair.source)
                taken[1].add(pair.target)
                chosen.append(pair)
    return [replace(pair, rivals=tuple(_rivals(pair, chosen, order))) for pair in chosen]


def _by_place(
    source: Sequence[Column], target: Sequence[Column], pairs: Sequence[ColumnPair], known: Known
) -> list[ColumnPair]:
    """A column that stands alone between the same neighbours on both sides: renaming moves no column."""
    counterpart = {pair.source: pair.target for pair in pairs}
    places = {
        (counterpart.get(before), counterpart.get(after)): column
        for before, column, after in _alone(source, set(counterpart))
    }
    found = []
    for before, other, after in _alone(target, set(counterpart.values())):
        column = places.get((before or None, after or None))
        if column is None or column.declared != other.declared:
            continue
        pair = scored_pair(column, other, known)
        if pair is not None and (pair.agreement is None or pair.agreement.share == 1):
            found.append(replace(pair, confidence=max(pair.confidence, _PLACED), by_place=True))
    return found


def _alone(columns: Sequence[Column], known: set[str]) -> Iterator[tuple[str, Column, str]]:
    """The columns without counterpart whose neighbours both have one, with those neighbours."""
    names = ["", *(column.name for column in columns), ""]
    for place, column in enumerate(columns, 1):
        around = names[place - 1], names[place + 1]
        if column.name not in known and around[0] in known and (around[1] in known or not around[1]):
            yield around[0], column, around[1]


def _rivals(pair: ColumnPair, chosen: Sequence[ColumnPair], scored: Sequence[ColumnPair]) -> Iterator[str]:
    """Columns that would do nearly as well and are not better placed elsewhere."""
    if pair.likeness == 1:
        return
    placed: Mapping[tuple[bool, str], float] = {
        **{(True, item.source): item.confidence for item in chosen},
        **{(False, item.target): item.confidence for item in chosen},
    }
    for other in scored:
        if (other.source == pair.source) == (other.target == pair.target):
            continue
        on_source = other.target == pair.target
        name = other.source if on_source else other.target
        close = other.confidence >= max(_PROPOSED, pair.confidence - _RIVAL)
        if close and placed.get((on_source, name), 0) <= other.confidence:
            yield name


def _evidence(pair: ColumnPair) -> Iterator[Text]:
    if pair.likeness == 1:
        yield text("discover.evidence.same_name")
    elif pair.likeness >= 0.6:
        yield text("discover.evidence.like_name")
    held = pair.agreement
    if pair.overlap is not None:
        yield text("discover.evidence.overlap", percent=round(100 * pair.overlap))
    elif held is None or not held.rows:
        yield text("discover.evidence.no_values")
    elif held.beyond_chance is None:
        yield text("discover.evidence.one_value", equal=held.equal, rows=held.rows)
    else:
        yield text("discover.evidence.rows", equal=held.equal, rows=held.rows, distinct=held.distinct)
    if pair.codes is not None:
        explained = pair.codes
        yield text("discover.evidence.codes", explained=explained.explained, rows=explained.rows)
    if pair.same_reference:
        yield text("discover.evidence.reference")
    if pair.through is not None:
        yield text("discover.evidence.through", table=pair.through.table)
    if pair.by_place:
        yield text("discover.evidence.place")
    if pair.rivals:
        yield text("discover.evidence.rivals", columns=pair.rivals)
