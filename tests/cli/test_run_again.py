"""What failed is run again as a part, and two runs do not share a system."""

from __future__ import annotations

import os
import re
import signal
from typing import Any

import pytest

from harness.errors import ExitCode
from harness.evidence import Run
from tests.cli.conftest import SLOW

pytestmark = pytest.mark.end_to_end

JUDGED = (ExitCode.GO, ExitCode.NO_GO)
PLANTED = 'synthetic = true\nallow_writes = true\n[target.options]\nprice = "0.01"\n'
SECOND = """
import pytest


@pytest.mark.check("function.{name}", en="{name}", zh="{name}", module="sale")
def test_{name}(flow):
    {body}
    with flow.step("read", en="Read", zh="读取"):
        flow.keep("word", "same")
"""


def suite(project: Any, name: str, body: str = "pass") -> None:
    """One more check: it passes, unless its body does otherwise."""
    project.write(f"suites/functional/test_{name}.py", SECOND.format(name=name, body=body))


def planned(run: Run) -> set[str]:
    """The checks of a run."""
    return {spec.id for spec, _ in run.read().planned}


def test_what_did_not_pass_is_run_again_as_a_part_that_recommends_nothing(project: Any) -> None:
    """A difference, a crash and a skip; not what passed. The first run stays as it is."""
    project.configure(target=PLANTED)
    suite(project, "clean")
    suite(project, "crash", "raise RuntimeError")
    suite(project, "skip", "pytest.skip('not today')")
    assert project.run("--profile=rehearsal").code == ExitCode.NO_GO
    first = project.last

    project.configure()  # the target is right now
    suite(project, "crash")
    ended = project.run("--failed")

    again = project.last
    assert planned(first) == {"function.order_to_cash", "function.clean", "function.crash", "function.skip"}
    assert planned(again) == planned(first) - {"function.clean"}
    assert again.manifest.previous_run == first.manifest.run_id
    assert again.manifest.profile == "rehearsal"
    assert again.manifest.scope == (f"failed={first.manifest.run_id}",)
    assert project.verdict().outcome is None
    assert "GO   " not in ended.out and "Part of the run" in ended.out
    assert ended.code == ExitCode.NO_GO, "the skipped one is still without a result"
    assert len(first.judgements()) == 1

    suite(project, "skip")
    assert project.run("--failed").code == ExitCode.GO
    assert planned(project.last) == {"function.skip"}
    assert project.verdict().outcome is None, "a part that passes is still no release"
    count = len(project.runs)
    ended = project.run("--failed")
    assert ended.code == ExitCode.NO_CHECK_RAN
    assert "every check passed" in ended.err
    assert len(project.runs) == count

    assert project.run("--failed", first.manifest.run_id).code == ExitCode.GO
    assert planned(project.last) == planned(again), "of the run that is named"


def test_a_run_that_was_cut_off_leaves_what_has_no_result(project: Any) -> None:
    project.run("--side=source")

    assert project.run("--failed").code == ExitCode.GO
    assert planned(project.last) == {"function.order_to_cash"}


def test_without_a_run_there_is_nothing_that_failed(project: Any) -> None:
    assert project.run("--failed").code == ExitCode.USAGE_ERROR
    assert project.runs == []


OTHERS = ("--set=source.url=http://c.test/v4", "--set=target.url=http://d.test/v4")


@pytest.mark.parametrize("arguments", [(), ("-n2",)], ids=["one process", "several processes"])
def test_a_second_run_on_the_same_systems_starts_nothing(project: Any, arguments: tuple[str, ...]) -> None:
    """One on other systems does, and so does one after the first was killed."""
    project.write("suites/functional/test_order_to_cash.py", SLOW.replace("WAIT", "60"))
    process = project.start(*arguments)
    project.await_results(0)
    (folder,) = project.runs
    try:
        ended = project.run()
        child = int(re.search(r"process (\d+)", ended.err)[1])  # type: ignore[index]
        assert ended.code == ExitCode.USAGE_ERROR
        assert "is in use by another run" in ended.err and "since" in ended.err
        assert child != process.pid and os.getpgid(child) == process.pid, (
            "who speaks to the systems holds them"
        )
        assert project.runs == [folder]
        project.write("suites/functional/test_order_to_cash.py", SLOW.replace("WAIT", "0"))
        assert project.run(*OTHERS).code in JUDGED
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    assert project.run().code in JUDGED, "a killed run holds nothing"
    assert len(project.runs) == 3


def test_the_command_may_die_before_its_checks(project: Any) -> None:
    """They still speak to the systems, so they still hold them."""
    project.write("suites/functional/test_order_to_cash.py", SLOW.replace("WAIT", "60"))
    process = project.start()
    project.await_results(0)
    group = process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    try:
        assert project.run().code == ExitCode.USAGE_ERROR
    finally:
        os.killpg(group, signal.SIGKILL)
        process.communicate()
