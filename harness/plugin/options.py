"""The command-line options of the plug-in and what they mean together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.model import Area, Side

SIDES = {"source": (Side.SOURCE,), "target": (Side.TARGET,), "both": (Side.SOURCE, Side.TARGET)}


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for. `config` is None when no harness.toml is named or found."""

    config: Path | None
    sides: tuple[Side, ...]
    run: str | None
    profile: str
    areas: tuple[str, ...]
    modules: tuple[str, ...]
    departments: tuple[str, ...]
    previous: str | None
    impacted: str | None
    overrides: tuple[str, ...]
    prepare: int


def add(parser: pytest.Parser) -> None:
    """Declares the options; the names are those of `harness run`."""
    group = parser.getgroup("erp-upgrade-harness")
    group.addoption("--harness-config", metavar="FILE", help="harness.toml; else HARNESS_CONFIG, else found")
    group.addoption("--side", choices=sorted(SIDES), default="both", help="capture one side only")
    group.addoption(
        "--run", dest="harness_run", metavar="ID", help="continue this run ('latest': the newest)"
    )
    group.addoption("--profile", default="smoke", help="smoke, rehearsal or full")
    group.addoption("--area", action="append", default=[], choices=[*Area], help="only checks of this area")
    group.addoption("--module", action="append", default=[], help="only checks of this module of the ERP")
    group.addoption("--department", action="append", default=[], help="only checks of this department")
    group.addoption("--impacted", metavar="ID", help="only checks of what this run's inventory found changed")
    group.addoption("--failed", metavar="ID", help="only the checks that did not pass in this run")
    group.addoption(
        "--prepare",
        type=int,
        default=0,
        metavar="SETS",
        help="make the documents that are verified after the upgrade, so many sets of them",
    )
    group.addoption("--into-run", action="store_true", help="write Allure results into the run directory")
    group.addoption("--set", dest="harness_set", action="append", default=[], metavar="KEY=VALUE",
                    help="override one setting of harness.toml")  # fmt: skip


def read(config: pytest.Config, path: Path | None) -> Options:
    """The options as given."""
    option = config.getoption
    return Options(
        config=path,
        sides=SIDES[option("--side")],
        run=option("harness_run"),
        profile=option("--profile"),
        areas=tuple(option("--area")),
        modules=tuple(option("--module")),
        departments=tuple(option("--department")),
        previous=option("--failed"),
        impacted=option("--impacted"),
        overrides=tuple(option("harness_set")),
        prepare=option("prepare"),
    )


def scope(options: Options, config: pytest.Config) -> tuple[str, ...]:
    """What narrows the run, in words; empty only when everything the suites hold was asked for.

    A selection made with pytest's own means narrows it as much as ours do.
    """
    named = [
        *(["prepare"] if options.prepare else []),
        *(f"area={name}" for name in options.areas),
        *(f"module={name}" for name in options.modules),
        *(f"department={name}" for name in options.departments),
        *([f"failed={options.previous}"] if options.previous else []),
        *([f"impacted={options.impacted}"] if options.impacted else []),
    ]
    selection = {"-k": config.getoption("keyword"), "-m": config.getoption("markexpr")}
    named += [f"{flag} {value}" for flag, value in selection.items() if value]
    if any(config.getoption(option, None) for option in ("deselect", "ignore", "ignore_glob", "lf")):
        named.append("pytest selection")
    return (*named, *_narrow_paths(config))


def names_checks(options: Options, config: pytest.Config) -> bool:
    """Whether the checks themselves were named, by path, keyword or an earlier run: then all of them run.

    So do those that are prepared for. A whole run, and one that is narrowed to an area, a module or a
    department, is of a profile's size.
    """
    by_hand = any(config.getoption(name, None) for name in ("keyword", "markexpr", "lf"))
    earlier = options.prepare or options.previous or options.impacted
    return bool(earlier or by_hand or _narrow_paths(config))


def _narrow_paths(config: pytest.Config) -> list[str]:
    """Arguments below a `suites` folder name a part of it; the folder itself is the whole."""
    narrow = []
    for argument in config.args:
        path = (config.invocation_params.dir / argument.split("::")[0]).resolve()
        if "::" in argument or (path.name != "suites" and "suites" in path.parts):
            narrow.append(argument.replace(str(config.rootpath), "").lstrip("/"))
    return narrow
