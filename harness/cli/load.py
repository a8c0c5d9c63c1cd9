"""`harness load`: a plan run alone, and a recorded browser session turned into one."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape

from harness.adapters.holding import Holding
from harness.cli import console_language, options
from harness.cli.load_console import announce, progress, show, show_share, store
from harness.errors import ConfigError, ExitCode
from harness.messages import Language, render
from harness.model import Environment, Part, Side, Status, text

if TYPE_CHECKING:
    from harness.config.performance import PerformanceTable
    from harness.performance.har import Converted
    from harness.performance.job import Crew

_lang = click.option(
    "--lang", type=click.Choice([item.value for item in Language]), help="Language of the console."
)


@click.group(name="load")
def command() -> None:
    """Load: run a plan on both sides or on one, from here or many machines, or make one of a recording.

    Many machines: `harness load run PLAN --expect-workers N` here, `harness load worker HOST` there.

    负载：在两侧或单侧、从本机或多台机器运行负载方案，或由录制的会话生成方案。
    """


@command.command(name="run")
@click.argument("plan", type=click.Path(path_type=Path))
@click.option(
    "--side", type=click.Choice([side.value for side in Side]), help="One side alone, against its limits."
)
@options.config
@_lang
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the samples; else below runs/.",
)
@click.option(
    "--expect-workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Begin when N machines have joined with `harness load worker`, and load from them.",
)
@click.option(
    "--bind",
    metavar="ADDRESS[:PORT]",
    help="Where workers join: an address of this machine; else [performance] bind, 127.0.0.1:5557.",
)
@click.option(
    "--wait",
    type=click.IntRange(min=1),
    metavar="SECONDS",
    help="How long workers are waited for; else [performance] workers_seconds, 120.",
)
def run(
    plan: Path,
    side: str | None,
    config_path: Path | None,
    lang: str | None,
    output: Path | None,
    expect_workers: int | None,
    bind: str | None,
    wait: int | None,
) -> ExitCode:
    """Run the load of a PLAN in TOML: on both sides in turn, or on one.

    With --expect-workers the load comes from other machines, each of which runs `harness load worker`.

    Exit codes: 0 no slower and within its limits, 1 slower, wrong or undecided, 4 the plan or the
    configuration is wrong.

    运行 TOML 负载方案：两侧交替，或仅一侧。退出码：0 达标，1 变慢、出错或无法判定，4 方案或配置有误。
    """
    from harness.performance import gather, read_plan
    from harness.performance.told import told

    wanted = read_plan(plan)
    if side is not None and not wanted.limits:
        raise ConfigError(text("load.run.no_limits", file=str(plan)))
    config = options.opened(config_path)
    language = Language(lang) if lang else console_language()
    crew = _crew(config.performance, expect_workers, bind, wait)
    if crew is not None:
        announce(crew, language)
    part = Part(side) if side else Part.PAIR
    folder = output or config.runs / "load" / f"{plan.stem}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError(text("load.run.exists", folder=str(folder)))
    environments = {each: config.pair[each] for each in Side}
    with (
        Holding.of_user() as holding,
        tempfile.TemporaryDirectory(prefix="harness-load-") as work,
        progress(Path(work), wanted, part, language),
    ):
        holding.take(environments[each] for each in Side if side in (each, None))
        capture = gather(
            wanted,
            environments,
            part,
            workdir=Path(work),
            hosts=config.performance.hosts,
            writes=wanted.writes,  # the plan says so in as many words
            crew=crew,
        )
    found = told(wanted, capture, part)
    store(folder, capture, found, config.secrets())
    show(found, part, folder, language)
    return ExitCode.GO if found.status is Status.PASSED else ExitCode.NO_GO


def _crew(settings: PerformanceTable, workers: int | None, bind: str | None, wait: int | None) -> Crew | None:
    """The configuration's crew, but for what the options say otherwise."""
    from harness.performance import crew_of

    given = {"workers": workers, "bind": bind, "workers_seconds": wait}
    crew = crew_of(settings.model_copy(update={name: item for name, item in given.items() if item}))
    if crew is None and (bind or wait):
        raise ConfigError(text("performance.workers.none"))
    return crew


@command.command(name="worker")
@click.argument("master", metavar="HOST[:PORT]")
@options.config
@_lang
@click.option(
    "--wait",
    type=click.IntRange(min=1),
    default=120,
    show_default=True,
    metavar="SECONDS",
    help="How long the master is waited for.",
)
@click.option(
    "--sessions",
    metavar="FILE.py:Class",
    help="Load sessions where the plan names its own; the file is the same on every machine.",
)
@click.option("--stay", is_flag=True, help="Join one load after the other, until none comes.")
def worker(
    master: str, config_path: Path | None, lang: str | None, wait: int, sessions: str | None, stay: bool
) -> ExitCode:
    """Carry out a share of a load whose master runs `--expect-workers` at HOST.

    Addresses, accounts and what may be loaded are those of this machine's own harness.toml.

    作为工作节点加入 HOST 上的压测（主节点使用 --expect-workers）；账号与许可取自本机的 harness.toml。
    """
    from harness.performance.crew.address import address_of
    from harness.performance.crew.joining import join
    from harness.performance.plan_file import sessions_at

    address, config = address_of(master), options.opened(config_path)
    language = Language(lang) if lang else console_language()
    joined = 0
    while stay or not joined:
        with tempfile.TemporaryDirectory(prefix="harness-worker-") as work:
            story = join(
                address,
                {side: config.pair[side] for side in Side},
                workdir=Path(work),
                hosts=config.performance.hosts,
                sessions=None if sessions is None else sessions_at(Path.cwd(), sessions),
                wait_seconds=wait,
            )
        if story is None and not joined:
            raise ConfigError(text("performance.workers.no_master", address=str(address), seconds=wait))
        if story is None:
            break
        show_share(story, language)
        joined += 1
    return ExitCode.GO


