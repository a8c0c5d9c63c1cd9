"""From stored sentences and values to what a reader sees: in one language, trimmed, and inert."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from harness import inert
from harness.messages import Language, catalogue, render
from harness.model import Text, Title, text
from harness.values import Value

_LONGEST = 400  # of one value or sentence in a report: the whole of it is in the evidence


def plain(content: str, longest: int = _LONGEST) -> str:
    """The text on one line, without anything that acts instead of being read; long text is cut."""
    if len(content) > longest * 4:
        content = content[: longest * 4]
    clean = inert.one_line(content)
    return clean if len(clean) <= longest else f"{clean[: longest - 1]}…"


def say(sentence: Text | Title | str | None, language: Language) -> str:
    """The sentence in `language`; a sentence that this version does not know shows its key and values.

    Runs stay readable for ever, so a report never fails over wording.
    """
    if sentence is None:
        return "—"
    if isinstance(sentence, str):
        return plain(sentence)
    try:
        return plain(render(sentence, language), 4 * _LONGEST)
    except (KeyError, IndexError, ValueError):
        return plain(_raw(sentence))


def _raw(sentence: Text | Title) -> str:
    if isinstance(sentence, Title):
        return sentence.en
    values = ", ".join(f"{name}={_raw_param(value)}" for name, value in sentence.params)
    return f"{sentence.key} ({values})" if values else sentence.key


def _raw_param(value: object) -> str:
    return _raw(value) if isinstance(value, Text | Title) else str(value)


def shown(value: Value, language: Language) -> str:
    """A stored value as a reader writes it: exact digits, thousands apart, nothing as a dash."""
    match value:
        case None:
            return "—"
        case bool():
            return say(text("report.value.yes" if value else "report.value.no"), language)
        case Decimal():
            return f"{value:,f}" if value.is_finite() else str(value)
        case int():
            return f"{value:,}"
        case datetime():
            return moment(value)
        case str():
            return plain(value)
        case Mapping():
            pairs = (f"{_name(name, language)} {shown(item, language)}" for name, item in value.items())
            return plain(", ".join(pairs))
        case list() | tuple():
            return plain(", ".join(shown(item, language) for item in value[:20]))
    return plain(str(value))


def _name(name: str, language: Language) -> str:
    key = f"gate.severity.{name}"
    return say(text(key), language) if key in catalogue() else plain(name)


def moment(at: datetime) -> str:
    """A point in time with its zone."""
    return at.strftime("%Y-%m-%d %H:%M %Z").strip()
