"""The table [data]: what is reconciled."""

from __future__ import annotations

from harness.config.table import Line, Table


class DataTable(Table):
    """Where mappings, business controls, flow tables, known renames, contracts, duties and KPIs are."""

    mappings: Line | None = None
    controls: Line | None = None
    flows: Line | None = None
    renames: Line | None = None
    contracts: Line | None = None
    duties: Line | None = None
    kpis: Line | None = None
