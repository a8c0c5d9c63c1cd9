"""The workbook for those who tick lists: every list of the judgement, inert, within what a sheet holds."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from harness.errors import HarnessError
from harness.evidence import Manifest
from harness.gate import Declared, Judgement
from harness.messages import Language
from harness.model import Severity, Status, text
from harness.reporting import checklist
from harness.reporting.wording import say
from tests.gate.runs import Check, finding, judged, manifest
from tests.gate.test_signing import MUST, TWO_OPEN, row
from tests.reporting.spreadsheet import Sheet, read
from tests.reporting.worlds import LINES, WORLDS, hostile, world

SHEETS = {
    Language.EN: (
        "Verdict", "Exit criteria", "Differences", "Checks", "Not verified", "Conditions", "Waivers",
        "Sign-offs by department",
    ),
    Language.ZH: (
        "上线建议", "准出条件", "差异清单", "检查清单", "未验证", "条件与待办", "差异接受登记",
        "部门签字",
    ),
}  # fmt: skip
TOP = 4  # rows above the first of a list


def book(
    folder: Path, judged_run: tuple[Judgement, Manifest], language: Language = Language.EN, **more: Any
) -> dict[str, Sheet]:
    """The workbook's sheets by their English names."""
    path = folder / "verdict.xlsx"
    checklist.write(*judged_run, language, path, **more)
    return dict(zip(SHEETS[Language.EN], read(path), strict=True))


def rows(sheet: Sheet) -> list[dict[str, Any]]:
    """The rows of a list by the first line of their headings."""
    found = sheet.rows()
    heads = [str(cell).split("\n")[0] for cell in found[TOP - 1]]
    return [dict(zip(heads, row, strict=True)) for row in found[TOP:]]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", WORLDS)
def test_every_list_of_the_judgement_is_there_whole(tmp_path: Path, name: str, language: Language) -> None:
    judgement, _ = made = world(name)

    sheets = book(tmp_path, made, language)

    assert tuple(sheet.name for sheet in sheets.values()) == SHEETS[language]
    counts = {
        "Exit criteria": len(judgement.verdict.rules),
        "Differences": len(judgement.findings),
        "Checks": len(judgement.checks),
        "Not verified": len(judgement.verdict.not_verified),
        "Conditions": len(judgement.verdict.conditions),
        "Waivers": len(judgement.waivers),
        "Sign-offs by department": 0,
    }
    assert {title: len(sheets[title].rows()) - TOP for title in counts} == counts
    for title, sheet in sheets.items():
        assert sheet.frozen and sheet.landscape
        assert (sheet.filtered is not None) == (counts.get(title, 1) > 0), title
        ticked = title in ("Differences", "Checks", "Not verified", "Conditions") and counts[title] > 0
        assert sheet.validated == ticked, title


def test_what_is_printed_fits_a_page_and_ends_with_the_remark(tmp_path: Path) -> None:
    """The tick stands in front; what only helps to look closer stays on the screen."""
    sheets = book(tmp_path, world("nogo"))

    with zipfile.ZipFile(tmp_path / "verdict.xlsx") as archive:
        told = archive.read("xl/workbook.xml").decode()
    areas = dict(re.findall(r"Print_Area[^>]*>'?([\w -]+?)'?!\$A\$1:\$([A-Z]+)\$\d+<", told))
    for title in ("Differences", "Checks", "Conditions"):
        heads = [str(cell).split("\n")[0] for cell in sheets[title].rows()[TOP - 1]]
        assert heads[0] == "Done"
        assert heads.index("Remark") == ord(areas[title]) - ord("A"), title


def test_criteria_that_are_met_are_listed_too(tmp_path: Path) -> None:
    criteria = rows(book(tmp_path, world("nogo"))["Exit criteria"])

    assert {row["Result"] for row in criteria} == {"Met", "Not met"}


def test_a_difference_has_its_amount_its_waiver_and_room_to_tick(tmp_path: Path) -> None:
    sheet = book(tmp_path, world("nogo"))["Differences"]
    by_state = {row["State"]: row for row in rows(sheet) if row["State"] == "Accepted"} | {
        row["Fingerprint"]: row for row in rows(sheet)
    }
    accepted = by_state["Accepted"]
    missing = next(row for row in by_state.values() if row["Amount affected"] == 1280)

    assert (missing["Currency"], missing["Owner"], missing["Department"]) == ("CNY", "Zhang Min", "Sales")
    assert missing["Kind"] == "missing in the upgraded system" and missing["Business key"] == "SO0012/2"
    assert (missing["Done"], missing["Remark"], missing["State"]) == ("☐", "", "Open")
    assert (accepted["Waiver"], accepted["By"]) == ("W-01", datetime(2027, 1, 31))
    place = next(at for at, row in enumerate(sheet.rows()) if 1280 in row)
    assert sheet.cells[place, 1].fill == "FFF8CBAD"


