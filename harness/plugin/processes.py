"""Checks on several processes: the items of one group go to one of them, in the order of the phases.

pytest-xdist's own grouping marks the names of items, which pytest 9.2 no longer lets it do: every item then
is a group of its own, without a word. It also starts with the largest group, which would wait for ever for
those of earlier phases. So the workers write down which item is of which group, and the controller reads it.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.plugin.ordering import group
from harness.plugin.specs import SPEC

_FOLDER: pytest.StashKey[Path] = pytest.StashKey()
_KEY = "harness_groups"


def prepare(config: pytest.Config, workerinput: dict[str, Any]) -> None:
    """Tells a worker where to write its groups; called by the controller for each of them."""
    if _FOLDER not in config.stash:
        config.stash[_FOLDER] = Path(tempfile.mkdtemp(prefix="harness-"))
    workerinput[_KEY] = str(config.stash[_FOLDER])


def tell(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    """Writes down the group of each check's item; does nothing but in a worker."""
    worker = getattr(config, "workerinput", None)
    if worker is None or _KEY not in worker:
        return
    groups = {item.nodeid: group(item.stash[SPEC]) for item in items if SPEC in item.stash}
    (Path(worker[_KEY]) / f"{worker['workerid']}.json").write_text(json.dumps(groups), "utf-8")


def reported(config: pytest.Config, problem: str) -> bool:
    """In a worker: reports a problem of the collection, since what it raises reaches nobody."""
    if not hasattr(config, "workerinput"):
        return False
    report = pytest.CollectReport(nodeid="harness", outcome="failed", longrepr=problem, result=[])
    config.hook.pytest_collectreport(report=report)
    return True


def scheduler(config: pytest.Config, log: Any) -> Any:
    """Hands out whole groups in the order in which they were collected."""
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # xdist has no types

    class Grouped(LoadScopeScheduling):  # type: ignore[misc]  # as above
        groups: Mapping[str, str] | None = None

        def _split_scope(self, nodeid: str) -> str:
            if self.groups is None:  # every worker has collected by now
                self.groups = _told(config.stash[_FOLDER])
            return self.groups.get(nodeid, nodeid)

        def schedule(self) -> None:
            session: pytest.Session = config.pluginmanager.getplugin("session")
            if session.testsfailed and self.collection is None:
                raise session.Interrupted("errors during collection")  # xdist would run all the others
            super().schedule()

    config.option.loadscopereorder = False  # a later phase would be handed out first, and wait for ever
    return Grouped(config, log)


def tidy(config: pytest.Config) -> None:
    """Removes what the workers wrote down."""
    if _FOLDER in config.stash:
        shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)
        del config.stash[_FOLDER]


def _told(folder: Path) -> Mapping[str, str]:
    """What all the workers say is the same: each has collected all the items."""
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.json")):
        found |= json.loads(file.read_text("utf-8"))
    return found
