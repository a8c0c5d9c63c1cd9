"""`harness runs`: runs of the history side by side."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from harness.cli import history_console, options
from harness.errors import ExitCode, UnknownRun
from harness.history import Entry, History, compare
from harness.history.document import comparison_json
from harness.model import text
from harness.project import stored_name

_NAMED = 5


@click.group(name="runs")
def command() -> None:
    """Runs of the history, side by side."""


@command.command(name="diff")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@options.config
@click.option("--json", "json_wanted", is_flag=True, help="Everything as JSON, for programs.")
@click.option("--all", "everything", is_flag=True, help="Every line, however many there are.")
@options.lang
def diff(
    first: str, second: str, config_path: Path | None, json_wanted: bool, everything: bool, lang: str | None
) -> ExitCode:
    """Show what is otherwise in run B than in run A: differences, states of checks, criteria, verdict.

    A and B are ids of runs in the history. Speaks to no ERP.
    """
    config = options.opened(config_path)
    entries = {entry.run: entry for entry in History(config.history).entries(stored_name(config))}
    compared = compare(_named(first, entries), _named(second, entries))
    if json_wanted:
        click.echo(comparison_json(compared), nl=False)
        return ExitCode.GO
    language = options.language(lang, config)
    limit = None if everything else history_console.SHOWN
    Console(highlight=False).print(history_console.comparison(compared, language, limit))
    return ExitCode.GO


def _named(run: str, entries: dict[str, Entry]) -> Entry:
    if run not in entries:
        known = tuple(list(entries)[-_NAMED:])
        raise UnknownRun(text("history.unknown_run", run=run, known=known))
    return entries[run]
