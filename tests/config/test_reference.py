"""The reference pages say every key and its default, and nothing that does not exist."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic.fields import FieldInfo

from harness.config import (
    BUILT_IN,
    AccountTable,
    EnvironmentTable,
    MaterialityTable,
    MilestoneTable,
    Policy,
    RuleTable,
    Table,
    load,
    load_policy,
    load_waivers,
)
from harness.config.data import DataTable
from harness.config.loading import KEYS
from harness.config.manual import ManualTable
from harness.config.metrics import MetricsTable
from harness.config.performance import PerformanceTable
from harness.config.profiles import ProfileTable
from harness.config.project import ProjectTable
from harness.config.surroundings import FactsTable
from harness.config.ux import UxTable
from harness.config.waivers import WaiversTable, WaiverTable
from harness.config.ways import LoginTable, TlsTable
from harness.config.webhook import WebhookTable
from harness.gate import SHAPES

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("configuration.md", "configuration.zh-CN.md")
TABLES: dict[str, type[Table]] = {
    "[project]": ProjectTable,
    "[project.webhook]": WebhookTable,
    "[source]": EnvironmentTable,
    "[source.accounts.ROLE]": AccountTable,
    "[source.tls]": TlsTable,
    "[source.metrics]": MetricsTable,
    "[source.login]": LoginTable,
    "[source.declared]": FactsTable,
    "[production]": FactsTable,
    "[data]": DataTable,
    "[performance]": PerformanceTable,
    "[ux]": UxTable,
    "[manual]": ManualTable,
    "[profiles.NAME]": ProfileTable,
    "policy.toml": Policy,
    "[materiality]": MaterialityTable,
    "[milestones.NAME]": MilestoneTable,
    "[[milestones.NAME.rules]]": RuleTable,
    "waivers.toml": WaiversTable,
    "[[waiver]]": WaiverTable,
}


def documented(page: str) -> dict[str, dict[str, list[str]]]:
    """Heading to key to the cells of its row."""
    found: dict[str, dict[str, list[str]]] = {}
    heading = ""
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
        if title := re.match(r"#+ (\[\[?[\w.]+\]\]?|\S+\.toml)", line):
            heading = title[1]
        elif row := re.match(r"\| `(\w+)` \|(.*)\|$", line):
            found.setdefault(heading, {})[row[1]] = [cell.strip() for cell in row[2].split(" | ")]
    return found


def shown(default: Any) -> str:
    match default:
        case bool():
            return f"`{str(default).lower()}`"
        case int():
            return f"`{default}`"
        case tuple():
            return f"`[{', '.join(map(str, default))}]`"
    return f'`"{default}"`'


def written_default(item: FieldInfo) -> str | None:
    """How the page writes a default; None where it says it in words."""
    if item.is_required() or item.default_factory or item.default is None or isinstance(item.default, Table):
        return None
    return shown(item.default)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("heading", TABLES)
def test_table_is_documented(page: str, heading: str) -> None:
    fields = {item.alias or name: item for name, item in TABLES[heading].model_fields.items()}
    rows = documented(page)[heading]
    assert set(rows) == set(fields)
    for name, item in fields.items():
        expected = written_default(item)
        if expected is not None and heading != "[profiles.NAME]":
            assert rows[name][1] == expected, name
        if item.is_required() and heading != "[profiles.NAME]":
            assert rows[name][1] in ("required", "必填"), name


@pytest.mark.parametrize("page", PAGES)
def test_built_in_profiles_are_documented(page: str) -> None:
    rows = documented(page)["[profiles.NAME]"]
    for name, cells in rows.items():
        values = [getattr(profile, name) for profile in BUILT_IN.values()]
        assert cells[1:4] == [shown(value) for value in values]
        assert all(isinstance(value, int | Decimal) for value in values)


@pytest.mark.parametrize("page", PAGES)
def test_every_top_level_key_has_its_place(page: str) -> None:
    headings = " ".join(re.findall(r"^#+ .*$", (DOCS / page).read_text(encoding="utf-8"), re.M))
    assert "schema" in documented(page)["harness.toml"]
    assert all(f"[{key}" in headings for key in KEYS if key != "schema")


@pytest.mark.parametrize("page", PAGES)
def test_examples_are_right(page: str, tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.S)
    names = ("harness.toml", "policy.toml", "waivers.toml")
    assert len(examples) == len(names)
    for name, content in zip(names, examples, strict=True):
        tomllib.loads(content)
        (tmp_path / name).write_text(content, encoding="utf-8")
    variables = set(re.findall(r"\$\{(\w+)\}", examples[0]))
    environ = dict.fromkeys(variables, "pw")
    config = load(tmp_path / names[0], environ=environ, known_adapters=("tryton",), known_rules=SHAPES)
    assert config.policy == load_policy(tmp_path / names[1], SHAPES)
    assert config.waivers == load_waivers(tmp_path / names[2])


def test_both_pages_have_the_same_tables() -> None:
    english, chinese = (documented(page) for page in PAGES)
    assert {name: set(rows) for name, rows in english.items()} == {
        name: set(rows) for name, rows in chinese.items()
    }
