"""`harness workload`: what the current system is really used for, out of its access log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from harness.cli import console_language
from harness.errors import ConfigError, ExitCode
from harness.messages import Language, render
from harness.model import text

if TYPE_CHECKING:
    from harness.performance.workload import Fit, Named, Profile, Seen

_SHOWN = 5


@click.command(name="workload")
@click.argument("logs", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--names",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="TOML file: a table [names] with the patterns of each transaction, such as"
    ' "sale.open" = ["GET /orders/*"]. Without it requests are named by method and path.',
)
@click.option("--timezone", default="Asia/Shanghai", show_default=True, help="The company's time zone.")
@click.option(
    "--quiet-hours",
    type=click.IntRange(1, 72),
    default=6,
    show_default=True,
    help="Hours of the cutover.",
)
@click.option("--out", type=click.Path(path_type=Path), help="TOML file to write the profiles to.")
def command(
    logs: tuple[Path, ...], names: Path | None, timezone: str, quiet_hours: int, out: Path | None
) -> ExitCode:
    """Fit a mix, the busy hours and the quietest window from access logs.

    Read are the combined log format and one JSON object a line (time, timestamp or ts; method; path, uri or
    request; status), compressed or not. Of a path only plain words are kept, of a query nothing.

    由访问日志拟合业务构成、高峰时段与一周中最空闲的时段。支持 combined 格式及逐行 JSON;
    路径中只保留普通单词,不保留查询参数。
    """
    from harness.performance import workload

    language, console = console_language(), Console(highlight=False)
    seen = workload.read_logs(logs, _zone(timezone))
    named = workload.names_of(seen, workload.read_names(names) if names else {})
    if not named.minutes:
        raise ConfigError(
            text("performance.workload.no_name", file=str(names), seen=tuple(_examples(named.unmatched)))
        )
    found = workload.fit(named, quiet_hours=quiet_hours)
    _tell_counts(console, seen, named, language)
    console.print(_table(found, language))
    _tell_quiet(console, found, language)
    if out is not None:
        _write(out, workload.to_toml(found.profiles))
        console.print(escape(render(text("performance.workload.written", file=str(out)), language)))
    return ExitCode.GO


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise ConfigError(text("performance.workload.zone", zone=name)) from problem


def _write(path: Path, content: str) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(content, encoding="utf-8")
    draft.replace(path)


def _tell_counts(console: Console, seen: Seen, named: Named, language: Language) -> None:
    first, last = min(seen.minutes), max(seen.minutes)
    told = text(
        "performance.workload.counted",
        requests=seen.requests,
        first=f"{first:%Y-%m-%d %H:%M}",
        last=f"{last:%Y-%m-%d %H:%M}",
        static=seen.static,
        unread=seen.unread,
        failed=seen.failed,
    )
    console.print(escape(render(told, language)))
    others = sum(named.unmatched.values())
    if others:
        share = Decimal(f"{100 * others / seen.requests:.1f}")
        told = text("performance.workload.unmatched", share=share, examples=tuple(_examples(named.unmatched)))
        console.print(escape(render(told, language)))


def _examples(unmatched: Mapping[str, int]) -> list[str]:
    ordered = sorted(unmatched.items(), key=lambda item: (-item[1], item[0]))
    return [f"{request} ({count})" for request, count in ordered[:_SHOWN]]


def _table(found: Fit, language: Language) -> Table:
    table = Table(title=render(text("performance.workload.title"), language))
    for column in ("profile", "since", "rate", "burst", "mix"):
        table.add_column(render(text(f"performance.workload.{column}"), language))
    for name, profile in found.profiles.items():
        table.add_row(render(text(f"performance.workload.name.{name}"), language), *_cells(profile))
    return table


def _cells(profile: Profile) -> tuple[str, ...]:
    mix = [f"{name} {share:.1%}" for name, share in list(profile.mix.items())[:_SHOWN]]
    more = len(profile.mix) - len(mix)
    return (
        f"{profile.starts:%Y-%m-%d %H:%M}" if profile.starts else "",
        str(profile.rate),
        "" if profile.burst is None else str(profile.burst),
        "\n".join(escape(each) for each in mix) + (f"\n+ {more}" if more > 0 else ""),
    )


def _tell_quiet(console: Console, found: Fit, language: Language) -> None:
    if found.quiet is None:
        told = text("performance.workload.no_week")
    else:
        day, hour = divmod(found.quiet.starts, 24)
        told = text(
            "performance.workload.quiet",
            hours=found.quiet.hours,
            day=text(f"performance.workload.day.{day}"),
            hour=hour,
            share=Decimal(f"{found.quiet.share * 100:.1f}"),
        )
    console.print(escape(render(told, language)))
