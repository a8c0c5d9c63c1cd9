"""`harness manual`: the table that people fill in when they test by hand."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli import options
from harness.config.rows import SUFFIXES
from harness.errors import ExitCode
from harness.manual import NOTHING, load
from harness.manual.template import write
from harness.messages import Language, render
from harness.model import text
from harness.project import locate, open_config


@click.group(name="manual")
def command() -> None:
    """Tests that people run by hand."""


@command.command(name="template")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--cases", type=click.Path(path_type=Path, exists=True), help="The cases that are planned.")
@click.option(
    "--language",
    "--lang",
    "named",
    type=click.Choice([item.value for item in Language]),
    help="Language of the headings; else that of harness.toml.",
)
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    help="harness.toml with [manual] cases; else HARNESS_CONFIG, else the nearest above this folder.",
)
def template(path: Path, cases: Path | None, named: str | None, config_path: Path | None) -> ExitCode:
    """Write the table for results to FILE, a .csv or an .xlsx, with the cases that are planned.

    The cases are those of --cases, else of `[manual] cases` in harness.toml; without either it is empty.
    """
    found = locate(config_path, Path.cwd())
    config = open_config(found) if found is not None else None
    language = Language(named) if named else config.language if config else Language.EN
    options.check_new(path, SUFFIXES)
    if cases is not None:
        planned = load(Path(), [str(cases)])
    else:
        planned = load(config.folder, config.manual.cases) if config else NOTHING
    write(path, language, planned.results)
    click.echo(render(text("manual.written", path=str(path)), language))
    return ExitCode.GO
