"""`harness history`: the runs of the project over time, and the history built anew from run directories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console

from harness.cli import history_console, options
from harness.errors import ConfigError, ExitCode
from harness.history import Added, Comparison, Entry, History, compare, import_runs
from harness.history.document import as_json
from harness.messages import Language, render
from harness.model import text
from harness.project import stored_name

_LEFT_OUT = (None, Added.ALTERED)


@click.group(name="history", invoke_without_command=True)
@options.config
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="What changed since the last rehearsal up to this day, such as that of the last meeting.",
)
@click.option("--json", "json_wanted", is_flag=True, help="Everything as JSON, for programs.")
@options.lang
@click.pass_context
def command(
    context: click.Context,
    config_path: Path | None,
    since: datetime | None,
    json_wanted: bool,
    lang: str | None,
) -> ExitCode | None:
    """Show the runs of the project: verdicts, open differences, what is new, gone and back, unsteady checks.

    Reads [project] history of harness.toml, to which every judged run is added. Speaks to no ERP.
    """
    if context.invoked_subcommand is not None:
        return None
    config = options.opened(config_path)
    language = options.language(lang, config)
    project = stored_name(config)
    entries = History(config.history).entries(project)
    compared = _since(entries, since) if since is not None else None
    if json_wanted:
        click.echo(as_json(project, entries, compared), nl=False)
        return ExitCode.GO
    console = Console(highlight=False)
    console.print(history_console.history(project, entries, language))
    if compared is not None:
        console.print(history_console.comparison(compared, language))
    return ExitCode.GO


def _since(entries: list[Entry], day: datetime) -> Comparison:
    """The last rehearsal against the last of its profile up to the end of the day; ConfigError for none."""
    end = day.replace(tzinfo=UTC) + timedelta(days=1)
    rehearsals = [entry for entry in entries if entry.rehearsal]
    last = rehearsals[-1] if rehearsals else None
    earlier = [each for each in rehearsals if last and each.profile == last.profile and each.created < end]
    if last is None or not earlier:
        raise ConfigError(text("history.no_rehearsal_until", day=day.date()))
    return compare(earlier[-1], last)


@command.command(name="import")
@click.argument(
    "folders",
    metavar="FOLDER...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
)
@options.config
@options.lang
def import_(folders: tuple[Path, ...], config_path: Path | None, lang: str | None) -> ExitCode:
    """Add the runs in FOLDER, a run directory or a folder of such, to the history.

    Each directory is verified first, and one that was altered is left out; a run that is in the history
    already is there once. Exit code 1 when a run was left out.
    """
    config = options.opened(config_path)
    language = options.language(lang, config)
    left_out = count = 0
    for imported in import_runs(History(config.history), folders):
        count += 1
        left_out += imported.added in _LEFT_OUT
        _tell(imported.path, imported.added or "refused", imported.why, language)
    if not count:
        raise ConfigError(text("history.no_runs", folders=tuple(map(str, folders))))
    return ExitCode.NO_GO if left_out else ExitCode.GO


def _tell(path: Path, became: str, why: object, language: Language) -> None:
    reason = why or text("history.imported.same_seal")
    sentence = text(f"history.imported.{became}", path=str(path), why=reason)  # type: ignore[arg-type]
    click.echo(render(sentence, language), err=became in ("refused", Added.ALTERED))
