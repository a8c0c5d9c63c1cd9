"""Every sentence a person reads, in Chinese and English, from one catalogue.

The catalogue is the TOML files beside this module, one per area: a table per key with `en` and `zh`,
each a template with `{name}` for a parameter.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from harness.model import Param, Text, Title, text

__all__ = ["Language", "catalogue", "render", "text"]


class Language(StrEnum):
    """The languages of the catalogue."""

    EN = "en"
    ZH = "zh"


@cache
def catalogue() -> Mapping[str, Mapping[Language, str]]:
    """All sentences: key to language to template. ValueError when a key lacks a language or is double."""
    entries: dict[str, Mapping[Language, str]] = {}
    folder = files("harness.messages") / "catalogue"
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            _add(entries, _flatten(tomllib.loads(file.read_text(encoding="utf-8")), ""), file.name)
    return MappingProxyType(entries)


def _add(entries: dict[str, Mapping[Language, str]], found: dict[str, dict[str, str]], name: str) -> None:
    for key, templates in found.items():
        if key in entries:
            raise ValueError(f"{name}: {key} is already in the catalogue")
        if set(templates) != set(Language):
            raise ValueError(f"{name}: {key} needs exactly {', '.join(Language)}")
        entries[key] = {Language(language): template for language, template in templates.items()}


def _flatten(table: Mapping[str, object], prefix: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, content in table.items():
        key = f"{prefix}.{name}" if prefix else name
        if not isinstance(content, dict):
            raise ValueError(f"{key} is not a table of languages")
        if all(isinstance(item, str) for item in content.values()):
            found[key] = content
        else:
            found |= _flatten(content, key)
    return found


def render(sentence: Text | Title, language: Language) -> str:
    """The sentence in `language`. KeyError for a key that the catalogue lacks, or a missing parameter."""
    if isinstance(sentence, Title):
        return sentence.zh if language is Language.ZH else sentence.en
    template = catalogue()[sentence.key][language]
    params = {name: _shown(value, language) for name, value in sentence.params}
    return string.Formatter().vformat(template, (), params)


def _shown(value: Param, language: Language) -> str:
    match value:
        case Text() | Title():
            return render(value, language)
        case tuple():
            return ("、" if language is Language.ZH else ", ").join(_shown(item, language) for item in value)
        case bool():
            return {Language.ZH: "是否"[not value], Language.EN: ("no", "yes")[value]}[language]
        case None:
            return "—"
        case Decimal():
            return f"{value:,f}"
        case int():
            return f"{value:,}"
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case str():
            return value
