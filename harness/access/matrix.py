"""What one side answered: the capture of a check of rights, typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from harness.rights import Answer, Door, Grant, Subject


def _nothing() -> Mapping[str, Mapping[str, Answer]]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class RoleAnswers:
    """What one role's tries came to, by model.

    `fields` holds only what is not plainly allowed, and the fields that were read one by one. `reach` has
    the sampled records that the role can read, write and delete.
    """

    role: str
    log_in: Answer
    groups: tuple[str, ...] = ()
    operations: Mapping[str, Mapping[str, Answer]] = field(default_factory=_nothing)
    fields: Mapping[str, Mapping[str, Answer]] = field(default_factory=_nothing)
    reach: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=lambda: MappingProxyType({}))

    def answer(self, model: str, operation: str) -> Answer:
        """What the operation came to; unclear when it was not tried."""
        return self.operations.get(model, {}).get(operation, Answer.UNCLEAR)


@dataclass(frozen=True, slots=True)
class Matrix:
    """One side: what there is, and what every role's tries came to."""

    subjects: tuple[Subject, ...]
    roles: tuple[RoleAnswers, ...]
    grants: tuple[Grant, ...]
    samples: Mapping[str, Mapping[str, str]]
    doors: tuple[Door, ...]

    def by_model(self) -> Mapping[str, Subject]:
        """The subjects by their names."""
        return {subject.model: subject for subject in self.subjects}

    def by_role(self) -> Mapping[str, RoleAnswers]:
        """The answers by role."""
        return {answers.role: answers for answers in self.roles}
