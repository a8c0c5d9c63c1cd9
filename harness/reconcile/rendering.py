"""The SQL that a field is compared by on one side: its expression, its time zone, its value map."""

from __future__ import annotations

from harness.model import Side
from harness.reconcile.entity import FieldMapping, Form
from harness.sqltext import parse_expression
from harness.sqltext.lookups import looked_up
from harness.sqltext.zones import as_date, in_utc


def compared_sql(column: FieldMapping, side: Side, dialect: str) -> str:
    """The value to compare, in sqlglot's `dialect`; SqlTextError where the dialect cannot say it."""
    sql = parse_expression(column.expression(side)).sql(dialect)
    zone = column.zone_of(side)
    if zone is not None:
        sql = in_utc(sql, zone, dialect)
    if column.date_only:
        sql = as_date(sql, dialect)
    if column.map and side is Side.SOURCE:
        sql = looked_up(_normal(sql, column), column.known, dialect, keep=column.unmapped == "keep")
    return sql


def _normal(sql: str, column: FieldMapping) -> str:
    """What the map is asked for: without blanks and empty texts where the field says they mean nothing."""
    if column.form is Form.TRIMMED:
        sql = f"rtrim({sql})"
    return f"nullif({sql}, '')" if column.empty_is_null else sql
