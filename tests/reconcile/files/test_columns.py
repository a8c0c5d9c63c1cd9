"""What cells are: the whole column decides, with its reason; what it leaves open refuses to be read."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import ConfigError
from harness.messages import Language, render
from harness.reconcile.files import CellKind, DayOrder
from harness.reconcile.files.shapes import macros, shaped
from tests.reconcile.files.conftest import Opens, rows_of

pytestmark = pytest.mark.thorough

D = Decimal
NUMBER, TEXT, DATE, TIMESTAMP = CellKind.NUMBER, CellKind.TEXT, CellKind.DATE, CellKind.TIMESTAMP


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (["1,234.50", "0.10"], NUMBER, [D("1234.50"), D("0.10")]),
        (["1.234,50", "1.234"], NUMBER, [D("1234.50"), D("1234.00")]),
        (["1 234,50", "1\u00a0234\u202f567"], NUMBER, [D("1234.50"), D("1234567.00")]),
        (["1'234.50", "1\u2019000"], NUMBER, [D("1234.50"), D("1000.00")]),
        (["12,34,567.80", "1.5"], NUMBER, [D("1234567.80"), D("1.50")]),
        (["1.234,50-", "-5,1", "+2,0"], NUMBER, [D("-1234.50"), D("-5.10"), D("2.00")]),
        (["(1,234.50)", "7.5"], NUMBER, [D("-1234.50"), D("7.50")]),
        (["\uff11\uff12\uff13\uff0e\uff15", "\uff0d1.0"], NUMBER, [D("123.5"), D("-1.0")]),
        (["\u22125.5", "5.5"], NUMBER, [D("-5.5"), D("5.5")]),
        (["¥1,234.50", "¥ 5"], NUMBER, [D("1234.50"), D("5.00")]),
        (["5,00 €", "EUR 6,50"], NUMBER, [D("5.00"), D("6.50")]),
        (["1", "-", "3"], NUMBER, [D(1), D(0), D(3)]),
        (["12345678901234567.89", "1.5"], NUMBER, [D("12345678901234567.89"), D("1.50")]),
        (["1", "", "3"], NUMBER, [D(1), None, D(3)]),
        (["0010", "1234"], TEXT, ["0010", "1234"]),
        (["10A", "1234"], TEXT, ["10A", "1234"]),
        (["2026-11-22", "2026-1-2"], DATE, [date(2026, 11, 22), date(2026, 1, 2)]),
        (["2026/11/22", "2026/1/2"], DATE, [date(2026, 11, 22), date(2026, 1, 2)]),
        (["22.11.2026", "2.1.2026"], DATE, [date(2026, 11, 22), date(2026, 1, 2)]),
        (["20261122", "20260102"], DATE, [date(2026, 11, 22), date(2026, 1, 2)]),
        (["20261122", "20261399"], NUMBER, [D(20261122), D(20261399)]),
        (["2026年11月22日", "2026年1月2日"], DATE, [date(2026, 11, 22), date(2026, 1, 2)]),
        (["22/11/2026", "2/1/2026"], DATE, [date(2026, 11, 22), date(2026, 1, 2)]),
        (["11/22/2026", "2/1/2026"], DATE, [date(2026, 11, 22), date(2026, 2, 1)]),
        (
            ["2026-11-22 08:05", "22.11.2026 8:05:06"],
            TIMESTAMP,
            [datetime(2026, 11, 22, 8, 5), datetime(2026, 11, 22, 8, 5, 6)],
        ),
        (["2026-11-22", "2026-02-30"], DATE, ["2026-11-22", "2026-02-30"]),
        (["x", "y"], TEXT, ["x", "y"]),
    ],
)  # fmt: skip
def test_a_column_is_read(opens: Opens, cells: list[str], kind: CellKind, values: list[Any]) -> None:
    """No value becomes NULL or another one on the way."""
    origin = opens("a|b\n" + "".join(f"{cell}|x\n" for cell in cells))

    column = origin.detected[0].columns[0]

    assert column.kind is kind, render(column.why, Language.EN)
    assert Counter(map(repr, (row[0] for row in rows_of(origin)))) == Counter(map(repr, values))
    assert origin.detected[0].doubts == ()


@pytest.mark.parametrize(
    ("cells", "override", "choice", "values"),
    [
        (["1.234", "5.678"], "--decimal", {"decimal": "."}, [D("1.234"), D("5.678")]),
        (["1.234", "5.678"], "--decimal", {"decimal": ","}, [D(1234), D(5678)]),
        (["1,234", "56"], "--decimal", {"decimal": "."}, [D(1234), D(56)]),
        (["1.50", "1,50"], "--decimal", {"kinds": {"a": TEXT}}, ["1.50", "1,50"]),
        (["01/02/2026"], "--dates", {"dates": DayOrder.DAY_FIRST}, [date(2026, 2, 1)]),
        (["01/02/2026"], "--dates", {"dates": DayOrder.MONTH_FIRST}, [date(2026, 1, 2)]),
        (["13/02/2026", "02/13/2026"], "--dates", {"kinds": {"a": TEXT}}, ["13/02/2026", "02/13/2026"]),
    ],
)
def test_what_is_open_refuses_until_it_is_said(
    opens: Opens, cells: list[str], override: str, choice: dict[str, Any], values: list[Any]
) -> None:
    content = "a|b\n" + "".join(f"{cell}|x\n" for cell in cells)
    doubtful = opens(content, name="doubtful.csv")

    assert [doubt.column for doubt in doubtful.detected[0].doubts] == ["a"]
    with pytest.raises(ConfigError) as error:
        rows_of(doubtful)
    assert override in render(error.value.sentence, Language.EN)
    assert {row[0] for row in rows_of(opens(content, name="said.csv", **choice))} == set(values)


def test_an_open_column_follows_the_others_of_its_file(opens: Opens) -> None:
    origin = opens("a;b\n1.234;1,50\n5.678;2,25\n")

    assert set(rows_of(origin)) == {(D(1234), D("1.50")), (D(5678), D("2.25"))}
    assert origin.detected[0].columns[0].why.key == "files.why.others"


def test_codes_say_nothing_about_decimals(opens: Opens) -> None:
    """1002.01 is an account; the balances beside it have a comma."""
    origin = opens("科目编码;余额\n1002.01;1.234,50\n1003.02;0,10\n")

    assert set(rows_of(origin)) == {("1002.01", D("1234.50")), ("1003.02", D("0.10"))}


def test_a_few_strange_cells_do_not_make_a_column_text(opens: Opens) -> None:
    """They stay as they stand, and are counted."""
    origin = opens("a|b\n" + "".join(f"{number}.50|x\n" for number in range(20)) + "n/a|x\n")

    column = origin.detected[0].columns[0]
    assert (column.kind, column.strange) == (NUMBER, 1)
    assert "n/a" in {row[0] for row in rows_of(origin)}


def test_currencies_are_kept_beside_their_numbers(opens: Opens) -> None:
    origin = opens("a|b\n€5.00|x\n$5.00|x\n5.00|x\n")

    assert origin.detected[0].columns[0].currencies == ("$", "€")
    with_signs = {(row[0], row[2]) for row in rows_of(origin)}
    assert with_signs == {(D("5.00"), "€"), (D("5.00"), "$"), (D("5.00"), None)}


STYLES: dict[str, tuple[str, str]] = {
    "en": (",", "."),
    "de": (".", ","),
    "fr": ("\u202f", ","),
    "ch": ("'", "."),
}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.decimals(-(10**14), 10**14, places=2, allow_nan=False), min_size=1, max_size=30),
    st.sampled_from(sorted(STYLES)),
    st.sampled_from(["-{}", "{}-", "({})", "- {}"]),
)
def test_every_way_of_writing_a_number_gives_the_number(
    numbers: list[Decimal], style: str, minus: str
) -> None:
    """Whatever the thousands, the decimals and the place of the minus."""
    group, point = STYLES[style]
    written = {}
    for number in numbers:
        digits = f"{abs(number):,.2f}".replace(",", "G").replace(".", point).replace("G", group)
        written[minus.format(digits) if number < 0 else digits] = number
    cells = " UNION ALL ".join("SELECT ? AS x, 1 AS cells" for _ in written)
    with duckdb.connect() as connection:
        for macro in macros():
            connection.execute(macro)
        query = f"SELECT x, number_text(x, t, b, number, '{point}') FROM ({shaped(cells)})"
        found = dict(connection.execute(query, list(written)).fetchall())

    assert {cell: Decimal(value) for cell, value in found.items()} == {
        cell: abs(number) if number == 0 else number for cell, number in written.items()
    }
