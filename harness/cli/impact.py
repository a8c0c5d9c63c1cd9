"""`harness impact`: what changed in the ERP, and which checks make use of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from harness.cli import options
from harness.errors import ExitCode
from harness.impact import impact_of, run_with_inventory
from harness.inventory.changes import Difference
from harness.inventory.comparison import change_name, sort_name
from harness.inventory.impact import Hit
from harness.messages import Language, render
from harness.model import Text, text

_SHOWN = 40


@click.command(name="impact")
@options.config
@options.run
@options.lang
@click.option("--all", "everything", is_flag=True, help="Every line, however many there are.")
def command(config_path: Path | None, run_id: str, lang: str | None, everything: bool) -> ExitCode:
    """Show what changed in the ERP by the inventory of a run, and which checks make use of it.

    `latest` is the newest run with an inventory. Speaks to no ERP. `harness run --impacted` runs the checks.
    """
    config = options.opened(config_path)
    language = options.language(lang, config)
    run = run_with_inventory(config.runs, run_id)
    found = impact_of(run, config.runs)
    limit = None if everything else _SHOWN
    console = Console(highlight=False)
    head = text(
        "inventory.impact.head",
        run=run.manifest.run_id,
        count=len(found.hits) + len(found.gaps),
        hits=len(found.hits),
        checks=len(found.checks),
        gaps=len(found.gaps),
    )
    console.print(render(head, language), markup=False)
    for title, rows in (("hits", [_hit(hit, language) for hit in found.hits[:limit]]),
                        ("gaps", [_gap(each, language) for each in found.gaps[:limit]])):  # fmt: skip
        if rows:
            console.print(_table(text(f"inventory.impact.{title}"), rows, language))
    hidden = max(len(found.hits), len(found.gaps)) - (limit or 0)
    if limit is not None and hidden > 0:
        console.print(render(text("inventory.impact.more", limit=limit), language), markup=False)
    return ExitCode.GO


def _hit(hit: Hit, language: Language) -> tuple[str, ...]:
    checks = tuple(
        text("inventory.impact.check", check=check, reach=text(f"inventory.reach.{reach}"))
        for check, reach in hit.checks
    )
    return (*_gap(hit.difference, language), render(text("inventory.impact.list", items=checks), language))


def _gap(each: Difference, language: Language) -> tuple[str, ...]:
    words = (text(f"gate.severity.{each.severity}"), sort_name(each.sort), change_name(each.change))
    severity, sort, change = (render(word, language) for word in words)
    return severity, sort, each.name, change


def _table(title: Text, rows: Iterable[tuple[str, ...]], language: Language) -> Table:
    lines = list(rows)
    table = Table(title=render(title, language), title_justify="left")
    for name in ("severity", "sort", "name", "change", "checks")[: len(lines[0])]:
        table.add_column(render(text(f"inventory.impact.column.{name}"), language), overflow="fold")
    for line in lines:
        table.add_row(*map(_inert, line))
    return table


def _inert(content: str) -> str:
    return content.replace("[", "\\[")
