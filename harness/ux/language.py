"""Which language a screen speaks, and which of its texts do not."""

from __future__ import annotations

import re
from collections.abc import Iterable

CHINESE, LATIN = "zh", "latin"

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[\U00020000-\U0003ffff]")
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}")
_NOT_WORDS = re.compile(
    r"https?://\S+|\S+@\S+|\b[\w-]+(?:\.[\w-]+)+\b"  # addresses and file names
    r"|\b(?=\w*\d)[\w/-]+\b"  # codes with a number
    r"|\b[A-Z]{2,5}\b"  # currencies, units, abbreviations
    r"|<[^<>]*>"  # what was hidden
)
ENOUGH = 0.4  # a Chinese screen shows names, codes and units in Latin letters too


def language_of(texts: Iterable[str]) -> str:
    """`zh` where a good part of the texts has Chinese characters, else `latin`; `` where nothing is said."""
    worded = [item for item in texts if _HAN.search(item) or _WORD.search(item)]
    if not worded:
        return ""
    return CHINESE if sum(bool(_HAN.search(item)) for item in worded) >= ENOUGH * len(worded) else LATIN


def foreign(said: str, language: str, latin: Iterable[str] = ()) -> bool:
    """Whether a text of a screen is in another script than the screen.

    `latin` are words that stay as they are in every language: names of products, companies and keys.
    """
    if language == LATIN:
        return bool(_HAN.search(said))
    if language != CHINESE or _HAN.search(said):
        return False
    rest = _NOT_WORDS.sub(" ", said)
    for word in sorted(latin, key=len, reverse=True):
        rest = re.sub(re.escape(word), " ", rest, flags=re.IGNORECASE)
    return bool(_WORD.search(rest))
