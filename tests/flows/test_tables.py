"""Every wrong cell of a flow table is said by file, line and column; every way to write a right one reads."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import pytest
import xlsxwriter
from pydantic import Field

from harness.config.table import Table
from harness.documents import LineDraft
from harness.errors import ConfigError
from harness.flows.tables import OrderLines, Row, Share, load
from harness.messages import Language, render
from harness.model import Severity


class Inputs(Table):
    """As a flow declares them."""

    country: Annotated[Literal["CN", "DE"], Field(title="国家")] = "CN"
    lines: Annotated[OrderLines, Field(title="明细")] = 3
    paid: Annotated[Share, Field(title="付款比例")] = Decimal(1)


def loaded(folder: Path, content: str | bytes) -> tuple[Row[Inputs], ...]:
    path = folder / "order_to_cash.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(path, "tables/order_to_cash.csv", Inputs)


CHINESE = "编号,中文名称,国家,明细,付款比例\nhalf,付一半,DE,M-1 × 2；M-2 × 0.5 @ 19.90,0.5\n"
LINES = (LineDraft("M-1", Decimal(2)), LineDraft("M-2", Decimal("0.5"), Decimal("19.90")))


@pytest.mark.parametrize(
    "content",
    [
        CHINESE,
        CHINESE.encode("gb18030"),
        CHINESE.encode("utf-16"),
        CHINESE.encode("utf-8-sig"),
        CHINESE.replace(",", "\t"),
        'check;ZH;Country;lines;paid\nhalf;付一半;DE;"M-1 x 2; M-2 x 0.5 @ 19.90";0.5\n',
    ],
    ids=["Chinese", "GB18030", "UTF-16", "with a mark", "tabs", "English, semicolons"],
)
def test_a_row_reads_the_same_however_it_is_written(tmp_path: Path, content: str | bytes) -> None:
    (row,) = loaded(tmp_path, content)

    assert row.inputs == Inputs(country="DE", lines=LINES, paid=Decimal("0.5"))
    assert (row.heading.check, row.heading.zh, row.heading.en) == ("half", "付一半", None)


def test_a_workbook_reads_like_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "order_to_cash.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for place, cells in enumerate([["check", "lines", "paid"], [], ["two", 2, 0.5]]):
            sheet.write_row(place, 0, cells)

    (row,) = load(path, path.name, Inputs)

    assert row.inputs == Inputs(lines=2, paid=Decimal("0.5"))


def test_what_is_left_out_is_as_the_flow_has_it(tmp_path: Path) -> None:
    (row,) = loaded(tmp_path, "check,severity,requirements\nplain,major,S10 S24\n")

    assert row.inputs == Inputs()
    assert (row.heading.severity, row.heading.requirements) == (Severity.MAJOR, ("S10", "S24"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("check,country\none,DE\ntwo,FR\n", ["order_to_cash.csv:3", "country", "CN"]),
        ("check,国家\none,DD\n", ["order_to_cash.csv:2", "country", "DE"]),
        ("check,lines\none,M-1 2\n", ["order_to_cash.csv:2", "lines", "A-1 x 2"]),
        ("check,lines\none,M-1 x two\n", ["order_to_cash.csv:2", "lines"]),
        ("check,lines\none,M-1 x NaN\n", ["order_to_cash.csv:2", "lines"]),
        ("check,paid\none,1.5\n", ["order_to_cash.csv:2", "paid", "1"]),
        ("check,paid\none,half\n", ["order_to_cash.csv:2", "paid"]),
        ("check,county\none,DE\n", ["order_to_cash.csv:1", "county", "country"]),
        ("check,country,国家\none,DE,CN\n", ["order_to_cash.csv:1", "国家"]),
        ("country\nDE\n", ["order_to_cash.csv:1", "check"]),
        ("check,country\n,DE\n", ["order_to_cash.csv:2", "check"]),
        ("check,country\nTwo taxes,DE\n", ["order_to_cash.csv:2", "check"]),
        ("check\none\n\none\n", ["order_to_cash.csv:4", "one", "2"]),
        ("check,severity\none,fatal\n", ["order_to_cash.csv:2", "severity", "critical"]),
        ("check,country\n", ["order_to_cash.csv"]),
        ("", ["order_to_cash.csv"]),
        (b"PK\x03\x04\xff", ["order_to_cash.csv"]),
    ],
)
def test_every_wrong_cell_is_named_by_file_line_and_column(
    tmp_path: Path, content: str | bytes, said: list[str]
) -> None:
    with pytest.raises(ConfigError) as error:
        loaded(tmp_path, content)

    for language in Language:
        sentence = render(error.value.sentence, language)
        assert [part for part in said if part not in sentence] == []


def test_all_wrong_cells_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        loaded(tmp_path, "check,country,paid\none,FR,2\ntwo,CN,x\n")

    sentence = str(error.value)
    assert [sentence.count(part) for part in ("csv:2", "csv:3")] == [2, 1]