@pytest.mark.parametrize(
    ("name", "said"), [("go", "Go"), ("conditional", "Conditional go"), ("nogo", "No-go")]
)
def test_the_first_sheet_says_what_is_recommended(tmp_path: Path, name: str, said: str) -> None:
    verdict = book(tmp_path, world(name))["Verdict"].rows()

    assert verdict[TOP][1] == said
    assert "5f" * 32 in [row[1] for row in verdict]


def test_signatures_are_listed_with_what_they_are_worth(tmp_path: Path) -> None:
    signed_by = Declared(sign_offs=(row(outstanding=2), row(department="sales", run="20261101-070000")))
    judgement = judged(TWO_OPEN, rules=MUST, declared=signed_by)

    signed = rows(book(tmp_path, (judgement, manifest()))["Sign-offs by department"])

    assert [row["Department"] for row in signed] == [each.department for each in judgement.sign_offs]
    states = [say(text(f"gate.signature.{each.standing}"), Language.EN) for each in judgement.sign_offs]
    assert [row["For this run"] for row in signed] == states


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_becomes_a_formula(tmp_path: Path, start: str) -> None:
    found = finding(LINES, key=start, entity=start, field=start, source_value=start, currency=start)
    judgement = judged((Check(replace(LINES, owner=start), Status.FAILED, (found,)),))

    sheet = book(tmp_path, (judgement, manifest()))["Differences"]

    assert sheet.formulas == 0
    risky = [cell for cell in sheet.cells.values() if cell.is_text and str(cell.value)[:1] in set("=+-@\t\r")]
    assert all(cell.quoted for cell in risky)
    assert len(risky) == (6 if start[:1] in "=+-@" else 0), "a tab or a return is not even kept"


@pytest.mark.parametrize("language", Language)
def test_hostile_texts_do_no_harm(tmp_path: Path, language: Language) -> None:
    for sheet in book(tmp_path, hostile(), language).values():
        assert sheet.formulas == 0
        for cell in sheet.cells.values():
            assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", str(cell.value or ""))
            assert len(str(cell.value)) <= 32_767


@pytest.mark.parametrize(
    ("room", "shown", "left_out"), [(TOP + 5, 5, 0), (TOP + 4, 3, 2), (TOP + 2, 1, 4), (100, 5, 0)]
)
def test_more_rows_than_a_sheet_holds_end_with_a_mark(
    tmp_path: Path, room: int, shown: int, left_out: int
) -> None:
    found = tuple(finding(LINES, Severity.MINOR, key=str(number)) for number in range(5))
    judgement = judged((Check(LINES, Status.FAILED, found),))

    sheet = book(tmp_path, (judgement, manifest()), most=room)["Differences"]

    said = [str(cell) for row in sheet.rows()[TOP:] for cell in row[:2]]
    assert len(sheet.rows()) <= room
    assert [name for name in said if name == "Open"] == ["Open"] * shown
    mark = f"... and {left_out} more, which a sheet cannot hold: "
    assert sum(name.startswith(mark) for name in said) == bool(left_out)


def test_a_cell_that_would_be_too_long_is_cut_with_a_mark(tmp_path: Path) -> None:
    import xlsxwriter

    from harness.reporting.spreadsheet import Drawing, added

    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as made:
        drawing = Drawing(made, Language.EN)
        sheet = added(made, "long")
        for row, length in enumerate((32_766, 32_767, 32_768)):
            drawing.text(sheet, row, 0, "x" * length, "cell")

    said = [str(row[0]) for row in read(path)[0].rows()]

    assert [len(content) for content in said] == [32_766, 32_767, 32_767]
    assert [content[-1] for content in said] == ["x", "x", "…"]


def test_the_same_judgement_gives_the_same_bytes(tmp_path: Path) -> None:
    """So that a copy can be told from a changed one."""
    written = []
    for name in ("a.xlsx", "b.xlsx"):
        checklist.write(*world("business"), Language.ZH, tmp_path / name)
        written.append((tmp_path / name).read_bytes())

    assert written[0] == written[1]


def test_a_workbook_that_is_open_elsewhere_is_an_error_with_a_cure(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="open in another program"):
        checklist.write(*world("go"), Language.EN, tmp_path)
