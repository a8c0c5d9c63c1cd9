"""The pages list every change that is a finding, with its severity, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.inventory.changes import SEVERITIES

DOCS = Path(__file__).parents[2] / "docs"
_ROW = re.compile(r"^\| `(\w+)`[^|]*\| `(\w+)`[^|]*\| (\w+) \| (\w+) \|$", re.M)


@pytest.mark.parametrize("page", ["inventory.md", "inventory.zh-CN.md"])
def test_the_table_of_severities_is_the_one_that_counts(page: str) -> None:
    written = {(sort, change): (used, unused) for sort, change, used, unused in
               _ROW.findall((DOCS / page).read_text("utf-8"))}  # fmt: skip
    assert written == {
        (sort.value, change.value): (weight.of(True).value, weight.of(False).value)
        for (sort, change), weight in SEVERITIES.items()
    }
