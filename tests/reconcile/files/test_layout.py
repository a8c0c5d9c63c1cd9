"""Titles, headers of several rows, merged cells, totals, blank rows: only what is data is data."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigError
from harness.messages import Language, render
from harness.reconcile.files import CellKind, Choices, opened_file
from tests.reconcile.files.conftest import Opens, rows_of

pytestmark = pytest.mark.thorough

D = Decimal


@pytest.mark.parametrize(
    ("content", "headings", "header", "rows"),
    [
        pytest.param("a;b\n1;2\n", ["a", "b"], (1,), 1, id="plain"),
        pytest.param("科目余额表\n\n期间:2025-12;;\na;b;c\nx;1;2\n", ["a", "b", "c"], (4,), 1, id="titles"),
        pytest.param("a;b;c\n\nx;1;2\n;;\ny;3;4\n\n", ["a", "b", "c"], (1,), 2, id="blank rows"),
        pytest.param("a;;c;\nx;;2;\n", ["a", "c"], (1,), 1, id="blank columns"),
        pytest.param("a;;c\nx;1;2\n", ["a", "column_2", "c"], (1,), 1, id="a heading is missing"),
        pytest.param("a;a;A\nx;1;2\n", ["a", "a", "A"], (1,), 1, id="a heading twice"),
        pytest.param("a;b\nx;1\na;b\ny;2\n", ["a", "b"], (1,), 2, id="the header again"),
        pytest.param("code;2024;2025\nx;1;2\n", ["code", "2024", "2025"], (1,), 1, id="years as headings"),
        pytest.param("name\nx\ny\n", ["name"], (1,), 2, id="one column"),
        pytest.param(
            "No;Name;Opening;;Closing;\n;;D;C;D;C\n1;x;1;2;3;4\n",
            ["No", "Name", "Opening/D", "Opening/C", "Closing/D", "Closing/C"],
            (1, 2),
            1,
            id="two rows of header",
        ),
        pytest.param('a;"b\nc"\nx;"1\n2"\n', ["a", "b c"], (1,), 1, id="line breaks in cells"),
        pytest.param("a\tb\nx;y\t1\n", ["a", "b"], (1,), 1, id="tabs"),
        pytest.param("a|b\nx,y|1\n", ["a", "b"], (1,), 1, id="bars"),
        pytest.param("a;b\r\nx;1\r\n", ["a", "b"], (1,), 1, id="CRLF"),
        pytest.param('a,b\n"1,5",x\n"2,5",y\n', ["a", "b"], (1,), 2, id="commas in quotes"),
    ],
)
def test_a_layout_is_found(
    opens: Opens, content: str, headings: list[str], header: tuple[int, ...], rows: int
) -> None:
    found = opens(content).detected[0]

    assert [column.heading for column in found.columns] == headings
    assert (found.header_rows, found.rows, found.doubts) == (header, rows, ())
    assert len({column.name for column in found.columns}) == len(found.columns)


@pytest.mark.parametrize("chosen", [(0, 0), (2, 2)])
def test_a_header_that_is_not_there_must_be_said(opens: Opens, chosen: tuple[int, int]) -> None:
    content = "1;2\n3;4\n5;6\n"
    doubtful = opens(content)

    with pytest.raises(ConfigError) as error:
        rows_of(doubtful)

    assert "--header-row" in render(error.value.sentence, Language.EN)
    said = opens(content, name="said.csv", header_rows=chosen)
    assert said.detected[0].rows == (3 if chosen == (0, 0) else 1)


@pytest.mark.parametrize(
    "label", ["合计", "合 计：", "总计", "小计", "Total", "TOTAL:", "Summe", "Sum", "Grand Total", "* Total"]
)
def test_total_rows_are_taken_out_and_kept_as_control_totals(opens: Opens, label: str) -> None:
    found = opens(f"code;name;amount\nA;x;1.50\nB;y;2.50\n{label};;4.00\n").detected[0]

    (total,) = found.total_rows
    assert found.rows == 2
    assert (dict(total.stated), dict(total.computed)) == ({"amount": D(4)}, {"amount": D(4)})
    assert total.wrong() == ()


def test_a_total_that_its_rows_do_not_add_up_to(opens: Opens) -> None:
    """Sub-totals are of the rows since the last one; a grand total is of all."""
    found = opens("code;amount\nA;1.5\n小计;1.5\nB;2.5\n小计;2.0\n合计;4.0\n").detected[0]

    assert [total.wrong() for total in found.total_rows] == [(), (("amount", D("2.0"), D("2.5")),), ()]


def test_a_customer_called_like_a_total_stays(opens: Opens) -> None:
    """Only the first cell of a row, and only the whole of it, makes a total."""
    found = opens("code;name;amount\nA;Total;1.5\nB;Total Gas;2.5\nTotal Gas;x;1.5\n").detected[0]

    assert (found.rows, found.total_rows) == (3, ())


def test_a_cell_too_many_is_no_silent_loss(opens: Opens) -> None:
    """The widest row decides; what has no heading is a column all the same."""
    found = opens("a;b\nx;1\ny;2;lost?\n").detected[0]

    assert [column.heading for column in found.columns] == ["a", "b", "column_3"]


@pytest.mark.parametrize(
    "content",
    ['a;b\nx;"1\ny;2\n', "", "\n\n", 'a;b\n"x"y;1\n'],
    ids=["open quote", "empty", "blank", "quote"],
)
def test_what_cannot_be_read_whole_is_refused(opens: Opens, content: str) -> None:
    with pytest.raises(ConfigError):
        opens(content)


def _balances(book: Any, sheet: Any) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.merge_range("A1:F1", "科目余额表")
    sheet.merge_range("A3:A4", "科目编码")
    sheet.merge_range("B3:B4", "Date")
    sheet.merge_range("C3:D3", "期初余额")
    sheet.write_row(3, 2, ["借方", "贷方"])
    sheet.merge_range("E3:E4", "At")
    sheet.merge_range("F3:F4", "OK")
    for number, (code, debit) in enumerate([("1001", 0.1), ("0102", 1234.1)], 4):
        sheet.write_string(number, 0, code)
        sheet.write_datetime(number, 1, datetime(2026, 11, 22), day)
        sheet.write_number(number, 2, debit + 0.2 - 0.2)
        sheet.write_string(number, 3, "1,234.50")
        sheet.write_datetime(number, 4, datetime(2026, 11, 22, 8, 5), moment)
        sheet.write_boolean(number, 5, True)
    sheet.write_row(6, 0, ["合计", "", 1234.2, "2,469.00"])


def test_a_workbook_with_merged_cells(opens_book: Opens) -> None:
    """Typed cells are what they are typed as; the noise of binary fractions is not data."""
    origin = opens_book(_balances)

    found = origin.detected[0]
    assert (found.table, found.sheet, found.header_rows, found.rows) == ("Sheet_1", "Sheet 1", (3, 4), 2)
    assert [column.heading for column in found.columns] == [
        "科目编码", "Date", "期初余额/借方", "期初余额/贷方", "At", "OK",
    ]  # fmt: skip
    assert sorted(rows_of(origin)) == [
        ("0102", date(2026, 11, 22), D("1234.1"), D("1234.50"), datetime(2026, 11, 22, 8, 5), True),
        ("1001", date(2026, 11, 22), D("0.1"), D("1234.50"), datetime(2026, 11, 22, 8, 5), True),
    ]
    assert found.total_rows[0].wrong() == ()


def test_merged_cells_among_the_data_hold_their_value_in_every_row(opens_book: Opens) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["company", "code", "amount"])
        sheet.merge_range("A2:A3", "X AG")
        sheet.write_row(1, 1, ["A", 1.5])
        sheet.write_row(2, 1, ["B", 2.5])

    assert {row[0] for row in rows_of(opens_book(write))} == {"X AG"}


def test_numbers_and_texts_in_one_column_of_a_workbook(opens_book: Opens) -> None:
    """A code that lost its type here and there is the same code."""

    def write(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["code", "x"])
        sheet.write_row(1, 0, [1001, "a"])
        sheet.write_string(2, 0, "0102")
        sheet.write(2, 1, "b")

    origin = opens_book(write)

    assert origin.detected[0].columns[0].kind is CellKind.TEXT
    assert {row[0] for row in rows_of(origin)} == {"1001", "0102"}


def test_another_sheet_is_chosen_by_its_name(opens_book: Opens) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["a", "b"])
        second = book.add_worksheet("二")
        second.write_row(0, 0, ["c", "d"])
        second.write_row(1, 0, ["x", 1])

    assert [column.heading for column in opens_book(write, sheet="二").detected[0].columns] == ["c", "d"]
    with pytest.raises(ConfigError, match="二"):
        opens_book(write, name="b.xlsx", sheet="三")


@pytest.mark.parametrize("name", ["nothing.csv", "nothing.docx", "nothing.parquet"])
def test_a_file_that_is_not_there_or_of_no_known_kind(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError), opened_file(tmp_path / name, Choices()):
        pass


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet", "a.duckdb"])
def test_a_file_that_is_not_what_its_name_says(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("this is something else", "utf-8")

    with pytest.raises(ConfigError), opened_file(tmp_path / name, Choices()):
        pass
