"""The tasks of suites/ux, as the checks there have them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from harness.ux import Task

SUITE = Path(__file__).parents[2] / "suites" / "ux"


def module(path: Path) -> ModuleType:
    """A file of the suite."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def suite_tasks() -> dict[str, Task]:
    """Every task of the suite by its name."""
    found: dict[str, Task] = {}
    for path in sorted(SUITE.glob("test_*.py")):
        for name, test in vars(module(path)).items():
            if name.startswith("test_") and name != "test_combination":  # that does one of these once more
                test(lambda task: found.__setitem__(task.name, task))
    return found
