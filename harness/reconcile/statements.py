"""The SQL that one mapping needs on one side, in that side's dialect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from harness.model import Side
from harness.reconcile.entity import EntityMapping, FieldMapping
from harness.reconcile.kinds import Kind
from harness.sqltext import parse_expression, parse_query, quoted
from harness.sqltext.normal_forms import bucket, digest, row_form, text_form

ALIAS = "entity_rows"
ROWS_PER_SEGMENT = 256

# SQLAlchemy's names of dialects to sqlglot's, where they differ.
_DIALECTS: Mapping[str, str] = MappingProxyType(
    {"postgresql": "postgres", "mssql": "tsql", "mariadb": "mysql", "hana": ""}  # sqlglot knows no HANA: ANSI
)


def sql_dialect(name: str) -> str:
    """sqlglot's name of the dialect that SQLAlchemy calls `name`."""
    return _DIALECTS.get(name, name)


@dataclass(frozen=True, slots=True)
class Statements:
    """Renders the statements of one mapping on one side; `dialect` is SQLAlchemy's name."""

    mapping: EntityMapping
    side: Side
    dialect: str

    def rows(self, *, only: str | None = None) -> str:
        """Every cell of every row (of those for which `only` holds), in the order of the columns."""
        cells = ", ".join(self._cell(column) for column in self.mapping.columns)
        return f"SELECT {cells} {self._from(only)}"  # parsed and checked by sqltext

    def probe(self) -> str:
        """The same without a row: it fails where an expression does not fit the schema."""
        return self.rows(only="1 = 0")

    def key_columns(self) -> tuple[str, ...] | None:
        """The bare columns of the key, or None when one of them is computed."""
        keys = [column for column in self.mapping.fields if column.name in self.mapping.key]
        trees = [parse_expression(column.expression(self.side)) for column in keys]
        if self._table is None or not all(tree.is_column for tree in trees):
            return None
        return tuple(name for tree in trees for name in tree.columns(self._table))

    @property
    def _table(self) -> str | None:
        return self.mapping.relation(self.side).table

    def _sql(self, column: FieldMapping) -> str:
        return parse_expression(column.expression(self.side)).sql(sql_dialect(self.dialect))

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
        conditions = [f"({parse_expression(relation.filter).sql(dialect)})"] if relation.filter else []
        conditions += [f"({only})"] if only else []
        return f"FROM {source}" + (f" WHERE {' AND '.join(conditions)}" if conditions else "")


@dataclass(frozen=True, slots=True)
class PushedDown(Statements):
    """What PostgreSQL computes where the rows are: counts, totals and checksums of segments."""

    def count(self) -> str:
        """How many rows there are."""
        return f"SELECT count(*) {self._from()}"

    def total(self, index: int) -> str:
        """One control total: the values of its groups as text, then the exact sum."""
        total = self.mapping.totals[index]
        fields = {field.name: field for field in self.mapping.fields}
        groups = ", ".join(f"{self._sql(fields[name])} AS g{place}" for place, name in enumerate(total.by))
        exact = f"sum(({self._sql(fields[total.sum])})::text::numeric)"  # a float by its exact text
        numbers = ", ".join(str(place + 1) for place in range(len(total.by)))
        return f"SELECT {groups}{', ' if groups else ''}{exact} {self._from()}" + (
            f" GROUP BY {numbers}" if numbers else ""
        )

    def segments(self, buckets: int) -> str:
        """Per segment: how many rows, and the sum of the digests of their compared fields."""
        # OFFSET 0 keeps the planner from computing the digest twice.
        inner = (
            f"SELECT {self.segment(buckets)} AS segment, {digest(row_form(self._forms(self.mapping.fields)))}"
            f" AS hash {self._from()} OFFSET 0"
        )
        return f"SELECT segment, count(*), sum(hash) FROM ({inner}) AS hashed GROUP BY segment"  # noqa: S608

    def segment(self, buckets: int) -> str:
        """The segment of a row, by a digest of its key: independent of collation and of the key's kind."""
        key = [field for field in self.mapping.fields if field.name in self.mapping.key]
        if len(key) == 1 and key[0].type is Kind.INTEGER:
            return f"coalesce(({self._sql(key[0])})::bigint / {ROWS_PER_SEGMENT}, -1)"
        return bucket(row_form(self._forms(tuple(key) or self.mapping.fields)), buckets)

    def rows_of_segments(self, buckets: int, segments: Iterable[int]) -> str:
        """The rows of the given segments."""
        listed = ",".join(f"{segment:d}" for segment in segments)
        return self.rows(only=f"{self.segment(buckets)} = ANY('{{{listed}}}'::bigint[])")

    def double_keys(self) -> str:
        """How many values of the key occur more than once."""
        key = [field for field in self.mapping.fields if field.name in self.mapping.key]
        columns = ", ".join(self._sql(field) for field in key)
        doubles = f"SELECT 1 {self._from()} GROUP BY {columns} HAVING count(*) > 1"
        return f"SELECT count(*) FROM ({doubles}) AS doubles"  # noqa: S608

    def _forms(self, fields: tuple[FieldMapping, ...]) -> list[str]:
        return [
            text_form(self._sql(field), field.type.value, empty_is_null=field.empty_is_null)
            for field in fields
        ]
