"""The SQL with which PostgreSQL compares where the rows are: totals, sums of hashes, hashes of rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.model import Side
from harness.reconcile.entity import FieldMapping, Form
from harness.reconcile.kinds import Kind
from harness.reconcile.layout import NULL_KEY, KeyRange, Layout
from harness.reconcile.statements import ALIAS, Statements, parsed
from harness.sqltext import quoted
from harness.sqltext.dialects import sql_dialect
from harness.sqltext.native_hash import Hashing, row_hash
from harness.sqltext.typed_forms import (
    INTEGERS,
    NUMERICS,
    canonical_template,
    text_templates,
    typed_templates,
)

_NUMERAL = r"^\s*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?\s*$"
_AS_THEY_ARE = INTEGERS | {"text", "varchar", "bool", "date", "timestamp", "timestamptz"}
_MOST_RANGES = 300  # beyond, the whole range is read and its segments looked up


@dataclass(frozen=True, slots=True)
class PushedDown(Statements):
    """The statements of one side; `types` are PostgreSQL's names of each field's column on both sides."""

    types: Mapping[Side, tuple[str, ...]]
    hashing: Hashing

    @property
    def integer_key(self) -> bool:
        """True when the key is one whole number on both sides."""
        keys = self._keys()
        return (
            len(keys) == 1
            and keys[0].type is Kind.INTEGER
            and all(self._type(keys[0], side) in INTEGERS for side in self.types)
        )

    @property
    def bare_key(self) -> str | None:
        """The column that is the integer key itself, so that an index may serve; None when there is none."""
        columns = self.key_columns() if self.integer_key else None
        return columns[0] if columns else None

    @property
    def key_as_stored(self) -> bool:
        """True when two keys are equal here exactly when the database calls them equal."""
        return all(
            field.form is Form.EXACT and not field.empty_is_null and not field.ignore_case
            for field in self._keys()
        )

    @property
    def quoted_table(self) -> str | None:
        """The table as SQL names it; None when the rows come from a query."""
        return quoted(self._table, sql_dialect(self.dialect)) if self._table else None

    def extent(self) -> str:
        """Lowest and highest integer key of the whole table, whatever the filter."""
        key = self._sql(self._keys()[0])
        return f"SELECT min({key})::bigint, max({key})::bigint FROM {self.quoted_table}"  # noqa: S608

    def count(self) -> str:
        """How many rows there are."""
        return f"SELECT count(*) {self._from()}"

    def total(self, index: int, *, finite: bool = False) -> str:
        """One control total: the values of its groups, then the exact sum (of finite numbers only)."""
        total = self.mapping.totals[index]
        fields = {field.name: field for field in self.mapping.fields}
        groups = ", ".join(f"{self._sql(fields[name])} AS g{place}" for place, name in enumerate(total.by))
        exact = f"sum({self._number(fields[total.sum], finite=finite)})"
        numbers = ", ".join(str(place + 1) for place in range(len(total.by)))
        return f"SELECT {groups}{', ' if groups else ''}{exact} {self._from()}" + (
            f" GROUP BY {numbers}" if numbers else " HAVING count(*) > 0"  # no rows, no total
        )

    def segments(self, layout: Layout, within: str | None) -> str:
        """Per segment: how many rows, and the exact sum of their hashes as text."""
        return (
            f"SELECT {self._segment(layout)} AS segment, count(*) AS counted,"
            f" sum({row_hash(self.hashing, self._forms(self.mapping.fields))})::text AS hashed"
            f" {self._source(within)} GROUP BY 1"
        )

    def hashes(self, layout: Layout, within: str | None) -> str:
        """Per row: its integer key or the hash of its key, and the hash of its compared fields."""
        hashed = row_hash(self.hashing, self._forms(self.mapping.fields))
        return f"SELECT {self._key(layout)} AS key, {hashed} AS hash {self._source(within)}"

    def among(self, layout: Layout, keys: Collection[int]) -> str:
        """The condition of the given keys, as `hashes` gives them."""
        if layout.by_key and NULL_KEY not in keys:  # the bare column: an index may serve
            key = self._sql(self._keys()[0])
            return f"{key} BETWEEN {min(keys)} AND {max(keys)} AND {_among(key, keys)}"
        return _among(self._key(layout, inline=True), keys)

    def canonical_rows(self, *, only: str | None) -> str | None:
        """Like `rows`, each cell as the text it is compared by; None when SQL cannot give all of them."""
        cells = (
            None if column.personal and column.type is Kind.BYTES else self._canonical(column)
            for column in self.mapping.columns
        )
        return self._all_of(cells, only)

    def comparable_rows(self, *, only: str | None) -> str | None:
        """Like `rows`, but of one type on both sides: as it is where it is stored alike, else as text.

        None when SQL cannot give all of them.
        """
        return self._all_of(map(self._comparable, self.mapping.columns), only)

    def _comparable(self, column: FieldMapping) -> str | None:
        types = {self._type(column, side) for side in Side}
        if types <= INTEGERS or (len(types) == 1 and types <= _AS_THEY_ARE):
            return self._cell(column)
        if types <= NUMERICS and column.type in {Kind.NUMBER, Kind.FLOAT}:
            return f"({self._sql(column)})::text"  # the driver would take longer over it than the server
        return self._canonical(column)

    def _all_of(self, cells: Iterable[str | None], only: str | None) -> str | None:
        listed = list(cells)
        known = [cell for cell in listed if cell is not None]
        return self._select(known, only) if len(known) == len(listed) else None

    def _canonical(self, column: FieldMapping) -> str | None:
        template = canonical_template(column.type.value, self._type(column, self.side))
        return template.format(self._sql(column)) if template else None

    def in_range(self, key_range: KeyRange) -> str | None:
        """The condition of a range of integer keys; None for all rows."""
        start, end = key_range.start, key_range.end
        if start is None and end is None:
            return None
        key = self._sql(self._keys()[0])
        if start is None:
            return f"({key} < {end:d} OR {key} IS NULL)"
        return f"{key} >= {start:d}" + ("" if end is None else f" AND {key} < {end:d}")

    def in_segments(self, layout: Layout, segments: Sequence[int]) -> str:
        """The condition of the given segments: ranges of an indexed key, or a look-up of each row's."""
        if not (layout.by_key and layout.indexed):
            return _among(self._segment(layout, inline=True), segments)
        key, merged = self._sql(self._keys()[0]), _merged(segments, layout.bits)
        if len(merged) > _MOST_RANGES:
            return _among(self._segment(layout, inline=True), segments)
        parts = [f"({key} >= {start:d} AND {key} < {end:d})" for start, end in merged]
        return " OR ".join([*parts, f"{key} IS NULL"] if NULL_KEY in segments else parts)

    def double_keys(self) -> str:
        """How many values of the key occur more than once."""
        texts = zip(self._keys(), self._texts(self._keys(), inline=True), strict=True)
        columns = ", ".join(f"lower({text})" if field.ignore_case else text for field, text in texts)
        doubles = f"SELECT 1 {self._from()} GROUP BY {columns} HAVING count(*) > 1"
        return f"SELECT count(*) FROM ({doubles}) AS doubles"  # noqa: S608

    def _keys(self) -> tuple[FieldMapping, ...]:
        return tuple(field for field in self.mapping.fields if field.name in self.mapping.key)

    def _type(self, field: FieldMapping, side: Side) -> str:
        return self.types[side][self.mapping.position(field.name)]

    def _segment(self, layout: Layout, *, inline: bool = False) -> str:
        if not layout.by_key:
            return f"({self._key(layout, inline=inline)} & {(1 << layout.bits) - 1})"
        key = self._reference(self._keys()[0], inline=inline)
        return f"coalesce(({key})::bigint >> {layout.bits}, '{NULL_KEY}'::bigint)"

    def _key(self, layout: Layout, *, inline: bool = False) -> str:
        if not layout.by_key:
            return row_hash(self.hashing, self._forms(self._keys() or self.mapping.fields, inline=inline))
        return f"coalesce(({self._reference(self._keys()[0], inline=inline)})::bigint, '{NULL_KEY}'::bigint)"

    @property
    def _bare(self) -> bool:
        return self._table is not None and all(
            parsed(field.expression(self.side)).is_column for field in self.mapping.fields
        )

    def _reference(self, field: FieldMapping, *, inline: bool = False) -> str:
        if inline or self._bare:
            return self._sql(field)
        return f"f{self.mapping.position(field.name)}"

    def _source(self, within: str | None) -> str:
        """The rows to hash. Computed fields are computed once: OFFSET 0 keeps them from being merged in."""
        if self._bare:
            return self._from(within)
        cells = ", ".join(
            f"{self._sql(field)} AS f{place}" for place, field in enumerate(self.mapping.fields)
        )
        return f"FROM (SELECT {cells} {self._from(within)} OFFSET 0) AS {ALIAS}_computed"

    def _forms(self, fields: Sequence[FieldMapping], *, inline: bool = False) -> list[str]:
        texts = self._texts(fields, inline=inline)
        if self.hashing is Hashing.MD5:
            return texts
        return [
            form
            for field, text in zip(fields, texts, strict=True)
            for form in self._typed(field, text, inline)
        ]

    def _typed(self, field: FieldMapping, text: str, inline: bool) -> tuple[str, ...]:
        templates = typed_templates(field.type.value, (self._type(field, side) for side in Side))
        if templates is None:
            return (f'({text}) COLLATE "C"',)
        return tuple(template.format(self._reference(field, inline=inline)) for template in templates)

    def _texts(self, fields: Sequence[FieldMapping], *, inline: bool = False) -> list[str]:
        return [self._text(field, self._reference(field, inline=inline)) for field in fields]

    def _text(self, field: FieldMapping, reference: str) -> str:
        templates = text_templates(field.type.value, [self._type(field, side) for side in Side])
        content = templates[list(Side).index(self.side)].format(reference)
        if field.type is not Kind.TEXT:  # elsewhere a form changes only what is not of its kind
            return content
        if field.form is Form.NFC:
            content = f"normalize({content}, NFC)"
        elif field.form is Form.TRIMMED:
            content = f"rtrim({content}, ' ')"
        return f"nullif({content}, '')" if field.empty_is_null else content

    def _number(self, field: FieldMapping, *, finite: bool) -> str:
        """What a row adds to a sum; a float by its exact text, and what is no number of the kind nothing."""
        type_, content = self._type(field, self.side), f"({self._sql(field)})"
        if type_ in INTEGERS:
            return content
        if type_ not in NUMERICS:
            content = f"(CASE WHEN {content}::text ~* '{_NUMERAL}' THEN {content}::text::numeric END)"
        if field.type is Kind.INTEGER:
            content = f"(CASE WHEN {content} = trunc({content}) THEN {content} END)"
        return f"nullif({content} - {content}, 'NaN') + {content}" if finite else content


def _among(expression: str, numbers: Iterable[int]) -> str:
    listed = ",".join(map(str, numbers))
    return f"{expression} IN (SELECT unnest('{{{listed}}}'::bigint[]))"  # numbers only


def _merged(segments: Sequence[int], bits: int) -> list[tuple[int, int]]:
    """Neighbouring segments as ranges of keys."""
    merged: list[tuple[int, int]] = []
    for segment in sorted(segment for segment in segments if segment != NULL_KEY):
        start, end = segment << bits, (segment + 1) << bits
        if merged and merged[-1][1] == start:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged
