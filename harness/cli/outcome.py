"""From a verdict to the console and to an exit code: the same for every command that judges."""

from __future__ import annotations

import click
from rich.console import Console

from harness.config import Config
from harness.errors import ExitCode, HarnessError
from harness.messages import Language, render
from harness.model import Outcome, Verdict, text
from harness.project import Judged
from harness.reporting import console


def exit_code(verdict: Verdict, *, strict: bool) -> ExitCode:
    """0 for GO and, unless `strict`, for GO WITH CONDITIONS; a scoped run's part must have passed."""
    if verdict.outcome is None:
        return ExitCode.GO if verdict.scope_passed else ExitCode.NO_GO
    accepted = {Outcome.GO} if strict else {Outcome.GO, Outcome.GO_WITH_CONDITIONS}
    return ExitCode.GO if verdict.outcome in accepted else ExitCode.NO_GO


def tell(judged: Judged, language: Language) -> None:
    """Prints the recommendation with its reasons, and what could not be kept of it."""
    Console(highlight=False).print(console.render(judged.judgement, judged.run.manifest, language))
    for trouble in judged.troubles:
        click.echo(render(trouble, language), err=True)


def announce(judged: Judged, config: Config, language: Language) -> None:
    """Sends the message that [project.webhook] asks for; a failure is said, and changes nothing."""
    table = config.project.webhook
    if table is None:
        return
    from harness.notify import webhook  # needed by those alone who have somebody told

    try:
        sent = webhook.announce(table, judged.judgement, judged.run.manifest, language, config.folder)
    except HarnessError as problem:
        click.echo(render(text("webhook.not_sent", why=problem.sentence), language), err=True)
        return
    if sent:
        click.echo(render(text("webhook.sent"), language))
