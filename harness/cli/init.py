"""`harness init`: lays out suites, fixtures and configuration in a user's own repository."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import click

from harness.cli import console_language
from harness.errors import ConfigError, ExitCode
from harness.messages import render
from harness.model import text
from harness.template import template

_PARTS = ("suites", "fixtures", "conftest.py")


@click.command(name="init")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> ExitCode:
    """Make a project in FOLDER: suites, fixtures, conftest.py, harness.toml, policy.toml, waivers.toml."""
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError(text("cli.init.exists", path=str(folder)))
    folder.mkdir(parents=True, exist_ok=True)
    for name in _PARTS:
        _copy(template() / name, folder / name)
    with as_file(files("harness") / "starter") as starter:
        for file in sorted(starter.iterdir()):
            _copy(file, folder / file.name)
    click.echo(render(text("cli.init.done", path=str(folder)), console_language()))
    return ExitCode.GO


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)
