"""How alike two names are, by their words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import cache

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BREAK = re.compile(r"[\W_]+")


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: `saleLine-Tax_ID` is sale, line, tax, id."""
    return tuple(part for part in _BREAK.split(_CAMEL.sub("_", name).lower()) if part)


@cache
def name_likeness(source: str, target: str) -> float:
    """1 for the same name, down to 0; both the words they share and their letters count."""
    if source == target:
        return 1.0
    mine, theirs = words(source), words(target)
    if mine == theirs:
        return 0.98
    if not mine or not theirs:
        return 0.0
    shared = sum(max(_word_likeness(word, other) for other in theirs) for word in mine)
    shared += sum(max(_word_likeness(word, other) for other in mine) for word in theirs)
    letters = difflib.SequenceMatcher(None, "".join(mine), "".join(theirs), autojunk=False).ratio()
    return 0.95 * (0.7 * shared / (len(mine) + len(theirs)) + 0.3 * letters)


@cache
def _word_likeness(one: str, other: str) -> float:
    if one == other or f"{one}s" == other or f"{other}s" == one or f"{one}es" == other or f"{other}es" == one:
        return 1.0
    likeness = difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
    return likeness if likeness >= 0.75 else 0.0


def mentions(name: str, wanted: Iterable[str]) -> bool:
    """True when a word of the name is wanted, or the name holds a wanted word that is Chinese."""
    own = set(words(name))
    return any(word in own or (not word.isascii() and word in name) for word in wanted)


def listed(content: str) -> frozenset[str]:
    """The words of a list that is written with blanks between them."""
    return frozenset(content.split())


def identifier(name: str) -> str:
    """A name as it is written in an expression of a mapping."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
