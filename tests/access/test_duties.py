"""The file of duties: what it says, and everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.access import load_duties
from harness.errors import ConfigError

DUTY = '[[duty]]\nid = "pay"\nen = "pay"\nzh = "付款"\noperations = ["payment create"]\n'


def test_the_demos_file_can_be_read() -> None:
    found = load_duties(Path(__file__).parents[2] / "fixtures" / "duties" / "tryton.toml")

    assert len(list(found.conflicts())) == len(found.conflict) > 5
    assert found.is_critical("account.move")
    assert not found.is_critical("sale.sale")
    assert found.sensitive_fields("company.employee") == ("cost_price", "cost_prices")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        ("[[duty", "is not TOML"),
        (DUTY + DUTY, "there twice"),
        (DUTY + '[[conflict]]\nduties = ["pay", "pya"]\n', "no duty pya"),
        (DUTY.replace("create", "steal"), "duty"),
        ("colour = 1\n", "colour"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, content: str | None, says: str) -> None:
    path = tmp_path / "duties.toml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_duties(path)

    assert says in str(caught.value)
    assert "duties.toml" in str(caught.value)
