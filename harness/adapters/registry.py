"""Which adapters there are: a literal table of lazy names, and entry points of other packages.

An adapter of one's own needs neither: `adapter = "my_package.my_module:MyAdapter"` names it directly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

import httpx

from harness.adapters.guard import WriteGuard
from harness.adapters.protocol import Adapter
from harness.errors import ConfigError, MissingTool
from harness.model import Environment, Text, text

GROUP = "erp_upgrade_harness.adapters"
BUILT_IN: Mapping[str, str] = {
    "database": "harness.adapters.database.adapter:DatabaseAdapter",
    "odata": "harness.adapters.odata.adapter:ODataAdapter",
    "tryton": "harness.adapters.tryton.adapter:TrytonAdapter",
}
# What to install when the import of an adapter's driver fails.
_INSTALLS = {
    "psycopg": "psycopg[binary]",
    "psycopg2": "psycopg2-binary",
    "pymysql": "PyMySQL",
    "MySQLdb": "mysqlclient",
    "oracledb": "oracledb",
    "pymssql": "pymssql",
    "hdbcli": "hdbcli sqlalchemy-hana",
}


class AdapterType(Protocol):
    """What a registered name points to: a class that opens itself for one environment and role."""

    def open(
        self, environment: Environment, role: str, guard: WriteGuard, transport: httpx.BaseTransport | None
    ) -> Adapter:
        """A session with the environment as `role`; nothing is sent yet."""


def open_adapter(
    environment: Environment,
    role: str = "admin",
    *,
    writes: bool = False,
    transport: httpx.BaseTransport | None = None,
) -> Adapter:
    """A session with `environment` as `role`. `writes` is true only for a check marked as writing."""
    opener = load(environment.adapter)
    return opener.open(environment, role, WriteGuard(environment, writes), transport)


def names(plugins: Iterable[EntryPoint] | None = None) -> tuple[str, ...]:
    """Every known adapter name in alphabetical order; ConfigError when two packages provide one."""
    return tuple(sorted(_targets(plugins)))


def load(name: str, plugins: Iterable[EntryPoint] | None = None) -> AdapterType:
    """The adapter class called `name`. ConfigError for an unknown name, MissingTool for a missing driver."""
    target = name if ":" in name else _targets(plugins).get(name)
    if target is None:
        raise ConfigError(_unknown(name, names(plugins)))
    module, _, attribute = target.partition(":")
    try:
        found: AdapterType = getattr(import_module(module), attribute)
    except ImportError as problem:
        missing = (problem.name or module).partition(".")[0]
        package = _INSTALLS.get(missing, missing)
        raise MissingTool(
            text("adapters.registry.missing_driver", name=name, missing=missing, package=package)
        ) from problem
    except AttributeError as problem:
        raise ConfigError(text("adapters.registry.no_class", name=name, target=target)) from problem
    return found


def _targets(plugins: Iterable[EntryPoint] | None) -> dict[str, str]:
    targets = dict(BUILT_IN)
    for plugin in entry_points(group=GROUP) if plugins is None else plugins:
        if targets.get(plugin.name, plugin.value) != plugin.value or plugin.name in BUILT_IN:
            raise ConfigError(
                text(
                    "adapters.registry.double",
                    name=plugin.name,
                    providers=(targets[plugin.name], plugin.value),
                )
            )
        targets[plugin.name] = plugin.value
    return targets


def _unknown(name: str, known: tuple[str, ...]) -> Text:
    nearest = get_close_matches(name, known, n=len(known), cutoff=0.5)
    ordered = (*nearest, *(item for item in known if item not in nearest))
    if nearest:
        return text("adapters.registry.unknown_near", name=name, nearest=nearest[0], known=ordered)
    return text("adapters.registry.unknown", name=name, known=ordered)
