"""Holds a mapping against the live schema of one side before anything is compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.config.problems import Problem, nearest
from harness.errors import ConfigError
from harness.messages import text
from harness.model import Side
from harness.reconcile import references
from harness.reconcile.entity import EntityMapping
from harness.reconcile.rendering import compared_sql
from harness.reconcile.statements import Statements
from harness.reconcile.view import View
from harness.sqltext import SqlTextError, parse_expression, parse_query
from harness.sqltext.dialects import sql_dialect


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one side's table and what the mapping does with them."""

    table: str
    existing: tuple[str, ...]
    compared: tuple[str, ...]
    ignored: tuple[tuple[str, str], ...]

    @property
    def open(self) -> tuple[str, ...]:
        """The columns that are neither compared nor ignored with a reason."""
        known = {*self.compared, *(name for name, _ in self.ignored)}
        return tuple(name for name in self.existing if name not in known)


def check(mapping: EntityMapping, view: View, problems: list[Problem]) -> Columns | None:
    """The columns of the side's table; adds what does not fit to `problems`. None for a query."""
    table = mapping.relation(view.side).table
    columns = None
    if table is not None:
        existing = view.columns(table)
        if existing is None:
            problems.append(_no_table(mapping, table, view))
            return None
        columns = _columns(mapping, table, existing, view)
        problems += _misfits(mapping, columns, view)
    problems += _unsayable(mapping, view)
    problems += references.check(mapping, view, _file(mapping))
    if not problems:
        problems += _probe(mapping, view)
    return columns


def _columns(mapping: EntityMapping, table: str, existing: tuple[str, ...], view: View) -> Columns:
    read = (
        name
        for field in mapping.fields
        for name in parse_expression(field.expression(view.side)).columns(table)
    )
    ignored = tuple((item.column, item.reason) for item in mapping.ignored(view.side))
    return Columns(table, existing, tuple(dict.fromkeys(read)), ignored)


def _no_table(mapping: EntityMapping, table: str, view: View) -> Problem:
    near = nearest(table, view.catalogue())
    reason = text(f"reconcile.problem.no_table_{view.side}", table=table)
    return Problem(_file(mapping), f"{view.side}.table", reason, near)


def _misfits(mapping: EntityMapping, columns: Columns, view: View) -> Iterator[Problem]:
    for group, items in (("fields", mapping.fields), ("labels", mapping.labels)):
        for item in items:
            for name in parse_expression(item.expression(view.side)).columns(columns.table):
                if name not in columns.existing:
                    yield _no_column(mapping, f"{group}.{item.name}.{view.side}", name, columns, view)
    for path, condition in _conditions(mapping, view.side):
        for name in parse_expression(condition).columns(columns.table):
            if name not in columns.existing:
                yield _no_column(mapping, path, name, columns, view)
    for name, _ in columns.ignored:
        if name not in columns.existing:
            yield _no_column(mapping, "ignore", name, columns, view)
        elif name in columns.compared:
            reason = text("reconcile.problem.compared_and_ignored", name=name)
            yield Problem(_file(mapping), "ignore", reason)


def _conditions(mapping: EntityMapping, side: Side) -> Iterator[tuple[str, str]]:
    """The conditions on the rows of one side, by their key paths."""
    relation = mapping.relation(side)
    if relation.filter is not None:
        yield f"{side}.filter", relation.filter
    if side is Side.TARGET and mapping.rows.rule is not None:
        yield "rows.rule", mapping.rows.rule
    for index, reference in enumerate(mapping.references):
        if reference.where is not None:
            yield f"references.{index}.where", reference.where


def _unsayable(mapping: EntityMapping, view: View) -> Iterator[Problem]:
    """A time zone that this side's database cannot reckon with."""
    for column in mapping.fields:
        try:
            compared_sql(column, view.side, sql_dialect(view.dialect))
        except SqlTextError as error:
            reason = text("reconcile.problem.zone_unsupported", zone=error.detail, dialect=view.dialect)
            yield Problem(_file(mapping), f"fields.{column.name}.zone.{view.side}", reason)


def _no_column(mapping: EntityMapping, path: str, name: str, columns: Columns, view: View) -> Problem:
    reason = text(f"reconcile.problem.no_column_{view.side}", name=name, table=columns.table)
    return Problem(_file(mapping), path, reason, nearest(name, columns.existing), columns.existing)


def _probe(mapping: EntityMapping, view: View) -> Iterator[Problem]:
    """Lets the server itself say whether every expression fits, without reading a row."""
    try:
        with view.attempt():
            view.all(Statements(mapping, view.side, view.dialect).probe())
            for reference in mapping.references:
                sql = references.OrphanStatements(mapping, view.side, view.dialect)
                view.all(sql.orphans(reference, only="1 = 0"))
    except ConfigError as error:
        yield Problem(_file(mapping), view.side.value, error.sentence)


def has_unique_key(sql: Statements, view: View) -> bool:
    """True when the database itself keeps the key of the mapping unique."""
    table, key = sql.mapping.relation(view.side).table, sql.key_columns()
    if table is None or key is None:
        return False
    primary = view.primary_key(table)
    return bool(primary) and set(primary) <= set(key)


def _file(mapping: EntityMapping) -> str:
    return f"{mapping.entity}.toml"


def tables(mapping: EntityMapping, side: Side) -> tuple[str, ...]:
    """The tables that the side's rows come from."""
    relation = mapping.relation(side)
    return (relation.table,) if relation.table else parse_query(relation.query or "").tables()
