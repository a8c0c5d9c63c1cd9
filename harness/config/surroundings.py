"""The tables [source.declared], [target.declared] and [production]: what nobody can read, but people know."""

from __future__ import annotations

from collections.abc import Mapping

from harness.config.table import Count, Line, Table
from harness.values import Value


class FactsTable(Table):
    """What people state of an environment; what can be read from it is read, and this fills the gaps."""

    version: Line | None = None
    database: Line | None = None
    encoding: Line | None = None
    collation: Line | None = None
    locale: Line | None = None
    time_zone: Line | None = None
    extensions: tuple[Line, ...] | None = None
    modules: tuple[Line, ...] | None = None
    tables: Count | None = None
    rows: Count | None = None
    size_mb: Count | None = None
    cpus: Count | None = None
    memory_mb: Count | None = None

    def facts(self) -> Mapping[str, Value]:
        """What is stated, by its name."""
        stated = {name: getattr(self, name) for name in type(self).model_fields}
        return {
            name: [str(item) for item in value] if isinstance(value, tuple) else value
            for name, value in stated.items()
            if value is not None
        }
