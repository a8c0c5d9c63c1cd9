"""Plans that people write as TOML: every key that a plan has, and what is wrong with one said at once."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest

from harness.errors import ConfigError
from harness.messages import Language, render
from harness.performance import LoadPlan, Scenario
from harness.performance.plan_file import PlanTable, ScenarioTable, read_plan

SCENARIO = '\n[[scenarios]]\nname = "sale.open"\n'


def test_every_key_of_a_plan_can_be_written() -> None:
    known = {each.name for each in fields(LoadPlan)} - {"likeness"}  # that comes of the key workload

    assert set(PlanTable.model_fields) - {"workload"} == known
    assert set(ScenarioTable.model_fields) == {each.name for each in fields(Scenario)}


def test_stages_roles_and_renamed_tables_are_read(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(
        'stages = [2, 4]\ncapacity = 30\nrenamed = { sale_line = "order_line" }\nhalt_seconds = 8'
        + SCENARIO
        + 'role = "clerk"\n',
        encoding="utf-8",
    )
    plan = read_plan(file)

    assert plan.stages == (Decimal(2), Decimal(4))
    assert (plan.capacity, plan.halt_seconds) == (Decimal(30), Decimal(8))
    assert plan.renamed == (("sale_line", "order_line"),)
    assert plan.roles == {"clerk": ("sale.open",)}


@pytest.mark.parametrize(
    ("line", "key"),
    [("capacity = 30", "capacity"), ("stages = [0]", "stages"), ("halt_errors = 2", "halt_errors")],
)
def test_what_is_wrong_is_said_with_its_key(tmp_path: Path, line: str, key: str) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(line + SCENARIO, encoding="utf-8")

    with pytest.raises(ConfigError) as wrong:
        read_plan(file)
    assert key in render(wrong.value.sentence, Language.EN)
