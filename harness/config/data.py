"""The table [data]: what is reconciled."""

from __future__ import annotations

from harness.config.table import Line, Table


class DataTable(Table):
    """Where the mappings of entities and the business controls are, relative to harness.toml."""

    mappings: Line | None = None
    controls: Line | None = None
