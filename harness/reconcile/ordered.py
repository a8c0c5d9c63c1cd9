"""Merges two sides in the order of a whole-number key: rows that are equal as they came are only counted.

This is the way for databases that cannot be asked for a checksum that both sides agree on. Drivers of one
kind give equal values for equal contents, so most rows need no canonical form, no digest and no sorting.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from itertools import islice
from math import inf
from operator import ge, itemgetter
from typing import Any, TypeAlias

from harness.model import Side
from harness.reconcile.differences import Collector
from harness.reconcile.entity import EntityMapping
from harness.reconcile.kinds import Kind
from harness.reconcile.progress import Watch
from harness.reconcile.rows import RowForm
from harness.reconcile.statements import Statements
from harness.reconcile.totals import Counting
from harness.reconcile.view import View

Raw: TypeAlias = "Sequence[Any]"
_AT_A_TIME = 5_000

# Their drivers know no truth values: elsewhere TRUE is equal to 1, but is another text.
_DIALECTS = frozenset({"sqlite", "mysql", "mariadb", "oracle", "hana"})


class Unfit(Exception):
    """The rows do not fit this way of comparing them, by keys that ascend, say: another has to be taken."""


def mergeable(mapping: EntityMapping, views: Mapping[Side, View]) -> bool:
    """Whether both sides are of one such kind, with one whole number as the key."""
    keys = [field for field in mapping.fields if field.name in mapping.key]
    dialects = {view.dialect for view in views.values()}
    whole = len(keys) == 1 and keys[0].type is Kind.INTEGER and not keys[0].map and not keys[0].personal
    return whole and len(dialects) == 1 and dialects <= _DIALECTS


def merge(
    mapping: EntityMapping, views: Mapping[Side, View], form: RowForm, watch: Watch, collector: Collector
) -> Mapping[Side, Counting]:
    """Counts every row and collects what differs; Unfit where keys are not whole numbers that ascend."""
    counting, alike = {side: Counting(mapping) for side in Side}, Counting(mapping)
    with ExitStack() as stack:
        source, target = (stack.enter_context(closing(_Ahead(side, mapping, views))) for side in Side)
        while any([source.fill(), target.fill()]):
            equal, ours, theirs = _parted(source, target)
            alike.take(equal, form)
            for side, rows in zip(Side, (ours, theirs), strict=True):
                counting[side].take(rows, form)
            canonical = (sorted(map(form.row, rows), key=itemgetter(0)) for rows in (ours, theirs))
            collector.merge(*canonical)
            watch.tell("rows", 2 * alike.rows + sum(counted.rows for counted in counting.values()))
    for counted in counting.values():
        counted.include(alike)
    return counting


def _parted(source: _Ahead, target: _Ahead) -> tuple[Sequence[Raw], Sequence[Raw], Sequence[Raw]]:
    """The rows up to a key that both sides have passed: those that are equal, and the others of each side."""
    common = min(len(source.rows), len(target.rows))
    if common and source.rows[:common] == target.rows[:common]:
        target.take(common)
        return source.take(common), (), ()
    passed = min(source.passed, target.passed)
    ours, theirs = source.up_to(passed), target.up_to(passed)
    counterparts = {row[target.key]: row for row in theirs}
    equal = [row for row in ours if counterparts.get(row[source.key]) == row]
    gone = {row[source.key] for row in equal}
    ours, theirs = ([row for row in rows if row[source.key] not in gone] for rows in (ours, theirs))
    return equal, ours, theirs


class _Ahead:
    """The next rows of one side."""

    def __init__(self, side: Side, mapping: EntityMapping, views: Mapping[Side, View]) -> None:
        view = views[side]
        (self.key,) = map(mapping.position, mapping.key)
        self._coming = view.rows(Statements(mapping, side, view.dialect).rows_in_order())
        self._last: int | None = None
        self._ended = False
        self.rows: list[Raw] = []

    @property
    def passed(self) -> Any:
        """No key up to this one is still to come."""
        return inf if self._ended else self.rows[-1][self.key]

    def fill(self) -> bool:
        """Reads on; whether there is a row."""
        if len(self.rows) < _AT_A_TIME and not self._ended:
            more = list(islice(self._coming, _AT_A_TIME))
            self._ended = len(more) < _AT_A_TIME
            self._check([row[self.key] for row in more])
            self.rows += more
        return bool(self.rows)

    def take(self, number: int) -> list[Raw]:
        """The next rows, which are gone then."""
        taken, self.rows = self.rows[:number], self.rows[number:]
        return taken

    def up_to(self, key: Any) -> list[Raw]:
        """The rows up to a key, which are gone then."""
        return self.take(bisect_right(self.rows, key, key=itemgetter(self.key)))

    def close(self) -> None:
        """Reads no further."""
        close = getattr(self._coming, "close", None)  # a generator's
        if close is not None:
            close()

    def _check(self, keys: list[Any]) -> None:
        before = keys if self._last is None else [self._last, *keys]
        if {*map(type, keys)} - {int} or any(map(ge, before, keys if self._last is not None else keys[1:])):
            raise Unfit
        self._last = keys[-1] if keys else self._last
