"""`harness issues`, from a run to a tracker and back."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ExitCode

pytestmark = pytest.mark.end_to_end

PLANTED = 'synthetic = true\nallow_writes = true\n[target.options]\nprice = "0.01"\n'


def tracked(project: Any, path: Path, status: str) -> None:
    """The exported table as people fill it in."""
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**row, "key": f"E-{at}", "status": status} for at, row in enumerate(rows))


def test_findings_go_to_a_tracker_and_their_statuses_come_back(project: Any) -> None:
    project.configure(target=PLANTED)
    assert project.run().code == ExitCode.NO_GO
    count = len({f.fingerprint for f in project.last.read().findings})
    file = project.folder / "issues.csv"

    ended = project("issues", "--out", str(file))
    assert ended.code == ExitCode.GO and f"{count} issue(s), of which {count}" in ended.out
    tracked(project, file, "In progress")
    assert project.bare("issues", "status", str(file)).code == ExitCode.GO
    tracked(project, file, "Done")
    ended = project.bare("issues", "status", str(file))
    assert ended.code == ExitCode.NO_GO
    assert ended.out.count("Closed in the tracker, still open in the run: E-") == count
    assert "Read as closed: Done" in ended.out

    shown = project("issues", "latest", "--format", "jira", "--project", "ERP", "--known", str(file))
    assert {(each["method"]) for each in json.loads(shown.out)} == {"PUT"}
    shown = project(
        "issues", project.last.manifest.run_id, "--format=github", "--project=me/erp", "--lang=zh"
    )
    assert {each["path"] for each in json.loads(shown.out)} == {"repos/me/erp/issues"}
    assert project("issues", "--format", "jira").code == ExitCode.USAGE_ERROR, "which project?"
    assert project("issues", "nothing").code == ExitCode.USAGE_ERROR

    project.configure()
    tracked(project, file, "In progress")
    assert project.run().code == ExitCode.GO
    ended = project.bare("issues", "status", str(file))
    assert ended.code == ExitCode.NO_GO
    assert ended.out.count("found no more in the run: E-") == count
    assert project.bare("issues", "status", str(project.folder / "harness.toml")).code == ExitCode.USAGE_ERROR
