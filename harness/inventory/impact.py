"""Which checks make use of what an upgrade changed, and what changed that no check makes use of. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from harness.inventory.changes import Change, Difference
from harness.model import Cover
from harness.things import Sort, Thing


class Reach(StrEnum):
    """How near a check comes to what changed, the nearest first."""

    ITSELF = "itself"
    MODEL = "model"
    MODULE = "module"


@dataclass(frozen=True, slots=True)
class Hit:
    """One change with the checks that make use of it, and how near each comes."""

    difference: Difference
    checks: tuple[tuple[str, Reach], ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """What changed, as far as it is a finding: used by a check, or by none. Worst first."""

    hits: tuple[Hit, ...]
    gaps: tuple[Difference, ...]

    @property
    def checks(self) -> frozenset[str]:
        """Every check that something changed for."""
        return frozenset(check for hit in self.hits for check, _ in hit.checks)


_AT_DEFAULTS = frozenset({Change.DEFAULT, Change.DEFAULT_LOST, Change.DEFAULT_NEW})
_AT_WRITING = frozenset({Change.REQUIRED, Change.OPTIONAL, Change.NEW_REQUIRED})


def impact(
    differences: Iterable[Difference],
    touched: Mapping[str, frozenset[Cover]],
    modules: Mapping[str, str],
) -> Impact:
    """Joins changes with what each check touched. `modules` says which module a model belongs to."""
    weighed = [(each.severity.rank, each) for each in differences if each.severity is not None]
    hits: list[Hit] = []
    gaps: list[Difference] = []
    for _, each in sorted(weighed, key=lambda item: item[0]):
        reaches = ((check, _reach(each, covers, modules)) for check, covers in sorted(touched.items()))
        checks = tuple((check, reach) for check, reach in reaches if reach is not None)
        if checks:
            hits.append(Hit(each, checks))
        else:
            gaps.append(each)
    return Impact(tuple(hits), tuple(gaps))


def modules_of(things: Iterable[Thing]) -> Mapping[str, str]:
    """The module of each model."""
    return {thing.name: thing.module for thing in things if thing.sort is Sort.MODEL}


def _reach(each: Difference, covers: frozenset[Cover], modules: Mapping[str, str]) -> Reach | None:
    if any(_is_itself(each, cover) for cover in covers):
        return Reach.ITSELF
    models = {cover.item for cover in covers if cover.kind == "model"}
    if each.model and each.model in models:
        return Reach.MODEL
    if not each.model and each.module and each.module in {modules.get(model) for model in models}:
        return Reach.MODULE
    return None


def _is_itself(each: Difference, cover: Cover) -> bool:
    if (cover.kind, cover.item) == (each.sort.value, each.name):
        return True
    if each.sort is Sort.FIELD and (cover.kind, cover.item) == ("model", each.model):
        # A form asks for all defaults at once; what must be filled in decides whether a record is saved.
        at = {"defaults": _AT_DEFAULTS, "written": _AT_WRITING}.get(cover.how, frozenset())
        return each.change in at
    return False
