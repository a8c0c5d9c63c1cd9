"""Strings from an ERP stay inert in the reports that are not pages."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from harness.messages import Language
from harness.reporting import junit, markdown
from harness.reporting.markdown import inert
from harness.reporting.wording import plain, shown
from tests.reporting.golden import printed
from tests.reporting.worlds import HOSTILE, hostile


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
