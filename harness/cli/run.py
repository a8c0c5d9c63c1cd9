"""`harness run`: pytest over the suites, then judging and reporting."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from click.core import ParameterSource

from harness.adapters.holding import Holding
from harness.cli import options
from harness.cli.config import parsed
from harness.cli.outcome import announce, exit_code, tell
from harness.cli.pytest_run import NO_TESTS, RAN, newest, run_pytest, suites_of
from harness.cli.report import report
from harness.config import Config
from harness.errors import ExitCode
from harness.evidence import Manifest, Run
from harness.impact import run_with_inventory
from harness.messages import Language, render
from harness.model import Area, Side, text
from harness.project import declared_of, judge_run, locate, milestone_of, open_config


@click.command(name="run")
@click.argument("suites", nargs=-1, type=click.Path(path_type=Path, exists=True))
@options.config
@click.option("--side", type=click.Choice(["source", "target", "both"]), default="both", show_default=True)
@click.option("--run", "run_id", metavar="ID", help="Continue this run: what has a result is not done again.")
@click.option("--profile", default="smoke", show_default=True, help="smoke, rehearsal or full.")
@click.option(
    "--area",
    multiple=True,
    type=click.Choice([item.value for item in Area]),
    help="Only this area (a scoped result).",
)
@click.option("--module", multiple=True, help="Only this module of the ERP (a scoped result).")
@click.option("--department", multiple=True, help="Only this department's checks (a scoped result).")
@click.option(
    "--failed",
    metavar="[ID]",
    is_flag=False,
    flag_value="latest",
    help="Only what did not pass in this run, by default the last one (a scoped result).",
)
@click.option(
    "--impacted",
    metavar="[ID]",
    is_flag=False,
    flag_value="latest",
    help="Only what makes use of what the inventory of this run found changed (a scoped result).",
)
@click.option("-n", "processes", type=int, help="Run checks in this many processes.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override one setting.")
@click.option("--no-report", is_flag=True, help="Judge only; `harness report` writes the reports later.")
@options.milestone
@options.strict
@options.lang
def command(
    suites: tuple[Path, ...],
    config_path: Path | None,
    run_id: str | None,
    settings: tuple[str, ...],
    milestone: str | None,
    strict: bool,
    no_report: bool = False,
    lang: str | None = None,
    **selection: object,
) -> ExitCode:
    """Run the checks in SUITES (`suites/` when none is named), judge, and report.

    Exit codes: 0 go or conditional go, 1 no-go, 2 interrupted, 3 internal error, 4 usage or
    configuration error, 5 no check ran.
    """
    # with the overrides: they may name another folder of runs, policy or milestone
    config = open_config(locate(config_path, Path.cwd()), parsed(settings))
    language = options.language(lang, config)
    milestone_of(config, milestone)  # hours of checks that nothing could judge would be lost
    declared_of(config)
    if selection["impacted"]:  # by its id: `latest` would be the run that is made now
        selection["impacted"] = run_with_inventory(config.runs, str(selection["impacted"])).manifest.run_id
    if selection["failed"]:
        failed = _with_failures(Run.find(config.runs, str(selection["failed"])), language)
        selection["failed"] = failed.run_id
        if click.get_current_context().get_parameter_source("profile") is ParameterSource.DEFAULT:
            selection["profile"] = failed.profile  # as large as it was
    run = Run.find(config.runs, run_id) if run_id else None
    if run is not None and run.sealed:
        click.echo(render(text("cli.already_complete", run=run.manifest.run_id), language))
    else:
        _demand_free(config, str(selection["side"]))
        run = _checked(
            [*suites_of(suites, config), *_selected(run_id, {**selection, "settings": settings})],
            config,
            run,
            language,
        )
    judged = judge_run(run, config, datetime.now(UTC), milestone)
    if not no_report:
        report(judged, language)
    tell(judged, language)
    announce(judged, config, language)
    return exit_code(judged.judgement.verdict, strict=strict)


def _with_failures(run: Run, language: Language) -> Manifest:
    """What the run that something did not pass in was started with; else there is nothing to do."""
    recorded = run.read()
    if recorded.not_passed():
        return run.manifest
    key = "cli.nothing_failed" if recorded.planned else "cli.no_check_ran"
    click.echo(render(text(key, run=run.manifest.run_id), language), err=True)
    raise click.exceptions.Exit(ExitCode.NO_CHECK_RAN)


def _demand_free(config: Config, side: str) -> None:
    """InUse while another run holds a system; pytest, which will speak to them, then holds them itself."""
    with Holding.of_user() as holding:
        holding.take(config.pair[each] for each in Side if side in (each, "both"))


def _checked(arguments: list[str], config: Config, run: Run | None, language: Language) -> Run:
    """Runs the checks; the run that they were recorded in, or the exit of what kept them from it."""
    known = {path.name for path in config.runs.glob("*")}
    code = run_pytest([*arguments, "--harness-config", str(config.path), "--into-run"])
    resumed, run = run is not None, run or newest(config.runs, known)
    recorded = run is not None and bool(run.read().planned)
    if run is not None and not recorded and not resumed:
        shutil.rmtree(run.path)  # nothing was even planned: it would only be taken for the latest run
    if run is not None and recorded and code in (*RAN, NO_TESTS):
        return run
    if run is not None and recorded and code == ExitCode.INTERRUPTED:
        sentence, ended = text("cli.resume", run=run.manifest.run_id), ExitCode.INTERRUPTED
    elif code in (*RAN, NO_TESTS):
        sentence, ended = text("cli.no_check_ran"), ExitCode.NO_CHECK_RAN
    elif code == ExitCode.INTERRUPTED:
        sentence, ended = text("cli.interrupted"), ExitCode.INTERRUPTED
    else:
        sentence = text("cli.pytest_failed", code=code)
        ended = ExitCode.USAGE_ERROR if code == ExitCode.USAGE_ERROR else ExitCode.INTERNAL_ERROR
    click.echo(render(sentence, language), err=True)
    raise click.exceptions.Exit(ended)


def _selected(run_id: str | None, selection: dict[str, object]) -> Iterator[str]:
    if run_id:
        yield f"--run={run_id}"
    for name in ("side", "profile", "failed", "impacted"):
        if selection[name]:
            yield f"--{name}={selection[name]}"
    for option, name in (
        ("area", "area"),
        ("module", "module"),
        ("department", "department"),
        ("set", "settings"),
    ):
        values = selection[name]
        assert isinstance(values, tuple)
        yield from (f"--{option}={value}" for value in values)
    if selection["processes"]:
        yield f"-n{selection['processes']}"
