"""What no key can see by itself: two environments that are one, hosts, files, milestones.

The checks look at the data as it was written wherever they can, so that a mistake elsewhere in a table
does not hide them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harness.config.environment import EnvironmentTable
from harness.config.lists import LISTS
from harness.config.performance import PerformanceTable
from harness.config.policy import Policy
from harness.config.problems import nearest
from harness.config.sources import Source
from harness.config.table import MASK, Hidden
from harness.config.ways import check_files, check_ways
from harness.config.webhook import check_webhook

SIDES = ("source", "target")
_PORTS = {"http": 80, "https": 443}


def environments(source: Source, tables: Mapping[str, Any], known_adapters: Collection[str] | None) -> None:
    """Each environment by itself, and the two together."""
    for side in SIDES:
        data = _table(source.data, side)
        _adapter(source, side, data.get("adapter"), known_adapters)
        check_ways(source, side, data)
        if data.get("production") is True:
            _production(source, side, data)
        environment, performance = tables.get(side), tables.get("performance")
        if environment is not None:
            _reachable(source, side, environment, performance)
    if all(tables.get(side) is not None for side in SIDES):
        _two(source, tables["source"], tables["target"])


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, dict) else {}


def _adapter(source: Source, side: str, name: object, known: Collection[str] | None) -> None:
    if known is None or not isinstance(name, str) or not name.strip() or name in known:
        return
    if ":" in name:  # a class named directly, which the registry finds when it opens the adapter
        return
    path = f"{side}.adapter"
    if source.has_problem(path):
        return
    hidden = isinstance(name, Hidden)
    source.problem(
        path,
        "unknown_adapter",
        name=MASK if hidden else name,
        nearest=None if hidden else nearest(name, known),
        valid=tuple(sorted(known)),
    )


def _production(source: Source, side: str, data: Mapping[str, Any]) -> None:
    """Production is never unlocked, and its passwords stay out of files, which travel far."""
    for key in ("allow_writes", "load", "synthetic"):
        if data.get(key) is True:
            source.problem(f"{side}.{key}", "production", key=key)
    secrets = {f"{side}.sql": data.get("sql")}
    accounts = _table(data, "accounts")
    for role in accounts:
        secrets[f"{side}.accounts.{role}.password"] = _table(accounts, role).get("password")
    for path, secret in secrets.items():
        if isinstance(secret, str) and not isinstance(secret, Hidden) and not source.has_problem(path):
            source.problem(path, "literal_password")


def _reachable(
    source: Source, side: str, table: EnvironmentTable, performance: PerformanceTable | None
) -> None:
    if table.url is None and table.sql is None:
        source.problem(f"{side}.url", "missing")
    if not table.load or table.production or performance is None or table.host is None:
        return
    if table.host not in {host.lower() for host in performance.hosts}:
        source.problem(f"{side}.load", "unlisted_host", side=side)


def _two(source: Source, one: EnvironmentTable, other: EnvironmentTable) -> None:
    if one.sql is not None and one.sql == other.sql:
        source.problem("target.sql", "same_database")
    if one.url is None or other.url is None or _place(one.url) != _place(other.url):
        return
    databases = one.options.get("database"), other.options.get("database")
    if one.options == other.options or (databases[0] is not None and databases[0] == databases[1]):
        source.problem("target.url", "same_system")


def _place(url: str) -> tuple[str | None, int | None, str]:
    parts = urlsplit(url)
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname
    return host, parts.port or _PORTS.get(parts.scheme), parts.path.rstrip("/")


def files(folder: Path, source: Source, policy: Policy | None) -> None:
    """The milestone is one of the policy's; folders and files that tables name, and certificates, exist."""
    for side in SIDES:
        check_files(source, side, _table(source.data, side), folder)
    for name in ("mappings", "controls", "flows", "contracts"):
        named = _table(source.data, "data").get(name)
        if isinstance(named, str) and named.strip() and not (folder / named).is_dir():
            source.problem(f"data.{name}", "no_such_folder")
    _named_files(folder, source)
    _history(source)
    check_webhook(source, folder)
    milestone = _table(source.data, "project").get("milestone")
    if policy is None or not isinstance(milestone, str) or not milestone.strip():
        return
    valid = tuple(policy.milestones)
    if milestone not in valid:
        found = None if isinstance(milestone, Hidden) else nearest(milestone, valid)
        source.problem("project.milestone", "unknown_milestone", nearest=found, valid=valid)


def _history(source: Source) -> None:
    named = _table(source.data, "project").get("history")
    if not isinstance(named, str) or isinstance(named, Hidden) or source.has_problem("project.history"):
        return
    if ":" in named.partition("://")[2].rpartition("@")[0]:
        source.problem("project.history", "literal_secret")


def _named_files(folder: Path, source: Source) -> None:
    for table, key in (
        *(("project", name) for name in LISTS),
        ("project", "risks"),
        ("manual", "results"),
        ("manual", "cases"),
    ):
        named = _table(source.data, table).get(key)
        files = dict(enumerate(named)) if isinstance(named, list) else {None: named}
        for place, file in files.items():
            path = f"{table}.{key}" if place is None else f"{table}.{key}.{place}"
            missing = isinstance(file, str) and file.strip() and not (folder / file).is_file()
            if missing and not source.has_problem(path):
                source.problem(path, "no_such_file")
