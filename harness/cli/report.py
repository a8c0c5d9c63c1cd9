"""`harness report`: writes every report of a stored, judged run."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli import options
from harness.errors import EvidenceError, ExitCode
from harness.evidence import Run
from harness.gate import Judgement, from_bytes
from harness.messages import Language, render
from harness.model import text
from harness.project import Judged
from harness.reporting import write_all


@click.command(name="report")
@options.config
@options.run
@options.lang
def command(config_path: Path | None, run_id: str, lang: str | None) -> ExitCode:
    """Write the decision page, Allure, JUnit, and Markdown of the run's latest judgement."""
    config = options.opened(config_path)
    run = Run.find(config.runs, run_id)
    judgement, folder = latest_judgement(run)
    report(Judged(run, judgement, folder), options.language(lang, config))
    return ExitCode.GO


def latest_judgement(run: Run) -> tuple[Judgement, Path]:
    """The run's latest judgement and its folder; EvidenceError when nobody has judged it."""
    folders = run.judgements()
    if not folders:
        raise EvidenceError(text("cli.not_judged", run=run.manifest.run_id))
    return from_bytes((folders[-1] / "verdict.json").read_bytes()), folders[-1]


def report(judged: Judged, language: Language) -> None:
    """Writes all reports and says where each is, or why it is missing."""
    for written in write_all(judged.run, judged.judgement, language):
        if written.path is not None:
            sentence = text("cli.written", name=written.name, path=str(written.path))
        else:
            sentence = text("cli.not_written", name=written.name, why=written.why)
        click.echo(render(sentence, language))
