"""The commands there are, and each of them on one finished run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import harness.cli
from harness.cli import COMMANDS, group, invoke
from harness.errors import ExitCode
from tests.cli.conftest import ROOT

pytestmark = pytest.mark.end_to_end

NO_COMMANDS = {
    "__init__",
    "history_console",
    "load_console",
    "options",
    "outcome",
    "pytest_run",
    "ux_console",
}


def test_every_file_is_a_command_and_every_command_a_file() -> None:
    files = {path.stem for path in Path(harness.cli.__file__).parent.glob("*.py")} - NO_COMMANDS

    assert files == {module.rpartition(".")[2] for module in COMMANDS.values()} == set(COMMANDS)


def helps() -> Iterator[list[str]]:
    yield []
    for name in COMMANDS:
        yield [name]
        command: Any = group.get_command(None, name)  # type: ignore[arg-type]
        yield from ([name, inner] for inner in getattr(command, "commands", {}))


@pytest.mark.parametrize("words", list(helps()), ids=" ".join)
def test_every_command_explains_itself(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code = invoke([*words, "--help"])

    shown = capsys.readouterr().out
    assert code == ExitCode.GO
    assert shown.startswith("Usage: harness")
    assert len(shown.splitlines()) > 4
    assert all(line.split()[1:] for line in shown.splitlines() if line.lstrip().startswith("--"))


@pytest.mark.parametrize(
    "arguments",
    [["nothing"], ["run", "--no-such-option"], ["verify"], ["verify", "/nowhere"], ["gate", "a", "b"]],
    ids=" ".join,
)
def test_a_wrong_usage_has_its_own_code(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(arguments) == ExitCode.USAGE_ERROR
    assert capsys.readouterr().err


def test_commands_on_a_finished_run(project: Any) -> None:
    """A clean run is a go; judged, compared, verified and changed without an ERP."""
    ended = project.run(f"--set=project.runs={project.folder / 'elsewhere'}")
    assert ended.code == ExitCode.GO
    assert "GO   Every criterion is met" in ended.out
    (project.folder / "elsewhere").rename(project.folder / "runs")
    run = project.last
    assert run.sealed

    assert project("gate").code == ExitCode.GO
    assert len(run.judgements()) == 2
    assert project("compare").code == ExitCode.GO
    assert project("compare", "function.order_to_cash").code == ExitCode.GO
    assert project("run", "--no-report", "--run", run.manifest.run_id).code == ExitCode.GO
    assert project("gate", "--run", "nothing").code == ExitCode.USAGE_ERROR
    assert project("gate", "--milestone", "NOPE").code == ExitCode.USAGE_ERROR
    assert invoke(["verify", str(run.path)]) == ExitCode.GO

    for folder in run.judgements():
        shutil.rmtree(folder)
    assert project("report").code == ExitCode.INTERNAL_ERROR, "it has not been judged"

    blob = next((run.path / "capture/blobs").iterdir())
    blob.write_bytes(blob.read_bytes() + b" ")
    assert invoke(["verify", str(run.path)]) == ExitCode.NO_GO


def test_a_policy_that_is_lowered_between_two_judgements_is_told(
    project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    policy = project.folder / "policy.toml"
    usual = policy.read_text()
    policy.write_text(usual + '[[milestones.SIT.rules]]\nrule = "evidence_age_days"\nlimit = 3\n')
    first = project.run()
    lowered = policy.read_text().replace("limit = 3", "limit = 30")
    policy.write_text(lowered)
    second, third = project("gate"), project("gate")
    policy.write_text(usual)
    project("gate")
    policy.rename(project.folder / "agreed.toml")
    config = project.folder / "harness.toml"
    config.write_text(config.read_text().replace("[project]\n", '[project]\npolicy = "agreed.toml"\n', 1))
    renamed = project("gate")
    page = project("report") and (project.last.reports / "decision.html").read_text("utf-8")

    assert "Asked for less than before" not in first.out
    for told in (second, third):  # to judge once more hides nothing
        assert "The evidence is recent (Whole run): critical, limit 3 became critical, limit 30" in told.out
    assert "not asked for any more; it was critical, limit 3" in page
    assert "not asked for any more; it was critical, limit 3" in renamed.out, "under another name"
    assert "准出标准较以往放宽" in page


TRAINED = '[[milestones.SIT.rules]]\nrule = "trained"\nlimit = { completed = 1, passed = 1 }\n'
URGENT = '[[milestones.SIT.rules]]\nrule = "incidents_within_sla"\nlimit = 2\n'
LISTS = {
    "training": "department,person,completed,score,pass mark\nfinance,CN-4711,yes,90,60\n",
    "incidents": "id,priority,opened,sla hours,title\nI-1,P1,2026-01-05 08:00,4,Password is Sesam-42\n",
    "decisions": "run,outcome,date,name,role\nRUN,Go,2026-01-06,Chen Jing,CFO\n",
}


def test_what_people_did_is_judged_with_a_stored_run(project: Any) -> None:
    """Lists that come after the run are judged, kept with the judgement, and nobody overrules it."""
    assert project.run().code == ExitCode.GO
    config, policy = project.folder / "harness.toml", project.folder / "policy.toml"
    named = "".join(f'{name} = "{name}.csv"\n' for name in LISTS)
    config.write_text(config.read_text("utf-8").replace("[project]\n", f"[project]\n{named}", 1), "utf-8")
    for name, content in LISTS.items():
        project.write(f"{name}.csv", content.replace("RUN", project.last.manifest.run_id))
    policy.write_text(policy.read_text() + TRAINED)
    assert project("gate").code == ExitCode.GO, "everybody is trained"

    policy.write_text(policy.read_text() + URGENT)
    assert project("gate").code == ExitCode.NO_GO, "an urgent incident is late, whatever was decided"
    assert project("report").code == ExitCode.GO
    page = (project.last.reports / "decision.html").read_text("utf-8")
    assert "AGAINST the recommendation (No-go)" in page
    assert "未采纳建议（暂不上线）" in page
    stored = b"".join(
        file.read_bytes() for file in project.last.judgements()[-1].rglob("*") if file.is_file()
    )
    assert b"I-1" in stored
    assert b"Chen Jing" in stored
    assert b"4711" not in stored + page.encode()
    assert b"Sesam-42" not in stored + page.encode()

    project.write("incidents.csv", LISTS["incidents"].replace("P1", "perhaps"))
    wrong = project("gate")
    assert wrong.code == ExitCode.USAGE_ERROR
    assert "incidents.csv:2" in wrong.err
    assert "priority" in wrong.err


def test_a_check_that_the_run_does_not_have_cannot_be_compared(project: Any) -> None:
    project.run("--side=source")

    assert project("compare").code == ExitCode.NO_CHECK_RAN
    assert project("compare", "function.nothing").code == ExitCode.USAGE_ERROR


def test_a_new_project_can_be_collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "mine"

    assert invoke(["init", str(folder)]) == ExitCode.GO

    for name in ("harness.toml", "policy.toml", "waivers.toml", "conftest.py", "suites", "fixtures"):
        assert (folder / name).exists()
    environ = dict.fromkeys(_variables(folder / "harness.toml"), "made-up")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "suites", "--collect-only", "-q", "-p", "no:cacheprovider"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "test_order_to_cash[comparison]" in done.stdout
    assert not (folder / "runs").exists()


def _variables(path: Path) -> set[str]:
    import re

    return set(re.findall(r"\$\{(\w+)\}", path.read_text("utf-8")))


def test_a_folder_that_holds_something_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    assert invoke(["init", str(tmp_path)]) == ExitCode.USAGE_ERROR
    assert "already exists" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    assert invoke(["init", str(tmp_path)]) == ExitCode.GO
    assert tmp_path / "suites" != ROOT / "suites"
