"""Every task of the suite on both versions: completed, and each difference is one that the demo explains."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.protocol import HasWebClient
from harness.adapters.registry import open_adapter
from harness.config import load
from harness.config.ux import UxTable
from harness.config.waivers import load_waivers
from harness.demo import DemoPair
from harness.gate.waivers import selector
from harness.model import Area, Capture, CheckSpec, Mode, Part, Side, Title
from harness.ux import BrowserHandle, Task, gather, open_browser
from harness.ux.comparison import compare
from harness.ux.observed import observed
from tests.integration.ux_suite import suite_tasks

pytestmark = [pytest.mark.real_pair, pytest.mark.qualify]
ROOT = Path(__file__).parents[2]
WAIVERS = load_waivers(ROOT / "harness" / "demo" / "files" / "waivers.toml")


TASKS = suite_tasks()


@pytest.fixture(scope="module")
def browser(pair: DemoPair) -> Iterator[BrowserHandle]:
    with open_browser(UxTable(), [pair.source_url, pair.target_url]) as opened:
        yield opened


def done(task: Task, side: Side, pair: DemoPair, browser: BrowserHandle, seed: str) -> Capture:
    """What one side of a task gave, once: how long it takes is judged elsewhere."""
    adapter: Any = open_adapter(load(pair.config, environ={}, overrides={}).pair[side], "admin", writes=True)
    assert isinstance(adapter, HasWebClient)
    try:
        return gather(task, adapter, Part(side.value), browser, repeats=1, seed=seed)
    finally:
        adapter.close()


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_completed_on_both_sides_and_every_difference_is_explained(
    name: str, pair: DemoPair, browser: BrowserHandle
) -> None:
    spec = CheckSpec(f"ux.{name}", Title(name, name), Area.UX, "party", Mode.SIDE, "ux")
    seed = f"{name}:{time.time_ns()}"  # another one each time: a name that is there already would be found
    captures = {Part(side.value): done(TASKS[name], side, pair, browser, seed) for side in Side}

    problems = {part: observed(capture.value).problem for part, capture in captures.items()}
    concluded = compare(spec, captures)
    unexplained = [
        (item.field, item.kind.value, item.entity, item.key)
        for item in concluded.findings
        if not any(selector(waiver).matches(item) for waiver in WAIVERS)
    ]

    assert problems == {Part.SOURCE: None, Part.TARGET: None}
    assert unexplained == []
    assert concluded.measures["steps_compared"]
    assert Decimal(str(concluded.measures["source_klm_seconds"])) >= 0
