"""`harness waive`: prints an entry for waivers.toml that would accept a finding. It writes no file."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli import options
from harness.cli.report import latest_judgement
from harness.errors import ConfigError, ExitCode
from harness.evidence import Run
from harness.gate import Judgement
from harness.model import Finding, text
from harness.reporting.proposal import proposal

_SHORTEST = 6  # characters of a fingerprint that are worth looking for


@click.command(name="waive")
@click.argument("fingerprints", metavar="FINGERPRINT...", nargs=-1, required=True)
@options.config
@options.run
@options.lang
def command(
    fingerprints: tuple[str, ...], config_path: Path | None, run_id: str, lang: str | None
) -> ExitCode:
    """Print an entry for waivers.toml that accepts the findings with these FINGERPRINTs, and nothing else.

    The decision page shows the first twelve characters; six are enough. Reason, owner, approver and end
    are left empty for people to fill in: an entry that lacks one of them is an error. No file is written.
    """
    config = options.opened(config_path)
    run = Run.find(config.runs, run_id)
    judgement, _ = latest_judgement(run)
    titles = {check.id: check.title for check in judgement.checks}
    found = [_finding(judgement, start, run.manifest.run_id) for start in fingerprints]
    language = options.language(lang, config)
    entries = (proposal(each, titles.get(each.check_id, each.check_id), language) for each in found)
    click.echo("\n".join(entries), nl=False)
    return ExitCode.GO


def _finding(judgement: Judgement, start: str, run: str) -> Finding:
    """The one finding whose fingerprint starts so; ConfigError for none, several, or too little to tell."""
    if len(start) < _SHORTEST:
        raise ConfigError(text("waive.too_short", given=start, least=_SHORTEST))
    matching = [
        judged.finding
        for judged in judgement.findings
        if (judged.finding.fingerprint or "").startswith(start.casefold())
    ]
    distinct = {finding.fingerprint: finding for finding in matching}
    if len(distinct) != 1:
        key = "waive.several" if distinct else "waive.none"
        raise ConfigError(text(key, given=start, run=run, count=len(distinct)))
    return matching[0]
