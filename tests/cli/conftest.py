"""A project of the user's own for each test: both ERPs are fakes inside the process that runs the checks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.cli import invoke
from harness.errors import ExitCode
from harness.evidence import Run
from harness.gate import from_bytes
from harness.model import Verdict

ROOT = Path(__file__).parents[2]
FLOW = ROOT / "suites/functional/order_to_cash/test_order_to_cash.py"
PASSWORD = "Sesam-42"
POLICY = """
schema = 1
[milestones.SIT]
areas = ["function"]
[[milestones.SIT.rules]]
rule = "no_open_findings"
severity = "critical"
limit = 0
requirements = ["S10"]
set_by = "Finance lead"
set_on = 2026-11-01
"""
SIDES = "synthetic = true\nallow_writes = true\n"  # what a side of the project is permitted
SLOW = """
import time

import pytest


@pytest.mark.parametrize("number", range(1))
def test_nothing(number): ...


@pytest.mark.check("function.slow", en="Slow", zh="慢", module="sale")
@pytest.mark.writes
def test_slow(flow):
    sales = flow.role("sales")
    with flow.step("customer", en="Register", zh="登记"):
        customer = sales.create_party(flow.data.customer("CN"))
    with flow.step("order", en="Order", zh="订单"):
        order = sales.create_order(flow.order(customer, flow.data.lines(sales.sellable_products(1))))
        flow.keep("order", sales.order(order))
    time.sleep(WAIT)
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: ExitCode
    out: str
    err: str


class Project:
    """harness.toml, policy.toml, suites; and the command line over them."""

    def __init__(self, folder: Path, capture: Any = None) -> None:
        self.folder = folder
        self._capture = capture
        self.configure()
        self.write("policy.toml", POLICY)
        self.write("suites/functional/test_order_to_cash.py", FLOW.read_text("utf-8"))

    def write(self, name: str, content: str) -> None:
        """A file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")

    def configure(self, project: str = "", **sides: str) -> None:
        """harness.toml; a side's text may hold further lines, `options` tables last."""
        parts = [f'schema = 1\n[project]\nname = "Offline"\nmilestone = "SIT"\n{project}\n']
        for side in ("source", "target"):
            own = sides.get(side, SIDES)
            parts.append(
                f'[{side}]\nadapter = "tests.fakes.offline:OfflineSales"\n'
                f'url = "http://{side}.test/sales/v4"\n{own}\n'
            )
            parts += [
                f'[{side}.accounts.{role}]\nuser = "{role}"\npassword = "{PASSWORD}"\n'
                for role in ("admin", "sales", "stock", "accounting")
            ]
        self.write("harness.toml", "".join(parts))

    def __call__(self, command: str, *arguments: str) -> Ended:
        """One command, in this process."""
        return self.bare(command, *arguments)

    def bare(self, *arguments: str) -> Ended:
        """A command of several words."""
        self._capture.readouterr()
        code = invoke([*arguments, "--config", str(self.folder / "harness.toml")])
        shown = self._capture.readouterr()
        return Ended(code, shown.out, shown.err)

    def run(self, *arguments: str) -> Ended:
        """`harness run` without reports, which take longer than all the rest."""
        return self("run", *arguments, "--no-report")

    def start(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        """`harness run` as a process group of its own, as a terminal starts it."""
        command = [sys.executable, "-c", "from harness.cli import main; main()", "run", "--no-report"]
        return subprocess.Popen(
            [*command, "--config", str(self.folder / "harness.toml"), *arguments],
            cwd=ROOT,
            env={**os.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # a shell that runs us in the background has SIGINT ignored, and children inherit that
            preexec_fn=_heeding_interrupts,
        )

    @property
    def runs(self) -> list[Path]:
        """The run directories there are."""
        return sorted((self.folder / "runs").glob("*"))

    @property
    def last(self) -> Run:
        """The newest run."""
        return Run.find(self.folder / "runs", "latest")

    def verdict(self) -> Verdict:
        """The latest judgement's verdict, as stored."""
        return from_bytes((self.last.judgements()[-1] / "verdict.json").read_bytes()).verdict

    def await_results(self, count: int, seconds: float = 60) -> None:
        """Returns when so many results are in the journal."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            begun = self.runs and (self.runs[-1] / "capture/manifest.json").exists()
            if begun and len(Run.open(self.runs[-1]).read().results) >= count:
                return
            time.sleep(0.05)
        raise TimeoutError


def _heeding_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def signal_group(process: subprocess.Popen[str], number: signal.Signals) -> tuple[str, str]:
    """Sends a signal to a whole process group, as a terminal does, and waits for what it says."""
    os.killpg(process.pid, number)
    return process.communicate(timeout=60)


@pytest.fixture
def project(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project that nothing else uses; its language is English."""
    monkeypatch.chdir(ROOT)  # where pytest, run as a module, finds the fakes
    for name in ("HARNESS_CONFIG", "HARNESS_TRACEBACK", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HARNESS_LANG", "en")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))  # the fakes of each test are its own
    return Project(tmp_path, capfd)
