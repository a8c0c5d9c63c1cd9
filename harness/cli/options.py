"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import click

from harness.config import Config
from harness.errors import ConfigError
from harness.messages import Language
from harness.model import text
from harness.project import locate, open_config

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]

config: Decorator = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    help="harness.toml; else HARNESS_CONFIG, else the nearest above this folder.",
)
lang: Decorator = click.option(
    "--lang",
    type=click.Choice([item.value for item in Language]),
    help="Language of the console and of Allure; else that of harness.toml.",
)
run: Decorator = click.option(
    "--run", "run_id", default="latest", show_default=True, metavar="ID", help="Which run."
)
strict: Decorator = click.option(
    "--strict", is_flag=True, help="Exit 1 for GO WITH CONDITIONS too: only GO is 0."
)
milestone: Decorator = click.option(
    "--milestone", metavar="NAME", help="Judge by this milestone of policy.toml; else that of harness.toml."
)


def opened(path: Path | None) -> Config:
    """The configuration that the option names or that is found from here."""
    return open_config(locate(path, Path.cwd()))


def language(named: str | None, configuration: Config) -> Language:
    """The flag's language, else the project's."""
    return Language(named) if named else Language(configuration.project.language)


def check_new(path: Path, suffixes: Sequence[str]) -> None:
    """A file to be filled in may be written there; ConfigError when it is there or of no such form."""
    if path.suffix.lower() not in suffixes:
        raise ConfigError(text("manual.suffix", path=str(path), suffixes=tuple(suffixes)))
    if path.exists():
        raise ConfigError(text("manual.exists", path=str(path)))
