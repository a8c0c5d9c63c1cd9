"""Proposes mappings from two data sets that nobody has described: a person decides about each."""

from __future__ import annotations

from harness.reconcile.discovery.discovery import Discovery, discover
from harness.reconcile.discovery.profile import Described, described
from harness.reconcile.discovery.proposal import Proposal

__all__ = ["Described", "Discovery", "Proposal", "described", "discover"]
