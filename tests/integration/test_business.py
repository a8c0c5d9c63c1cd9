"""The business controls on the real upgrade: equal when it is clean, and each names what is planted.

`HARNESS_TEST_SOURCE_SQL` and `HARNESS_TEST_TARGET_SQL` name two scratch databases of a pristine pair that
may be changed; otherwise copies of the demo's pair are made.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from harness import demo
from harness.model import Conclusion, Finding, FindingKind, Part, Side, Status
from harness.reconcile.business import Control, gather, load_folder
from harness.reconcile.comparison import compare

pytestmark = pytest.mark.real_pair

FOLDER = Path(__file__).parents[2] / "fixtures" / "controls" / "tryton"
KEY = b"a key of the tests"
CONTROLS = load_folder(FOLDER)
MISMATCH, GONE, EXTRA, BROKEN = (
    FindingKind.MISMATCH,
    FindingKind.MISSING_IN_TARGET,
    FindingKind.MISSING_IN_SOURCE,
    FindingKind.VIOLATION,
)

Engines = Mapping[Side, Engine]


@pytest.fixture(scope="module")
def engines(request: pytest.FixtureRequest) -> Iterator[Engines]:
    """A pristine source and target that belong to this module."""
    with ExitStack() as stack:
        given = [os.environ.get(f"HARNESS_TEST_{side.name}_SQL") for side in Side]
        if not all(given):
            pair = request.getfixturevalue("pair")
            copies = (demo.source_copy, demo.target_copy)
            given = [stack.enter_context(copy(pair, "business")).sql for copy in copies]
        made = {side: create_engine(str(url)) for side, url in zip(Side, given, strict=True)}
        for engine in made.values():
            stack.callback(engine.dispose)
        yield made


def live(control: Control, engines: Engines) -> Conclusion:
    """Both sides at once."""
    return compare(control.spec(), {Part.PAIR: gather(control, engines, Part.PAIR, mask_key=KEY)})


def stored(control: Control, engines: Engines) -> Conclusion:
    """Each side by itself."""
    captures = {part: gather(control, engines, part, mask_key=KEY) for part in (Part.SOURCE, Part.TARGET)}
    return compare(control.spec(), captures)


@contextmanager
def planted(engine: Engine, table: str, statement: str) -> Iterator[Any]:
    """Harms one table of the target, gives what the statement returned, and restores the table."""

    def run(*commands: str) -> Any:
        with engine.begin() as connection:
            connection.execute(text("set local session_replication_role = replica"))  # no trigger, no cascade
            return [connection.execute(text(command)) for command in commands]

    run(f"create table kept_rows as table {table}")
    try:
        with engine.begin() as connection:
            connection.execute(text("set local session_replication_role = replica"))
            returned = connection.execute(text(statement)).one()
        yield returned
    finally:
        run(f"delete from {table}", f"insert into {table} table kept_rows", "drop table kept_rows")


def found(engines: Engines) -> dict[str, tuple[Finding, ...]]:
    """What every control finds; those that find nothing are left out."""
    all_of_them = ((control.control, live(control, engines).findings) for control in CONTROLS)
    return {name: findings for name, findings in all_of_them if findings}


def told(findings: tuple[Finding, ...]) -> set[tuple[object, ...]]:
    """Kind, column or rule, amount and currency."""
    return {(item.kind, item.field, item.amount, item.currency) for item in findings}


def keys(findings: tuple[Finding, ...]) -> set[str | None]:
    """The keys, without the company and the currency that a rule adds."""
    return {(item.key or "").partition(", ")[2].removesuffix(", currency=CNY") for item in findings}


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.control)
def test_the_clean_upgrade_is_equal(engines: Engines, control: Control) -> None:
    """Every list has lines, none differs, every rule holds on both sides; live and stored agree."""
    conclusion = live(control, engines)
    print(f"{control.control}: {conclusion.measures['source_rows']} lines")  # figures for the reader

    assert (conclusion.status, conclusion.findings, conclusion.caveats) == (Status.PASSED, (), ())
    assert stored(control, engines).status is Status.PASSED
    assert conclusion.measures["source_rows"] != 0


def test_a_posting_changed_by_a_cent(engines: Engines) -> None:
    """The balance list names account and period, once; the opening balances carry it over."""
    statement = """
        update account_move_line set debit = debit + 0.01 where id = (
            select max(l.id) from account_move_line l
            join account_move m on m.id = l.move and m.state = 'posted'
            join account_account a on a.id = l.account
            join account_account_type t on t.id = a.type
            where l.debit > 0 and not t.receivable and not t.payable
            and not exists (select 1 from account_tax_line y where y.move_line = l.id)
            and not exists (select 1 from account_statement_line s where s.move = l.move)
        ) returning
            (select trim(coalesce(code, '') || ' ' || name) from account_account a where a.id = account),
            (select q.name from account_period q join account_move m on m.period = q.id where m.id = move)
    """
    with planted(engines[Side.TARGET], "account_move_line", statement) as (account, period):
        dirty = found(engines)

    cent = Decimal("0.01")
    assert set(dirty) == {"account_balance", "account_opening"}
    assert told(dirty["account_balance"]) == {
        (MISMATCH, "debit", cent, "CNY"),
        (BROKEN, "balanced", cent, "CNY"),
    }
    assert keys(dirty["account_balance"]) == {f"account={account}, period={period}", f"period={period}"}
    assert told(dirty["account_opening"]) == {
        (MISMATCH, "balance", cent, "CNY"),
        (BROKEN, "balanced", cent, "CNY"),
    }


def test_a_payment_link_removed(engines: Engines) -> None:
    """The link is missing with its amount, and the invoice is paid less than the ledger says."""
    statement = """
        delete from "account_invoice-account_move_line" x where x.id = (
            select max(x.id) from "account_invoice-account_move_line" x
            join account_move_line l on l.id = x.line
            where l.reconciliation is not null
        ) returning
            (select number from account_invoice i where i.id = x.invoice),
            (select abs(debit - credit) from account_move_line l where l.id = x.line)
    """
    table = '"account_invoice-account_move_line"'
    with planted(engines[Side.TARGET], table, statement) as (number, amount):
        dirty = found(engines)

    assert set(dirty) == {"payment_links", "invoice_settlement"}
    assert told(dirty["payment_links"]) == {(GONE, None, amount, "CNY")}
    assert f"number={number}," in str(dirty["payment_links"][0].key)
    assert told(dirty["invoice_settlement"]) == {
        (MISMATCH, "paid", amount, "CNY"),
        (BROKEN, "open", amount, "CNY"),
    }


def test_a_stock_move_with_another_quantity(engines: Engines) -> None:
    """Location and product, with the value of what is too much."""
    statement = """
        update stock_move set quantity = quantity + 1, internal_quantity = internal_quantity + 1
        where id = (
            select max(id) from stock_move where state = 'done' and origin like 'stock.inventory.line,%'
        )
        returning
            (select coalesce(g.code, t.name || ' (#' || g.id || ')') from product_product g
                join product_template t on t.id = g.template where g.id = product),
            (select cost_price from product_cost_price v where v.product = stock_move.product)
    """
    with planted(engines[Side.TARGET], "stock_move", statement) as (product, price):
        dirty = found(engines)

    assert set(dirty) == {"stock_location"}
    assert told(dirty["stock_location"]) == {
        (MISMATCH, "received", None, None),
        (MISMATCH, "value", round(price, 2), "CNY"),
    }
    assert all(str(item.key).endswith(f"product={product}") for item in dirty["stock_location"])


def test_a_tax_line_moved_to_another_period(engines: Engines) -> None:
    """Both periods differ, and in neither is what is declared what is booked."""
    statement = """
        update account_tax_line y set move_line = (
            select min(o.id) from account_move_line o
            join account_tax_line z on z.move_line = o.id and z.type = 'tax'
            join account_move m on m.id = o.move join account_journal j on j.id = m.journal
            where j.type = 'revenue'
            and m.period <> (select m.period from account_move m join account_move_line l on l.move = m.id
                             where l.id = y.move_line)
        )
        where y.id = (
            select max(y.id) from account_tax_line y
            join account_move_line l on l.id = y.move_line
            join account_move m on m.id = l.move join account_journal j on j.id = m.journal
            where y.type = 'tax' and j.type = 'revenue'
        ) returning y.amount
    """
    with planted(engines[Side.TARGET], "account_tax_line", statement) as (amount,):
        dirty = found(engines)

    assert set(dirty) == {"tax_period", "tax_ledger"}
    moved = {item.amount for item in dirty["tax_ledger"] if item.field == "tax_lines"}
    assert moved == {amount} and {item.currency for item in dirty["tax_ledger"]} == {"CNY"}
    assert {item.field for item in dirty["tax_ledger"]} == {"tax_lines", "declared_is_booked"}
    assert len(keys(tuple(item for item in dirty["tax_ledger"] if item.kind is BROKEN))) == 2
    assert amount in {item.amount for item in dirty["tax_period"]}


def test_an_open_item_that_is_settled_by_mistake(engines: Engines) -> None:
    """Sub-ledger and ledger part, the item is missing, and the partner's age groups change."""
    statement = """
        update account_move_line set reconciliation = (select min(id) from account_move_reconciliation)
        where id = (
            select max(l.id) from account_move_line l
            join account_move m on m.id = l.move and m.state = 'posted'
            join account_account a on a.id = l.account join account_account_type t on t.id = a.type
            where t.receivable and l.reconciliation is null and l.debit > 0
            and l.move in (select move from account_invoice)
        ) returning debit
    """
    with planted(engines[Side.TARGET], "account_move_line", statement) as (amount,):
        dirty = found(engines)

    assert set(dirty) == {"invoice_settlement", "open_items", "receivables_ageing", "subledger_ledger"}
    assert (GONE, None, amount, "CNY") in told(dirty["open_items"])
    assert (BROKEN, "subledger_is_ledger", amount, "CNY") in told(dirty["subledger_ledger"])
