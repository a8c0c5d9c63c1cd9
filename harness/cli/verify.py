"""`harness verify`: is the evidence of a run complete and unchanged?"""

from __future__ import annotations

from pathlib import Path

import click

from harness import inert
from harness.cli import console_language
from harness.errors import ExitCode
from harness.evidence import verify
from harness.messages import render
from harness.model import text


@click.command(name="verify")
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False))
def command(path: Path) -> ExitCode:
    """Check the run directory PATH: nothing changed, removed, added, reordered or cut.

    Needs nothing but the directory: no configuration, no ERP. Exit code 1 when something is wrong.
    """
    found = verify(path)
    language = console_language()
    for problem in found.problems:
        click.echo(inert.lines(render(problem.text, language)), err=True)
    if found.problems:
        return ExitCode.NO_GO
    if not found.sealed:
        click.echo(render(text("cli.verify.open", run=str(path)), language))
        return ExitCode.NO_GO
    sentence = text("cli.verify.ok", run=str(path), count=found.records, digest=found.digest)
    click.echo(render(sentence, language))
    return ExitCode.GO
