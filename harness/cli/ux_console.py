"""What `harness ux` shows at its end, and what it stores: pictures, a page in both languages, JSON."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from harness.errors import ConfigError
from harness.inert import one_line, storable
from harness.messages import Language, render
from harness.model import Capture, Text, text
from harness.ux.alone import Trouble, Vital, as_json, troubles, vitals
from harness.ux.pictures import marked

_LANG = {Language.EN: "en", Language.ZH: "zh-CN"}
PICTURE = "page.png"


def show(
    urls: Sequence[str], captures: Sequence[Capture], worse: Sequence[Text], folder: Path, language: Language
) -> None:
    """A table per page, then what is worse on the second, and where the report is."""
    console = Console(highlight=False)

    def say(key: str, **params: str | int) -> str:
        return escape(render(text(key, **params), language))

    for url, capture in zip(urls, captures, strict=True):
        found = troubles(capture)
        table = Table(title=escape(one_line(url)), title_justify="left")
        for heading in ("kind", "where", "detail"):
            table.add_column(say(f"ux.page.column.{heading}"), overflow="fold")
        for kind, item in _worded(found, language):
            table.add_row(escape(kind), escape(one_line(item.where)), escape(one_line(item.detail)))
        nothing = f"{escape(one_line(url))}: {say('ux.page.nothing')}"
        console.print(table if found else nothing, soft_wrap=not found)
        console.print(f"  {'  '.join(escape(each) for each in _vitals(vitals(capture), language))}")
    if len(captures) == 2:
        console.print(say("ux.page.worse" if worse else "ux.page.no_worse", count=len(worse)))
        for each in worse:
            console.print(f"  {escape(one_line(render(each, language)))}", soft_wrap=True)
    console.print(say("ux.page.stored", folder=str(folder)), soft_wrap=True)


def store(folder: Path, urls: Sequence[str], captures: Sequence[Capture], worse: Sequence[Text]) -> None:
    """Everything into one folder. The pictures show the page as it is: they are the user's own."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        found = json.dumps(as_json(urls, captures, worse), ensure_ascii=False, indent=2)
        (folder / "found.json").write_text(storable(found) + "\n", encoding="utf-8")
        for language, lang in _LANG.items():
            page = _page(urls, captures, worse, language, lang)
            (folder / f"report.{lang}.html").write_text(page, encoding="utf-8")
        for number, content in enumerate(_pictures(captures), start=1):
            (folder / f"page-{number}.png").write_bytes(content)
    except OSError as problem:
        why = type(problem).__name__
        raise ConfigError(text("from_har.not_written", file=str(folder), why=why)) from problem


def _pictures(captures: Sequence[Capture]) -> list[bytes]:
    return [item.content for each in captures for item in each.attachments if item.name == PICTURE]


def _page(
    urls: Sequence[str], captures: Sequence[Capture], worse: Sequence[Text], language: Language, lang: str
) -> str:
    source = (files("harness.cli") / "ux.html.j2").read_text(encoding="utf-8")
    pictures = _pictures(captures)
    differs = [marked(*pictures)] if len(pictures) == 2 else []
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(source)
    return template.render(
        lang=lang,
        say=lambda key, **params: render(text(f"ux.page.{key}", **params), language),
        pages=[
            {
                "url": one_line(url),
                "troubles": [
                    (kind, {"where": one_line(item.where), "detail": one_line(item.detail)})
                    for kind, item in _worded(troubles(capture), language)
                ],
                "vitals": _vitals(vitals(capture), language),
            }
            for url, capture in zip(urls, captures, strict=True)
        ],
        worse=[one_line(render(each, language)) for each in worse],
        pictures=[f"data:image/png;base64,{b64encode(each).decode()}" for each in (*pictures, *differs)],
    )


def _worded(found: Sequence[Trouble], language: Language) -> list[tuple[str, Trouble]]:
    return [(render(text(f"ux.page.kind.{item.kind}"), language), item) for item in found]


def _vitals(found: Sequence[Vital], language: Language) -> list[str]:
    """Each time with its rating, as a short sentence."""
    return [
        render(
            text(
                "ux.page.vital",
                name=text(f"ux.page.vital_{item.name}"),
                seconds=item.seconds if item.seconds is not None else "–",
                rating=text(f"ux.page.rating_{item.rating}"),
            ),
            language,
        )
        for item in found
    ]
