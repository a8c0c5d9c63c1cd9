"""SQL as text: expressions parsed and rendered per dialect, and the normal forms of checksums."""

from __future__ import annotations

from harness.sqltext.error import SqlTextError
from harness.sqltext.expressions import Expression, Query, parse_expression, parse_query
from harness.sqltext.identifiers import quoted

__all__ = ["Expression", "Query", "SqlTextError", "parse_expression", "parse_query", "quoted"]
