"""Each kind of list names the one posting that was changed, by its key, with the amount."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from harness.messages import Language, render
from harness.model import Finding, FindingKind, Part, Side, Status
from harness.reconcile.business import Control
from harness.reconcile.comparison import compare
from tests.reconcile.business import ledger
from tests.reconcile.business.conftest import Books

Make = Callable[..., Books]
MISMATCH, GONE, EXTRA, BROKEN = (
    FindingKind.MISMATCH,
    FindingKind.MISSING_IN_TARGET,
    FindingKind.MISSING_IN_SOURCE,
    FindingKind.VIOLATION,
)


def told(findings: tuple[Finding, ...]) -> set[tuple[object, ...]]:
    """Kind, key, column or rule, amount."""
    return {(item.kind, item.key, item.field, item.amount) for item in findings}


@pytest.mark.parametrize("control", ledger.CONTROLS, ids=lambda control: control.control)
def test_equal_books_give_no_finding(books: Make, control: Control) -> None:
    """And what was compared is counted."""
    conclusion = books().live(control)

    assert (conclusion.status, conclusion.findings, conclusion.caveats) == (Status.PASSED, (), ())
    assert conclusion.measures["rows_compared"] == conclusion.measures["source_rows"] != 0
    assert conclusion.covers == ()  # sums prove no row of a table


PLANTED = [
    # One side of a posting: the account's movement in its period, and the books no longer balance; the
    # closing balance of that period and the balances of every later one follow, and are not said again.
    (
        ledger.BALANCE,
        "UPDATE line SET debit = debit + 1 WHERE id = 1",
        {
            (MISMATCH, "account=1122, period=2026-01", "debit", Decimal(1)),
            (BROKEN, "period=2026-01, currency=CNY", "balanced", Decimal(1)),
        },
    ),
    (
        ledger.AGEING,
        "UPDATE line SET debit = debit + 1 WHERE id = 1",
        {(MISMATCH, "party=K1", "recent", Decimal(1))},
    ),
    (
        ledger.AGEING,
        "UPDATE line SET days = 40 WHERE id = 1",
        {
            (MISMATCH, "party=K1", "recent", Decimal(113)),
            (MISMATCH, "party=K1", "late", Decimal(113)),
        },
    ),
    (
        ledger.SUBLEDGER,
        "UPDATE line SET debit = debit + 1 WHERE id = 4",
        {
            (MISMATCH, "account=1122", "ledger", Decimal(1)),
            (BROKEN, "account=1122, currency=CNY", "subledger_is_ledger", Decimal(1)),
        },
    ),
    (
        ledger.SUBLEDGER,
        "UPDATE line SET settled = NULL WHERE id = 8",
        {
            (MISMATCH, "account=1122", "items", Decimal(226)),
            (BROKEN, "account=1122, currency=CNY", "subledger_is_ledger", Decimal(226)),
        },
    ),
    (
        ledger.INVOICES,
        "UPDATE line SET debit = debit + 1 WHERE id = 4",
        {
            (MISMATCH, "number=R2", "ledger", Decimal(1)),
            (BROKEN, "number=R2, currency=CNY", "booked", Decimal(1)),
        },
    ),
    (
        ledger.INVOICES,
        "UPDATE invoice SET tax = tax + 1 WHERE number = 'R1'",
        {
            (MISMATCH, "number=R1", "tax", Decimal(1)),
            (BROKEN, "number=R1, currency=CNY", "sum", Decimal(1)),
        },
    ),
    (
        ledger.LINKS,
        'DELETE FROM "invoice-line"',
        {(GONE, "invoice=R2, line=8", None, Decimal(226))},
    ),
    (
        ledger.TAX,
        "UPDATE tax_line SET amount = 27 WHERE line = 6",
        {
            (MISMATCH, "period=2026-02, tax=VAT 13%", "declared", Decimal(1)),
            (BROKEN, "period=2026-02, tax=VAT 13%, currency=CNY", "declared_is_booked", Decimal(1)),
        },
    ),
    (
        ledger.TAX,
        "UPDATE tax_line SET line = 3 WHERE line = 6",
        {
            (GONE, "period=2026-02, tax=VAT 13%", None, Decimal(26)),
            (MISMATCH, "period=2026-01, tax=VAT 13%", "declared", Decimal(26)),
            (MISMATCH, "period=2026-01, tax=VAT 13%", "booked", Decimal(13)),
            (BROKEN, "period=2026-01, tax=VAT 13%, currency=CNY", "declared_is_booked", Decimal(13)),
        },
    ),
    (
        ledger.STOCK,
        "UPDATE move SET quantity = 5 WHERE destination = 'CUS'",
        {
            (MISMATCH, "location=WH, product=G1", "issued", None),
            (MISMATCH, "location=WH, product=G1", "value", Decimal(7)),
        },
    ),
    (
        ledger.BANK,
        "UPDATE line SET debit = debit + 1 WHERE id = 7",
        {
            (MISMATCH, "statement=2026-001", "ledger", Decimal(1)),
            (BROKEN, "statement=2026-001, currency=CNY", "booked", Decimal(1)),
        },
    ),
    (
        ledger.BANK,
        "UPDATE statement SET closing = 225",
        {
            (MISMATCH, "statement=2026-001", "closing", Decimal(1)),
            (BROKEN, "statement=2026-001, currency=CNY", "closing", Decimal(1)),
        },
    ),
    (
        ledger.ORDERS,
        "UPDATE order_line SET delivered = 5 WHERE number = 'A1'",
        {
            (MISMATCH, "number=A1, line=1", "delivered", None),
            (MISMATCH, "number=A1, line=1", "value", Decimal(25)),
        },
    ),
    (
        ledger.ORDERS,
        "DELETE FROM order_line WHERE number = 'A2'",
        {(GONE, "number=A2, line=1", None, Decimal(40))},
    ),
    (
        ledger.ORDERS,
        "INSERT INTO order_line VALUES ('A3', 1, 2, 0, 8)",
        {(EXTRA, "number=A3, line=1", None, Decimal(16))},
    ),
]


@pytest.mark.parametrize(("control", "statement", "expected"), PLANTED)
def test_a_planted_change_is_named(
    books: Make, control: Control, statement: str, expected: set[tuple[object, ...]]
) -> None:
    """By the control, the key, the column or rule, the amount and its currency; nothing beside it."""
    findings = books(statement).both(control)

    assert told(findings) == expected
    assert {item.currency for item in findings if item.amount is not None} == {"CNY"}
    assert {item.entity for item in findings} == {f"control_{control.control}"}


def test_an_entry_in_another_period_is_said_where_it_moved(books: Make) -> None:
    """The movements of both periods; the balance between them follows."""
    findings = books("UPDATE line SET period = '2026-02' WHERE entry = 1").both(ledger.BALANCE)

    assert {item.field for item in findings} == {"debit", "credit"}
    assert {item.key for item in findings} == {
        f"account={account}, period={period}"
        for account in ("1122", "2221", "6001")
        for period in ("2026-01", "2026-02")
    }


def test_a_wrong_opening_balance_is_its_own_cause(books: Make) -> None:
    """It follows from no posting, so it is said, and what it makes of the later balances is not."""
    opened = "INSERT INTO line VALUES (0, 0, '1002', '2025-12', NULL, 0, 5, 0, NULL);"
    changed = opened.replace("5, 0, NULL", "6, 0, NULL")

    findings = books(changed, opened).both(ledger.BALANCE)

    assert told(findings) == {(MISMATCH, "account=1002, period=2026-01", "opening", Decimal(1))}


def test_a_rule_that_the_source_broke_already_is_a_caveat(books: Make) -> None:
    """It is no defect of the upgrade; where the target breaks it more, the rest is."""
    broken = "UPDATE line SET debit = debit + 1 WHERE id = 4;"

    same = books(broken, broken).live(ledger.SUBLEDGER)
    worse = books(f"{broken}{broken}", broken).live(ledger.SUBLEDGER)

    assert (same.status, [item.key for item in same.caveats]) == (Status.PASSED, ["business.caveat.known"])
    assert (BROKEN, "account=1122, currency=CNY", "subledger_is_ledger", Decimal(1)) in told(worse.findings)


def test_nothing_on_both_sides_decides_nothing(books: Make) -> None:
    """No rows are no pass."""
    conclusion = books("DELETE FROM order_line", "DELETE FROM order_line").live(ledger.ORDERS)

    assert conclusion.status is Status.UNKNOWN
    assert conclusion.reason and conclusion.reason.key == "business.reason.no_lines"


def test_a_list_that_lost_everything_fails(books: Make) -> None:
    """Every line of the source is missing."""
    conclusion = books("DELETE FROM order_line").live(ledger.ORDERS)

    assert conclusion.status is Status.FAILED
    assert conclusion.measures["amount_affected"] == {"CNY": Decimal(190)}


def test_many_alike_are_one_finding(books: Make) -> None:
    """With their number, three examples and the whole amount; broken rules too."""
    rows = ", ".join(f"('X{n}', 1, 100, 13, 113)" for n in range(30))
    source = f"INSERT INTO invoice VALUES {rows};"

    findings = books(f"{source}UPDATE invoice SET total = total + 1 WHERE number LIKE 'X%'", source).both(
        ledger.INVOICES
    )

    assert {(item.kind, item.field, item.count, item.amount) for item in findings} == {
        (MISMATCH, "total", 30, Decimal(30)),
        (BROKEN, "sum", 30, Decimal(30)),
        (BROKEN, "booked", 30, Decimal(30)),
    }


def test_the_key_may_occur_twice(books: Make) -> None:
    """The lines are then compared as a set, and that is said."""
    again = "INSERT INTO order_line VALUES ('A1', 1, 10, 4, 25), ('A1', 1, 9, 1, 25);"

    equal = books(again, again).live(ledger.ORDERS)
    findings = books(again.replace("9, 1", "9, 2"), again).both(ledger.ORDERS)

    assert [item.key for item in equal.caveats] == ["reconcile.caveat.double_keys"]
    assert {(item.kind, item.field) for item in findings} == {(MISMATCH, "delivered"), (MISMATCH, "value")}


def test_personal_data_is_masked_and_still_compared(books: Make) -> None:
    """A name is never stored; a label is never compared."""
    query = (
        "select party as number, party as name, party as hint, 'CNY' as currency, debit as amount from line"
    )
    control = ledger.control(
        "parties",
        ["number"],
        f"{query} where id = 1",
        {
            "name": ledger.column("name", personal=True),
            "hint": ledger.column("hint", personal=True, label=True),
            "amount": ledger.money("amount"),
        },
        target={"query": f"{query} where id = 4".replace("party as number", "'K1' as number")},
    )

    capture = books().gather(control)
    findings = books().both(control)

    content = b"".join(attachment.content for attachment in capture.attachments)
    assert b'"K1"' in content and content.count(b"K1") == 2  # the keys; no name and no hint
    assert {item.field for item in findings} == {"name", "amount"}


def test_a_tolerance_is_kept(books: Make) -> None:
    """Up to its limit two numbers are equal."""
    data = ledger.ORDERS.model_dump(by_alias=True)
    for column in data["columns"]:
        if column["name"] in ("delivered", "outstanding", "value"):
            column.update(tolerance=Decimal(25), unit="pieces", reason="counted by hand")
    control = Control.model_validate(data)

    assert books("UPDATE order_line SET delivered = 5 WHERE number = 'A1'").both(control) == ()
    assert books("UPDATE order_line SET price = 30 WHERE number = 'A1'").both(control) != ()


def test_a_control_changed_between_the_sides_decides_nothing(books: Make) -> None:
    """Two lists compare nothing."""
    other = ledger.ORDERS.model_copy(update={"key": ("number",)})
    pair = books()
    captures = {
        Part.SOURCE: pair.gather(ledger.ORDERS, Part.SOURCE),
        Part.TARGET: pair.gather(other, Part.TARGET),
    }

    conclusion = compare(ledger.ORDERS.spec(), captures)

    assert conclusion.status is Status.UNKNOWN


def test_stored_lists_say_that_they_are_weaker(books: Make) -> None:
    """They were not seen at the same time."""
    conclusion = books().stored(ledger.STOCK)

    assert conclusion.status is Status.PASSED
    assert [caveat.key for caveat in conclusion.caveats] == ["reconcile.caveat.stored"]


@pytest.mark.parametrize(("side", "status"), [(Side.SOURCE, Status.UNKNOWN), (Side.TARGET, Status.FAILED)])
def test_a_side_that_does_not_answer(books: Make, side: Side, status: Status) -> None:
    """A target that is silent is a finding; a source that is silent decides nothing."""
    from sqlalchemy import create_engine

    pair = books()
    silent = Books({**pair.places, side: create_engine("sqlite:////nowhere/at/all.db")})

    assert silent.live(ledger.STOCK).status is status


@pytest.mark.parametrize("language", Language)
def test_a_finding_reads_as_a_sentence(books: Make, language: Language) -> None:
    """In both languages, with the figures."""
    findings = books("UPDATE line SET debit = debit + 1 WHERE id = 7").both(ledger.BANK)
    sentences = [render(item.text, language) for item in findings]

    assert any("226" in sentence and "227" in sentence for sentence in sentences)
