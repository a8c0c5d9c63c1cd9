"""Looks at a screen once: its words, values, pictures, columns, and what on it cannot be reached or read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from harness.ux.examined import Column, Examined, Place, Words
from harness.ux.forms import form_of
from harness.ux.language import foreign, language_of
from harness.ux.order import reading_order
from harness.ux.probes.script import script
from harness.ux.signatures import of_name

if TYPE_CHECKING:
    from playwright.sync_api import Page


def survey(page: Page, hide: Callable[[str], str], latin: Iterable[str]) -> Examined:
    """Everything that one look shows, and the same at twice the size. Values are known by their form only.

    It comes before anything that touches the screen: a colour on its way to another is nobody's obstacle.
    """
    raw: Mapping[str, Any] = page.evaluate(script("survey.js"), [script("describe.js"), False])
    return examined(raw, _at_double_size(page, hide), hide, latin)


def _at_double_size(page: Page, hide: Callable[[str], str]) -> tuple[Place, ...] | None:
    """What cannot be reached when everything is twice as large: half as much fits on the screen."""
    size = page.viewport_size
    if size is None:
        return None
    page.set_viewport_size({"width": size["width"] // 2, "height": size["height"] // 2})
    try:
        page.evaluate(script("steady.js"), True)
        raw: Mapping[str, Any] = page.evaluate(script("survey.js"), [script("describe.js"), True])
    finally:
        page.set_viewport_size(size)
        page.evaluate(script("steady.js"), False)
    return _places(raw["places"], hide)


def examined(
    raw: Mapping[str, Any],
    zoomed: tuple[Place, ...] | None,
    hide: Callable[[str], str],
    latin: Iterable[str],
) -> Examined:
    """The facts to store of what the page said: no value, no text that somebody typed."""
    language = language_of(item["text"] for item in raw["texts"])
    words = [
        Words(_named(hide, item["where"]), of_name(hide(item["text"])), item["problem"])
        for item in raw["texts"]
    ]
    return Examined(
        language=language,
        foreign=_once(Words(*each) for each in _foreign(raw["texts"], language, hide, tuple(latin))),
        unreadable=_once(item for item in words if item.problem),
        places=_places(raw["places"], hide),
        zoomed=zoomed,
        images=tuple(dict.fromkeys(_named(hide, item) for item in raw["images"])),
        boxes=tuple(dict.fromkeys(_named(hide, item) for item in raw["glyphs"])),
        pale=tuple(dict.fromkeys(_named(hide, item) for item in raw["pale"])),
        columns=_once(Column(of_name(hide(title)), colours) for title, colours in raw["columns"]),
        forms=_forms(raw["values"], hide),
        order=reading_order([(_named(hide, name), x, y) for name, x, y in raw["fields"]]),
        walk=None,
        composed=None,
    )


def _foreign(
    texts: Sequence[Mapping[str, str]], language: str, hide: Callable[[str], str], latin: tuple[str, ...]
) -> Iterable[tuple[str, str, str]]:
    for item in texts:
        said = hide(item["text"])
        if foreign(said, language, latin):
            yield _named(hide, item["where"]), of_name(said), ""


def _forms(values: Iterable[Sequence[str]], hide: Callable[[str], str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for where, content in values:
        form = form_of(content)
        if form is not None:
            found.setdefault(_named(hide, where), set()).add(form)
    return {where: tuple(sorted(forms)) for where, forms in sorted(found.items())}


def _places(raw: Iterable[Sequence[str]], hide: Callable[[str], str]) -> tuple[Place, ...]:
    return _once(Place(_named(hide, where), problem) for where, problem in raw)


def _named(hide: Callable[[str], str], where: str) -> str:
    return of_name(hide(where))


def _once(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(items))
