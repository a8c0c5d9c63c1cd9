"""`harness template`: the empty tables that people fill in, one for each list of a project."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli import options
from harness.config.blank import write_table
from harness.config.lists import LISTS
from harness.config.rows import SUFFIXES, TOML
from harness.errors import ExitCode
from harness.messages import Language, render
from harness.model import text
from harness.project import locate, open_config


@click.command(name="template")
@click.argument("name", metavar="LIST", type=click.Choice(list(LISTS)))
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@options.config
@click.option(
    "--language",
    "--lang",
    "named",
    type=click.Choice([item.value for item in Language]),
    help="Language of the headings; else that of harness.toml.",
)
def command(name: str, path: Path, config_path: Path | None, named: str | None) -> ExitCode:
    """Write the empty table of a LIST to FILE: a .csv, an .xlsx or a .toml.

    LIST is requirements, operations, sign_offs, training, usability, incidents, budget, runbook or
    decisions. Name the file under [project] in harness.toml once it is filled in.
    """
    found = locate(config_path, Path.cwd())
    config = open_config(found) if found is not None else None
    language = Language(named) if named else config.language if config else Language.EN
    options.check_new(path, (*SUFFIXES, TOML))
    write_table(path, LISTS[name].model, language, text(f"human.list.{name}"))
    click.echo(render(text("human.template", path=str(path), name=name), language))
    return ExitCode.GO
