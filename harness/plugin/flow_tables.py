"""Flow tables at collection: each row of a table is one check of the flow that it drives.

@pytest.mark.flow_table("order_to_cash", Sale, module="sale", department="sales")
@pytest.mark.writes
def test_sale(flow: Flow, case: Sale) -> None: ...
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.config import Config
from harness.errors import ConfigError
from harness.flows.tables import Row, load, tables
from harness.model import text

CLAIMED: pytest.StashKey[set[str]] = pytest.StashKey()
MARK = "flow_table"
_DRIVEN = ("case", "contract", "kpi")


def rows_of(metafunc: pytest.Metafunc, config: Config) -> list[Any]:
    """A parameter for each row of the table that the test's mark names; None alone without such a table."""
    mark = metafunc.definition.get_closest_marker(MARK)
    if mark is None or len(mark.args) != 2:
        raise ConfigError(text("flows.table.no_mark", test=metafunc.function.__qualname__))
    name, inputs = mark.args
    metafunc.config.stash.setdefault(CLAIMED, set()).add(name)
    path = tables(config.flow_tables).get(name) if config.flow_tables else None
    if path is None:
        return [pytest.param(None, id="no-table")]
    rows = load(path, _shown(path, config), inputs)
    return [pytest.param(row, id=row.heading.check, marks=_check(name, row, **mark.kwargs)) for row in rows]


def filled(item: pytest.Item) -> bool:
    """False for what stands in where there is no table for a flow, no contract or no business figure."""
    callspec = getattr(item, "callspec", None)
    return callspec is None or all(callspec.params.get(name, "") is not None for name in _DRIVEN)


def demand_claimed(config: pytest.Config, project: Config) -> None:
    """ConfigError when a table drives no flow: its rows would be left out without a word."""
    claimed = config.stash.get(CLAIMED, set())
    for name, path in tables(project.flow_tables).items() if project.flow_tables else ():
        if name not in claimed:
            flows = tuple(sorted(claimed))
            raise ConfigError(text("flows.table.unclaimed", file=_shown(path, project), flows=flows))


def _check(flow: str, row: Row[Any], **given: Any) -> pytest.MarkDecorator:
    heading = row.heading
    listed = {name: getattr(heading, name) for name in ("requirements", "cases")}
    title = heading.en or heading.zh or heading.check
    return pytest.mark.check(
        f"function.{flow}.{heading.check}",
        en=title,
        zh=heading.zh or title,
        severity=heading.severity.value,
        profile=heading.profile,
        **given | {name: names for name, names in listed.items() if names},
    )


def _shown(path: Path, config: Config) -> str:
    return path.relative_to(config.folder).as_posix() if path.is_relative_to(config.folder) else str(path)
