"""Compares references through what they refer to, where the ids of those rows were given out anew.

An id that leads to customer K-100 on the source and another id that leads to customer K-100 on the target
say the same: what is compared is the business key behind the id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from harness.model import Side
from harness.reconcile.discovery import kinds
from harness.reconcile.discovery.alignment import Views
from harness.reconcile.discovery.cells import agreement, token
from harness.reconcile.discovery.children import renumbered
from harness.reconcile.discovery.columns import ColumnPair, Through
from harness.reconcile.discovery.description import Table
from harness.reconcile.discovery.names import identifier
from harness.reconcile.discovery.proposal import Proposal
from harness.reconcile.discovery.sample import with_keys

_AGREES = 0.5


def followed(proposals: Sequence[Proposal], views: Views) -> tuple[Proposal, ...]:
    """The proposals with every reference to renumbered rows compared by their business key."""
    parents = renumbered(proposals)
    return tuple(
        replace(item, columns=tuple(_followed(item, pair, parents, views) for pair in item.columns))
        for item in proposals
    )


def _followed(
    proposal: Proposal, pair: ColumnPair, parents: Mapping[str, Proposal], views: Views
) -> ColumnPair:
    referred = parents.get(proposal.source.column(pair.source).refers_to or "")
    if referred is None or not pair.same_reference:
        return pair
    ((one, other),) = referred.key
    aligned = proposal.match.alignment.aligned
    mine = list(_behind(aligned.values(pair.source, source=True), referred.source, one, views, Side.SOURCE))
    theirs = list(
        _behind(aligned.values(pair.target, source=False), referred.target, other, views, Side.TARGET)
    )
    wanted = kinds.candidates(referred.source.column(one).kind, referred.target.column(other).kind)
    found = kinds.shared(wanted, mine, theirs)
    if found is None:
        return pair
    through = Through(
        referred.target.name,
        _expression(proposal.source, pair.source, referred.source, one),
        _expression(proposal.target, pair.target, referred.target, other),
    )
    held = agreement(found[1], found[2])
    proved = held.share >= _AGREES and held.beyond_chance is not None
    confidence = max(pair.confidence, 0.95) if proved else min(pair.confidence, 0.8)
    return replace(
        pair, kind=found[0], agreement=held, through=through, confidence=confidence, codes=None, rivals=()
    )


def _behind(ids: Sequence[object], table: Table, column: str, views: Views, side: Side) -> Iterator[object]:
    """The business key behind each id; None behind none."""
    wanted = sorted({value for value in ids if value is not None}, key=str)
    rows = with_keys(views[side], table, table.key, [(value,) for value in wanted])
    place, key = rows.place(column), rows.place(table.key[0])
    known = {token(row[key]): row[place] for row in rows.rows}
    return (known.get(token(value)) for value in ids)


def _expression(table: Table, column: str, referred: Table, key: str) -> str:
    return (
        f"(select r.{identifier(key)} from {identifier(referred.name)} r"  # noqa: S608
        f" where r.{identifier(referred.key[0])} = {identifier(table.name)}.{identifier(column)})"
    )
