"""`harness record`: a person does a task once in a browser; a first draft of it is written."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli import console_language
from harness.errors import ConfigError, ExitCode
from harness.messages import render
from harness.model import text


@click.command(name="record")
@click.argument("url")
@click.option("--name", default="recorded_task", show_default=True, help="What the task is called.")
@click.option("--output", type=click.Path(path_type=Path), help="The file to write; else NAME.py.")
def command(url: str, name: str, output: Path | None) -> ExitCode:
    """Record a task in a browser as a first draft of pages and steps, for an ERP that has no page objects.

    在浏览器中录制一个任务,生成页面对象与步骤的初稿,供没有页面对象的 ERP 使用。
    """
    from harness.ux.recording import record  # importing it takes longer than most commands run

    if not name.isidentifier():
        raise ConfigError(text("cli.record.name", name=name))
    file = output or Path(f"{name}.py")
    if file.exists():
        raise ConfigError(text("cli.record.exists", file=str(file)))
    file.write_text(record(url, name), encoding="utf-8")
    click.echo(render(text("cli.record.written", file=str(file)), console_language()))
    return ExitCode.GO
