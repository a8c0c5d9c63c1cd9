"""Results by hand read the same however they are written; every wrong cell is named by file, line, column."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from harness.errors import ConfigError
from harness.manual import Manual, ManualResult, Result, load
from harness.messages import Language, render
from harness.model import Area, Severity

CHINESE = (
    "用例编号,用例名称,模块,单据类型,操作,领域,严重程度,部门,测试人,测试日期,结果,证据文件,需求编号,备注\n"
    "TM-1,打印发票,财务,发票,过账,业务功能,一般,财务部,王芳,2026年11月3日,通过,a.png；b.png,S10、S14,很好\n"
)
ENGLISH = (
    "Case id;Title;Module;Document type;Operation;Area;Severity;Department;Tester;Date;Result;"
    "Evidence file;Requirement ids;Remark\n"
    "TM-1;打印发票;Accounting;invoice;post;Business functions;major;财务部;王芳;2026-11-03;Pass;"
    '"a.png;b.png";S10 S14;很好\n'
)
EXPECTED = ManualResult(
    case="TM-1",
    title="打印发票",
    result=Result.PASSED,
    place="uat.csv:2",
    area=Area.FUNCTION,
    severity=Severity.MAJOR,
    module="accounting",
    document="invoice",
    operation="post",
    department="财务部",
    tester="王芳",
    day=date(2026, 11, 3),
    requirements=("S10", "S14"),
    remark="很好",
)


def loaded(folder: Path, content: str | bytes, name: str = "uat.csv") -> Manual:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(folder, [name])


def one(manual: Manual) -> ManualResult:
    (result,) = manual.results
    return result


def refused(folder: Path, content: str | bytes, name: str = "uat.csv") -> dict[Language, str]:
    with pytest.raises(ConfigError) as error:
        loaded(folder, content, name)
    return {language: render(error.value.sentence, language) for language in Language}


@pytest.mark.parametrize(
    "content",
    [
        CHINESE,
        CHINESE.encode("gb18030"),
        CHINESE.encode("utf-16"),
        CHINESE.encode("utf-8-sig"),
        CHINESE.replace(",", "\t"),
        ENGLISH,
    ],
    ids=["Chinese", "GB18030", "UTF-16", "with a mark", "tabs", "English, semicolons"],
)
def test_a_result_reads_the_same_however_it_is_written(tmp_path: Path, content: str | bytes) -> None:
    found = one(loaded(tmp_path, content))

    assert {name: getattr(found, name) for name in EXPECTED.__slots__ if name != "evidence"} == {
        name: getattr(EXPECTED, name) for name in EXPECTED.__slots__ if name != "evidence"
    }
    assert [file.name for file in found.evidence] == ["a.png", "b.png"]


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("pass", Result.PASSED),
        ("OK", Result.PASSED),
        ("Passed", Result.PASSED),
        ("通过", Result.PASSED),
        ("合格", Result.PASSED),
        ("fail", Result.FAILED),
        ("失败", Result.FAILED),
        ("不通过", Result.FAILED),
        ("Blocked", Result.BLOCKED),
        ("阻塞", Result.BLOCKED),
        ("Not  run", Result.NOT_RUN),
        ("not executed", Result.NOT_RUN),
        ("未执行", Result.NOT_RUN),
        ("未测试", Result.NOT_RUN),
        ("", Result.NOT_RUN),
    ],
)
def test_the_words_for_a_result(tmp_path: Path, word: str, result: Result) -> None:
    assert one(loaded(tmp_path, f"case,result,remark\nTM-1,{word},x\n")).result is result


@pytest.mark.parametrize(
    "written",
    ["2026-11-03", "2026/11/3", "2026.11.03", "2026年11月3日", "2026-11-03 14:05:00", "2026-11-03T14:05:00Z"],
)
def test_a_date_written_as_text(tmp_path: Path, written: str) -> None:
    assert one(loaded(tmp_path, f"case,date\nTM-1,{written}\n")).day == date(2026, 11, 3)


def test_a_word_of_the_project_s_own_stays_as_it_is(tmp_path: Path) -> None:
    found = one(loaded(tmp_path, "case,module,document,operation\nTM-1,HR,pay slip,approve\n"))

    assert (found.module, found.document, found.operation) == ("HR", "pay slip", "approve")


def test_evidence_is_known_by_the_digest_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "shots").mkdir()
    (tmp_path / "shots" / "a.png").write_bytes(b"picture")

    found = one(loaded(tmp_path, "case,evidence\nTM-1,shots/a.png; shots/b.png; ../.\n"))

    assert [file.digest for file in found.evidence] == [hashlib.sha256(b"picture").hexdigest(), None, None]


def test_the_digest_of_what_was_read_changes_with_the_evidence(tmp_path: Path) -> None:
    digests = set()
    for content in (b"one", b"other"):
        (tmp_path / "a.png").write_bytes(content)
        digests.add(loaded(tmp_path, "case,evidence\nTM-1,a.png\n").digest)

    assert len(digests) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("case,result\nTM-1,passed\nTM-2,perfect\n", ["uat.csv:3", "result", "passed", "not_run"]),
        ("case,结果\nTM-1,通国\n", ["uat.csv:2", "result"]),
        ("case,date\nTM-1,3/11/2026\n", ["uat.csv:2", "day"]),
        ("case,date\nTM-1,2026-02-30\n", ["uat.csv:2", "day"]),
        ("case,date\nTM-1,46329\n", ["uat.csv:2", "day"]),
        ("case,severity\nTM-1,fatal\n", ["uat.csv:2", "severity", "critical"]),
        ("case,area\nTM-1,money\n", ["uat.csv:2", "area", "function"]),
        ("case,result\n,passed\n", ["uat.csv:2", "case"]),
        ("case,reslut\nTM-1,passed\n", ["uat.csv:1", "reslut", "result"]),
        ("result\npassed\n", ["uat.csv:1", "case"]),
        ("case,result,结果\nTM-1,passed,通过\n", ["uat.csv:1", "结果"]),
        ("case,result\n", ["uat.csv"]),
        ("", ["uat.csv"]),
        (b"PK\x03\x04\xff", ["uat.csv"]),
    ],
)
def test_every_wrong_cell_is_named_by_file_line_and_column(
    tmp_path: Path, content: str | bytes, said: list[str]
) -> None:
    for sentence in refused(tmp_path, content).values():
        assert [part for part in said if part not in sentence] == []


def test_all_wrong_cells_of_all_files_are_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("case,date,result\nTM-1,soon,great\nTM-2,2026-11-03,x\n", "utf-8")
    (tmp_path / "b.csv").write_text("case,severity\nTM-3,fatal\n", "utf-8")

    with pytest.raises(ConfigError) as error:
        load(tmp_path, ["a.csv", "b.csv"])

    sentence = str(error.value)
    assert [sentence.count(part) for part in ("a.csv:2", "a.csv:3", "b.csv:2")] == [2, 1, 1]


Writing = Callable[[Any, Any], None]


def workbook(folder: Path, write: Writing) -> Manual:
    path = folder / "uat.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        write(book, book.add_worksheet())
    return load(folder, [path.name])


def test_a_workbook_keeps_dates_as_dates_and_numbers_as_case_ids(tmp_path: Path) -> None:
    def write(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["用例编号", "日期", "结果"])
        sheet.write_row(1, 0, [4711])
        sheet.write_datetime(1, 1, datetime(2026, 11, 3))
        sheet.write(1, 2, "通过")

    found = one(workbook(tmp_path, write))

    assert (found.case, found.day, found.result) == ("4711", date(2026, 11, 3), Result.PASSED)


def test_a_merged_cell_is_said_of_each_of_its_lines(tmp_path: Path) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["case", "module", "result"])
        sheet.merge_range(1, 1, 2, 1, "Accounting", book.add_format({}))
        for line in (1, 2, 3):
            sheet.write(line, 0, f"TM-{line}")

    assert [found.module for found in workbook(tmp_path, write).results] == ["accounting", "accounting", ""]


def test_a_formula_counts_as_what_it_last_gave(tmp_path: Path) -> None:
    def write(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["case", "result"])
        sheet.write(1, 0, "TM-1")
        sheet.write_formula(1, 1, '=IF(1=1,"passed","failed")', None, "passed")

    assert one(workbook(tmp_path, write)).result is Result.PASSED


def unresolved(given: Any) -> Writing:
    def write(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["case", "result"])
        sheet.write(1, 0, "TM-1")
        sheet.write_formula(1, 1, "=VLOOKUP(A1,B:C,2,0)", None, given)

    return write


def test_a_formula_that_gave_an_error_is_no_pass(tmp_path: Path) -> None:
    assert one(workbook(tmp_path, unresolved("#N/A"))).result is Result.NOT_RUN


def test_a_formula_that_was_never_calculated_is_a_wrong_cell(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"uat\.xlsx:2  result"):
        workbook(tmp_path, unresolved(0))


JUNIT = """<testsuites><testsuite name="UAT" timestamp="2026-11-03T10:00:00">
<properties><property name="tester" value="Li Wei"/></properties>
<testcase name="prints" classname="x"><properties>
  <property name="case" value="TM-1"/><property name="module" value="Accounting"/>
  <property name="unknown" value="?"/></properties></testcase>
