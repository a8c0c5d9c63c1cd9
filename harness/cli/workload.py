"""`harness workload`: what the current system is really used for, out of its access log or its database."""

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

from harness.cli import console_language, options
from harness.errors import ConfigError, ExitCode
from harness.messages import Language, render
from harness.model import Environment, Side, text

if TYPE_CHECKING:
    from harness.performance.workload import Fit, Named, Profile, Seen

_SHOWN = 5


@click.command(name="workload")
@click.argument("logs", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
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
@click.option(
    "--watch",
    "side",
    type=click.Choice([item.value for item in Side]),
    help="First append to the file what this side's database is asked, minute by minute.",
)
@click.option(
    "--minutes", type=click.IntRange(1), default=60, show_default=True, help="How long to watch for."
)
@options.config
@click.option("--out", type=click.Path(path_type=Path), help="TOML file to write the profiles to.")
def command(
    logs: tuple[Path, ...],
    names: Path | None,
    timezone: str,
    quiet_hours: int,
    side: str | None,
    minutes: int,
    config_path: Path | None,
    out: Path | None,
) -> ExitCode:
    """Fit a mix, the busy hours and the quietest window from access logs, or from what a database is asked.

    Read are the combined log format and one JSON object a line (time, timestamp or ts; method; path, uri or
    request; status), compressed or not. Of a path only plain words are kept, of a query nothing.

    由访问日志拟合业务构成、高峰时段与一周中最空闲的时段。支持 combined 格式及逐行 JSON;
    路径中只保留普通单词,不保留查询参数。

    Without a log, --watch source reads the statistics of PostgreSQL's statements once a minute and keeps
    them in the file; its names are then of statements without values, such as "INSERT INTO *sale_sale*".
    Ctrl-C ends it early: what was seen is kept, and fitted.

    没有日志时,--watch source 每分钟读取一次 PostgreSQL 的语句统计并存入文件;按 Ctrl-C 可提前结束。
    """
    from harness.performance import workload

    language, console = console_language(), Console(highlight=False)
    zone = _zone(timezone)
    if side is not None:
        _watch(console, language, options.opened(config_path).pair[Side(side)], logs, minutes)
    seen = _seen(logs, zone)
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


def _watch(
    console: Console, language: Language, environment: Environment, logs: tuple[Path, ...], minutes: int
) -> None:
    """Appends to the one file named; Ctrl-C only ends it early."""
    from harness.performance import workload
    from harness.performance.sql.reading import Unreadable
    from harness.performance.sql.watch import reader_of

    if len(logs) != 1:
        raise ConfigError(text("performance.workload.one_file"))
    try:
        reader = reader_of(environment)
    except Unreadable as reason:
        why = text(f"performance.sql.why.{reason.code}")
        raise ConfigError(
            text("performance.workload.unwatchable", side=environment.side.value, why=why)
        ) from reason

    def told(minute: int, calls: int) -> None:
        line = text("performance.workload.minute", minute=minute, minutes=minutes, calls=calls)
        console.print(escape(render(line, language)))

    console.print(escape(render(text("performance.workload.watching", file=str(logs[0])), language)))
    try:
        workload.watch(reader, logs[0], minutes, told=told)
    except KeyboardInterrupt:
        console.print(escape(render(text("performance.workload.ended_early"), language)))
    finally:
        reader.close()


def _seen(logs: tuple[Path, ...], zone: tzinfo) -> Seen:
    from harness.performance import workload

    for path in logs:
        if not path.is_file():
            raise ConfigError(text("performance.workload.no_file", file=str(path)))
    watched = [workload.is_watched(path) for path in logs]
    if not any(watched):
        return workload.read_logs(logs, zone)
    if len(logs) > 1:
        raise ConfigError(text("performance.workload.one_file"))
    return workload.read_watched(logs[0], zone)


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
