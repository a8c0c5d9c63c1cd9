"""What tables and columns there are, and that none lost all its rows unnoticed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.reconcile import inventory_spec


@pytest.mark.check(inventory_spec())
def test_inventory(inventory: Callable[[], None]) -> None:
    """Every table with rows on the source is still there, or a mapping says where its rows went."""
    inventory()