<testcase name="TM-2"><failure message="wrong total">trace</failure></testcase>
<testcase name="TM-3"><error message="no printer"/></testcase>
<testcase name="TM-4"><skipped/></testcase>
</testsuite></testsuites>"""


def test_junit_reads_like_a_table(tmp_path: Path) -> None:
    first, *rest = loaded(tmp_path, JUNIT, "uat.xml").results

    assert (first.case, first.title, first.module, first.tester, first.day) == (
        "TM-1",
        "prints",
        "accounting",
        "Li Wei",
        date(2026, 11, 3),
    )
    assert [(found.case, found.result, found.remark) for found in rest] == [
        ("TM-2", Result.FAILED, "wrong total"),
        ("TM-3", Result.BLOCKED, "no printer"),
        ("TM-4", Result.NOT_RUN, None),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<testsuite><testcase", "uat.xml"),
        ("<html/>", "uat.xml"),
        ('<!DOCTYPE x [<!ENTITY a "a">]><testsuite/>', "uat.xml"),
        ('<testsuite timestamp="yesterday"><testcase name="TM-9"/></testsuite>', "uat.xml TM-9  day"),
    ],
)
def test_wrong_junit_is_named(tmp_path: Path, content: str, said: str) -> None:
    for sentence in refused(tmp_path, content, "uat.xml").values():
        assert said in sentence
