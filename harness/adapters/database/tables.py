"""Tables by name, as the live database describes them."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import sqlalchemy
from sqlalchemy import ColumnElement, Executable, MetaData, Table
from sqlalchemy.exc import NoSuchTableError

from harness.adapters.protocol import Condition
from harness.errors import AdapterError
from harness.model import Side, text

_OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "in", "like")


class Tables:
    """The tables and views of one database, described when first asked for."""

    def __init__(self, engine: sqlalchemy.Engine, side: Side) -> None:
        self._engine = engine
        self._side = side
        self._metadata = MetaData()

    def table(self, name: str) -> Table:
        """The table `name` or `schema.name`; AdapterError with the nearest names when there is none."""
        schema, _, plain = name.rpartition(".")
        try:
            return Table(plain, self._metadata, schema=schema or None, autoload_with=self._engine)
        except NoSuchTableError as problem:
            raise self._unknown_table(name, schema or None) from problem

    def select(
        self,
        name: str,
        fields: Sequence[str],
        where: Sequence[Condition],
        order: Sequence[str],
        limit: int | None,
    ) -> Executable:
        """The query for these columns, each under its own name."""
        table = self.table(name)
        query = sqlalchemy.select(*(self.column(table, field) for field in fields))
        for field in order:
            column = self.column(table, field.removeprefix("-"))
            query = query.order_by(column.desc() if field.startswith("-") else column.asc())
        return query.where(*(self._test(table, condition) for condition in where)).limit(limit)

    def count(self, name: str, where: Sequence[Condition]) -> Executable:
        """The query that counts."""
        table = self.table(name)
        query = sqlalchemy.select(sqlalchemy.func.count()).select_from(table)
        return query.where(*(self._test(table, condition) for condition in where))

    def column(self, table: Table, name: str) -> sqlalchemy.Column[object]:
        """The column `name`; AdapterError with the nearest names when there is none."""
        if name in table.c:
            return table.c[name]
        near = tuple(get_close_matches(name, table.c.keys(), n=3, cutoff=0.3)) or tuple(table.c.keys()[:3])
        raise AdapterError(
            text(
                "adapters.unknown_field",
                model=table.fullname,
                field=name,
                side=self._side.value,
                nearest=near,
            )
        )

    def _test(self, table: Table, condition: Condition) -> ColumnElement[bool]:
        column, value = self.column(table, condition.field), condition.value
        match condition.operator:
            case "=":
                return column == value
            case "!=":
                return column != value
            case "<":
                return column < value
            case "<=":
                return column <= value
            case ">":
                return column > value
            case ">=":
                return column >= value
            case "in" if isinstance(value, Sequence) and not isinstance(value, str | bytes):
                return column.in_(list(value))
            case "like":
                return column.like(str(value))
        raise AdapterError(text("adapters.unknown_operator", operator=condition.operator, known=_OPERATORS))

    def _unknown_table(self, name: str, schema: str | None) -> AdapterError:
        inspector = sqlalchemy.inspect(self._engine)
        known = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
        near = tuple(get_close_matches(name.rpartition(".")[2], known, n=3, cutoff=0.3))
        side = self._side.value
        if near:
            return AdapterError(text("adapters.unknown_model_near", model=name, side=side, nearest=near))
        return AdapterError(text("adapters.unknown_model", model=name, side=side))
