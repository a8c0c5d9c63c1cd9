"""`harness gate`: judges a stored run again, without touching an ERP."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from harness.cli import options
from harness.cli.outcome import announce, exit_code, tell
from harness.errors import ExitCode
from harness.evidence import Run
from harness.project import judge_run


@click.command(name="gate")
@options.config
@options.run
@options.milestone
@options.strict
@options.lang
def command(
    config_path: Path | None, run_id: str, milestone: str | None, strict: bool, lang: str | None
) -> ExitCode:
    """Judge a stored run by policy.toml and waivers.toml as they are now.

    Speaks to no ERP. Each judgement is kept beside the run; none replaces an earlier one.
    """
    config = options.opened(config_path)
    run = Run.find(config.runs, run_id)
    judged = judge_run(run, config, datetime.now(UTC), milestone)
    spoken = options.language(lang, config)
    tell(judged, spoken)
    announce(judged, config, spoken)
    return exit_code(judged.judgement.verdict, strict=strict)