@command.command(name="from-har")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR_OR_FILE",
    help="Folder for the sessions, the plan and the check; or the .py file for the sessions.",
)
@options.config
@click.option("--host", help="host:port of the recorded ERP; else that of the first page.")
@click.option("--role", default="sales", show_default=True, help="Whose accounts the plan logs in with.")
@click.option(
    "--pause",
    type=click.FloatRange(min=0.05),
    default=1.0,
    show_default=True,
    help="Seconds of silence after which a new transaction begins.",
)
@click.option(
    "--names",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="TOML file with a table [names], as for `harness workload`; remote calls are matched, too.",
)
@click.option("--keep", multiple=True, metavar="NAME", help="A header, field or cookie that is no secret.")
@click.option("--leave-out", multiple=True, metavar="NAME", help="A header, field or cookie not to send.")
def from_har(
    file: Path,
    output: Path,
    config_path: Path | None,
    host: str | None,
    role: str,
    pause: float,
    names: Path | None,
    keep: tuple[str, ...],
    leave_out: tuple[str, ...],
) -> ExitCode:
    """Turn a recorded browser session (HAR) into sessions, a plan and a check.

    What answers brought is taken from answers at run time; the login is the account's; no secret of the
    recording is written, and nothing is when one would be.

    由录制的浏览器会话（HAR）生成可读的负载会话、方案与检查；不会写入任何机密。
    """
    from harness.performance.har import Wishes, convert
    from harness.performance.workload import read_names

    name = _name(output if output.suffix == ".py" else file)
    wishes = Wishes(
        name=name,
        file=output.name if output.suffix == ".py" else None,
        role=role,
        host=host,
        pause=pause,
        names=read_names(names) if names else {},
        keep=frozenset(each.lower() for each in keep),
        leave_out=frozenset(each.lower() for each in leave_out),
    )
    known = _known(config_path, file, host)
    made = convert(file, replace(wishes, known=known))
    written = _write(_places(output, made.files))
    _tell(made, written)
    return ExitCode.GO


def _known(config_path: Path | None, file: Path, host: str | None) -> Environment | None:
    """The recorded system as configured: where a configuration is there, and has one of the host."""
    from harness.adapters.wire.har import read_har
    from harness.performance.har.choice import host_of
    from harness.project import locate

    place = locate(config_path, Path.cwd())
    if place is None:
        return None
    config = options.opened(place)
    wanted = host or host_of(read_har(file))
    found = (config.pair[side] for side in Side if f"//{wanted}" in config.pair[side].url)
    return next(found, None)


def _name(path: Path) -> str:
    """What everything is called after: the file, in the letters that a module may have."""
    words = re.findall(r"[a-z0-9]+", path.stem.lower().removesuffix("_sessions"))
    name = "_".join(words)[:40] or "recorded"
    return name if name[0].isalpha() else f"recorded_{name}"


def _places(output: Path, files: Mapping[str, str]) -> dict[Path, str]:
    """Where each file goes; the first one is the sessions, which may be named."""
    folder = output.parent if output.suffix == ".py" else output
    return {folder / name: content for name, content in files.items()}


def _write(places: Mapping[Path, str]) -> list[Path]:
    """All of them or none: what is there already is not touched."""
    for path in places:
        if path.exists():
            raise ConfigError(text("from_har.exists", file=str(path)))
    written: list[Path] = []
    try:
        for path, content in places.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            written.append(path)
            path.write_text(content, encoding="utf-8")
    except OSError as problem:
        for path in written:
            path.unlink(missing_ok=True)
        why = type(problem).__name__
        raise ConfigError(text("from_har.not_written", file=str(written[-1]), why=why)) from problem
    return written


def _tell(made: Converted, written: list[Path]) -> None:
    language, console = console_language(), Console(highlight=False, soft_wrap=True)

    def say(key: str, **params: object) -> None:
        console.print(escape(render(text(key, **params), language)))  # type: ignore[arg-type]

    say(
        "from_har.done",
        requests=made.requests,
        host=made.host,
        logins=made.logins,
        steps=len(made.steps),
        taken=made.taken,
    )
    for step in made.steps:
        say(
            "from_har.step_writes" if step.writes else "from_har.step",
            name=step.name,
            count=len(step.requests),
        )
    for why, count in made.left_out.items():
        say("from_har.left_out", count=count, why=text(f"from_har.why.{why}"))
    for path in written:
        say("from_har.written", file=str(path))
    say("from_har.next", plan=str(next(path for path in written if path.suffix == ".toml")))
