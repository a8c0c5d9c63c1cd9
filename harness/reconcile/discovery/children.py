"""Brings together rows that have no key of their own but a parent that has one: order and line number.

When ids were given out anew, the lines of an order are known by the order they belong to, which is known
by its own number on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from harness.model import Side
from harness.reconcile.discovery.alignment import Alignment, KeyKind, Views, agreement_of, by_key
from harness.reconcile.discovery.cells import token
from harness.reconcile.discovery.columns import Aligned
from harness.reconcile.discovery.description import Column, Table
from harness.reconcile.discovery.names import listed, mentions
from harness.reconcile.discovery.proposal import Proposal, proposed
from harness.reconcile.discovery.sample import Rows, sampled, with_keys

_PARENTS = 100
_PLACES = listed(
    "line position pos item no number nr sequence seq rank code product account hanghao xuhao 行号 序号"
)


def renumbered(proposals: Sequence[Proposal]) -> dict[str, Proposal]:
    """The tables whose ids were given out anew and whose rows are known by one business column."""
    return {
        item.source.name: item
        for item in proposals
        if item.key_kind is KeyKind.BUSINESS and len(item.key) == 1
        and len(item.source.key) == len(item.target.key) == 1
    }  # fmt: skip


def under_parents(
    proposals: Sequence[Proposal], counterparts: Mapping[str, str], views: Views
) -> list[Proposal]:
    """The proposals, those without a key tried again as the children of renumbered parents."""
    parents = renumbered(proposals)
    return [_tried(item, parents, counterparts, views) for item in proposals]


def _tried(
    proposal: Proposal, parents: Mapping[str, Proposal], counterparts: Mapping[str, str], views: Views
) -> Proposal:
    unknown = proposal.key_kind in {KeyKind.NONE, KeyKind.ASSUMED}
    if not (unknown and proposal.source.rows and proposal.target.rows):
        return proposal
    for link in _links(proposal, parents):
        for alignment in _alignments(proposal, link, parents, views):
            again = proposed(replace(proposal.match, alignment=alignment), counterparts, views)
            if again.key_kind is KeyKind.COMPOSITE:
                return again
    return proposal


def _links(proposal: Proposal, parents: Mapping[str, Proposal]) -> Iterator[tuple[Column, Column]]:
    """The pairs of references that lead to the same renumbered table, those of one name first."""
    found = [
        (one, other)
        for one in proposal.source.columns
        for other in proposal.target.columns
        if (parent := parents.get(one.refers_to or "")) and parent.target.name == other.refers_to
    ]
    yield from sorted(found, key=lambda link: (link[0].name != link[1].name, link[0].name, link[1].name))


def _alignments(
    proposal: Proposal, link: tuple[Column, Column], parents: Mapping[str, Proposal], views: Views
) -> Iterator[Alignment]:
    parent = parents[link[0].refers_to or ""]
    mine, theirs = _families(proposal, link, parent, views)
    if not mine[0].rows or not theirs[0].rows:
        return
    names = [name for name in mine[0].columns if name.refers_to is None or name.refers_to not in parents]
    shared = {column.name for column in theirs[0].columns}
    tried = [column.name for column in names if column.name in shared and column.name != link[0].name]
    tried.sort(key=lambda name: not mentions(name, _PLACES))
    for name in tried:
        if name in proposal.source.key:
            continue
        keyed = [_keyed(rows, codes, rows.place(name)) for rows, codes in (mine, theirs)]
        both = [key for key in keyed[0] if key in keyed[1]]
        if 2 * len(both) < min(len(mine[0].rows), len(theirs[0].rows)):
            continue
        aligned = Aligned(
            Rows(mine[0].columns, tuple(keyed[0][key] for key in both)),
            Rows(theirs[0].columns, tuple(keyed[1][key] for key in both)),
        )
        key = ((link[0].name, link[1].name), (name, name))
        found = Alignment(key, KeyKind.COMPOSITE, aligned, len(keyed[0]), agreement_of(aligned, key))
        if found.trusted:
            yield found


def _families(
    proposal: Proposal, link: tuple[Column, Column], parent: Proposal, views: Views
) -> tuple[tuple[Rows, list[str | None]], tuple[Rows, list[str | None]]]:
    """The rows of the same parents on both sides, each row with its parent's business key."""
    ((one, other),) = parent.key
    rows = sampled(views[Side.SOURCE], proposal.source)
    ids = sorted({value for value in rows.cells(link[0].name) if value is not None}, key=str)[:_PARENTS]
    codes = _codes(views, Side.SOURCE, parent.source, parent.source.key[0], one, ids)
    # All children of those parents, not only the sampled ones: a line is unique among its siblings.
    rows = with_keys(views[Side.SOURCE], proposal.source, (link[0].name,), [(value,) for value in ids])
    found = with_keys(
        views[Side.TARGET],
        parent.target,
        (other,),
        [(value,) for value in codes.values() if value is not None],
    )
    key = parent.target.key[0]
    theirs = {token(row[found.place(key)]): row[found.place(other)] for row in found.rows}
    others = [(row[found.place(key)],) for row in found.rows]
    reached = with_keys(views[Side.TARGET], proposal.target, (link[1].name,), others)
    return (
        (rows, [token(codes.get(token(value))) for value in rows.cells(link[0].name)]),
        (reached, [token(theirs.get(token(value))) for value in reached.cells(link[1].name)]),
    )


def _codes(
    views: Views, side: Side, table: Table, key: str, column: str, ids: Sequence[Any]
) -> dict[str | None, Any]:
    """The business key of each id."""
    found = with_keys(views[side], table, (key,), [(value,) for value in ids])
    return {token(row[found.place(key)]): row[found.place(column)] for row in found.rows}


def _keyed(rows: Rows, codes: Sequence[str | None], place: int) -> dict[tuple[str, ...], tuple[Any, ...]]:
    """The rows by their parent's key and one cell of their own."""
    width = len(rows.columns)
    wider = Rows(rows.columns, tuple((*row, code) for row, code in zip(rows.rows, codes, strict=True)))
    return {key: row[:width] for key, row in by_key(wider, [width, place]).items()}
