"""Files of contracts: what is read, and how what is wrong is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.contracts import load_folder
from harness.errors import ConfigError
from harness.model import Area, Mode, Side

WHOLE = """
contract = "prices"
title = { en = "Prices", zh = "价格" }
module = "product"
role = "sales"
reads = true

[request]
method = "POST"
path = "/{{database}}/"
headers = { Content-Type = "application/json" }
body = "{}"

[target]
path = "/{{database}}/rpc/"
reason = { en = "moved", zh = "已迁移" }

[answer]
fields = { "result[].code" = "text|null" }
"""
FIXTURES = Path(__file__).parents[2] / "fixtures" / "contracts"


def test_each_side_gets_its_own_request(tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_text(WHOLE, encoding="utf-8")
    (contract,) = load_folder(tmp_path)
    assert [contract.sent_to(side).path for side in Side] == ["/{{database}}/", "/{{database}}/rpc/"]
    assert contract.sent_to(Side.TARGET).headers == {"Content-Type": "application/json"}
    spec = contract.spec()
    assert (spec.id, spec.area, spec.mode, spec.comparator, spec.writes) == (
        "interfaces.prices", Area.INTERFACES, Mode.SIDE, "contract", False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("reads = true\n", ""),
            r"prices.toml:8  request.method: This method may change something. Say reads",
        ),
        (("reads = true", "reads = true\nwrites = true"), "reads: A contract either only reads or writes"),
        (("reads = true", "raeds = true"), 'raeds: There is no such setting.*Did you mean "reads"'),
        (('path = "/{{database}}/"', 'path = "http://erp/x"'), "request.path: This is not a path"),
        (('reason = { en = "moved", zh = "已迁移" }', ""), "target.reason: This setting is required"),
        (('"text|null"', '"txt"'), r"answer.fields.result\[\].code: .*Valid: text, number"),
        (('method = "POST"', 'method = "PSOT"'), 'request.method: .*Did you mean "POST"'),
        (('contract = "prices"', 'contract = "The Prices"'), "contract: This must be a name"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(change: tuple[str, str], said: str, tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_text(WHOLE.replace(*change), encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load_folder(tmp_path)


def test_two_files_cannot_have_one_name(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(WHOLE, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"b.toml:2  contract: Another file"):
        load_folder(tmp_path)


@pytest.mark.parametrize("folder", sorted(FIXTURES.iterdir()), ids=lambda folder: folder.name)
def test_the_contracts_that_are_shipped_only_read(folder: Path) -> None:
    contracts = load_folder(folder)
    assert contracts
    assert not any(contract.writes for contract in contracts)
