"""`harness coverage`: what the company does, against what a judged run has verified of it."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from harness.cli import options
from harness.cli.report import latest_judgement
from harness.errors import ExitCode
from harness.evidence import Run
from harness.messages import render
from harness.model import text
from harness.reporting import coverage


@click.command(name="coverage")
@click.argument("run_id", metavar="[RUN]", default="latest")
@options.config
@click.option("--csv", "csv_path", type=click.Path(path_type=Path), help="Write the operations as CSV.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write everything as JSON.")
@options.lang
def command(
    run_id: str, config_path: Path | None, csv_path: Path | None, json_path: Path | None, lang: str | None
) -> ExitCode:
    """Show what RUN verified: module x document x operation, departments, requirements.

    Reads the run's latest judgement; judge again with `harness gate` when results by hand have come in.
    """
    config = options.opened(config_path)
    language = options.language(lang, config)
    judgement, _ = latest_judgement(Run.find(config.runs, run_id))
    Console(highlight=False).print(coverage.render(judgement, language))
    written = []
    if csv_path is not None:
        # with the mark by which spreadsheet programs know UTF-8
        csv_path.write_text(coverage.as_csv(judgement, language), encoding="utf-8-sig", newline="")
        written.append(csv_path)
    if json_path is not None:
        json_path.write_text(coverage.as_json(judgement), encoding="utf-8")
        written.append(json_path)
    for path in written:
        click.echo(render(text("coverage.written", path=str(path)), language))
    return ExitCode.GO
