"""The table [data]: what is reconciled."""

from __future__ import annotations

from harness.config.table import Line, Table


class DataTable(Table):
    """Where the mappings of entities, the business controls, the flow tables and the duties are."""

    mappings: Line | None = None
    controls: Line | None = None
    flows: Line | None = None
    duties: Line | None = None
