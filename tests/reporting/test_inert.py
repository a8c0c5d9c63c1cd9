"""Strings from an ERP stay inert in the reports that are not pages."""

from __future__ import annotations

import csv
import io
import re
import tomllib
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import inert as outside
from harness.cli import ux_console
from harness.messages import Language
from harness.model import Capture, Part, text
from harness.plugin.allure import _csv
from harness.reporting import coverage, junit, markdown
from harness.reporting.markdown import inert
from harness.reporting.proposal import proposal
from harness.reporting.wording import plain, shown
from tests.evidence.samples import a_finding, a_recorder, a_run, a_spec
from tests.reporting.golden import printed
from tests.reporting.worlds import HOSTILE, hostile, said
from tests.ux.test_comparison import captured, complained


@pytest.mark.parametrize("language", Language)
def test_the_console_is_not_driven(language: Language) -> None:
    out = printed(*hostile(), language)

    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", out)
    assert "[bold red]markup[/]" in out
    assert len(out) < 100_000


def test_junit_can_be_read(tmp_path: Path) -> None:
    junit.write(*hostile(), Language.EN, tmp_path / "junit.xml")

    root = ET.parse(tmp_path / "junit.xml").getroot()

    assert int(root.get("failures", "0")) >= 1
    assert not root.findall(".//script")


def test_markdown_holds_no_markup(tmp_path: Path) -> None:
    markdown.write(*hostile(), Language.EN, tmp_path / "page.md")

    content = (tmp_path / "page.md").read_text(encoding="utf-8")
    bare = re.sub(r"\\.", "", content)

    assert "<" not in bare
    assert "@everyone" not in content
    assert "](javascript" not in bare and "[x]" not in bare
    assert [line for line in content.splitlines() if line.startswith("# ")] == [content.splitlines()[0]]


@pytest.mark.parametrize("string", HOSTILE, ids=range(len(HOSTILE)))
def test_plain_text_is_one_short_line(string: str) -> None:
    out = plain(string)

    assert len(out) <= 400
    assert out.isprintable() or " " in out
    assert "\n" not in out
    out.encode("utf-8")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "—"),
        (True, "yes"),
        (1234567, "1,234,567"),
        ({"major": 0, "minor": 20}, "major 0, minor 20"),
        ([1, "a"], "1, a"),
        (b"x", "b'x'"),
    ],
    ids=repr,
)
def test_values_are_shown_with_their_digits(value: object, expected: str) -> None:
    assert shown(value, Language.EN) == expected  # type: ignore[arg-type]


def test_markdown_escapes_what_is_active() -> None:
    assert inert("a*b_[c](d)|<e>") == r"a\*b\_\[c\](d)\|\<e\>"


DRIVING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", " =1", "\t=1", "\r\n=1", "\u200b=1", "＝1+1", "=HYPERLINK(1)")


@pytest.mark.parametrize("formula", FORMULAS, ids=ascii)
def test_no_cell_of_a_csv_is_a_formula(formula: str) -> None:
    ((cell,),) = csv.reader(io.StringIO(_csv([[formula]]), newline=""))

    assert cell.startswith("'")


@pytest.mark.parametrize("number", ["12.50", "1,234.50", "0", "", "a=b", "2026-11-20"])
def test_numbers_and_plain_texts_stay_as_they_are(number: str) -> None:
    assert outside.cell(number) == number


@given(st.text(st.characters(), max_size=40))
def test_whatever_is_in_a_cell_starts_no_formula_and_drives_nothing(content: str) -> None:
    cell = outside.cell(content)

    assert not outside._FORMULA.match(cell)
    assert not DRIVING.search(cell)
    cell.encode("utf-8")


@pytest.mark.parametrize("language", Language)
def test_the_coverage_as_csv_and_on_the_console_is_inert(language: Language) -> None:
    judgement, _ = hostile()
    rows = list(csv.reader(io.StringIO(coverage.as_csv(judgement, language))))

    assert len(rows) > 1
    assert not any(outside._FORMULA.match(cell) or DRIVING.search(cell) for row in rows for cell in row)


@pytest.mark.parametrize("string", HOSTILE, ids=range(len(HOSTILE)))
def test_a_proposed_waiver_says_nothing_else_to_toml_or_terminal(string: str) -> None:
    hostile_finding = replace(a_finding(), text=said(string), fingerprint="ab" * 32)
    entry = proposal(hostile_finding, string, Language.EN)

    (entered,) = tomllib.loads(entry)["waiver"]
    assert set(entered) == {"id", "reason", "owner", "approver", "expires", "check", "fingerprint", "limit"}
    assert not DRIVING.search(entry)


@pytest.mark.parametrize("string", HOSTILE, ids=range(len(HOSTILE)))
def test_what_a_web_page_says_drives_neither_terminal_nor_report(
    string: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worse = [text("gate.unverified.item", item=string)]
    captures = [replace(captured(complained("open", "page_errors", string)), attachments=())] * 2
    ux_console.show([string, string], captures, worse, tmp_path, Language.EN)
    ux_console.store(tmp_path / "out", [string, string], captures, worse)

    shown_page = (tmp_path / "out" / "report.en.html").read_text("utf-8")
    assert not DRIVING.search(capsys.readouterr().out)
    assert not DRIVING.search(shown_page.replace("\n", " "))
    assert "<script" not in shown_page and "<svg" not in shown_page and "<img src=x" not in shown_page


def test_half_a_character_is_recorded_and_two_of_them_differ(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    with a_recorder(run) as recorder:
        stored = recorder.capture(a_spec(), Part.SOURCE, Capture({"one": "\ud800", "other": "\udfff"}))
        found = recorder.findings([replace(a_finding(), key="a\ud800", target_value="\udcff")])

    assert stored.value == {"one": "\\ud800", "other": "\\udfff"}
    assert found[0].key == "a\\ud800"
