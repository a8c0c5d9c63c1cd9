"""Every mapping of the configured folder is one check: is this entity's data complete and right."""

from __future__ import annotations

from collections.abc import Callable

from harness.reconcile import EntityMapping


def test_entity(mapping: EntityMapping, reconcile: Callable[[EntityMapping], None]) -> None:
    """The entity's rows, control totals and cells agree on both sides."""
    reconcile(mapping)
