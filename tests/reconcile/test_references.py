"""Every line has its order: what the target lost is named, what the source lacked already is not."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from harness.errors import ConfigError
from harness.messages import Language, render
from harness.model import FindingKind
from harness.reconcile import references
from tests.reconcile.conftest import Pair, mapping_of, table
from tests.reconcile.test_mapping import plain

Databases = Callable[[str, str], Pair]
LINE = "id INTEGER, sale INTEGER, amount TEXT, state TEXT"


def lines(**more: Any) -> Any:
    """A mapping of order lines that refer to their order."""
    return mapping_of(
        entity="line",
        source={"table": "line"},
        target={"table": "line"},
        fields={"id": "integer", "sale": "integer", "amount": {"type": "number", "money": True}},
        labels={"state": "state"},
        references=[{"field": "sale", "table": "sale", **more}],
    )


def script(rows: list[tuple[Any, ...]], sales: range, name: str = "sale", column: str = "id") -> str:
    """Lines and the orders they refer to."""
    return table(rows, LINE, "line") + table([(number,) for number in sales], f"{column} INTEGER", name)


def line(number: int, sale: int | None, amount: str = "5") -> tuple[Any, ...]:
    """One line."""
    return (number, sale, amount, "done")


def test_an_order_that_is_gone_leaves_orphans(databases: Databases) -> None:
    """Each is named with its key and its money; the same from stored sides."""
    rows = [line(1, 1), line(2, 3), line(3, 3, "7")]

    findings = databases(script(rows, range(1, 4)), script(rows, range(1, 3))).both(lines())

    assert [(item.kind, item.field, item.key, item.amount, item.currency) for item in findings] == [
        (FindingKind.VIOLATION, "sale", "id=2", Decimal(5), "EUR"),
        (FindingKind.VIOLATION, "sale", "id=3", Decimal(7), "EUR"),
    ]
    assert render(findings[0].text, Language.EN) == (
        "Items: sale of id=2 (state=done) leads nowhere in the upgraded system, unlike in the current one:"
        " sale.id does not hold it."
    )
    assert "无对应记录" in render(findings[0].text, Language.ZH)


def test_what_the_source_lacked_is_not_the_upgrade_s_fault(databases: Databases) -> None:
    """An orphan on both sides is no finding."""
    rows = [line(1, 1), line(2, 9)]

    assert databases(script(rows, range(1, 4)), script(rows, range(1, 4))).both(lines()) == ()


@pytest.mark.parametrize(("optional", "found"), [(False, 1), (True, 0)])
def test_a_reference_may_be_optional(databases: Databases, optional: bool, found: int) -> None:
    """An obligatory one that became NULL is an orphan as well as a change."""
    pair = databases(script([line(1, 1)], range(3)), script([line(1, None)], range(3)))

    kinds = [item.kind for item in pair.both(lines(optional=optional))]

    assert kinds.count(FindingKind.VIOLATION) == found
    assert kinds.count(FindingKind.MISMATCH) == 1


def test_only_some_rows_need_it(databases: Databases) -> None:
    """The condition is on the rows that refer."""
    rows = [(1, 1, "5", "draft"), (2, 2, "5", "done")]

    findings = databases(script(rows, range(1, 3)), script(rows, range(0))).both(
        lines(where="state = 'done'")
    )

    assert [item.key for item in findings] == ["id=2"]


def test_the_other_table_may_have_another_name_in_the_source(databases: Databases) -> None:
    """Renamed tables and columns are what upgrades make; a column name of both tables is no trap."""
    rows = [line(1, 1), line(2, 2)]
    mapping = lines(source_table="order", source_column="number")

    pair = databases(script(rows, range(3), "order", "number"), script(rows, range(2)))

    assert [item.key for item in pair.both(mapping)] == ["id=2"]


def test_many_orphans_are_one_finding(databases: Databases) -> None:
    """With all their money and three examples."""
    rows = [line(number, 1) for number in range(50)]

    (finding,) = databases(script(rows, range(3)), script(rows, range(1))).both(lines())

    assert (finding.count, finding.amount, finding.key) == (50, Decimal(250), "sale.id")
    assert "sale of 50 records leads nowhere" in render(finding.text, Language.EN)


def test_too_many_to_remember_are_still_counted(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is a limit, not a pass."""
    monkeypatch.setattr(references, "KEPT", 3)
    source = [line(number, 1 if number > 5 else 99) for number in range(60)]

    (finding,) = databases(script(source, range(3)), script(source, range(0))).both(lines())

    assert (finding.kind, finding.count) == (FindingKind.VIOLATION, 54)


def test_a_label_may_refer(databases: Databases) -> None:
    """A reference that is part of a text is computed in a label."""
    mapping = mapping_of(
        entity="line",
        source={"table": "line"},
        target={"table": "line"},
        fields={"id": "integer", "amount": "number"},
        labels={"origin": "cast(substr(state, 6) as integer)"},
        references=[{"field": "origin", "table": "sale", "optional": True}],
    )
    rows = [(1, 1, "5", "sale,1"), (2, 1, "5", "sale,2")]

    pair = databases(script(rows, range(3)), script(rows, range(2)))

    assert [item.key for item in pair.both(mapping)] == ["id=2"]


def test_a_link_table_refers_twice(databases: Databases) -> None:
    """Both columns are looked at."""
    mapping = mapping_of(
        entity="link",
        source={"table": "link"},
        target={"table": "link"},
        key=["payment", "invoice"],
        fields={"payment": "integer", "invoice": "integer"},
        amount=None,
        references=[{"field": name, "table": name} for name in ("payment", "invoice")],
    )

    def both(payments: range, invoices: range) -> str:
        links = [(number, number + 10) for number in range(3)]
        return (
            table(links, "payment INTEGER, invoice INTEGER", "link")
            + table([(number,) for number in payments], "id INTEGER", "payment")
            + table([(number + 10,) for number in invoices], "id INTEGER", "invoice")
        )

    findings = databases(both(range(3), range(3)), both(range(1, 3), range(2))).both(mapping)

    assert [(item.field, item.key) for item in findings] == [
        ("payment", "payment=0, invoice=10"),
        ("invoice", "payment=2, invoice=12"),
    ]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"table": "sal"}, "references[0].table: The current system has no table “sal”. Did you mean sale?"),
        (
            {"column": "ident"},
            "references[0].column: Table sale of the current system has no column “ident”.",
        ),
        (
            {"source_table": "orders"},
            "references[0].source_table: The current system has no table “orders”.",
        ),
        (
            {"where": "stat = 'x'"},
            "references[0].where: Table line of the current system has no column “stat”.",
        ),
        ({"where": "sum(amount) > 0"}, "The database of the current system refuses a statement"),
    ],
)
def test_a_wrong_reference(databases: Databases, more: dict[str, Any], message: str) -> None:
    """Found before anything is compared, with what exists."""
    pair = databases(script([line(1, 1)], range(3)), script([line(1, 1)], range(3)))

    with pytest.raises(ConfigError) as error:
        pair.gather(lines(**more))

    assert message in " ".join(plain(error.value).split())
