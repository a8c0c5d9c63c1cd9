"""The mapping file: what is wrong with it is told by file, line and key, with the cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.adapters.odata.mapping import load
from harness.errors import ConfigError
from tests.fakes.odata import DOCUMENTS

SHIPPED = Path(__file__).parents[3] / "fixtures/odata/sales.toml"


@pytest.mark.parametrize("file", [SHIPPED, DOCUMENTS], ids=["shipped", "fake"])
def test_a_mapping_loads(file: Path) -> None:
    mapped, _ = load(file)

    assert mapped.version == "SystemInfo/Version"
    assert mapped.order.line["taxes"].values == {"V13": "VAT 13%"}


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('number = "OrderNumber"\nstate', "state", ["order.fields.number", "required"]),
        ('tax = "TaxAmount"', 'taxs = "TaxAmount"', [":46  order.fields.taxs", "Did you mean", "tax"]),
        ('of = "Order_OrderNumber" ', 'off = "Order_OrderNumber" ', ["delivery.of", "delivery.off"]),
        ('account = "Account"\nquantity', "account = { }\nquantity", ["invoice.line.account", "fixed value"]),
        ('total = "GrossAmount"', 'total = ""', ["order.fields.total", "empty"]),
        ('call = "quote"', "", ["actions.quote_order", "skip = true"]),
        ('call = "quote"', 'call = "quote"\nskip = true', ["actions.quote_order", "skip = true"]),
        ("[actions.quote_order] ", "[actions.quote] ", ["actions.quote_order", "required"]),
        ("schema = 1", "schema = 2", ["schema", "1"]),
        ("schema = 1", "schema = ", ["line 3"]),
    ],
)
def test_a_mistake_is_told_by_file_and_key(tmp_path: Path, right: str, wrong: str, said: list[str]) -> None:
    content = SHIPPED.read_text("utf-8")
    assert right in content
    file = tmp_path / "sales.toml"
    file.write_text(content.replace(right, wrong, 1), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(file)

    assert "sales.toml" in str(caught.value)
    assert [words for words in said if words not in str(caught.value)] == []


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        load(tmp_path / "nowhere.toml")


def test_a_step_that_the_erp_does_not_have_is_skipped(tmp_path: Path) -> None:
    file = tmp_path / "sales.toml"
    file.write_text(SHIPPED.read_text("utf-8").replace('call = "quote"', "skip = true"), "utf-8")

    assert load(file)[0].action("quote_order").call is None
