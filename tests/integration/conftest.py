"""The real pair, brought up once for all tests here, and the time each area may take.

An area is a file: `test_<area>.py`. What it used is printed; more than its budget fails the run, so that
the suite cannot grow slow unnoticed.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness import demo
from harness.demo import DemoPair
from tests.integration.whole_run import Ended, run_everything

# Seconds on 2 quiet cores; the first two are what the areas share.
BUDGETS = {
    "pair": 900,
    "clean": 480,
    "demo_pair": 240,
    "adapters": 300,
    "business": 120,
    "reconcile": 240,
    "reconcile_engine": 240,
    "load": 240,
    "load_from_har": 300,
    "load_defects": 900,
    "batches": 240,
    "kpis": 30,
    "ux": 300,
    "ux_screen_defects": 900,
    "ux_page": 90,
    "ux_effort": 60,
    "ux_network": 60,
    "ux_tasks": 600,
    "ux_defects": 900,
    "modes": 300,
    "verdict": 120,
    "coverage": 60,
    "parity": 30,
    "planted": 420,
    "kill": 480,
    "interruption": 600,
    "commands": 180,
    "secrets": 180,
    "cap": 300,  # what its servers are installed from; nothing once they are in the cache
    "odata": 90,
    "history": 60,
    "spread": 90,
    "discover": 120,
    "engines": 180,
    "mapping_rules": 120,
    "data_defects": 600,
    "functional_defects": 300,
    "functional": 10_000,
    "functional_inventory": 420,
    "functional_interfaces": 300,
    "ways_in": 120,
    "webhook": 60,
    "ways_in_tryton": 120,
    "rights": 600,
    "overlays": 120,
    "functional_trade": 480,
    "functional_books": 420,
    "functional_rights": 180,
}
_used: defaultdict[str, float] = defaultdict(float)
_shared_now: list[float] = []


@pytest.fixture(scope="session")
def pair() -> Iterator[DemoPair]:
    """Tryton 7.0 and 8.0 with their web clients, stopped by process id at the end.

    `HARNESS_TEST_CONFIG` names the harness.toml of a demo pair that is up already; it is left up.
    """
    named = os.environ.get("HARNESS_TEST_CONFIG")
    if named:
        found = demo.status(Path(named).resolve().parent).pair
        assert found is not None, f"no demo pair is up at {named}"
        yield found
        return
    folder = Path(__file__).parents[2] / ".demo" / "tests"
    demo.down(folder)
    for laid in ("policy.toml", "waivers.toml"):  # kept where somebody may have changed them; not here
        (folder / laid).unlink(missing_ok=True)
    try:
        with shared("pair"):
            found = demo.up(folder, report=lambda step: None)
        yield found
    finally:
        demo.down(folder)


@pytest.fixture(scope="session")
def clean(pair: DemoPair) -> Ended:
    """The whole smoke profile on the clean pair, before anything has written to it.

    A pair that is up already is clean again after `harness demo down` and `up`.
    """
    with shared("clean"):
        return run_everything(pair)


@contextmanager
def shared(what: str) -> Iterator[None]:
    """Takes the time of what all areas share, which belongs to none of them."""
    started = time.perf_counter()
    try:
        yield
    finally:
        _shared_now.append(time.perf_counter() - started)
        _used[what] += _shared_now[-1]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever looks at the run on the clean pair comes first: the other tests write to it."""
    items.sort(key=lambda item: "clean" not in getattr(item, "fixturenames", ()))


def _area(nodeid: str) -> str:
    return Path(nodeid.split("::")[0]).stem.removeprefix("test_")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Adds up what each area uses."""
    if "integration" in report.nodeid:
        _used[_area(report.nodeid)] += report.duration - sum(_shared_now)
    _shared_now.clear()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Prints the table of budgets."""
    if not _used:
        return
    terminalreporter.section("time budget")
    for area, seconds in sorted(_used.items()):
        over = "  OVER" if _is_over(area) else ""
        terminalreporter.write_line(f"{area:<12} {seconds:7.1f} s of {BUDGETS.get(area, 0):5} s{over}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """An area over its budget fails the run."""
    if any(map(_is_over, _used)) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _is_over(area: str) -> bool:
    return _used[area] > BUDGETS.get(area, 0)
