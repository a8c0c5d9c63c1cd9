"""The templates for CI: their shell parts do what they say, whatever the gate says.

Each is run as its system runs it, with programs of our own in place of the real ones: the job's result is
the gate's exit code, and summary and artefacts are there all the same.
"""

from __future__ import annotations

import fnmatch
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from harness.cli import group

FOLDER = Path(__file__).parents[1] / "docs" / "ci"
RUN = "runs/20261124-010203-abcd"
HARNESS = f"""#!/usr/bin/env bash
echo "$@" >> "$CALLS"
env | grep _PASSWORD | sort >> "$SECRETS" || true
if [ "$1" = doctor ]; then exit "$DOCTOR"; fi
if [ "$MAKES_A_RUN" = yes ]; then
  mkdir -p {RUN}/reports {RUN}/sensitive {RUN}/capture
  echo "# NO-GO" > {RUN}/reports/decision.en.md
  echo "<testsuites/>" > {RUN}/reports/junit.xml
  echo x > {RUN}/reports/decision.html
  echo x > {RUN}/capture/manifest.json
  echo x > {RUN}/sensitive/screen.png
fi
exit "$CODE"
"""
PYTHON = """#!/usr/bin/env bash
echo "python $@" >> "$CALLS"
if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi
"""


@dataclass(frozen=True)
class Job:
    """What became of a job: whether it passed, its summary, what it keeps."""

    passed: bool
    summary: str
    kept: frozenset[str]
    calls: tuple[str, ...]
    secrets: str


@dataclass(frozen=True)
class Machine:
    """A folder to work in, and the environment of every step."""

    folder: Path
    environ: Mapping[str, str]

    def passes(self, script: str, flags: str, more: Mapping[str, str] | None = None) -> bool:
        """Runs a script as `bash` with these flags; whether it ended with 0."""
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", *flags.split(), "-c", script],
            cwd=self.folder, env={**self.environ, **(more or {})},
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert "command not found" not in done.stderr, done.stderr
        return done.returncode == 0

    def files(self) -> Iterator[str]:
        """Every file below the folder."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                yield path.relative_to(self.folder).as_posix()


@pytest.fixture
def machine(tmp_path: Path) -> Callable[..., Machine]:
    """A machine on which the gate ends with a code."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, content in (("harness", HARNESS), ("python", PYTHON), ("python3", PYTHON)):
        (programs / name).write_text(content)
        (programs / name).chmod(0o755)
    (tmp_path / "work").mkdir()

    def made(code: int, doctor: int = 0) -> Machine:
        environ = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "CALLS": str(tmp_path / "calls"),
            "SECRETS": str(tmp_path / "secrets"),
            "CODE": str(code),
            "DOCTOR": str(doctor),
            "MAKES_A_RUN": "yes" if code in (0, 1, 2) else "no",
        }
        return Machine(tmp_path / "work", environ)

    return made


def github(machine: Machine) -> Job:
    """As GitHub runs the steps: in order, those with `always()` also after a failure."""
    job = yaml.safe_load((FOLDER / "github-actions.yml").read_text())["jobs"]["verdict"]
    summary = machine.folder / "step-summary"
    passed, kept = True, frozenset[str]()
    for step in job["steps"]:
        if not passed and step.get("if") != "always()":
            continue
        environ = {name: _filled(value) for name, value in {**job["env"], **step.get("env", {})}.items()}
        if "run" in step:
            assert "${{" not in step["run"], "an expression in a script may bring commands of others"
            more = {**environ, "GITHUB_STEP_SUMMARY": str(summary)}
            passed = machine.passes(step["run"], "-eo pipefail", more) and passed
        elif step["uses"].startswith("actions/upload-artifact@"):
            wanted = step["with"]["path"].split()
            kept = _kept(
                machine, [each for each in wanted if each[0] != "!"], [e[1:] for e in wanted if e[0] == "!"]
            )
    return _job(machine, passed, summary, kept)


def gitlab(machine: Machine) -> Job:
    """As GitLab runs them: `before_script` and `script` as one, `after_script` always, by itself."""
    job = yaml.safe_load((FOLDER / "gitlab-ci.yml").read_text())["erp-upgrade"]
    own = {"SOURCE_PASSWORD": "s", "TARGET_PASSWORD": "t", "CI_PROJECT_DIR": str(machine.folder)}
    environ = {**own, **job["variables"]}
    passed = machine.passes("\n".join(job["before_script"] + job["script"]), "-eo pipefail", environ)
    machine.passes("\n".join(job["after_script"]), "-eo pipefail", environ)
    assert job["artifacts"]["when"] == "always"
    kept = _kept(machine, job["artifacts"]["paths"], job["artifacts"]["exclude"])
    return _job(machine, passed, machine.folder / "summary.md", kept)


