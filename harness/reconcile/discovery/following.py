"""Finds tables through what refers to them: two columns that agree lead to tables that correspond."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from harness.reconcile.discovery.alignment import Views, align
from harness.reconcile.discovery.columns import ColumnPair
from harness.reconcile.discovery.likeness import Sight
from harness.reconcile.discovery.proposal import Proposal
from harness.reconcile.discovery.tables import Match, assigned

_AGREES = 0.9


def referred(proposals: Sequence[Proposal], sight: Sight, views: Views) -> list[Match]:
    """Matches of tables that had no counterpart so far, and to which paired columns lead."""
    known = {item.source.name for item in proposals}, {item.target.name for item in proposals}
    votes = Counter(
        (one, other)
        for item in proposals
        for pair in item.columns
        if _agrees(pair)
        and (one := item.source.column(pair.source).refers_to) in sight.source
        and (other := item.target.column(pair.target).refers_to) in sight.target
        and one not in known[0]
        and other not in known[1]
    )
    found = []
    for (one, other), count in sorted(votes.items(), key=str):
        assert one is not None and other is not None
        source, target = sight.source[one], sight.target[other]
        aligned = align(source, target, views)
        found.append(Match(source, target, sight.likeness(one, other), aligned, referred=count))
    return assigned(found)


def _agrees(pair: ColumnPair) -> bool:
    held = pair.agreement
    return held is not None and held.beyond_chance is not None and held.beyond_chance >= _AGREES
