"""`harness run` in processes of its own: what keeps it from running, and what interrupts it.

Both ERPs are fakes within those processes; only the time that the processes take keeps this from the
offline tests.
"""

from __future__ import annotations

import signal
from typing import Any

import pytest

from harness.errors import ExitCode
from harness.evidence import verify
from tests.cli.conftest import SLOW, project, signal_group

__all__ = ["project"]
pytestmark = pytest.mark.real_pair
PLAIN = "def test_plain(): ...\n"


def test_an_interrupted_run_says_how_to_go_on_and_can(project: Any) -> None:
    project.write("suites/functional/test_slow.py", SLOW.replace("WAIT", "30"))
    process = project.start()
    project.await_results(4)

    _, said = signal_group(process, signal.SIGINT)

    run = project.last
    assert process.returncode == ExitCode.INTERRUPTED
    assert f"harness run --run {run.manifest.run_id}" in said
    assert not run.sealed
    project.write("suites/functional/test_slow.py", SLOW.replace("WAIT", "0"))
    assert project.run("--run", run.manifest.run_id).code == ExitCode.GO
    assert run.sealed
    assert verify(run.path).ok


@pytest.mark.parametrize(
    ("name", "content", "code", "said"),
    [
        pytest.param(
            "suites/functional/test_order_to_cash.py",
            "import pytest\nimport nothing_of_this_name\n",
            ExitCode.USAGE_ERROR,
            "pytest's exit code 4",
            id="a suite cannot be imported",
        ),
        pytest.param(
            "suites/functional/test_other.py",
            "import nothing_of_this_name\n",
            ExitCode.USAGE_ERROR,
            "pytest's exit code 4",
            id="one suite of two cannot be imported",
        ),
        pytest.param(
            "suites/functional/test_other.py",
            "def test_one(flow): ...\n",
            ExitCode.USAGE_ERROR,
            "pytest's exit code 4",
            id="a check has no mark",
        ),
        pytest.param(
            "suites/functional/test_order_to_cash.py",
            PLAIN,
            ExitCode.NO_CHECK_RAN,
            "No check ran",
            id="the suites hold no check",
        ),
    ],
)
@pytest.mark.parametrize("processes", [(), ("-n2",)], ids=["one process", "two processes"])
def test_what_keeps_the_checks_from_running(
    project: Any, name: str, content: str, code: ExitCode, said: str, processes: tuple[str, ...]
) -> None:
    project.write(name, content)

    ended = project.run(*processes)

    assert said in ended.err
    assert ended.code == code
    assert "GO   " not in ended.out


def test_a_hook_of_the_suites_that_crashes_is_an_internal_error(project: Any) -> None:
    project.write("suites/conftest.py", "def pytest_runtestloop(session):\n    raise RuntimeError('boom')\n")

    ended = project.run()

    assert ended.code == ExitCode.INTERNAL_ERROR
    assert "pytest's exit code 3" in ended.err
