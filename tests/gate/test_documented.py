"""Every rule is in both pages of documentation, and the demo's policy fits the rules there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.config import load_policy
from harness.gate import RULES, SHAPES, Standing
from harness.gate.criteria import FLOOR
from harness.messages import Language, render
from harness.model import Outcome, text

ROOT = Path(__file__).parents[2]
PAGES = ((Language.EN, "policy.md"), (Language.ZH, "policy.zh-CN.md"))


@pytest.mark.parametrize(("language", "page"), PAGES)
def test_the_documentation_names_everything(language: Language, page: str) -> None:
    content = (ROOT / "docs" / page).read_text(encoding="utf-8").lower()

    assert [rule for rule in RULES if f"| `{rule}` |" not in content] == []
    assert [line.rule for line in FLOOR if f"`{line.rule}`" not in content.split("## ")[2]] == []
    words = [f"gate.outcome.{outcome}" for outcome in Outcome] + [
        f"gate.standing.{item}" for item in Standing
    ]
    assert [word for word in words if render(text(word), language).lower() not in content] == []


def test_the_demo_policy_can_be_loaded() -> None:
    policy = load_policy(ROOT / "harness/demo/files/policy.toml", SHAPES)

    assert set(policy.milestones) == {"SIT", "cutover"}
    assert all(line.set_by and line.requirements for line in policy.milestones["SIT"].rules)
