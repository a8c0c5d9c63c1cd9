"""Text from outside, made so that it is read and nothing acts on it: no terminal, no spreadsheet program."""

from __future__ import annotations

import re

# Control characters could drive a terminal or break XML; directional marks could turn a sentence round.
_UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff"
)
_IN_LINES = re.compile(f"[{_UNSEEN}]+")
_IN_ONE_LINE = re.compile(f"[\t\n{_UNSEEN}]+")
_BROKEN = re.compile("[\ud800-\udfff]")
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")  # full-width signs begin a formula too


def one_line(content: str) -> str:
    """The text on one line, without anything that acts instead of being read."""
    return _IN_ONE_LINE.sub(" ", content)


def lines(content: str) -> str:
    """The same of a text of several lines, which keeps them."""
    return _IN_LINES.sub(" ", content)


def storable(content: str) -> str:
    """The text as UTF-8 can hold it: half a character becomes its number, so that no two look equal."""
    if content.isascii() or not _BROKEN.search(content):
        return content
    return content.encode("utf-8", "backslashreplace").decode()


def cell(content: str) -> str:
    """A cell of a CSV that no spreadsheet program takes for a formula."""
    clean = lines(content)
    return f"'{clean}" if _FORMULA.match(clean) else clean
