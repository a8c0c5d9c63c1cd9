"""Who may do what: tried as every role, on both sides. Nothing is changed by it."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.check(
    "rights.roles",
    en="Rights of every role",
    zh="各角色的权限",
    module="system",
    department="it",
    severity="critical",
    requirements=["S05", "S79"],
    profile="rehearsal",
)
@pytest.mark.writes
def test_rights(rights: Callable[[], None]) -> None:
    """Every role reads, creates, changes, deletes and presses what it could before, and no more."""
    rights()
