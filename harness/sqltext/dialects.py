"""What sqlglot calls the dialects of databases."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# SQLAlchemy's names of dialects to sqlglot's, where they differ.
_DIALECTS: Mapping[str, str] = MappingProxyType(
    {"postgresql": "postgres", "mssql": "tsql", "mariadb": "mysql", "hana": ""}  # sqlglot knows no HANA: ANSI
)


def sql_dialect(name: str) -> str:
    """sqlglot's name of the dialect that SQLAlchemy calls `name`."""
    return _DIALECTS.get(name, name)
