"""Both pages on mappings name every key there is, and their example is a mapping."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from harness.reconcile import load
from harness.reconcile.entity import (
    Amount,
    EntityMapping,
    FieldMapping,
    Ignored,
    Reference,
    Relation,
    Rows,
    Total,
    Zones,
)

DOCS = Path(__file__).parents[2] / "docs"
MODELS: tuple[type[BaseModel], ...] = (
    EntityMapping, FieldMapping, Relation, Total, Amount, Ignored, Reference, Rows, Zones,
)  # fmt: skip


@pytest.mark.parametrize("page", ["mappings.md", "mappings.zh-CN.md"])
def test_every_key_is_documented(page: str) -> None:
    content = (DOCS / page).read_text(encoding="utf-8")
    keys = {info.alias or name for model in MODELS for name, info in model.model_fields.items()} - {"name"}

    assert [
        key for key in sorted(keys) if not re.search(rf"`{key}`|^{key} = |\b{key} = ", content, re.M)
    ] == []


@pytest.mark.parametrize("page", ["mappings.md", "mappings.zh-CN.md"])
def test_the_example_is_a_mapping(page: str, tmp_path: Path) -> None:
    content = (DOCS / page).read_text(encoding="utf-8")
    (tmp_path / "sale_line.toml").write_text(content.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    (tmp_path / "accounts.csv").write_text("OLD,NEW\n1001,100100\n", encoding="utf-8")

    mapping = load(tmp_path / "sale_line.toml")

    assert mapping.references[0].source_table == "sale_sale"
    assert dict(mapping.fields[3].map) == {"1001": "100100"}
