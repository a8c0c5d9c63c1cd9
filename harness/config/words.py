"""Words that people write in tables, in English or Chinese, and the codes they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from pydantic import BeforeValidator

from harness.config.problems import nearest
from harness.config.table import wrong
from harness.messages import catalogue


@cache
def words(prefix: str) -> Mapping[str, str]:
    """By each word of the catalogue below `prefix`, in small letters: its code."""
    found: dict[str, str] = {}
    for key, templates in catalogue().items():
        head, _, code = key.rpartition(".")
        if head == prefix:
            found |= {spelling.casefold(): code for spelling in (code, *templates.values())}
    return found


def code_of(prefix: str, word: str) -> str:
    """The code that a word stands for; the word itself when the catalogue does not have it."""
    return words(prefix).get(" ".join(word.split()).casefold(), word)


def word(prefix: str) -> BeforeValidator:
    """Turns a word of the catalogue, in either language, into its code; another word stays as it is."""
    return BeforeValidator(lambda value: code_of(prefix, value) if isinstance(value, str) else value)


def one_of(prefix: str, value: object, also: Mapping[str, str], codes: Iterable[str]) -> object:
    """The code of one of `codes`; an error of validation that names them for any other word."""
    if not isinstance(value, str):
        return value
    known = {**words(prefix), **also}
    found = known.get(" ".join(value.split()).casefold())
    if found is None:
        raise wrong("choice", nearest=nearest(value, known), valid=tuple(codes))
    return found