def jenkins(machine: Machine) -> Job:
    """As Jenkins runs them: the stages until one fails, then what `post` always does."""
    content = (FOLDER / "Jenkinsfile").read_text()
    assert content.count("{") == content.count("}")
    stages, post = content.split("    post {")
    environ = {
        "HARNESS_LANG": "en",
        "HARNESS_PROFILE": "smoke",
        "SOURCE_PASSWORD": "s",
        "TARGET_PASSWORD": "t",
    }
    scripts = re.findall(r"sh '''(.*?)'''", stages, re.S)
    assert len(scripts) == 2 and "\\" not in "".join(scripts), "Groovy would read a backslash itself"
    passed = all(machine.passes(script, "-e", environ) for script in scripts)
    assert post.lstrip().startswith("always {")
    for script in re.findall(r"sh '''(.*?)'''", post, re.S):
        assert machine.passes(script, "-e", environ)
    found = re.search(r"archiveArtifacts artifacts: '(.*?)', excludes: '(.*?)'", post)
    assert found is not None
    kept = _kept(machine, found[1].split(", "), [found[2]])
    return _job(machine, passed, machine.folder / "summary.md", kept)


def _filled(value: str) -> str:
    return re.sub(r"\$\{\{ secrets\.\w+ \}\}", "s", re.sub(r"\$\{\{ inputs.*\}\}", "smoke", value))


def _kept(machine: Machine, wanted: list[str], left_out: list[str]) -> frozenset[str]:
    def matches(name: str, pattern: str) -> bool:
        return fnmatch.fnmatch(name, pattern + "*" if pattern.endswith("/") else pattern.replace("**/*", "*"))

    return frozenset(
        name
        for name in machine.files()
        if any(matches(name, each) for each in wanted) and not any(matches(name, each) for each in left_out)
    )


def _job(machine: Machine, passed: bool, summary: Path, kept: frozenset[str]) -> Job:
    def said(name: str) -> str:
        path = Path(machine.environ[name])
        return path.read_text() if path.exists() else ""

    return Job(passed, summary.read_text(), kept, tuple(said("CALLS").splitlines()), said("SECRETS"))


SYSTEMS = (github, gitlab, jenkins)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("code", [0, 1, 4])
def test_the_gate_decides_the_job_and_everything_is_kept(
    machine: Callable[..., Machine], system: Callable[[Machine], Job], code: int
) -> None:
    job = system(machine(code))

    assert job.passed is (code == 0)
    judged = code in (0, 1, 2)
    assert ("# NO-GO" in job.summary) is judged
    assert ("No run was judged" in job.summary) is not judged
    expected = {f"{RUN}/reports/{name}" for name in ("decision.html", "decision.en.md", "junit.xml")}
    assert ({*expected, f"{RUN}/capture/manifest.json"} <= job.kept) is judged
    assert not [name for name in job.kept if "sensitive" in name], "screens are nobody else's"
    assert "SOURCE_PASSWORD=s" in job.secrets
    calls = [call.split() for call in job.calls if not call.startswith("python")]
    assert [name for name, *_ in calls] == ["doctor", "run"]
    for name, *arguments in calls:  # what the command line does not know, it refuses
        command = group.get_command(click.Context(group), name)
        assert command is not None and command.make_context(name, arguments)


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_a_machine_lacks_fails_the_job_before_a_run(
    machine: Callable[..., Machine], system: Callable[[Machine], Job]
) -> None:
    job = system(machine(0, doctor=4))

    assert not job.passed
    assert [call for call in job.calls if call.startswith("run")] == []
    assert "No run was judged" in job.summary


def test_secrets_are_given_to_the_steps_that_need_them_and_to_no_other() -> None:
    job = yaml.safe_load((FOLDER / "github-actions.yml").read_text())["jobs"]["verdict"]

    assert "secrets." not in str(job["env"])
    assert {step.get("name") for step in job["steps"] if "secrets." in str(step)} == {
        "What is missing",
        "Compare and judge",
    }
    stage = (FOLDER / "Jenkinsfile").read_text().split("stage('Compare and judge')")
    assert "credentials(" not in stage[0] and stage[1].count("credentials(") == 3


KEYS: Mapping[str, Mapping[str, Any]] = {
    "github-actions.yml": {
        "": {"name", True, "permissions", "concurrency", "jobs"},  # YAML 1.1 reads `on` as true
        "jobs.verdict": {"runs-on", "timeout-minutes", "defaults", "env", "steps"},
    },
    "gitlab-ci.yml": {
        "": {"stages", "erp-upgrade"},
        "erp-upgrade": {
            "stage", "image", "tags", "timeout", "resource_group", "interruptible", "rules", "variables",
            "cache", "before_script", "script", "after_script", "artifacts",
        },
        "erp-upgrade.artifacts": {"when", "name", "expire_in", "paths", "exclude", "reports"},
    },
}  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
def test_a_template_has_the_keys_of_its_system(name: str) -> None:
    content = yaml.safe_load((FOLDER / name).read_text())

    for path, keys in KEYS[name].items():
        found = content
        for part in filter(None, path.split(".")):
            found = found[part]
        assert set(found) == keys, path
    for step in content.get("jobs", {}).get("verdict", {}).get("steps", []):
        assert len({"uses", "run"} & set(step)) == 1 and set(step) <= {
            "name",
            "uses",
            "run",
            "if",
            "env",
            "with",
        }
        assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "a/b@v1"))


@pytest.mark.parametrize("name", ["github-actions.yml", "gitlab-ci.yml", "Jenkinsfile"])
def test_one_run_at_a_time_and_reports_by_checks(name: str) -> None:
    content = (FOLDER / name).read_text()

    assert re.search(r"group: erp-pair|disableConcurrentBuilds", content)
    assert "junit.xml" in content or name == "github-actions.yml", "GitHub reads none: the summary says it"
