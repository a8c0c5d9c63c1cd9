"""What both systems consist of, and what of it changed: modules, fields, menus, jobs, sequences, settings.

`gather` lists both sides; `comparison.compare` is pure and turns the lists into findings; `impact` joins
what changed with what the flows of a run made use of.
"""

from __future__ import annotations

from harness.inventory.gathering import gather
from harness.inventory.renames import load as load_renames

__all__ = ["gather", "load_renames"]
