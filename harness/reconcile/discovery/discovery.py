"""Reads both schemas and samples both data sets, each in one read-only snapshot, and proposes mappings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.model import Side
from harness.reconcile.discovery.alignment import Views
from harness.reconcile.discovery.children import under_parents
from harness.reconcile.discovery.following import referred
from harness.reconcile.discovery.likeness import Sight
from harness.reconcile.discovery.profile import Described, Report, described
from harness.reconcile.discovery.proposal import Proposal, proposed
from harness.reconcile.discovery.references import followed
from harness.reconcile.discovery.tables import matched


@dataclass(frozen=True, slots=True)
class Discovery:
    """Everything found: the proposals by the source's table, and both sides' tables."""

    proposals: tuple[Proposal, ...]
    tables: Mapping[Side, Mapping[str, Described]]

    @property
    def filled(self) -> tuple[Proposal, ...]:
        """The proposals with a row on at least one side: what there is to compare."""
        return tuple(proposal for proposal in self.proposals if not proposal.empty)

    def alone(self, side: Side) -> tuple[Described, ...]:
        """The tables that have no counterpart on the other side."""
        known = {
            proposal.source.name if side is Side.SOURCE else proposal.target.name
            for proposal in self.proposals
        }
        return tuple(table for name, table in self.tables[side].items() if name not in known)


def discover(views: Views, report: Report = lambda stage, done, of: None) -> Discovery:
    """Proposes how the tables of both views correspond."""
    tables = {side: described(views[side], report) for side in Side}
    sight = Sight(tables[Side.SOURCE], tables[Side.TARGET])
    matches = list(matched(sight, views, report))
    counterparts = {match.source.name: match.target.name for match in matches}
    proposals: list[Proposal] = []
    while matches:
        for match in matches:
            proposals.append(proposed(match, counterparts, views))
            report("paired", len(proposals), len(counterparts))
        matches = referred(proposals, sight, views)
        counterparts |= {match.source.name: match.target.name for match in matches}
    proposals.sort(key=lambda item: item.source.name)
    proposals = under_parents(proposals, counterparts, views)
    return Discovery(followed(proposals, views), tables)
