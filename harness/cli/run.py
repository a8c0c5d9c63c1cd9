"""`harness run`: pytest over the suites, then judging and reporting."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from harness.cli import options
from harness.cli.outcome import exit_code, tell
from harness.cli.report import report
from harness.config import Config
from harness.errors import ExitCode
from harness.evidence import Run
from harness.messages import Language, render
from harness.model import Area, text
from harness.project import judge_run

_PYTEST_NO_TESTS = 5
_PYTEST_RAN = (0, 1)


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
@click.option("--failed", metavar="ID", help="Only what did not pass in this run (a scoped result).")
@click.option("-n", "processes", type=int, help="Run checks in this many processes.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override one setting.")
@options.milestone
@options.strict
@options.lang
def command(
    suites: tuple[Path, ...],
    config_path: Path | None,
    run_id: str | None,
    milestone: str | None,
    strict: bool,
    lang: str | None,
    **selection: object,
) -> ExitCode:
    """Run the checks in SUITES (`suites/` when none is named), judge, and report.

    Exit codes: 0 go or conditional go, 1 no-go, 2 interrupted, 3 internal error, 4 usage or
    configuration error, 5 no check ran.
    """
    config = options.opened(config_path)
    language = options.language(lang, config)
    known = {path.name for path in config.runs.glob("*")}
    arguments = [*_suites(suites, config), *_selected(run_id, selection)]
    code = _pytest([*arguments, "--harness-config", str(config.path), "--into-run"])
    run = _written(config, known, run_id)
    if code == ExitCode.INTERRUPTED and run is not None:
        click.echo(render(text("cli.resume", run=run.manifest.run_id), language), err=True)
        return ExitCode.INTERRUPTED
    if code == _PYTEST_NO_TESTS or (code in _PYTEST_RAN and run is None):
        click.echo(render(text("cli.no_check_ran"), language), err=True)
        return ExitCode.NO_CHECK_RAN
    if code not in _PYTEST_RAN or run is None:
        click.echo(render(text("cli.pytest_failed", code=code), language), err=True)
        return ExitCode.USAGE_ERROR if code == ExitCode.USAGE_ERROR else ExitCode.INTERNAL_ERROR
    return _judged(run, config, milestone, language, strict=strict)


def _judged(run: Run, config: Config, milestone: str | None, language: Language, *, strict: bool) -> ExitCode:
    judged = judge_run(run, config, datetime.now(UTC), milestone)
    report(judged, language)
    tell(judged, language)
    return exit_code(judged.judgement.verdict, strict=strict)


def _suites(named: tuple[Path, ...], config: Config) -> list[str]:
    """The suites named, else `suites` beside harness.toml, else below here."""
    if named:
        return [str(path) for path in named]
    beside = config.folder / "suites"
    return [str(beside if beside.is_dir() else Path("suites"))]


def _selected(run_id: str | None, selection: dict[str, object]) -> Iterator[str]:
    if run_id:
        yield f"--run={run_id}"
    for name in ("side", "profile", "failed"):
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


def _pytest(arguments: list[str]) -> int:
    """pytest in a process of its own: Locust and browsers cannot share one with the command line."""
    process = subprocess.Popen([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments])
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # the terminal sent it to pytest too, which ends in order and says so


def _written(config: Config, known: set[str], run_id: str | None) -> Run | None:
    if run_id:
        return Run.find(config.runs, run_id)
    made = sorted(path.name for path in config.runs.glob("*") if path.name not in known)
    return Run.find(config.runs, made[-1]) if made else None
