"""The command `harness`: one file per command, each found and imported when it is asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from harness import inert
from harness.errors import ExitCode, HarnessError
from harness.messages import Language, render
from harness.model import text

# name of the command -> module that holds it as `command`
COMMANDS = {
    "prepare": "harness.cli.prepare",
    "run": "harness.cli.run",
    "gate": "harness.cli.gate",
    "report": "harness.cli.report",
    "waive": "harness.cli.waive",
    "issues": "harness.cli.issues",
    "coverage": "harness.cli.coverage",
    "manual": "harness.cli.manual",
    "template": "harness.cli.template",
    "compare": "harness.cli.compare",
    "verify": "harness.cli.verify",
    "history": "harness.cli.history",
    "runs": "harness.cli.runs",
    "impact": "harness.cli.impact",
    "reconcile": "harness.cli.reconcile",
    "demo": "harness.cli.demo",
    "config": "harness.cli.config",
    "doctor": "harness.cli.doctor",
    "login": "harness.cli.login",
    "record": "harness.cli.record",
    "contracts": "harness.cli.contracts",
    "init": "harness.cli.init",
    "discover": "harness.cli.discover",
    "workload": "harness.cli.workload",
    "load": "harness.cli.load",
    "ux": "harness.cli.ux",
}


class Commands(click.Group):
    """Imports a command's module only when that command is used."""

    def list_commands(self, context: click.Context) -> list[str]:
        """In the order of a user's day."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command, or None when there is none of that name."""
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[name]).command
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="erp-upgrade-harness")
def group() -> None:
    """Gathers the same evidence from an ERP before and after its upgrade, and recommends go or no-go.

    升级前后对同一套 ERP 采集同样的证据,并给出上线建议。
    """


def console_language() -> Language:
    """The console's language: HARNESS_LANG, else Chinese on a Chinese terminal, else English."""
    for name in ("HARNESS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return Language.ZH if value.lower().startswith("zh") else Language.EN
    return Language.EN


def invoke(arguments: Sequence[str]) -> ExitCode:
    """Runs one command. This is the outer boundary: whatever is raised becomes a sentence and a code."""
    try:
        code: Any = group.main(args=list(arguments), prog_name="harness", standalone_mode=False)
    except HarnessError as problem:
        click.echo(inert.lines(render(problem.sentence, console_language())), err=True)
        return problem.exit_code
    except click.Abort:
        click.echo(render(text("cli.interrupted"), console_language()), err=True)
        return ExitCode.INTERRUPTED
    except click.ClickException as problem:
        problem.show()
        return ExitCode.USAGE_ERROR
    except KeyboardInterrupt:
        click.echo(render(text("cli.interrupted"), console_language()), err=True)
        return ExitCode.INTERRUPTED
    except Exception as problem:  # noqa: BLE001 - one of the two named boundaries
        return _crashed(problem)
    return ExitCode(code) if isinstance(code, int) else ExitCode.GO


def _crashed(problem: Exception) -> ExitCode:
    """A bug of ours. The type and place are shown; the message may hold data, so it is not."""
    frame = problem.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"
    sentence = text("cli.crashed", kind=type(problem).__name__, where=where)
    click.echo(render(sentence, console_language()), err=True)
    if os.environ.get("HARNESS_TRACEBACK"):
        raise problem
    return ExitCode.INTERNAL_ERROR


def main() -> None:
    """The entry point of the console script."""
    sys.exit(invoke(sys.argv[1:]))
