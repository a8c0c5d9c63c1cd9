"""What one side answered: the capture of a check of rights, typed.

Names of models, fields and buttons are stored as values, never as keys: what stands under a key such as
`password` is taken for a secret and masked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from harness.evidence.codec import from_value, to_value
from harness.rights import Answer, Door, Grant, Subject
from harness.values import Value

_OF_ROLE = ("operations", "fields", "reach")


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

    def stored(self) -> Value:
        """The matrix as plain values."""
        value: Any = to_value(self)
        roles = [{**role, **{name: _paired(role[name]) for name in _OF_ROLE}} for role in value["roles"]]
        return {**value, "samples": _paired(value["samples"]), "roles": roles}


def read_matrix(stored: Any) -> Matrix:
    """The matrix that was stored; ValueError when it is none."""
    roles = [{**role, **{name: _mapped(role[name]) for name in _OF_ROLE}} for role in stored["roles"]]
    return from_value(Matrix, {**stored, "samples": _mapped(stored["samples"]), "roles": roles})


def _paired(by_model: Mapping[str, Mapping[str, Any]]) -> list[Value]:
    return [
        [model, [[name, content] for name, content in found.items()]] for model, found in by_model.items()
    ]


def _mapped(pairs: Any) -> dict[str, dict[str, Any]]:
    return {model: dict(found) for model, found in pairs}
