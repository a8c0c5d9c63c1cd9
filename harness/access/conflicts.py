"""Duties that one role can perform together after the upgrade and could not before."""

from __future__ import annotations

from collections.abc import Iterator

from harness.access.changes import Both
from harness.access.duties import Duties, Duty
from harness.access.matrix import RoleAnswers


def conflicts_gained(both: Both, duties: Duties) -> Iterator[tuple[str, Duty, Duty]]:
    """Role and both duties. What is not known of the source counts as not held, and so as gained."""
    for before, after in both.roles():
        for one, other in duties.conflicts():
            if _holds(after, one, other) and not _holds(before, one, other):
                yield before.role, one, other


def _holds(role: RoleAnswers, *duties: Duty) -> bool:
    return all(_may(role, operation) for duty in duties for operation in duty.operations)


def _may(role: RoleAnswers, operation: str) -> bool:
    model, _, name = operation.partition(" ")
    return role.answer(model, name).allowed is True
