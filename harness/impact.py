"""The impact of what changed, from stored runs: an inventory of one, and what flows of any used last."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from harness.compare import stored_captures
from harness.errors import ConfigError
from harness.evidence import Recorded, Run
from harness.inventory.comparison import KIND, differences_of, things_of
from harness.inventory.impact import Impact, impact, modules_of
from harness.model import CheckSpec, Cover, Side, text

_TOUCHES = frozenset({"model", "field", "method"})
_LOOK_BACK = 20  # runs: what a flow touched longer ago says little about the suites of today


def run_with_inventory(runs: Path, name: str) -> Run:
    """The run of this id, for `latest` the newest one with an inventory; ConfigError when it has none."""
    candidates = Run.newest_first(runs) if name == "latest" else iter((Run.find(runs, name),))
    for run in candidates:
        if _inventories(run.read()):
            return run
    raise ConfigError(text("inventory.no_run", run=name, folder=str(runs)))


def impact_of(run: Run, runs: Path) -> Impact:
    """What the inventory of this run found changed, with the flows that make use of it.

    What a flow makes use of is told by the newest run that it came to an end in: the run itself may hold
    the inventory alone.
    """
    check = _inventories(run.read())[0]
    captures = stored_captures(run, check.id)
    modules = modules_of(things_of(captures.values()).get(Side.SOURCE, ()))
    return impact(differences_of(captures), touched(runs), modules)


def touched(runs: Path) -> Mapping[str, frozenset[Cover]]:
    """Per check what it used, in the newest run that says so."""
    found: dict[str, frozenset[Cover]] = {}
    for run in islice(Run.newest_first(runs), _LOOK_BACK):
        here: dict[str, set[Cover]] = {}
        for check, cover in run.read().covers:
            if cover.kind in _TOUCHES:
                here.setdefault(check, set()).add(cover)
        found = {**{check: frozenset(covers) for check, covers in here.items()}, **found}
    return found


def _inventories(recorded: Recorded) -> list[CheckSpec]:
    concluded = recorded.conclusions()
    return [concluded[check].spec for check in concluded if concluded[check].spec.comparator == KIND]
