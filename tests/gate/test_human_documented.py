"""The guide to what people do: its examples are read, and its criteria are what policy.toml takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.config import load_policy
from harness.config.lists import LISTS, load_list
from harness.gate import SHAPES
from harness.gate.declared import Declared
from harness.gate.human import human_evidence
from tests.gate.runs import AS_OF

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("human-evidence.md", "human-evidence.zh-CN.md")
SECTION = re.compile(r"^## \d\. .*?`(\w+)`\n(.*?)(?=^## |\Z)", re.M | re.S)


def sections(page: str) -> dict[str, str]:
    """The list of each section with its text."""
    return dict(SECTION.findall((DOCS / page).read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_can_be_read(page: str, tmp_path: Path) -> None:
    found = sections(page)
    rows = {}
    for name, content in found.items():
        (example,) = re.findall(r"```csv\n(.*?)```", content, re.S)
        file = tmp_path / f"{name}.csv"
        file.write_text(example, encoding="utf-8")
        rows[name] = load_list(LISTS[name], file, file.name, "Asia/Shanghai")
        assert len(rows[name]) == len(example.splitlines()) - 1

    assert set(found) == set(LISTS) - {"requirements", "operations", "sign_offs"}
    evidence = human_evidence(Declared(**rows), AS_OF)
    assert not evidence.absent()
    assert evidence.runbook is not None
    assert (evidence.runbook.planned, evidence.runbook.actual, evidence.runbook.slip) == (420, 460, 40)


@pytest.mark.parametrize("page", PAGES)
def test_the_criteria_are_what_a_policy_takes(page: str, tmp_path: Path) -> None:
    content = "\n".join(re.findall(r"```toml\n(\[\[.*?)```", (DOCS / page).read_text("utf-8"), re.S))
    names = sorted(set(re.findall(r"milestones\.(\w+)\.rules", content)))
    head = "schema = 1\n" + "".join(f'[milestones.{name}]\nareas = ["data"]\n' for name in names)
    (tmp_path / "policy.toml").write_text(head + content, encoding="utf-8")

    policy = load_policy(tmp_path / "policy.toml", SHAPES)

    assert {line.rule for milestone in policy.milestones.values() for line in milestone.rules} == {
        "trained",
        "usability_score",
        "incidents_within_sla",
    }
