"""The real pair, brought up once for all tests here, and the time each area may take.

An area is a file: `test_<area>.py`. What it used is printed; more than its budget fails the run, so that
the suite cannot grow slow unnoticed.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness import demo
from harness.demo import DemoPair

# Seconds on 2 quiet cores. The pair is charged to the test that first asks for it.
BUDGETS = {
    "pair": 900,
    "demo_pair": 240,
    "adapters": 180,
    "reconcile": 240,
    "load": 240,
    "ux": 240,
    "modes": 300,
    "verdict": 420,
    "planted": 480,
    "kill": 480,
    "commands": 180,
    "secrets": 180,
    "discover": 240,
}
_used: defaultdict[str, float] = defaultdict(float)


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
    try:
        yield demo.up(folder, report=lambda step: None)
    finally:
        demo.down(folder)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The verdict on the clean pair comes first: the other tests write to it."""
    items.sort(key=lambda item: "integration/test_verdict" not in item.nodeid)


def _area(nodeid: str) -> str:
    return Path(nodeid.split("::")[0]).stem.removeprefix("test_")


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> Iterator[Any]:
    """Takes the time of bringing the pair up, which belongs to no area."""
    import time

    started = time.perf_counter()
    try:
        return (yield)
    finally:
        if fixturedef.argname == "pair":
            _used["pair"] += time.perf_counter() - started


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Adds up what each area uses."""
    if "integration" in report.nodeid:
        _used[_area(report.nodeid)] += report.duration


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Prints the table of budgets."""
    if not _used:
        return
    terminalreporter.section("time budget")
    for area, seconds in sorted(_used.items()):
        budget = BUDGETS.get(area, 0)
        over = "  OVER" if seconds > budget + (_used.get("pair", 0) if area != "pair" else 0) else ""
        terminalreporter.write_line(f"{area:<12} {seconds:7.1f} s of {budget:5} s{over}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """An area over its budget fails the run."""
    slack = _used.get("pair", 0)  # charged to whichever area came first
    over = [
        area for area, seconds in _used.items() if seconds > BUDGETS.get(area, 0) + (area != "pair") * slack
    ]
    if over and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
