"""`harness prepare`: makes, on the source, what is verified after the upgrade."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from harness.cli import options
from harness.cli.config import parsed
from harness.cli.pytest_run import NO_TESTS, RAN, newest, run_pytest, suites_of
from harness.errors import ExitCode
from harness.messages import render
from harness.model import text
from harness.project import locate, open_config


@click.command(name="prepare")
@click.argument("suites", nargs=-1, type=click.Path(path_type=Path, exists=True))
@options.config
@click.option(
    "--sets", type=click.IntRange(1), default=2, show_default=True, help="How many runs may use them up."
)
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override one setting.")
@options.lang
def command(
    suites: tuple[Path, ...],
    config_path: Path | None,
    sets: int,
    settings: tuple[str, ...],
    lang: str | None = None,
) -> ExitCode:
    """Make documents on the source before it is copied or upgraded; later runs find and finish them.

    Exit codes: 0 made, 1 the source refused a step, 2 interrupted, 3 internal error, 4 usage or
    configuration error, 5 no check in SUITES (`suites/` when none is named) needs any.
    """
    config = open_config(locate(config_path, Path.cwd()), parsed(settings))
    language = options.language(lang, config)
    known = {path.name for path in config.prepared.glob("*")}
    given = [f"--set={item}" for item in settings]
    code = run_pytest(
        [*suites_of(suites, config), f"--prepare={sets}", "--harness-config", str(config.path), *given]
    )
    made = newest(config.prepared, known)
    if made is None or code not in RAN:
        if made is not None:
            shutil.rmtree(made.path)  # half a preparation would be taken for the latest
        key = "cli.nothing_to_prepare" if code == NO_TESTS else "cli.not_prepared"
        click.echo(render(text(key), language), err=True)
        return ExitCode.NO_CHECK_RAN if code == NO_TESTS else _failed(code)
    key = "cli.prepared" if code == 0 else "cli.partly_prepared"
    click.echo(render(text(key, folder=str(made.path), sets=sets), language))
    return ExitCode.GO if code == 0 else ExitCode.NO_GO


def _failed(code: int) -> ExitCode:
    known = {int(ExitCode.INTERRUPTED): ExitCode.INTERRUPTED, int(ExitCode.USAGE_ERROR): ExitCode.USAGE_ERROR}
    return known.get(code, ExitCode.INTERNAL_ERROR)
