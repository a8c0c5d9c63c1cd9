"""How wide text is, roughly, on any machine: nothing here may depend on the fonts that one of them has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

FONTS = (
    "'Segoe UI','Helvetica Neue',Arial,'Noto Sans CJK SC','Noto Sans SC','PingFang SC',"
    "'Microsoft YaHei','WenQuanYi Zen Hei',sans-serif"
)
"""Found by name where the picture is read; a Chinese one is on every system that is used in Chinese."""

# Shares of the font's size, a little above what the fonts above measure: text stays inside its place.
_WIDE, _NARROW, _USUAL, _BROAD = 1.0, 0.32, 0.58, 0.85
_BOLD = 1.08
_THIN = frozenset("iljtfrI.,:;'|!()[] -·")
_FAT = frozenset("mwMW@%×—")
_PIECE = re.compile(r"[\u2e80-\uffef][，。；：、）」”]*|[^\s\u2e80-\uffef]+[，。；：、）]*|\s+")


def width(content: str, size: float, *, bold: bool = False) -> float:
    """About how many pixels the text takes on one line."""
    return size * (_BOLD if bold else 1) * sum(map(_share, content))


def _share(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    if letter in _THIN:
        return _NARROW
    return _BROAD if letter in _FAT else _USUAL


def fitted(content: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text, or as much of its beginning and its end as there is room for: both tell names apart."""
    if width(content, size, bold=bold) <= room:
        return content
    for kept in range(len(content) - 1, 1, -1):
        head = (kept + 1) // 2
        short = f"{content[:head]}…{content[len(content) - (kept - head) :]}"
        if width(short, size, bold=bold) <= room:
            return short
    return "…"


def on_two_lines(name: str, size: float, room: float) -> tuple[str, ...]:
    """A name that is too long for one line on two of them, broken behind a dot or a space where it can be."""
    if width(name, size) <= room:
        return (name,)
    fits = next(end for end in range(len(name), 0, -1) if width(name[:end], size) <= room or end == 1)
    gaps = [index + 1 for index, letter in enumerate(name[:fits]) if letter in ". _-/"]
    cut = gaps[-1] if gaps and gaps[-1] > fits / 2 else fits
    return name[:cut].rstrip(), name[cut:]


def wrapped(content: str, size: float, room: float) -> tuple[str, ...]:
    """The text on as many lines as it needs; Chinese may be broken anywhere but before punctuation."""
    return tuple(_lines(content, size, room))


def _lines(content: str, size: float, room: float) -> Iterator[str]:
    line = ""
    for piece in _PIECE.findall(content):
        if line and width(line + piece.rstrip(), size) > room:
            yield line.rstrip()
            line = ""
        line = line + piece if line else piece.lstrip()
    if line.strip():
        yield line.rstrip()
