"""Which items run, in which order, and in which process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from harness.evidence import Recorded
from harness.model import Area, CheckSpec, Part, Status
from harness.plugin.options import Options
from harness.plugin.specs import PART, SPEC

# Data is compared before anything writes; what measures time runs when nothing else does.
_PHASES = {Area.DATA: 0, Area.UX: 2, Area.COMPATIBILITY: 2, Area.PERFORMANCE: 3}
_OTHER_PHASE = 1
# What every document moves on: where sequences stand, and the figures of the business.
_BEFORE_WRITING = frozenset({"inventory", "kpi"})
_FINAL = frozenset({Status.PASSED, Status.FAILED})


def phase(spec: CheckSpec) -> int:
    """Checks of a later phase start when those of the earlier ones have ended."""
    if spec.comparator in _BEFORE_WRITING:
        return _PHASES[Area.DATA]
    return _PHASES.get(spec.area, _OTHER_PHASE)


def group(spec: CheckSpec) -> str:
    """Items of one group run in one process, in order: a check's parts; all that measures time."""
    return f"phase-{phase(spec)}" if phase(spec) >= _PHASES[Area.UX] else spec.id


def arrange(items: list[pytest.Item]) -> None:
    """Orders by phase, plain tests last."""
    items.sort(key=lambda item: phase(item.stash[SPEC]) if SPEC in item.stash else len(_PHASES) + 1)


def selected(spec: CheckSpec, options: Options) -> bool:
    """Whether the options ask for this check."""
    return (
        (not options.areas or spec.area in options.areas)
        and (not options.modules or spec.module in options.modules)
        and (not options.departments or spec.department in options.departments)
    )


def still_to_do(items: Iterable[pytest.Item], recorded: Recorded) -> list[pytest.Item]:
    """The items without a final result. A comparison is done again when one of its parts is."""
    todo = [item for item in items if not _done(item, recorded)]
    changing = {item.stash[SPEC].id for item in todo if SPEC in item.stash}
    keep = {id(item) for item in todo}
    return [
        item
        for item in items
        if id(item) in keep
        or (item.stash.get(PART, None) is Part.COMPARISON and item.stash[SPEC].id in changing)
    ]


def _done(item: pytest.Item, recorded: Recorded) -> bool:
    if SPEC not in item.stash:
        return False
    result = recorded.latest(item.stash[SPEC].id, item.stash[PART])
    return result is not None and result.status in _FINAL


def unfinished_before(
    spec: CheckSpec, recorded: Recorded, planned: Sequence[tuple[CheckSpec, Part]]
) -> list[str]:
    """The checks of earlier phases that have no result yet."""
    return sorted(
        {
            other.id
            for other, part in planned
            if phase(other) < phase(spec) and recorded.latest(other.id, part) is None
        }
    )
