"""Business reconciliation: the lists that finance, sales and logistics tick off, side by side.

A control (`load`) is a list with rules; `gather` reads it on both sides; `comparison.compare` says what
differs and which rule the target breaks.
"""

from __future__ import annotations

from harness.reconcile.business.control import Control
from harness.reconcile.business.files import load, load_folder
from harness.reconcile.business.gathering import gather

__all__ = ["Control", "gather", "load", "load_folder"]
