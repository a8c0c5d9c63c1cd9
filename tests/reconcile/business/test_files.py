"""A wrong control is refused before anything runs, with its file, key path and reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import ConfigError
from harness.model import Mode, Part, Side
from harness.reconcile.business import Control, gather, gathering, load, load_folder
from harness.sqltext import parse_query
from tests.reconcile.business.conftest import Books
from tests.reconcile.conftest import KEY

FOLDER = Path(__file__).parents[3] / "fixtures" / "controls" / "tryton"
GOOD = """
schema = 1
control = "balance"
title = { en = "Balances", zh = "余额" }
proves = { en = "They are right", zh = "余额正确" }
module = "accounting"
key = ["account"]
amount = "closing"
query = "select account, currency, opening, debit, credit, closing from balance"

[columns]
account = { title = { en = "Account", zh = "科目" } }
currency = { title = { en = "Currency", zh = "币种" } }
opening = { type = "number", currency = "currency", title = { en = "Opening", zh = "期初" } }
debit = { type = "number", currency = "currency", title = { en = "Debit", zh = "借方" } }
credit = { type = "number", currency = "currency", title = { en = "Credit", zh = "贷方" } }
closing = { type = "number", currency = "currency", title = { en = "Closing", zh = "期末" } }

[[identities]]
name = "closing"
title = { en = "closing", zh = "期末" }
add = ["opening", "debit"]
subtract = ["credit"]
equals = ["closing"]
"""
QUERY = 'query = "select account, currency, opening, debit, credit, closing from balance"'

AGAIN = """equals = ["closing"]
[[identities]]
name = "again"
title = { en = "a", zh = "b" }
add = ["closing"]
equals = ["opening"]
"""
TWICE = """equals = ["closing"]
[[carries]]
name = "closing"
title = { en = "a", zh = "b" }
ends = "closing"
starts = "opening"
along = "account"
within = ["account"]
"""


def written(folder: Path, content: str, name: str = "balance.toml") -> Path:
    """The control as a file."""
    (folder / name).write_text(content, encoding="utf-8")
    return folder / name


def test_a_control_is_a_check(tmp_path: Path) -> None:
    """Its id is the control's, and it runs on both sides at once."""
    control = load(written(tmp_path, GOOD))

    spec = control.spec()

    assert (spec.id, spec.mode) == ("data.control_balance", Mode.PAIR)
    assert Control.from_value(control.as_value()) == control


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("schema = 1", "schema = 2", "schema: The value is not one of those possible. Valid: 1"),
        ('module = "accounting"\n', "", "module: This key is required."),
        ("module =", "modul =", "modul: There is no such key. Did you mean module?"),
        ('key = ["account"]', 'key = ["acount"]', "key[0]: acount is not a column of this control."),
        ('amount = "closing"', 'amount = "account"', "amount: account must be a number"),
        ('type = "number"', 'type = "numbr"', "columns.opening.type: The value is not one of those"),
        ('currency = "currency", title = { en = "Debit"', 'currency = "cny", title = { en = "Debit"', "cny"),
        ('en = "Debit", zh = "借方"', 'en = "Debit"', "columns.debit.title.zh: This key is required."),
        ('subtract = ["credit"]', 'subtract = ["paid"]', "identities[0]: paid is not a column"),
        ('add = ["opening"', 'add = ["account"', "identities[0]: account must be a number"),
        (QUERY, "", "source.query: There is no query for this side"),
        (QUERY, 'query = "delete from balance"', "query: Only reading is possible here."),
        (QUERY, 'query = "show tables"', "query: "),
        (QUERY, 'query = "select 1; select 2"', "query: "),
        (QUERY, 'query = "select * into x from balance"', "query: Only reading is possible here."),
        (QUERY, 'query = "select from where ("', "query: This is not SQL that can be read"),
        (QUERY, QUERY + '\nsource = { query = "drop table x" }', "source.query: "),
        ("[[identities]]", "[columns.closing]\n[[identities]]", "not valid TOML"),
        (
            'closing = { type = "number",',
            'closing = { type = "number", tolerance = 1,',
            "columns.closing: A tolerance needs its unit and a reason.",
        ),
        ("account = { title", "account = { label = true, title", "columns.account: A column of the key is"),
        (
            'equals = ["closing"]\n',
            AGAIN,
            "identities.again: This rule computes a column from itself",
        ),
        (
            'equals = ["closing"]\n',
            TWICE,
            "identities.closing: Two rules have the same name.",
        ),
    ],
)
def test_a_wrong_control_is_refused(tmp_path: Path, good: str, bad: str, message: str) -> None:
    """The message names the file, the key path and why."""
    assert good in GOOD
    with pytest.raises(ConfigError) as raised:
        load(written(tmp_path, GOOD.replace(good, bad, 1)))

    said = str(raised.value).replace('"', "").replace("“", "").replace("”", "")
    assert "balance.toml" in said
    assert message in said


def test_a_folder_says_everything_at_once(tmp_path: Path) -> None:
    """All files, and two controls of one name."""
    written(tmp_path, GOOD)
    written(tmp_path, GOOD, "copy.toml")
    written(tmp_path, "control = 1", "wrong.toml")
    with pytest.raises(ConfigError) as raised:
        load_folder(tmp_path)

    assert "copy.toml" in str(raised.value) and "wrong.toml" in str(raised.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """A folder without controls, and a file that is no text."""
    if content is not None:
        (tmp_path / "balance.toml").write_bytes(content)
    with pytest.raises(ConfigError):
        load_folder(tmp_path)


def test_a_query_that_does_not_fit_the_database_is_named(books: Callable[..., Books], tmp_path: Path) -> None:
    """Before a line is read."""
    control = load(written(tmp_path, GOOD))
    with pytest.raises(ConfigError, match=r" balance\.toml"):
        books().gather(control)


def test_a_list_too_long_to_read_is_refused(
    books: Callable[..., Books], monkeypatch: pytest.MonkeyPatch
) -> None:
    """People are to tick it off."""
    from tests.reconcile.business import ledger

    monkeypatch.setattr(gathering, "LINES", 1)
    with pytest.raises(ConfigError, match="more than 1 lines"):
        gather(ledger.ORDERS, books().places, Part.SOURCE, mask_key=KEY)


CONTROLS = load_folder(FOLDER)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.control)
def test_the_controls_of_tryton_are_whole(control: Control) -> None:
    """Each serves a requirement and a department, is named like its file, and states what it proves."""
    assert (FOLDER / f"{control.control}.toml").is_file()
    assert control.requirements and control.department and control.amount
    assert all(parse_query(control.sql(side)).tables() for side in Side)
    names = {column.name for column in control.columns}
    assert all(
        {select.alias_or_name for select in parse_query(control.sql(side)).tree.selects} == names
        for side in Side
    )


def test_the_lists_that_finance_signs_are_there() -> None:
    """Balances, ageing, open items, sub-ledgers, invoices, taxes, bank, payments, stock, orders."""
    assert {control.control for control in CONTROLS} >= {
        "account_balance",
        "account_opening",
        "receivables_ageing",
        "payables_ageing",
        "open_items",
        "subledger_ledger",
        "invoice_ledger",
        "tax_period",
        "tax_ledger",
        "bank_statement",
        "bank_statement_ledger",
        "payment_links",
        "invoice_settlement",
        "stock_location",
        "open_sales",
        "open_purchases",
        "open_deliveries",
    }
