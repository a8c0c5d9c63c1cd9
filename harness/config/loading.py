"""From files, variables and flags to one configuration, or to all of its problems at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from harness.config import crosschecks
from harness.config.configuration import Config, with_variables
from harness.config.data import DataTable
from harness.config.environment import EnvironmentTable
from harness.config.manual import ManualTable
from harness.config.performance import PerformanceTable
from harness.config.policy import Policy, RuleShape, check_policy
from harness.config.problems import nearest, raise_problems
from harness.config.profiles import BUILT_IN, ProfileTable
from harness.config.project import ProjectTable
from harness.config.sources import Origin, OriginKind, Source, Variables, override, read_toml
from harness.config.surroundings import FactsTable
from harness.config.table import Table
from harness.config.ux import UxTable
from harness.config.validation import check
from harness.config.waivers import check_waivers
from harness.model import Waiver

FILE = "harness.toml"
_TABLES: Mapping[str, type[Table]] = {
    "project": ProjectTable,
    "source": EnvironmentTable,
    "target": EnvironmentTable,
    "data": DataTable,
    "performance": PerformanceTable,
    "ux": UxTable,
    "manual": ManualTable,
    "production": FactsTable,
}
_REQUIRED = ("schema", "project", "source", "target")
KEYS = ("schema", *_TABLES, "profiles")


def find(start: Path) -> Path | None:
    """The harness.toml of `start` or of the nearest folder above it."""
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder / FILE
    return None


def load(
    path: Path,
    *,
    environ: Mapping[str, str],
    overrides: Mapping[str, str] | None = None,
    known_adapters: Collection[str] | None = None,
    known_rules: Mapping[str, RuleShape] | None = None,
) -> Config:
    """The configuration; ConfigError with every problem of all three files.

    `overrides` are dotted keys with values as flags give them. None as `known_adapters` or `known_rules`
    leaves those names unchecked; whoever opens an adapter or judges by a rule then checks them.
    """
    source = read_toml(path, path.name)
    if source.problems:
        raise_problems(source.problems)
    override(source, overrides or {})
    written = source.data
    variables = Variables(environ, _dotenv(path.parent / ".env"))
    variables.fill(source)
    tables = _tables(source, known_adapters)
    policy, waivers, others = _beside(path.parent, source, known_rules)
    raise_problems([problem for file in (source, *others) for problem in file.sorted_problems()])
    config = Config.model_construct(
        path=path.absolute(),
        **tables,
        policy=policy,
        waivers=waivers,
        origins=_origins(source, written, variables),
    )
    return with_variables(config, variables.used)


def _dotenv(path: Path) -> Mapping[str, str | None]:
    try:
        return dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError):
        source = Source(path.name)
        source.problem("", "unreadable_file")
        raise_problems(source.problems)
        raise


def _tables(source: Source, known_adapters: Collection[str] | None) -> dict[str, Any]:
    _check_keys(source)
    tables: dict[str, Any] = {"profiles": _profiles(source)}
    for name, model in _TABLES.items():
        if name in source.data or name not in _REQUIRED:
            tables[name] = check(model, source, name, source.data.get(name, {}))
    crosschecks.environments(source, tables, known_adapters)
    return tables


def _check_keys(source: Source) -> None:
    for name in source.data:
        if name not in KEYS:
            source.problem(name, "unknown_key", nearest=nearest(name, KEYS), valid=KEYS)
    for name in _REQUIRED:
        if name not in source.data:
            source.problem(name, "missing")
    schema = source.data.get("schema", 1)
    if schema != 1 or isinstance(schema, bool):
        source.problem("schema", "choice", valid=("1",))


def _profiles(source: Source) -> dict[str, ProfileTable]:
    profiles = dict(BUILT_IN)
    given = source.data.get("profiles", {})
    if not isinstance(given, dict):
        check(ProfileTable, source, "profiles", given)
        return profiles
    for name, table in given.items():
        if name not in BUILT_IN:
            valid = tuple(BUILT_IN)
            source.problem(f"profiles.{name}", "unknown_key", nearest=nearest(name, valid), valid=valid)
            continue
        whole = {**BUILT_IN[name].model_dump(), **table} if isinstance(table, dict) else table
        profiles[name] = check(ProfileTable, source, f"profiles.{name}", whole) or BUILT_IN[name]
    return profiles


def _beside(
    folder: Path, source: Source, known_rules: Mapping[str, RuleShape] | None
) -> tuple[Policy | None, tuple[Waiver, ...], list[Source]]:
    """What the other two files say. Only a file that harness.toml names must exist."""
    project = source.data.get("project")
    named = project if isinstance(project, dict) else {}
    policy: Policy | None = None
    waivers: tuple[Waiver, ...] = ()
    others: list[Source] = []
    for key in ("policy", "waivers"):
        name = named.get(key, ProjectTable.model_fields[key].default)
        if source.has_problem(f"project.{key}"):
            continue
        if not (folder / name).is_file():
            if key in named:
                source.problem(f"project.{key}", "no_such_file")
            continue
        file = read_toml(folder / name, Path(name).name)
        others.append(file)
        if key == "policy":
            policy = check_policy(file, known_rules)
        else:
            waivers = check_waivers(file) or ()
    crosschecks.files(folder, source, policy)
    return policy, waivers, others


def _origins(source: Source, written: Mapping[str, Any], variables: Variables) -> dict[str, Origin]:
    found: dict[str, Origin] = {}

    def walk(path: str, value: Any) -> None:
        if isinstance(value, dict):
            for name, item in value.items():
                walk(f"{path}.{name}" if path else name, item)
        elif source.flagged(path):
            found[path] = Origin(OriginKind.FLAG)
        else:
            found[path] = variables.origin(path) or _in_file(source, path)

    walk("", written)
    return found


def _in_file(source: Source, path: str) -> Origin:
    line = source.line(path)
    return Origin(OriginKind.FILE, f"{source.file}:{line}" if line else source.file)
