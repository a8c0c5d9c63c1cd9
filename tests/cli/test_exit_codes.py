"""What the process says when it ends: one code for each thing that can have happened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.cli import invoke
from harness.errors import ExitCode
from harness.model import Outcome

pytestmark = pytest.mark.end_to_end

PLANTED = 'synthetic = true\nallow_writes = true\n[target.options]\nprice = "0.01"\n'


def test_a_difference_is_a_no_go(project: Any) -> None:
    project.configure(target=PLANTED)

    ended = project.run()

    assert ended.code == ExitCode.NO_GO
    assert "NO-GO" in ended.out


def test_conditions_are_accepted_unless_strict(project: Any) -> None:
    project.configure(target=PLANTED)
    project.write("waivers.toml", WAIVER)

    ended = project.run()

    assert project.verdict().outcome is Outcome.GO_WITH_CONDITIONS
    assert ended.code == ExitCode.GO
    assert project("gate", "--strict").code == ExitCode.NO_GO


WAIVER = """
[[waiver]]
id = "W1"
check = "function.order_to_cash"
reason = "The price list is to rise."
owner = "Sales desk"
approver = "Finance lead"
ticket = "T-1"
expires = 2099-01-01
limit = 100
"""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(("--side=both", "--module=nothing"), ExitCode.NO_CHECK_RAN, id="no check of the module"),
        pytest.param(("--no-such-option",), ExitCode.USAGE_ERROR, id="unknown option"),
        pytest.param(("--side=neither",), ExitCode.USAGE_ERROR, id="unknown side"),
        pytest.param(("--area=nowhere",), ExitCode.USAGE_ERROR, id="unknown area"),
        pytest.param(("--profile=nothing",), ExitCode.USAGE_ERROR, id="unknown profile"),
        pytest.param(("--milestone=NOPE",), ExitCode.USAGE_ERROR, id="unknown milestone"),
        pytest.param(("--run=20200101-000000-0000",), ExitCode.USAGE_ERROR, id="a run that is not there"),
        pytest.param(("--failed=20200101-000000-0000",), ExitCode.USAGE_ERROR, id="a failed run not there"),
        pytest.param(("nowhere/suites",), ExitCode.USAGE_ERROR, id="suites that are not there"),
        pytest.param(("--set=target.url=nonsense",), ExitCode.USAGE_ERROR, id="an override that is wrong"),
        pytest.param(("--set=nonsense",), ExitCode.USAGE_ERROR, id="an override of another form"),
    ],
)
def test_what_is_asked_for_wrongly_leaves_no_run(
    project: Any, arguments: tuple[str, ...], code: ExitCode
) -> None:
    ended = project.run(*arguments)

    assert ended.code == code
    assert ended.err
    assert project.runs == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("harness.toml", "schema = 1\n[project]\nname = 3\n", id="wrong harness.toml"),
        pytest.param("harness.toml", "no toml", id="no TOML"),
        pytest.param("policy.toml", "schema = 1\n[milestones.SIT]\nareas = []\n", id="wrong policy"),
        pytest.param("waivers.toml", "[[waiver]]\nid = 'W1'\n", id="wrong waiver"),
    ],
)
def test_a_wrong_configuration_starts_nothing(project: Any, name: str, content: str) -> None:
    project.write(name, content)

    ended = project.run()

    assert ended.code == ExitCode.USAGE_ERROR
    assert name in ended.err
    assert project.runs == []


@pytest.mark.parametrize("missing", ["policy.toml", "milestone"])
def test_without_a_policy_or_milestone_nothing_is_started(project: Any, missing: str) -> None:
    if missing == "milestone":
        text = (project.folder / "harness.toml").read_text("utf-8")
        project.write("harness.toml", text.replace('milestone = "SIT"', ""))
    else:
        (project.folder / missing).unlink()

    ended = project.run()

    assert ended.code == ExitCode.USAGE_ERROR
    assert project.runs == []


def test_a_fault_of_ours_says_its_kind_and_place_but_not_its_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def crash(path: Path) -> None:
        raise RuntimeError("Sesam-42")

    monkeypatch.setattr("harness.cli.verify.verify", crash)

    code = invoke(["verify", str(tmp_path)])

    said = capsys.readouterr().err
    assert code == ExitCode.INTERNAL_ERROR
    assert "RuntimeError at" in said
    assert "Sesam-42" not in said


def test_a_part_of_a_run_says_so_and_recommends_nothing(project: Any) -> None:
    ended = project.run("--module=sale", "--area=function")

    assert project.verdict().outcome is None
    assert project.last.manifest.scope == ("area=function", "module=sale")
    assert "GO   " not in ended.out
    assert "area=function" in ended.out
    assert ended.code == ExitCode.GO
