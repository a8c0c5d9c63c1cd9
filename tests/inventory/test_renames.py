"""The file of renames: what is wrong with it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ConfigError
from harness.inventory.renames import Renames, load
from harness.things import Sort

SHIPPED = Path(__file__).parents[2] / "fixtures" / "inventory" / "tryton.toml"
GOOD = '[[rename]]\nsort = "field"\nsource = "a.b"\ntarget = "a.c"\nreason = "because"\n'


def test_the_shipped_file_loads_and_reads_back() -> None:
    renames = load(SHIPPED)
    assert {entry.sort for entry in renames.entries} == {Sort.FIELD, Sort.METHOD, Sort.MENU}
    assert Renames.from_value(renames.as_value()) == renames
    assert load(None) == Renames()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("[[rename]", "renames.toml"),
        ("rename = 1", "[[rename]]"),
        ('other = "x"', "[[rename]]"),
        (GOOD.replace('reason = "because"\n', ""), "reason"),
        (GOOD.replace('"a.c"', '" "'), "target"),
        (GOOD.replace('"field"', '"colour"'), "sort"),
        (GOOD + 'colour = "red"\n', "colour"),
        (GOOD + GOOD.replace('"a.b"', "7"), "Entry 2"),
    ],
)
def test_a_wrong_file_is_named_with_its_entry_and_key(tmp_path: Path, content: str, named: str) -> None:
    file = tmp_path / "renames.toml"
    file.write_text(content, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert named in str(caught.value)
    assert str(file) in str(caught.value)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        load(tmp_path / "none.toml")
