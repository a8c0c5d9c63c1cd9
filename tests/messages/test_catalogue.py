"""Every sentence exists in both languages with the same parameters, and every one used exists."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.messages import Language, catalogue, render, text
from harness.model import Param, Text, Title

ROOT = Path(__file__).parents[2]
_USED = re.compile(r"""\btext\(\s*["']([a-z0-9_.]+\.[a-z0-9_.]+)["']""")
_IN_BRACES = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_KEY = re.compile(rf"""["']([a-z_]+\.(?:{_IN_BRACES}|[^"'\s{{}}])*)["']""")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_FORBIDDEN = ("旧系统", "老系统", "新老系统", "old system", "new system")  # terms.md has the words


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("part", sorted({key.partition(".")[0] for key in catalogue()}))
def test_a_sentence_says_the_same_in_both_languages(part: str) -> None:
    wrong = {key: why for key in catalogue() if key.startswith(f"{part}.") and (why := _wrong(key))}
    assert not wrong


def _wrong(key: str) -> str | None:
    english, chinese = (catalogue()[key][language] for language in (Language.EN, Language.ZH))
    singular = {"count"} if key.endswith(".one") else set()  # English says "a"; Chinese gives the number
    if _names(english) | singular != _names(chinese) | singular:
        return "the parameters differ"
    if not (english.strip() and chinese.strip()):
        return "a language is missing"
    if _CHINESE.search(english):
        return "the English is Chinese"
    forbidden = [word for word in _FORBIDDEN for said in (english, chinese) if word in said.lower()]
    return f"terms.md has other words than {forbidden}" if forbidden else None


def test_every_sentence_that_code_uses_is_in_the_catalogue() -> None:
    missing = {f"{file}: {key}" for file, key in _used() if key not in catalogue()}
    assert not missing


def test_every_sentence_of_the_catalogue_is_used() -> None:
    exact, shapes = _mentioned()
    whole = re.compile("|".join(sorted(shapes)))
    assert [key for key in catalogue() if key not in exact and not whole.fullmatch(key)] == []


def _mentioned() -> tuple[set[str], set[str]]:
    """Every key in the code, and as patterns those that are put together, such as f"gate.area.{area}"."""
    exact, shapes = set[str](), set[str]()
    files = [file for folder in ("harness", "suites", "fixtures") for file in (ROOT / folder).rglob("*.py")]
    for file in (*files, *(ROOT / "harness").rglob("*.j2")):
        for mention in _KEY.findall(file.read_text(encoding="utf-8")):
            exact.add(mention)
            if "{" in mention or mention.endswith("."):  # a page puts its keys together with ~
                parts = re.split(_IN_BRACES, mention + ("{}" if mention.endswith(".") else ""))
                shapes.add("[A-Za-z0-9_.-]+".join(map(re.escape, parts)))
    return exact, shapes


def _used() -> Iterator[tuple[str, str]]:
    for folder in ("harness", "suites", "fixtures"):
        for file in (ROOT / folder).rglob("*.py"):
            for key in _USED.findall(file.read_text(encoding="utf-8")):
                yield file.relative_to(ROOT).as_posix(), key


@pytest.mark.parametrize(
    ("param", "english", "chinese"),
    [
        ("x", "x", "x"),
        (1234567, "1,234,567", "1,234,567"),
        (Decimal("1234.50"), "1,234.50", "1,234.50"),
        (Decimal("0E-8"), "0.00000000", "0.00000000"),
        (True, "yes", "是"),
        (False, "no", "否"),
        (None, "—", "—"),
        (date(2026, 1, 2), "2026-01-02", "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "2026-01-02 03:04", "2026-01-02 03:04"),
        (Title("Sales", "销售"), "Sales", "销售"),
        (("a", Title("Sales", "销售")), "a, Sales", "a、销售"),
        ((), "", ""),
    ],
)
def test_a_parameter_is_shown_in_the_language_of_the_reader(param: Param, english: str, chinese: str) -> None:
    sentence = text("evidence.run.none", path=param)
    assert render(sentence, Language.EN) == f"{english} is not a run: it has no manifest"
    assert render(sentence, Language.ZH).startswith(chinese + " ")


def test_a_sentence_may_be_a_parameter() -> None:
    inner = text("evidence.notice.unsealed")
    outer = text("evidence.unwritable", file="a", reason=inner)
    assert render(inner, Language.ZH) in render(outer, Language.ZH)


@pytest.mark.parametrize("sentence", [Text("no.such_key"), text("evidence.run.none")])
def test_an_unknown_sentence_or_a_missing_parameter_is_an_error(sentence: Text) -> None:
    with pytest.raises(KeyError):
        render(sentence, Language.EN)


@pytest.mark.parametrize("value", ["{path}", "%s", "a {b} c"])
def test_braces_in_a_parameter_are_only_text(value: Any) -> None:
    assert value in render(text("evidence.run.none", path=value), Language.EN)
