"""What differs between the answers of both sides, gathered into as few statements as can be read.

A right that several roles gained alike, or on several models of a module alike, is one change; a role that
lost all it had in a module is one, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from harness.access.matrix import Matrix, RoleAnswers
from harness.rights import READ, Answer

WHOLE = "*"


@dataclass(frozen=True, slots=True)
class Change:
    """The same gain or loss of `roles` on `models`. `what` are operations, or fields of one model.

    `count` is how many single rights it stands for.
    """

    gained: bool
    roles: tuple[str, ...]
    module: str
    models: tuple[str, ...]
    what: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Reached:
    """Records of a model that roles can reach on one side only: of whom they are, and what can be done."""

    gained: bool
    roles: tuple[str, ...]
    module: str
    model: str
    owners: tuple[str, ...]
    operations: tuple[str, ...]
    count: int


_One: TypeAlias = tuple[str, str, str]  # role, model, operation or field


@dataclass(frozen=True, slots=True)
class Both:
    """The matrices of both sides and what they share: roles that could log in, models, operations."""

    source: Matrix
    target: Matrix

    def roles(self) -> Iterator[tuple[RoleAnswers, RoleAnswers]]:
        """The roles that could log in on both sides."""
        target = self.target.by_role()
        for one in self.source.roles:
            other = target.get(one.role)
            if other and one.log_in is Answer.ALLOWED and other.log_in is Answer.ALLOWED:
                yield one, other

    def rights(self) -> Iterator[tuple[str, str, str, Answer, Answer]]:
        """Role, model and operation with the answers of both sides."""
        target = self.target.by_model()
        for one, other in self.roles():
            for subject in self.source.subjects:
                offered = target[subject.model].operations if subject.model in target else ()
                for operation in subject.operations:
                    if operation in offered:
                        answers = one.answer(subject.model, operation), other.answer(subject.model, operation)
                        yield (one.role, subject.model, operation, *answers)

    def module(self, model: str) -> str:
        """The module of a model."""
        found = self.source.by_model().get(model) or self.target.by_model()[model]
        return found.module


def operations(both: Both) -> tuple[Change, ...]:
    """Operations gained and lost."""
    differing = [
        (bool(target.allowed), (role, model, operation))
        for role, model, operation, source, target in both.rights()
        if None not in (source.allowed, target.allowed) and source.allowed != target.allowed
    ]
    gained = [one for better, one in differing if better]
    lost = [one for better, one in differing if not better]
    whole = _whole_modules(both, lost)
    rest = [one for one in lost if (one[0], both.module(one[1])) not in whole]
    return (*_merged_modules(whole), *_merged(both, True, gained), *_merged(both, False, rest))


def fields(both: Both) -> tuple[Change, ...]:
    """Fields that can be read on one side only, of models that can be read on both."""
    found: dict[bool, list[_One]] = {True: [], False: []}
    source, target = both.source.by_model(), both.target.by_model()
    for one, other in both.roles():
        for model in sorted(one.fields.keys() | other.fields.keys()):
            if not (one.answer(model, READ).allowed and other.answer(model, READ).allowed):
                continue
            for name in sorted(set(source[model].fields) & set(target[model].fields)):
                before, after = (
                    side.fields.get(model, {}).get(name, Answer.ALLOWED) for side in (one, other)
                )
                if None not in (before.allowed, after.allowed) and before.allowed != after.allowed:
                    found[bool(after.allowed)].append((one.role, model, name))
    return tuple(change for gained in (True, False) for change in _merged(both, gained, found[gained]))


def records(both: Both) -> tuple[Reached, ...]:
    """Records that rules keep from a role on one side only, among those that both sides have sampled."""
    found: defaultdict[tuple[bool, str, tuple[str, ...], tuple[str, ...]], list[tuple[str, int]]]
    found = defaultdict(list)
    for one, other in both.roles():
        for model in sorted(one.reach.keys() & other.reach.keys()):
            for gained, ids, what in _differing(both, one, other, model):
                owners = tuple(sorted({both.source.samples[model][number] for number in ids}))
                found[gained, model, owners, what].append((one.role, len(ids)))
    return tuple(
        Reached(gained, tuple(role for role, _ in roles), both.module(model), model, owners, what,
                sum(count for _, count in roles))
        for (gained, model, owners, what), roles in found.items()
    )  # fmt: skip


def _differing(
    both: Both, one: RoleAnswers, other: RoleAnswers, model: str
) -> Iterator[tuple[bool, tuple[str, ...], tuple[str, ...]]]:
    """Gained or lost, the records, and the operations for which just these records differ."""
    shared = both.source.samples[model].keys() & both.target.samples[model].keys()
    found: defaultdict[tuple[bool, tuple[str, ...]], list[str]] = defaultdict(list)
    for operation in one.reach[model]:
        if not (one.answer(model, operation).allowed and other.answer(model, operation).allowed):
            continue
        before, after = (set(side.reach[model].get(operation, ())) & shared for side in (one, other))
        for gained, ids in ((True, after - before), (False, before - after)):
            if ids:
                found[gained, tuple(sorted(ids))].append(operation)
    for (gained, numbers), names in found.items():
        yield gained, numbers, tuple(names)


def _whole_modules(both: Both, lost: Iterable[_One]) -> dict[tuple[str, str], list[_One]]:
    """By role and module: what was lost, where that is all there was, on more than one model."""
    held: defaultdict[tuple[str, str], set[_One]] = defaultdict(set)
    for role, model, operation, source, _ in both.rights():
        if source.allowed:
            held[role, both.module(model)].add((role, model, operation))
    gone: defaultdict[tuple[str, str], list[_One]] = defaultdict(list)
    for one in lost:
        gone[one[0], both.module(one[1])].append(one)
    return {
        place: ones
        for place, ones in gone.items()
        if set(ones) == held[place] and len({model for _, model, _ in ones}) > 1
    }


def _merged_modules(whole: dict[tuple[str, str], list[_One]]) -> Iterator[Change]:
    alike: defaultdict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    counts: defaultdict[tuple[str, tuple[str, ...]], int] = defaultdict(int)
    for (role, module), ones in whole.items():
        key = module, tuple(sorted({model for _, model, _ in ones}))
        alike[key].append(role)
        counts[key] += len(ones)
    for (module, models), roles in alike.items():
        yield Change(False, tuple(roles), module, models, (WHOLE,), counts[module, models])


def _merged(both: Both, gained: bool, ones: Iterable[_One]) -> Iterator[Change]:
    """First the roles that share a right, then what they share on a model, then the models alike."""
    roles: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for role, model, single in ones:
        roles[model, single].append(role)
    on_model: defaultdict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (model, single), names in roles.items():
        on_model[model, tuple(names)].append(single)
    alike: defaultdict[tuple[str, tuple[str, ...], tuple[str, ...]], list[str]] = defaultdict(list)
    for (model, who), rights in on_model.items():
        alike[both.module(model), who, tuple(rights)].append(model)
    for (module, who, what), models in alike.items():
        count = len(who) * len(what) * len(models)
        yield Change(gained, who, module, tuple(sorted(models)), what, count)
