"""The SQL that one mapping needs on one side, in that side's dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from harness.model import Side
from harness.reconcile.entity import EntityMapping, FieldMapping
from harness.reconcile.kinds import Kind
from harness.reconcile.rendering import compared_sql
from harness.sqltext import Expression, parse_expression, parse_query, quoted
from harness.sqltext.dialects import sql_dialect

ALIAS = "entity_rows"


@lru_cache(maxsize=4096)
def parsed(content: str) -> Expression:
    """The expression of a mapping; each is asked for again and again."""
    return parse_expression(content)


@dataclass(frozen=True, slots=True)
class Statements:
    """Renders the statements of one mapping on one side; `dialect` is SQLAlchemy's name."""

    mapping: EntityMapping
    side: Side
    dialect: str

    def rows(self, *, only: str | None = None) -> str:
        """Every cell of every row (of those for which `only` holds), in the order of the columns."""
        return self._select([self._cell(column) for column in self.mapping.columns], only)

    def rows_in_order(self) -> str:
        """The same, in the order of the one column that is the key."""
        (key,) = (field for field in self.mapping.fields if field.name in self.mapping.key)
        return f"{self.rows()} ORDER BY {self._sql(key)}"

    def rows_after_samples(self) -> str:
        """The same in SQLite, after a row that shows the type of every column but the key.

        It has a fraction of each column of numbers that has one, else the first value that is not NULL.
        """
        (key,) = map(self.mapping.position, self.mapping.key)
        samples = [self._sample(column) for column in self.mapping.columns]
        samples[key] = "NULL"
        return f"SELECT {', '.join(samples)} UNION ALL {self.rows()} ORDER BY {key + 1}"

    def _sample(self, column: FieldMapping) -> str:
        rows = self._select([f"{self._cell(column)} AS cell"], None)
        cells = f"SELECT cell FROM ({rows})"  # noqa: S608  # parsed and checked by sqltext
        first = f"({cells} WHERE cell IS NOT NULL LIMIT 1)"
        fraction = f"({cells} WHERE typeof(cell) = 'real' LIMIT 1)"
        return f"coalesce({fraction}, {first})" if column.type in {Kind.NUMBER, Kind.FLOAT} else first

    def rows_stored_otherwise(self, types: Mapping[int, str]) -> str:
        """One row when a cell is not of the type that SQLite must store all cells of its column in."""
        cells = [self._cell(column) for column in self.mapping.columns]
        other = " OR ".join(
            f"typeof({cells[place]}) NOT IN ('{type_}', 'null')" for place, type_ in types.items()
        )
        return f"SELECT 1 {self._from(other or '1 = 0')} LIMIT 1"

    def _select(self, cells: Sequence[str], only: str | None) -> str:
        return f"SELECT {', '.join(cells)} {self._from(only)}"  # parsed and checked by sqltext

    def probe(self) -> str:
        """The same without a row: it fails where an expression does not fit the schema."""
        return self.rows(only="1 = 0")

    def key_columns(self) -> tuple[str, ...] | None:
        """The bare columns of the key, or None when one of them is computed."""
        keys = [column for column in self.mapping.fields if column.name in self.mapping.key]
        trees = [parsed(column.expression(self.side)) for column in keys]
        mapped = self.side is Side.SOURCE and any(column.map for column in keys)
        if self._table is None or mapped or not all(tree.is_column for tree in trees):
            return None
        return tuple(name for tree in trees for name in tree.columns(self._table))

    @property
    def _table(self) -> str | None:
        return self.mapping.relation(self.side).table

    def _sql(self, column: FieldMapping) -> str:
        return compared_sql(column, self.side, sql_dialect(self.dialect))

    def _cell(self, column: FieldMapping) -> str:
        # Read as text: a driver would make binary floats of JSON's numbers and 30 days of a month.
        as_text = column.type in {Kind.JSON, Kind.INTERVAL} and self.dialect == "postgresql"
        return f"({self._sql(column)})::text" if as_text else self._sql(column)

    def _from(self, only: str | None = None) -> str:
        relation, dialect = self.mapping.relation(self.side), sql_dialect(self.dialect)
        if relation.table is not None:
            source = quoted(relation.table, dialect)
        else:
            assert relation.query is not None
            alias = ALIAS if dialect == "oracle" else f"AS {ALIAS}"  # Oracle takes no AS here
            source = f"({parse_query(relation.query).sql(dialect)}) {alias}"
        conditions = [f"({parsed(relation.filter).sql(dialect)})"] if relation.filter else []
        conditions += [f"({only})"] if only else []
        return f"FROM {source}" + (f" WHERE {' AND '.join(conditions)}" if conditions else "")
