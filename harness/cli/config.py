"""`harness config show`: every setting, what it is, and where it came from."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from harness.cli import console_language, options
from harness.config import Config, Origin, OriginKind
from harness.errors import ConfigError, ExitCode
from harness.messages import Language, render
from harness.model import text
from harness.project import locate, open_config
from harness.values import Value


def parsed(given: tuple[str, ...]) -> dict[str, str]:
    """The overrides of `--set KEY=VALUE`; ConfigError for one of another form."""
    overrides: dict[str, str] = {}
    for item in given:
        key, equals, value = item.partition("=")
        if not equals or not key.strip():
            raise ConfigError(text("config.flag_form"))
        overrides[key.strip()] = value
    return overrides


def speak(context: click.Context, parameter: click.Parameter, value: str | None) -> Language | None:
    """Makes --lang the language of everything that this process says, its errors included."""
    if value is not None:
        os.environ["HARNESS_LANG"] = value
    return Language(value) if value else None


@click.group("config")
def command() -> None:
    """Looks at the configuration. 查看配置。"""


@command.command("show")
@options.config
@click.option("--set", "given", multiple=True, metavar="KEY=VALUE", help="Override one setting.")
@click.option(
    "--lang",
    type=click.Choice([item.value for item in Language]),
    callback=speak,
    help="Language of the output.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def show(config_path: Path | None, given: tuple[str, ...], lang: Language | None, as_json: bool) -> ExitCode:
    """Shows every setting with its value and its origin; secrets are masked. 显示全部设置及其来源。"""
    config = open_config(locate(config_path, Path.cwd()), parsed(given))
    if as_json:
        click.echo(json.dumps(_as_json(config), ensure_ascii=False, indent=2))
        return ExitCode.GO
    language = lang or console_language()
    console = Console()
    console.print(_table(config, language))
    click.echo(render(text("config.show.digest", digest=config.digest), language))
    return ExitCode.GO


def _table(config: Config, language: Language) -> Table:
    table = Table(title=render(text("config.show.title", path=str(config.path)), language))
    for column in ("key", "value", "origin"):
        table.add_column(
            render(text(f"config.show.{column}"), language), overflow="fold", no_wrap=column == "key"
        )
    for key, value, origin in config.settings():
        # escaped: a list in square brackets would be read as a style
        table.add_row(key, escape(_shown(value)), escape(_origin(origin, language)))
    return table


def _shown(value: Value) -> str:
    match value:
        case None:
            return "—"
        case bool():
            return str(value).lower()
        case list() | tuple():
            return "[" + ", ".join(_shown(item) for item in value) + "]"
        case Mapping():
            return ", ".join(f"{name} = {_shown(item)}" for name, item in value.items())
    return str(value)


def _origin(origin: Origin, language: Language) -> str:
    if origin.kind is OriginKind.FILE:
        return origin.place
    return render(text(f"config.origin.{origin.kind.value}", place=origin.place), language)


def _as_json(config: Config) -> dict[str, Any]:
    return {
        "path": str(config.path),
        "digest": config.digest,
        "settings": [
            {"key": key, "value": _plain(value), "origin": origin.kind.value, "place": origin.place}
            for key, value, origin in config.settings()
        ],
    }


def _plain(value: Value) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return value if value is None or isinstance(value, bool | int) else str(value)
