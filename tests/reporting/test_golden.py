"""The console, Markdown and JUnit say exactly what they said when a person last read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reporting.golden import FOLDER, outputs

MADE = dict(outputs())


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_report_is_as_it_was_read(name: str) -> None:
    assert MADE[name] == (FOLDER / name).read_text(encoding="utf-8")


def test_every_golden_file_is_used() -> None:
    assert {Path(path).name for path in FOLDER.iterdir()} == set(MADE)
