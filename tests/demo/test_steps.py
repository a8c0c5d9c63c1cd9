"""A step tells how it went, keeps its log, and ends what it started."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from harness.demo.state import StateFile
from harness.demo.steps import Step, Steps, StepState
from harness.errors import DemoError

SHELL = "/bin/sh"


def _steps(tmp_path: Path) -> tuple[Steps, list[Step]]:
    seen: list[Step] = []
    return Steps(tmp_path / "logs", StateFile(tmp_path), seen.append), seen


def test_step_reports_start_and_end(tmp_path: Path) -> None:
    steps, seen = _steps(tmp_path)
    with steps.step("postgres") as work:
        work.run([SHELL, "-c", "echo hello; echo trouble >&2"])
    assert [step.state for step in seen] == [StepState.STARTED, StepState.FINISHED]
    assert seen[1].seconds is not None
    assert work.log.read_text() == "hello\ntrouble\n"


def test_failed_program_names_step_reason_and_log(tmp_path: Path) -> None:
    steps, seen = _steps(tmp_path)
    with pytest.raises(DemoError) as error, steps.step("target-update-1") as work:
        work.run([SHELL, "-c", "for i in 1 2 3 4 5 6 7 8; do echo line $i; done; exit 3"])
    assert seen[-1].state is StepState.FAILED
    message = str(error.value)
    assert "Upgraded system: update, first pass" in message
    assert "line 8" in message
    assert "line 2" not in message
    assert str(tmp_path / "logs" / "target-update-1.log") in message


def test_silent_failure_still_has_a_reason(tmp_path: Path) -> None:
    steps, _ = _steps(tmp_path)
    with pytest.raises(DemoError, match="sh: 3"), steps.step("postgres") as work:
        work.run([SHELL, "-c", "exit 3"])


def test_missing_program_is_a_failed_step(tmp_path: Path) -> None:
    steps, _ = _steps(tmp_path)
    with pytest.raises(DemoError, match="no-such-program"), steps.step("postgres") as work:
        work.run(["/no-such-program"])


def test_our_own_error_is_not_dressed_up(tmp_path: Path) -> None:
    steps, seen = _steps(tmp_path)
    with pytest.raises(ZeroDivisionError), steps.step("postgres"):
        raise ZeroDivisionError
    assert seen[-1].state is StepState.FAILED


def test_program_is_remembered_while_it_runs_and_forgotten_after(tmp_path: Path) -> None:
    steps, _ = _steps(tmp_path)
    file = tmp_path / "state.json"
    with steps.step("postgres") as work:
        work.run([SHELL, "-c", f"sleep 0.3; cat {file}"])
    assert "step postgres" in work.log.read_text()
    assert StateFile(tmp_path).read().processes == {}


INTERRUPTED = """
import signal, sys
from pathlib import Path
from harness.demo.processes import termination_interrupts
from harness.demo.state import StateFile
from harness.demo.steps import Steps
folder = Path(sys.argv[1])
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background is started without it
with termination_interrupts(), Steps(folder, StateFile(folder), lambda step: None).step("postgres") as work:
    work.run(["/bin/sh", "-c", "echo $$ > " + sys.argv[1] + "/pid; sleep 60 & wait"])
"""


@pytest.mark.end_to_end
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_interruption_ends_the_program_and_its_children(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path)]
    ours = subprocess.Popen(command, stderr=subprocess.PIPE)
    pid_file = tmp_path / "pid"
    give_up = time.monotonic() + 20
    while not (pid_file.exists() and pid_file.read_text().strip()):
        assert time.monotonic() < give_up and ours.poll() is None
        time.sleep(0.02)
    program = psutil.Process(int(pid_file.read_text()))
    family = [program, *program.children()]

    ours.send_signal(number)
    _, errors = ours.communicate(timeout=20)

    assert b"KeyboardInterrupt" in errors
    assert not [process for process in family if process.is_running() and process.status() != "zombie"]
    assert StateFile(tmp_path).read().processes == {}
