"""The template is what the reader reads: empty, or with the planned cases, in either language."""

from __future__ import annotations

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from harness.cli import invoke
from harness.errors import ExitCode
from harness.manual import Result, load
from harness.manual.template import write
from harness.messages import Language

PLANNED = (
    "用例编号,用例名称,模块,单据类型,操作,严重程度,部门,需求编号\n"
    "TM-1,打印发票,财务,发票,过账,一般,财务部,S10\n=CMD(),坏,人事,工资单,审批,致命,,\n"
)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_what_is_written_is_read_again_with_nothing_run(
    tmp_path: Path, language: Language, name: str
) -> None:
    (tmp_path / "cases.csv").write_text(PLANNED, "utf-8")
    planned = load(tmp_path, ["cases.csv"]).results

    write(tmp_path / name, language, planned)

    first, second = load(tmp_path, [name]).results
    assert {item.result for item in (first, second)} == {Result.NOT_RUN}
    for field in (
        "case",
        "title",
        "module",
        "document",
        "operation",
        "severity",
        "department",
        "requirements",
    ):
        assert getattr(first, field) == getattr(planned[0], field)
    assert second.case.endswith("=CMD()")


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(PLANNED, "utf-8")
    planned = load(tmp_path, ["cases.csv"]).results

    write(tmp_path / "t.csv", Language.ZH, planned)
    write(tmp_path / "t.xlsx", Language.ZH, planned)

    lines = (tmp_path / "t.csv").read_text("utf-8-sig").splitlines()
    assert [line for line in lines if line.startswith(("=", "+", "-", "@"))] == []
    cells = CalamineWorkbook.from_path(tmp_path / "t.xlsx").get_sheet_by_index(0).to_python()
    assert cells[2][0] == "=CMD()"  # a text: a formula would show what it gives


@pytest.mark.parametrize(
    ("name", "language", "heading"), [("t.csv", "zh", "用例编号"), ("t.xlsx", "en", "Case")]
)
def test_the_command_writes_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, language: str, heading: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HARNESS_CONFIG", raising=False)

    assert invoke(["manual", "template", name, "--language", language]) == ExitCode.GO
    made = (tmp_path / name).read_bytes()
    assert invoke(["manual", "template", name]) == ExitCode.USAGE_ERROR

    assert (tmp_path / name).read_bytes() == made
    if name.endswith("csv"):
        assert made.decode("utf-8-sig").startswith(heading)
    else:
        assert CalamineWorkbook.from_path(tmp_path / name).get_sheet_by_index(0).to_python()[0][0] == heading


def test_another_ending_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert invoke(["manual", "template", "t.ods"]) == ExitCode.USAGE_ERROR
