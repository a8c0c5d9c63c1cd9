"""`harness compare`: computes comparisons again from stored evidence, without an ERP."""

from __future__ import annotations

from pathlib import Path

import click

from harness import inert
from harness.cli import options
from harness.compare import compare_recorded
from harness.errors import ConfigError, ExitCode
from harness.evidence import Recorded, Run
from harness.messages import Language, render
from harness.model import Conclusion, Text, text


@click.command(name="compare")
@click.argument("checks", nargs=-1)
@options.config
@options.run
@options.lang
def command(checks: tuple[str, ...], config_path: Path | None, run_id: str, lang: str | None) -> ExitCode:
    """Compare CHECKS of a run again (all, when none is named) and say whether the result is the same.

    Speaks to no ERP and changes nothing. Exit code 1 when a result differs from the recorded one.
    """
    config = options.opened(config_path)
    run = Run.find(config.runs, run_id)
    recorded = run.read()
    unknown = tuple(sorted(set(checks) - {spec.id for spec, _ in recorded.planned}))
    if unknown:
        raise ConfigError(text("cli.compare.unknown", checks=unknown, run=run.manifest.run_id))
    wanted = checks or tuple(recorded.conclusions())
    same = [_again(run, recorded, check, options.language(lang, config)) for check in wanted]
    if not same:
        return ExitCode.NO_CHECK_RAN
    return ExitCode.GO if all(same) else ExitCode.NO_GO


def _again(run: Run, recorded: Recorded, check_id: str, language: Language) -> bool:
    conclusion = compare_recorded(run, recorded, check_id)
    same, sentence = _held_against(recorded, check_id, conclusion)
    click.echo(inert.lines(render(sentence, language)))
    return same


def _held_against(recorded: Recorded, check_id: str, conclusion: Conclusion) -> tuple[bool, Text]:
    stored = recorded.conclusions().get(check_id)
    known = {_named(item) for item in recorded.findings if item.check_id == check_id}
    found = {_named(item) for item in conclusion.findings}
    same = stored is not None and stored.status is conclusion.status and known == found
    return same, text(
        "cli.compare.same" if same else "cli.compare.differs",
        check=check_id,
        status=conclusion.status.value,
        count=len(conclusion.findings),
        stored=stored.status.value if stored else "-",
    )


def _named(finding: object) -> tuple[object, ...]:
    names = ("kind", "entity", "key", "field", "source_value", "target_value", "amount")
    return tuple(str(getattr(finding, name)) for name in names)
