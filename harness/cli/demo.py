"""`harness demo`: a real ERP before and after its upgrade, brought up, run against and judged."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from harness import demo
from harness.cli import console_language
from harness.cli.run import command as run_command
from harness.demo import DemoPair, Step, StepState
from harness.errors import ExitCode
from harness.messages import Language, render
from harness.model import text
from harness.template import template

_folder = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path(".demo"),
    show_default=True,
    help="Where the pair lives: databases, logs, harness.toml, runs.",
)
_rows = click.option("--rows", type=click.IntRange(min=0), default=0, help="Bulk the data by this many rows.")
_lang = click.option(
    "--lang", type=click.Choice([item.value for item in Language]), help="Language of the console."
)


@click.group(name="demo", invoke_without_command=True)
@_folder
@_rows
@_lang
@click.pass_context
def command(context: click.Context, folder: Path, rows: int, lang: str | None) -> ExitCode | None:
    """Bring up a real ERP before and after its upgrade, run the smoke profile, judge, and report.

    Without a subcommand the pair is stopped again at the end; `up` keeps it for work by hand.
    """
    if context.invoked_subcommand is not None:
        return None
    language = Language(lang) if lang else console_language()
    progress = _Progress(language)
    kept = demo.status(folder.resolve()).up  # brought up by hand: it is left as it was found
    try:
        pair = demo.up(folder.resolve(), rows=rows, report=progress)
        started = time.perf_counter()
        code: ExitCode = context.invoke(
            run_command,
            suites=(template() / "suites",),
            config_path=pair.config,
            side="both",
            profile="smoke",
            lang=language,
        )
        progress.add(render(text("cli.demo.checks"), language), time.perf_counter() - started)
    finally:
        if not kept:
            demo.down(folder.resolve())
    progress.table("cli.demo.total")
    return code


@command.command()
@_folder
@_rows
@_lang
def up(folder: Path, rows: int, lang: str | None) -> ExitCode:
    """Bring the pair up and keep it."""
    language = Language(lang) if lang else console_language()
    progress = _Progress(language)
    pair = demo.up(folder.resolve(), rows=rows, report=progress)
    progress.table("cli.demo.total_up")
    _say_up(pair, language)
    return ExitCode.GO


@command.command()
@_folder
@_lang
def down(folder: Path, lang: str | None) -> ExitCode:
    """Stop everything that `up` started. Its folder stays; the next `up` begins with clean data."""
    language = Language(lang) if lang else console_language()
    if demo.down(folder.resolve()):
        click.echo(render(text("cli.demo.down"), language))
    else:
        click.echo(render(text("cli.demo.not_up", folder=str(folder)), language))
    return ExitCode.GO


@command.command()
@_folder
@_lang
def status(folder: Path, lang: str | None) -> ExitCode:
    """Say whether the pair is up, and where. Exit code 1 when it is not."""
    language = Language(lang) if lang else console_language()
    found = demo.status(folder.resolve())
    if found.pair is None:
        click.echo(render(text("cli.demo.not_up", folder=str(folder)), language))
        return ExitCode.NO_GO
    _say_up(found.pair, language)
    return ExitCode.GO


def _say_up(pair: DemoPair, language: Language) -> None:
    sentence = text("cli.demo.up", source=pair.source_url, target=pair.target_url, config=str(pair.config))
    click.echo(render(sentence, language))


class _Progress:
    """A line per step as it starts and ends, and a table of times at the end."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._console = Console(highlight=False)
        self._times: list[tuple[str, Decimal, bool]] = []
        self._started = time.perf_counter()

    def __call__(self, step: Step) -> None:
        title = render(step.title, self._language)
        if step.state is StepState.STARTED:
            self._console.print(f"  … {title}", markup=False)
            return
        mark = {StepState.FINISHED: "✓", StepState.CACHED: "=", StepState.FAILED: "✗"}[step.state]
        seconds = step.seconds or Decimal(0)
        self._console.print(f"  {mark} {title}  {seconds:.1f} s", markup=False)
        self._times.append((title, seconds, step.state is StepState.CACHED))

    def add(self, title: str, seconds: float) -> None:
        """A stage that is not a step of the pair."""
        self._times.append((title, Decimal(f"{seconds:.1f}"), False))

    def table(self, total: str) -> None:
        """The time of every stage and of all together."""

        def say(key: str) -> str:
            return render(text(key), self._language)

        table = Table(say("cli.demo.stages"), say("cli.demo.time"))
        table.columns[1].justify = "right"
        for title, seconds, cached in self._times:
            table.add_row(title, f"{seconds:.1f}{' =' if cached else ''}")
        table.add_section()
        table.add_row(say(total), f"{time.perf_counter() - self._started:.1f}")
        self._console.print(table)
