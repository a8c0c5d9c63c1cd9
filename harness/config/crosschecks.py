"""What no table can see by itself: two environments that are one, hosts, files, milestones."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from harness.config.environment import EnvironmentTable
from harness.config.performance import PerformanceTable
from harness.config.policy import Policy
from harness.config.problems import nearest
from harness.config.sources import Source
from harness.config.table import MASK, Hidden

SIDES = ("source", "target")


def environments(source: Source, tables: Mapping[str, Any], known_adapters: Collection[str] | None) -> None:
    """Each environment by itself and the two together."""
    for side in SIDES:
        environment = tables.get(side)
        if environment is None:
            continue
        _adapter(source, side, environment, known_adapters)
        _production(source, side, environment)
        _passwords(source, side, environment)
        if environment.url is None and environment.sql is None:
            source.problem(f"{side}.url", "missing")
        performance = tables.get("performance")
        if environment.load and performance is not None:
            _host(source, side, environment, performance)
    if all(tables.get(side) is not None for side in SIDES):
        _two(source, tables["source"], tables["target"])


def _adapter(source: Source, side: str, table: EnvironmentTable, known: Collection[str] | None) -> None:
    if known is None or table.adapter in known:
        return
    hidden = isinstance(table.adapter, Hidden)
    source.problem(
        f"{side}.adapter",
        "unknown_adapter",
        name=MASK if hidden else str(table.adapter),
        nearest=None if hidden else nearest(table.adapter, known),
        valid=tuple(sorted(known)),
    )


def _production(source: Source, side: str, table: EnvironmentTable) -> None:
    if table.production:
        for key in ("allow_writes", "load", "synthetic"):
            if getattr(table, key):
                source.problem(f"{side}.{key}", "production", key=key)


def _passwords(source: Source, side: str, table: EnvironmentTable) -> None:
    """In production a password may not stand in a file, which travels further than anyone thinks."""
    if not table.production:
        return
    data = source.data[side]
    if table.sql is not None and not isinstance(data["sql"], Hidden):
        source.problem(f"{side}.sql", "literal_password")
    for role in table.accounts:
        if not isinstance(data["accounts"][role]["password"], Hidden):
            source.problem(f"{side}.accounts.{role}.password", "literal_password")


def _host(source: Source, side: str, table: EnvironmentTable, performance: PerformanceTable) -> None:
    if table.host is not None and table.host not in {host.lower() for host in performance.hosts}:
        source.problem(f"{side}.load", "unlisted_host", side=side)


def _two(source: Source, one: EnvironmentTable, other: EnvironmentTable) -> None:
    if one.sql is not None and one.sql == other.sql:
        source.problem("target.sql", "same_database")
    if one.url is not None and other.url is not None:
        places = [(table.url.rstrip("/").lower(), table.options) for table in (one, other) if table.url]
        if places[0] == places[1]:
            source.problem("target.url", "same_system")


def files(folder: Path, source: Source, policy: Policy | None) -> None:
    """The milestone is one of the policy's; the folder of mappings exists."""
    project, data = (source.data.get(name) for name in ("project", "data"))
    mappings = data.get("mappings") if isinstance(data, dict) else None
    if isinstance(mappings, str) and mappings.strip() and not (folder / mappings).is_dir():
        source.problem("data.mappings", "no_such_folder")
    milestone = project.get("milestone") if isinstance(project, dict) else None
    if policy is not None and isinstance(milestone, str) and milestone.strip():
        valid = tuple(policy.milestones)
        if milestone not in valid:
            hidden = isinstance(milestone, Hidden)
            source.problem(
                "project.milestone",
                "unknown_milestone",
                nearest=None if hidden else nearest(milestone, valid),
                valid=valid,
            )
