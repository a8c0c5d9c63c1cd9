"""`harness contracts`: what the folder has, and proposals from what was recorded."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from harness import inert
from harness.cli import console_language, options
from harness.errors import ConfigError, ExitCode
from harness.messages import render
from harness.model import Side, text


@click.group(name="contracts")
def command() -> None:
    """Interface contracts: the requests of partners, replayed on both sides.

    接口契约:将对接方的请求在两侧重放。
    """


@command.command(name="from-har")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@options.config
@click.option("--host", help="host:port of the requests to take; else that of the source's url.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write to; else that of harness.toml.")
def from_har(file: Path, config_path: Path | None, host: str | None, out: Path | None) -> ExitCode:
    """Propose contracts from a HAR file, without logins and secrets.

    由 HAR 文件生成契约草稿,不含登录信息与机密。
    """
    from harness.contracts.har import proposals

    config, language = options.opened(config_path), console_language()
    source = config.pair[Side.SOURCE]
    folder = out or config.contracts
    if folder is None:
        raise ConfigError(text("contracts.har.no_folder"))
    database = source.options.get("database")
    found = proposals(
        file,
        host or urlsplit(source.url).netloc,
        database=database if isinstance(database, str) else None,
        secrets=config.secrets(),
    )
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for one in found:
        place = folder / f"{one.name}.toml"
        key = "exists" if place.exists() else "written"
        if key == "written":
            place.write_text(one.content, encoding="utf-8")
            written += 1
        told = text(f"contracts.har.{key}", file=str(place), method=one.method, path=one.path)
        click.echo(inert.lines(render(told, language)))
    click.echo(render(text("contracts.har.done", count=written, folder=str(folder)), language))
    return ExitCode.GO
