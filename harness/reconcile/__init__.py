"""Data reconciliation: is the migrated data complete and right, and what was not compared.

A mapping (`mapping.load`) says how an entity corresponds; `gather` compares it live or captures one side;
`comparison.compare` turns either into the same findings.
"""

from __future__ import annotations

from harness.reconcile.entity import EntityMapping
from harness.reconcile.gathering import gather
from harness.reconcile.inventory import gather_inventory
from harness.reconcile.inventory import spec as inventory_spec
from harness.reconcile.mapping import load, load_folder

__all__ = ["EntityMapping", "gather", "gather_inventory", "inventory_spec", "load", "load_folder"]
